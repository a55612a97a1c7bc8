//! The parts of Markdown (CommonMark) that text dumps need: front matter, links, images, emphasis. Does not render.

/// Longest front matter in lines; a longer one is text.
const FRONT_MATTER_LINES: usize = 60;

/// The `key: value` lines between two `---` at the beginning of the text, keys in lower case, and the number of lines that they take up. Lists and
/// nested values stay as written.
pub fn front_matter(text: &str) -> (Vec<(String, String)>, u32) {
    let mut lines = text.lines().enumerate();
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return Default::default();
    }
    let mut pairs = Vec::new();
    for (index, line) in lines.take(FRONT_MATTER_LINES) {
        if line.trim_end() == "---" {
            return (pairs, u32::try_from(index + 1).unwrap_or(0));
        }
        if let Some((key, value)) = line.split_once(':')
            && key.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c))
        {
            let value = value.trim().trim_matches(['"', '\'']);
            pairs.push((key.trim().to_lowercase(), value.to_string()));
        }
    }
    Default::default()
}

/// Whether a text is likely Markdown: it has a heading marker, or several links or strong words.
pub fn is_likely(text: &str) -> bool {
    let heading = text.lines().take(200).any(|line| line.starts_with("# ") || line.starts_with("## "));
    let count = |mark: &[u8]| memchr::memmem::find_iter(text.as_bytes(), mark).count();
    heading || count(b"](") + count(b"**") / 2 >= 3
}

/// A line without its inline markup.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct InlineText {
    /// The visible text.
    pub text: String,
    /// Characters inside links.
    pub link_chars: u32,
    /// Number of links.
    pub links: u32,
    /// Characters inside emphasis.
    pub emphasis_chars: u32,
    /// The line consists of images only; its text is their descriptions.
    pub is_image: bool,
}

impl InlineText {
    /// A line without markup.
    pub fn plain(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Removes the inline markup of a line: `[text](url)`, `![description](url)`, `**strong**`, `*emphasis*`, `` `code` ``. Unclosed markup stays.
pub fn inline(line: &str) -> InlineText {
    let mut out = InlineText::default();
    let mut links = Links::of(line);
    let mut rest = line;
    let (mut images, mut other) = (0, false);
    while let Some(first) = rest.chars().next() {
        if let Some((label, after)) = links.link(line.len() - rest.len()) {
            let label = inline(label).text;
            if first == '!' {
                images += 1;
            } else {
                out.links += 1;
                out.link_chars += count(&label);
                other = true;
            }
            out.text.push_str(&label);
            rest = after;
        } else if let Some((inner, after)) = emphasis(rest, &out.text) {
            let inner = inline(inner);
            out.emphasis_chars += count(&inner.text);
            out.link_chars += inner.link_chars;
            out.links += inner.links;
            out.text.push_str(&inner.text);
            rest = after;
            other = true;
        } else {
            out.text.push(first);
            other |= !first.is_whitespace();
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out.is_image = images > 0 && !other;
    out
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Finds the links of a line, from its start to its end. A line may have any number of brackets that begin none, so what ends a label is searched once.
struct Links<'a> {
    line: &'a str,
    /// The next `](`; `None` if none is left.
    next: Option<LabelEnd>,
    /// Where the next target ends, be it one or not: the next `)` or space.
    stop: usize,
}

/// A `](`, and what is around it.
struct LabelEnd {
    at: usize,
    /// Where the last line break before it ends.
    line_start: usize,
    /// Where the target ends, if it is one: without spaces, and closed.
    target_end: Option<usize>,
}

impl<'a> Links<'a> {
    fn of(line: &'a str) -> Self {
        let mut links = Self { line, next: None, stop: 0 };
        links.search(0);
        links
    }

    fn search(&mut self, from: usize) {
        let ahead = self.line.get(from..).and_then(|rest| rest.find("]("));
        self.next = ahead.map(|ahead| {
            let at = from + ahead;
            let target = at + 2;
            if self.stop < target {
                let ahead = self.line.get(target..).and_then(|rest| rest.find([')', ' ']));
                self.stop = ahead.map_or(self.line.len(), |ahead| target + ahead);
            }
            // Before `from`, there is no label of this end.
            let break_before = self.line.get(from..at).and_then(|text| text.rfind('\n'));
            LabelEnd {
                at,
                line_start: break_before.map_or(from, |ahead| from + ahead + 1),
                target_end: (self.line.as_bytes().get(self.stop) == Some(&b')')).then_some(self.stop),
            }
        });
    }

    /// `[label](target)` or `![label](target)` at a position: the label and what follows. Positions must not decrease.
    fn link(&mut self, at: usize) -> Option<(&'a str, &'a str)> {
        let label = at
            + match self.line.as_bytes().get(at..)? {
                [b'[', ..] => 1,
                [b'!', b'[', ..] => 2,
                _ => return None,
            };
        if self.next.as_ref()?.at < label {
            self.search(label);
        }
        let end = self.next.as_ref().filter(|end| end.line_start <= label)?;
        Some((self.line.get(label..end.at)?, self.line.get(end.target_end? + 1..)?))
    }
}

/// A run between equal marks at the beginning: its text and what follows. A mark opens only before a word and closes only after one; `_` does
/// neither inside a word.
fn emphasis<'a>(text: &'a str, before: &str) -> Option<(&'a str, &'a str)> {
    let marks = ["**", "__", "*", "_", "`"];
    let mark = marks.iter().find(|mark| text.starts_with(**mark))?;
    let body = text.get(mark.len()..)?;
    let at = body.find(*mark)?;
    let (inner, after) = (body.get(..at)?, body.get(at + mark.len()..)?);
    let spaced = inner.is_empty() || inner.starts_with(char::is_whitespace) || inner.ends_with(char::is_whitespace);
    let within_word =
        mark.starts_with('_') && (before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric));
    (!spaced && !within_word).then_some((inner, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_read_and_its_lines_are_counted() {
        let (pairs, lines) = front_matter("---\ntitle: \"A: B\"\nDate: 2024-04-06\n---\n# A\n");
        assert_eq!(pairs, [("title".to_string(), "A: B".to_string()), ("date".to_string(), "2024-04-06".to_string())]);
        assert_eq!(lines, 4);
        assert_eq!(front_matter("---\nno end\n"), (Vec::new(), 0));
        assert_eq!(front_matter("title: x\n"), (Vec::new(), 0));
    }

    #[test]
    fn inline_markup_is_removed_and_words_stay() {
        let line = inline("A **strong** and *soft* [link](https://a.example/x) with `code`.");
        assert_eq!(line.text, "A strong and soft link with code.");
        assert_eq!((line.links, line.link_chars), (1, 4));
        for kept in ["2 * 3 * 4", "snake_case_name", "[not a link]", "5* hotel", "**open"] {
            assert_eq!(inline(kept).text, kept);
        }
        let image = inline("![A harbour](a.jpg)");
        assert!(image.is_image && image.text == "A harbour");
        assert!(!inline("![A](a.jpg) text").is_image);
    }

    #[test]
    fn brackets_that_begin_no_link_stay() {
        for (line, text) in [
            ("[[a](b)", "[a"),
            ("[a](b c) [d](e)", "[a](b c) d"),
            ("[a](b [c](d)", "[a](b c"),
            ("![[a](b)", "[a"),
            ("[a\n](b) [c](d)", "[a\n](b) c"),
            ("[a](b", "[a](b"),
            ("[](b)x", "x"),
        ] {
            assert_eq!(inline(line).text, text, "{line}");
        }
    }
}
