//! Markdown, one file per document, with its metadata as YAML front matter: a folder that opens as an Obsidian vault, and that pandoc and site generators
//! read. The text is escaped, so that what is read back is the story's text and not markup.

use std::io;

use super::document::ExportDocument;
use super::exporter::Exporter;
use super::folder::FileSink;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::printable::is_unprintable;
use gleaner_extract::document::DocumentId;

/// The last key of the front matter: a checksum of the rest of the file, by which it is known whether somebody has edited it.
const CHECKSUM: &str = "export_sha256: ";

/// Characters that are markup anywhere in a line: CommonMark's, the tags and formulas of Obsidian, and the tables of GitHub Flavored Markdown.
const MARKUP: &[char] = &['\\', '`', '*', '_', '[', ']', '<', '>', '&', '~', '#', '$', '|'];

/// Pairs that are markup in Obsidian: highlights and comments.
const PAIRS: &[&str] = &["==", "%%"];

/// Writes a file per document.
pub struct Markdown<S> {
    sink: S,
}

impl<S: FileSink> Markdown<S> {
    /// Writes into `sink`.
    pub fn new(sink: S) -> Self {
        Self { sink }
    }
}

impl<S: FileSink> Exporter for Markdown<S> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        self.sink.put(&format!("{}.md", document.stem), file(document).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.finish()
    }
}

/// A document as a Markdown file.
pub fn file(document: &ExportDocument<'_>) -> String {
    let (front, body) = (front_matter(document), body(document));
    let checksum = checksum(&front, &body);
    format!("{front}{CHECKSUM}{checksum}\n{body}")
}

/// Whether a file is one that an export wrote, as it wrote it.
pub fn is_unedited(file: &[u8]) -> bool {
    let Ok(file) = std::str::from_utf8(file) else { return false };
    let Some(at) = file.find(&format!("\n{CHECKSUM}")).map(|at| at + 1) else { return false };
    let (front, rest) = file.split_at(at);
    let Some((line, body)) = rest.split_once('\n') else { return false };
    line.strip_prefix(CHECKSUM) == Some(checksum(front, body).to_string().as_str())
}

/// The document of a file that an export wrote.
pub fn id_of(file: &[u8]) -> Option<DocumentId> {
    let lines = std::str::from_utf8(file).ok()?.lines();
    let line = lines.take_while(|line| !line.starts_with(CHECKSUM)).find_map(|line| line.strip_prefix("id: "))?;
    line.trim_matches('"').parse().ok().map(DocumentId)
}

fn checksum(front: &str, body: &str) -> ContentHash {
    ContentHash::of_pieces(&[front.as_bytes(), body.as_bytes()])
}

/// The front matter up to its checksum.
fn front_matter(document: &ExportDocument<'_>) -> String {
    let mut out = "---\n".to_owned();
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push_str(&format!("{key}: {value}\n"));
        }
    };
    line("title", document.title.map(quoted));
    line("authors", list(document.authors.iter().map(String::as_str)));
    line("date", document.published.map(|date| date.day.to_string()));
    line("modified", document.modified.map(|date| date.day.to_string()));
    line("url", document.url.map(quoted));
    line("site", document.site.map(quoted));
    line("section", document.section.map(quoted));
    line("language", document.language.map(quoted));
    line("description", document.description.map(quoted));
    line("image", document.image.map(quoted));
    line("keywords", list(document.tags.iter().map(String::as_str)));
    let tags: Vec<String> = document.tags.iter().filter_map(|tag| obsidian_tag(tag)).collect();
    line("tags", list(tags.iter().map(String::as_str)));
    line("licence", document.licence.map(quoted));
    line("opt_out", list(document.opt_out.iter().map(String::as_str)));
    line("fetched", document.fetched_at.map(|time| time.to_string()));
    line("completeness", Some(document.completeness.name().to_owned()));
    line("words", Some(document.words.to_string()));
    line("copy_of", document.copy_of.map(|id| quoted(&id.to_string())));
    line("id", Some(quoted(&document.id.to_string())));
    out
}

fn body(document: &ExportDocument<'_>) -> String {
    let mut out = "---\n".to_owned();
    if let Some(title) = document.title {
        out.push_str(&format!("\n# {}\n", escape(&title.split_whitespace().collect::<Vec<_>>().join(" "))));
    }
    for paragraph in document.paragraphs() {
        // Lines of a paragraph, such as those of a poem, stay lines.
        let lines: Vec<String> = paragraph.lines().map(|line| escape_start(&escape(line.trim()))).collect();
        out.push_str(&format!("\n{}\n", lines.join("\\\n")));
    }
    out
}

/// A list in YAML's flow style; `None` if it is empty.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> Option<String> {
    let items: Vec<String> = items.map(quoted).collect();
    (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
}

/// A text as a YAML string in double quotes (YAML 1.2 §7.3.1). What YAML does not count as printable is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_unprintable(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A keyword as Obsidian's tags are written: no spaces, only letters, digits, `_`, `-` and `/`, and not digits alone.
fn obsidian_tag(keyword: &str) -> Option<String> {
    let words: Vec<String> = keyword
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/')).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let tag = words.join("-");
    tag.chars().any(|c| !c.is_numeric() && c.is_alphanumeric()).then_some(tag)
}

/// Escapes what is markup anywhere.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let is_pair = || PAIRS.iter().any(|pair| text.get(at..).is_some_and(|rest| rest.starts_with(pair)));
        if MARKUP.contains(&c) || (matches!(c, '=' | '%') && is_pair()) {
            out.push('\\');
        }
        // HTML replaces it.
        out.push(if c == '\0' { '\u{fffd}' } else { c });
    }
    out
}

/// Escapes what is markup at the start of a line: lists, rules, headings.
fn escape_start(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.get(digits..).and_then(|rest| rest.chars().next()) {
        Some('.' | ')') if (1..=9).contains(&digits) => {
            format!("{}\\{}", text.get(..digits).unwrap_or_default(), text.get(digits..).unwrap_or_default())
        }
        Some('-' | '+' | '=') if digits == 0 => format!("\\{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn a_file_has_front_matter_and_escaped_text() {
        let tags = ["climate change".to_owned(), "2024".to_owned(), "R&D: \"new\"".to_owned()];
        let document = ExportDocument { tags: &tags, ..sample::document("1. #One [[link]] ==x== 100%\n\n- Two\nlines") };
        let file = file(&document);
        assert!(file.starts_with("---\ntitle: \"The glass bridge & the dale\"\ndate: 2024-02-19\n"), "{file}");
        assert!(file.contains(
            "\nkeywords: [\"climate change\", \"2024\", \"R&D: \\\"new\\\"\"]\ntags: [\"climate-change\", \"RD-new\"]\n"
        ));
        let body = "---\n\n# The glass bridge \\& the dale\n\n1\\. \\#One \\[\\[link\\]\\] \\==x\\== 100%\n\n\\- Two\\\nlines\n";
        assert!(file.ends_with(body), "{file}");
    }

    #[test]
    fn an_edited_file_is_recognised() {
        let file = file(&sample::document("One.\n\nTwo."));
        assert!(is_unedited(file.as_bytes()));
        for edited in [file.replace("Two", "2"), file.replace("en\"", "de\""), file.replace("export_sha256", "x"), String::new()]
        {
            assert!(!is_unedited(edited.as_bytes()), "{edited}");
        }
    }

    #[test]
    fn yaml_strings_have_nothing_that_yaml_forbids() {
        assert_eq!(quoted("a\"\\\n\u{0}\u{85}\u{feff}\u{202e}é"), "\"a\\\"\\\\\\n\\u0000\\u0085\\ufeff\\u202eé\"");
    }
}
