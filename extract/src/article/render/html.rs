//! An article as a small, whole HTML page without scripts or styles.

use super::story;
use crate::article::clean::CleanedPage;
use crate::document::Role;

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage) -> String {
    let metadata = &cleaned.article.metadata;
    let title = metadata.title.as_ref().map(|found| escape(&found.value)).unwrap_or_default();
    let lang = metadata.language.as_ref().map(|found| format!(" lang=\"{}\"", escape(&found.value))).unwrap_or_default();
    let mut out = format!("<!doctype html>\n<html{lang}>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
    if let Some(authors) = &metadata.authors {
        for author in &authors.value {
            out.push_str(&format!("<meta name=\"author\" content=\"{}\">\n", escape(author)));
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
    for (role, text) in story(cleaned) {
        let group = group_of(role);
        if open != group {
            open.inspect(|tag| out.push_str(&format!("</{tag}>\n")));
            group.inspect(|tag| out.push_str(&format!("<{tag}>\n")));
            open = group;
        }
        out.push_str(&block(role, &escape(text)));
    }
    open.inspect(|tag| out.push_str(&format!("</{tag}>\n")));
    out.push_str("</article>\n</body>\n</html>\n");
    out
}

/// The element around neighbours of this role.
fn group_of(role: Role) -> Option<&'static str> {
    match role {
        Role::ListItem => Some("ul"),
        Role::TableRow => Some("table"),
        _ => None,
    }
}

fn block(role: Role, text: &str) -> String {
    match role {
        // The title has the first level for itself.
        Role::Heading(level) => format!("<h{0}>{text}</h{0}>\n", level.clamp(2, 6)),
        Role::Standfirst => format!("<p><strong>{text}</strong></p>\n"),
        Role::Paragraph => format!("<p>{text}</p>\n"),
        Role::ListItem => format!("<li>{text}</li>\n"),
        Role::Quote => format!("<blockquote><p>{text}</p></blockquote>\n"),
        Role::TableRow => format!("<tr><td>{}</td></tr>\n", text.replace(" | ", "</td><td>")),
        Role::Code => format!("<pre>{text}</pre>\n"),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}
