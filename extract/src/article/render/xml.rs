//! XML with the elements and attributes of trafilatura's XML output, for programs that read it.

use super::markup::{self, Elements};
use super::story::{SpanKind, story};
use crate::article::clean::CleanedPage;
use crate::article::extras::{Comment, Extras, StoryImage};
use crate::base::escape::escape_xml;
use crate::base::text::squeeze;
use crate::document::{Found, Role};

/// Renders an article as a `doc` element with its metadata as attributes. Ends with a newline.
pub fn render(cleaned: &CleanedPage, extras: &Extras) -> String {
    let metadata = &cleaned.article.metadata;
    let text = |found: &Option<Found<String>>| found.as_ref().map(|found| found.value.clone());
    let list = |found: &Option<Found<Vec<String>>>| found.as_ref().map(|found| found.value.join(";"));
    let url = cleaned.page.head.url.as_ref();
    let attributes = [
        ("sitename", text(&metadata.site)),
        ("title", text(&metadata.title)),
        ("author", list(&metadata.authors)),
        ("date", metadata.published.as_ref().map(|found| found.value.day.to_string())),
        ("url", url.map(ToString::to_string).or_else(|| text(&metadata.canonical_url))),
        ("hostname", url.and_then(|url| url.host_str()).map(str::to_owned)),
        ("description", text(&metadata.description)),
        ("categories", text(&metadata.section)),
        ("tags", list(&metadata.tags)),
        ("license", text(&metadata.licence)),
        ("language", text(&metadata.language)),
    ];
    let attributes: String = attributes
        .into_iter()
        .filter_map(|(name, value)| Some(format!(" {name}=\"{}\"", escape_xml(&squeeze(&value?)))))
        .collect();
    let comments = match (extras.include.comments, markup::write_comments(&Trafilatura, &extras.comments)) {
        (false, _) => String::new(),
        (true, comments) => format!("<comments>\n{comments}</comments>\n"),
    };
    format!("<doc{attributes}>\n<main>\n{}</main>\n{comments}</doc>\n", markup::write(&Trafilatura, &story(cleaned, extras)))
}

struct Trafilatura;

impl Elements for Trafilatura {
    fn escape(&self, text: &str) -> String {
        escape_xml(text).into_owned()
    }

    fn list(&self, is_numbered: bool) -> (&'static str, &'static str) {
        if is_numbered { ("<list rend=\"ol\">", "</list>") } else { ("<list rend=\"ul\">", "</list>") }
    }

    fn item(&self, _: Option<u32>) -> String {
        "<item>".to_owned()
    }

    fn item_end(&self) -> &'static str {
        "</item>"
    }

    fn table(&self) -> (&'static str, &'static str) {
        ("<table>", "</table>")
    }

    fn row(&self, cells: &[String], is_header: bool) -> String {
        let role = if is_header { " role=\"head\"" } else { "" };
        let cells: String = cells.iter().map(|text| format!("<cell{role}>{text}</cell>")).collect();
        format!("<row>{cells}</row>")
    }

    fn quote(&self) -> (&'static str, &'static str) {
        ("<quote>", "</quote>")
    }

    fn block(&self, role: Role, text: &str) -> String {
        match role {
            Role::Heading(level) => format!("<head rend=\"h{}\">{text}</head>", level.clamp(2, 6)),
            Role::Standfirst => format!("<p>{text}</p>"),
            Role::Code => format!("<code>{text}</code>"),
            Role::Paragraph | Role::Quote | Role::ListItem | Role::TableRow => format!("<p>{text}</p>"),
        }
    }

    fn open(&self, kind: &SpanKind) -> String {
        match kind {
            SpanKind::Link(target) => format!("<ref target=\"{}\">", escape_xml(target)),
            SpanKind::Strong => "<hi rend=\"#b\">".to_owned(),
            SpanKind::Emphasis => "<hi rend=\"#i\">".to_owned(),
        }
    }

    fn close(&self, kind: &SpanKind) -> &'static str {
        match kind {
            SpanKind::Link(_) => "</ref>",
            SpanKind::Strong | SpanKind::Emphasis => "</hi>",
        }
    }

    fn image(&self, image: &StoryImage) -> String {
        format!("<graphic src=\"{}\" alt=\"{}\"/>", escape_xml(&image.url), escape_xml(&image.alt))
    }

    /// Trafilatura has paragraphs alone; attributes say which are of one comment.
    fn comment(&self, number: usize, comment: &Comment) -> String {
        let author = comment.author.as_ref().map(|author| format!(" author=\"{}\"", escape_xml(author))).unwrap_or_default();
        let date = comment.date.map(|day| format!(" date=\"{day}\"")).unwrap_or_default();
        let paragraphs = comment.paragraphs().map(|text| format!("<p n=\"{number}\"{author}{date}>{}</p>", self.escape(text)));
        paragraphs.collect::<Vec<_>>().join("\n")
    }
}
