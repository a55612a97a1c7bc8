//! Tells HTML from text, whole pages and fragments. Parses nothing.

/// Tags by whose density markup is recognised.
const STRUCTURE: &[&str] =
    &["</p>", "</div>", "</li>", "</h1>", "</h2>", "</td>", "</span>", "</a>", "<br>", "<br />", "<br/>", "<p>"];

/// Elements that a fragment may begin with. Others, such as `<b>`, begin lines of texts too.
const ELEMENTS: &[&str] = &[
    "a",
    "address",
    "amp-img",
    "article",
    "aside",
    "audio",
    "base",
    "blockquote",
    "body",
    "br",
    "button",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "img",
    "input",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "noscript",
    "ol",
    "p",
    "picture",
    "pre",
    "script",
    "section",
    "span",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "video",
];

/// Characters of a text in which tags are counted.
const SAMPLE_CHARS: usize = 100_000;

/// Whether the text is HTML: by its first tag, by the declared type if there are any tags, because it begins and ends with a tag, or by the density
/// of tags.
pub fn is_html(text: &str, content_type: Option<&str>) -> bool {
    // Most dumps have no tag at all.
    if !text.contains('<') {
        return false;
    }
    let start = text.trim_matches(crate::base::text::is_space);
    let head = first_chars(start, 1024).to_lowercase();
    if ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag)) || head.contains("<html") {
        return true;
    }
    // Scripts and styles may come before the root element.
    if start.starts_with('<') && ["<html", "<head", "<body"].iter().all(|tag| text.contains(tag)) {
        return true;
    }
    if begins_with_tag(start) && start.ends_with('>') {
        return true;
    }
    let lower = first_chars(text, SAMPLE_CHARS).to_lowercase();
    // Most texts have no tags, so the counts are rarely needed.
    let tags: usize = if lower.contains("</") || lower.contains("<br") || lower.contains("<p>") {
        STRUCTURE.iter().map(|tag| lower.matches(tag).count()).sum()
    } else {
        0
    };
    if content_type.unwrap_or_default().to_ascii_lowercase().contains("html") {
        return tags > 0
            || lower.contains("</")
            || lower.match_indices('<').any(|(at, _)| lower.get(at..).is_some_and(begins_with_tag));
    }
    // A dump may contain a stray iframe or a line of code; markup has a tag every few hundred characters.
    tags >= 3 && tags * 400 >= lower.len()
}

/// Whether a text begins with a tag or a comment.
fn begins_with_tag(text: &str) -> bool {
    if text.starts_with("<!--") {
        return true;
    }
    let Some(rest) = text.strip_prefix('<') else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let end = rest.bytes().take(16).position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'-'));
    let name = end.and_then(|end| rest.get(..end)).unwrap_or_default();
    let is_closed = end
        .and_then(|end| rest.as_bytes().get(end))
        .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    is_closed && ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name))
}

/// The first `most` characters of a text.
fn first_chars(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "The old mill burnt down on Monday night. Nobody was hurt, the fire brigade said.";

    #[test]
    fn fragments_are_html() {
        for fragment in [
            format!("<p>{STORY}</p>"),
            format!("\u{feff}\n<div class=story>{STORY}</div>\n"),
            format!("<article><p>{STORY}</article>"),
            format!("<!-- saved --><p>{STORY}<p>{STORY}</p>"),
            format!("<SCRIPT>var a = 1;</SCRIPT><h1>Mill</h1>{STORY}<br/>"),
        ] {
            assert!(is_html(&fragment, None), "{fragment}");
        }
        for fragment in [
            format!("<meta charset=utf-8><p>{STORY}"),
            format!("<script src=a.js></script>\n{STORY}"),
            format!("<h1>Mill<p class=x>{STORY}"),
        ] {
            assert!(is_html(&fragment, Some("text/html")), "{fragment}");
        }
    }

    #[test]
    fn texts_with_stray_tags_are_texts() {
        for text in [
            format!("{STORY}\n<iframe src=x></iframe>\n{STORY}"),
            format!("<b>{STORY}</b>"),
            format!("<mill@news.example> wrote:\n{STORY}"),
            format!("<3 {STORY} ->"),
            format!("<p>{STORY}\n\n{STORY}"),
            format!("<https://news.example/>\n{STORY}\n<https://news.example/>"),
        ] {
            assert!(!is_html(&text, None), "{text}");
        }
        assert!(!is_html(&format!("{STORY} 1 < 2"), Some("text/html")));
    }
}
