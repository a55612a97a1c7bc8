//! Renders an article as a small, complete HTML page without scripts or styles.

use super::story::story_blocks;
use crate::article::clean::CleanedPage;
use crate::base::escape::escape_html;
use crate::document::Role;

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage) -> String {
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
    let mut open = None;
    for (role, text) in story_blocks(cleaned) {
        let group = group_of(role);
        if open != group {
            open.inspect(|tag| out.push_str(&format!("</{tag}>\n")));
            group.inspect(|tag| out.push_str(&format!("<{tag}>\n")));
            open = group;
        }
        out.push_str(&block(role, &escape_html(text)));
    }
    open.inspect(|tag| out.push_str(&format!("</{tag}>\n")));
    out.push_str("</article>\n</body>\n</html>\n");
    out
}

/// The element around consecutive blocks of this role.
fn group_of(role: Role) -> Option<&'static str> {
    match role {
        Role::ListItem => Some("ul"),
        Role::TableRow => Some("table"),
        _ => None,
    }
}

fn block(role: Role, text: &str) -> String {
    match role {
        // Only the title is a first-level heading.
        Role::Heading(level) => format!("<h{0}>{text}</h{0}>\n", level.clamp(2, 6)),
        Role::Standfirst => format!("<p><strong>{text}</strong></p>\n"),
        Role::Paragraph => format!("<p>{text}</p>\n"),
        Role::ListItem => format!("<li>{text}</li>\n"),
        Role::Quote => format!("<blockquote><p>{text}</p></blockquote>\n"),
        Role::TableRow => format!("<tr><td>{}</td></tr>\n", text.replace(" | ", "</td><td>")),
        Role::Code => format!("<pre>{text}</pre>\n"),
    }
}
