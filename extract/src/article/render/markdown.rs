//! Renders an article as Markdown (CommonMark): the title, then the story. Text that looks like markup is escaped.

use super::story::story_blocks;
use crate::article::clean::CleanedPage;
use crate::document::Role;

/// Characters that are markup anywhere in a line.
const ANYWHERE: &[char] = &['\\', '`', '*', '_', '[', ']', '<', '>', '&'];

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage) -> String {
    let mut out = String::new();
    if let Some(title) = &cleaned.article.metadata.title {
        out.push_str(&format!("# {}\n", escape(&title.value)));
    }
    let mut before = None;
    for (role, text) in story_blocks(cleaned) {
        // No blank line between the items of a list or the rows of a table.
        let is_tight = before == Some(role) && matches!(role, Role::ListItem | Role::TableRow);
        if !out.is_empty() && !is_tight {
            out.push('\n');
        }
        out.push_str(&block(role, text));
        out.push('\n');
        before = Some(role);
    }
    out
}

fn block(role: Role, text: &str) -> String {
    match role {
        // Only the title is a first-level heading.
        Role::Heading(level) => format!("{} {}", "#".repeat(usize::from(level.clamp(2, 6))), escape(text)),
        Role::Standfirst => format!("**{}**", escape(text)),
        Role::Paragraph => escape_start(&escape(text)),
        Role::ListItem => format!("- {}", escape_start(&escape(text))),
        Role::Quote => format!("> {}", escape_start(&escape(text))),
        // CommonMark has no tables, so hard line breaks separate the rows.
        Role::TableRow => format!("{}\\", escape(text)),
        Role::Code => code(text),
    }
}

/// Escapes characters that are markup anywhere.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ANYWHERE.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Escapes what is markup only at the start of a line: headings, lists, rules.
fn escape_start(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && text[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    if text.starts_with(['#', '-', '+', '=', '~', '|']) { format!("\\{text}") } else { text.to_owned() }
}

/// Code in a fence that is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_markup_is_escaped() {
        assert_eq!(block(Role::Paragraph, "1. a *b* <c>"), "1\\. a \\*b\\* \\<c\\>");
        assert_eq!(block(Role::Paragraph, "# no heading"), "\\# no heading");
        assert_eq!(block(Role::Heading(1), "A_b"), "## A\\_b");
        assert_eq!(block(Role::Code, "a ``` b"), "````\na ``` b\n````");
        assert_eq!(block(Role::Paragraph, "1984 was"), "1984 was");
    }
}
