//! Renders an article as a small, complete HTML page without scripts or styles: the story with its lists, quotations, tables, links and emphasis, and what
//! else is asked for.

use super::markup::{self, Elements};
use super::story::{SpanKind, story};
use crate::article::clean::CleanedPage;
use crate::article::extras::{Comment, Extras, StoryImage};
use crate::base::escape::escape_html;
use crate::document::Role;

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage, extras: &Extras) -> String {
    let comments = match extras.comments.as_slice() {
        [] => String::new(),
        comments => {
            format!("<section class=\"comments\">\n<h2>Comments</h2>\n{}</section>\n", markup::write_comments(&Html, comments))
        }
    };
    head(cleaned) + &markup::write(&Html, &story(cleaned, extras)) + "</article>\n" + &comments + "</body>\n</html>\n"
}

/// The page up to the story.
fn head(cleaned: &CleanedPage) -> String {
    let metadata = &cleaned.article.metadata;
    let title = metadata.title.as_ref().map(|found| escape_html(&found.value)).unwrap_or_default();
    let lang = metadata.language.as_ref().map(|found| format!(" lang=\"{}\"", escape_html(&found.value))).unwrap_or_default();
    let mut out = format!("<!doctype html>\n<html{lang}>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
    if let Some(authors) = &metadata.authors {
        for author in &authors.value {
            out.push_str(&format!("<meta name=\"author\" content=\"{}\">\n", escape_html(author)));
        }
    }
    if let Some(published) = &metadata.published {
        let day = published.value.day;
        out.push_str(&format!("<meta property=\"article:published_time\" content=\"{day}\">\n"));
    }
    out.push_str("</head>\n<body>\n<article>\n");
    if !title.is_empty() {
        out.push_str(&format!("<h1>{title}</h1>\n"));
    }
    out
}

struct Html;

impl Elements for Html {
    fn escape(&self, text: &str) -> String {
        escape_html(text)
    }

    fn list(&self, is_numbered: bool) -> (&'static str, &'static str) {
        if is_numbered { ("<ol>", "</ol>") } else { ("<ul>", "</ul>") }
    }

    fn item(&self, number: Option<u32>) -> String {
        number.map_or_else(|| "<li>".to_owned(), |number| format!("<li value=\"{number}\">"))
    }

    fn item_end(&self) -> &'static str {
        "</li>"
    }

    fn table(&self) -> (&'static str, &'static str) {
        ("<table>", "</table>")
    }

    fn row(&self, cells: &[String], is_header: bool) -> String {
        let cell = if is_header { "th" } else { "td" };
        let cells: String = cells.iter().map(|text| format!("<{cell}>{text}</{cell}>")).collect();
        format!("<tr>{cells}</tr>")
    }

    fn quote(&self) -> (&'static str, &'static str) {
        ("<blockquote>", "</blockquote>")
    }

    fn block(&self, role: Role, text: &str) -> String {
        match role {
            // Only the title is a first-level heading.
            Role::Heading(level) => format!("<h{0}>{text}</h{0}>", level.clamp(2, 6)),
            Role::Standfirst => format!("<p><strong>{text}</strong></p>"),
            // The parser drops a line feed right after the tag.
            Role::Code => format!("<pre>\n{text}</pre>"),
            Role::Paragraph | Role::Quote | Role::ListItem | Role::TableRow => format!("<p>{text}</p>"),
        }
    }

    fn open(&self, kind: &SpanKind) -> String {
        match kind {
            SpanKind::Link(target) => format!("<a href=\"{}\">", escape_html(target)),
            SpanKind::Strong => "<strong>".to_owned(),
            SpanKind::Emphasis => "<em>".to_owned(),
        }
    }

    fn close(&self, kind: &SpanKind) -> &'static str {
        match kind {
            SpanKind::Link(_) => "</a>",
            SpanKind::Strong => "</strong>",
            SpanKind::Emphasis => "</em>",
        }
    }

    fn image(&self, image: &StoryImage) -> String {
        format!("<p><img src=\"{}\" alt=\"{}\"></p>", escape_html(&image.url), escape_html(&image.alt))
    }

    fn comment(&self, _: usize, comment: &Comment) -> String {
        let author = comment.author.as_ref().map(|author| format!("<strong>{}</strong>", escape_html(author)));
        let date = comment.date.map(|day| format!("<time datetime=\"{day}\">{day}</time>"));
        let signature: Vec<String> = author.into_iter().chain(date).collect();
        let header = if signature.is_empty() { String::new() } else { format!("<p>{}</p>\n", signature.join(", ")) };
        format!("<article>\n{header}{}\n</article>", markup::paragraphs(self, comment).join("\n"))
    }
}
