//! Decides whether a page needs a browser, by the text that it has as sent.

use super::config::Render;
use gleaner_extract::document::RawDocument;
use gleaner_extract::page::{self, ReadHints};

/// Whether a page is to be rendered.
pub(in crate::fetch) fn needs_rendering(raw: &RawDocument, render: Render) -> bool {
    match render {
        Render::Never => false,
        Render::Always => true,
        Render::Auto => is_shell(raw),
    }
}

/// Characters from which a block counts as part of a story, and from which a page has one. Characters of scripts such as Chinese and
/// Japanese count twice.
const MIN_BLOCK_CHARS: usize = 60;
const MIN_STORY_CHARS: usize = 250;

/// Whether the page has scripts and no text that could be a story. Blocks of links do not count.
fn is_shell(raw: &RawDocument) -> bool {
    if !has_script(&raw.bytes) {
        return false;
    }
    let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
    let url = raw.final_url();
    let hints = ReadHints { content_type, url: url.as_ref() };
    let Ok(page) = page::read(&raw.bytes, hints, &page::Config::default()) else { return false };
    let blocks = page.blocks.iter().filter(|block| !block.hidden && 2 * (block.link_chars as usize) < block.chars());
    let lengths = blocks.map(|block| block.text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum::<usize>());
    lengths.filter(|length| *length >= MIN_BLOCK_CHARS).sum::<usize>() < MIN_STORY_CHARS
}

fn has_script(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'<', bytes).any(|at| bytes.get(at + 1..at + 7).is_some_and(|name| name.eq_ignore_ascii_case(b"script")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::document::Origin;

    fn needed(html: &str, render: Render) -> bool {
        needs_rendering(&RawDocument::local(Origin::Stdin, html.into()), render)
    }

    #[test]
    fn only_pages_without_a_story_need_a_browser() {
        let story =
            "<p>The ferry between the mainland and Holm sailed again on Saturday, four days after the storm.</p>".repeat(4);
        let nav = "<nav><a href=/a>News from all the islands and the mainland, every day and every hour, since 1904</a></nav>"
            .repeat(9);
        let shell = format!("{nav}<div id=root></div><noscript>You need JavaScript.</noscript><SCRIPT src=app.js></SCRIPT>");
        let chinese = format!("<script></script><p>{}</p>", "渡口的最后一班船昨天离开了村子。".repeat(9));
        for (html, expected) in [
            (shell.as_str(), true),
            (&format!("{shell}{story}"), false),
            (&format!("<script>let x;</script><div hidden>{story}</div>"), true),
            ("<p>Short.</p>", false),
            (&chinese, false),
            ("", false),
        ] {
            assert_eq!(needed(html, Render::Auto), expected, "{html}");
        }
        assert!(needed("<p>x</p>", Render::Always) && !needed(&shell, Render::Never));
    }
}
