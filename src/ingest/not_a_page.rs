//! Files that are no page, although they are text: lists of URLs, source code, tables, RTF, JSON; and office documents that are not read. Told by their
//! content. A text that quotes any of these is a text: each kind has to fill the file, or start it in a way that no text does.

use std::io::Cursor;

use super::zip_container::ZipContainer;
use csv_core::ReadRecordResult;
use gleaner_warc::budget::Budget;

/// Bytes that are looked at.
const SAMPLE: usize = 64 << 10;

/// A kind of file that is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPage {
    /// A list of URLs.
    UrlList,
    /// A program, a style sheet.
    SourceCode,
    /// A table without a column of pages.
    Table,
    /// Rich Text Format.
    Rtf,
    /// JSON that is no table of pages.
    Json,
    /// A document of an office program that is not read.
    Office,
}

/// Whether a file, and the text at its start, are of a kind.
type IsKind = fn(&[u8], &str) -> bool;

impl NotAPage {
    /// The kind of a file; `None` for all others.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        const KINDS: &[(NotAPage, IsKind)] = &[
            (NotAPage::Office, |bytes, _| is_office(bytes)),
            (NotAPage::Rtf, |_, sample| sample.starts_with("{\\rtf")),
            (NotAPage::Json, |bytes, _| is_json(bytes)),
            (NotAPage::UrlList, |_, sample| is_url_list(sample)),
            (NotAPage::SourceCode, |_, sample| is_source_code(sample)),
            (NotAPage::Table, |_, sample| is_table(sample)),
        ];
        let start = bytes.get(..SAMPLE).unwrap_or(bytes);
        // Of a long file, the last line is cut off.
        let end = if start.len() < bytes.len() { memchr::memrchr(b'\n', start).unwrap_or(start.len()) } else { start.len() };
        let text = String::from_utf8_lossy(start.get(..end).unwrap_or_default());
        let sample = text.trim_start_matches('\u{feff}').trim();
        if sample.starts_with('<') {
            return None;
        }
        KINDS.iter().find(|(_, is_kind)| is_kind(bytes, sample)).map(|(kind, _)| *kind)
    }

    /// The kind, as a fragment that fits "it is …".
    pub fn name(self) -> &'static str {
        match self {
            Self::UrlList => "a list of URLs",
            Self::SourceCode => "source code",
            Self::Table => "a table without a column of text",
            Self::Rtf => "RTF",
            Self::Json => "JSON data",
            Self::Office => "an office document",
        }
    }

    /// What the user can do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::UrlList => "`gleaner ingest --list FILE` adds the pages at these URLs",
            Self::SourceCode => "only HTML, Markdown and plain text are read; leave the file out",
            Self::Table => "if it has pages, name their column: `gleaner ingest FILE --text-field NAME`",
            Self::Rtf | Self::Office => "save it as DOCX, HTML or plain text",
            Self::Json => {
                "if it has pages, make it JSON Lines (`jq -c '.[]'`), and name their key: `gleaner ingest FILE --text-field NAME`"
            }
        }
    }
}

/// Whether the bytes are an old office document, or a ZIP with one that is not read as a document.
fn is_office(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return true;
    }
    let zip = || ZipContainer::open(Cursor::new(bytes), Budget::new(bytes.len() as u64, 0));
    bytes.starts_with(b"PK\x03\x04") && zip().is_ok_and(|zip| zip.is_document())
}

/// Whether the bytes are JSON objects or arrays and nothing else.
fn is_json(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if !matches!(start.first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(start).into_iter::<serde::de::IgnoredAny>();
    values.all(|value| value.is_ok())
}

/// Whether every line is a URL, empty, or a comment.
fn is_url_list(sample: &str) -> bool {
    let mut lines = sample.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let is_url = |line: &str| {
        let rest = ["https://", "http://"].iter().find_map(|scheme| line.strip_prefix(scheme));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
    };
    lines.peek().is_some() && lines.all(is_url)
}

/// Lines by which source code is recognised, and the least number of them.
const CODE_LINES: usize = 200;
const MIN_CODE_LINES: usize = 6;

/// Whether a file starts with the line that names an interpreter, or nearly all of its lines are those of a program.
fn is_source_code(sample: &str) -> bool {
    const STARTS: &[&str] = &[
        "//",
        "/*",
        "*/",
        "#include",
        "import ",
        "def ",
        "fn ",
        "func ",
        "function ",
        "let ",
        "const ",
        "var ",
        "pub ",
        "return ",
        "return;",
        "public ",
        "private ",
        "package ",
        "elif ",
        "else:",
        "try:",
        "except ",
        "self.",
        "}",
        "@media",
        "@import",
        "use ",
        "if (",
        "for (",
    ];
    const ENDS: &[&str] = &[";", "{", "}", "};", "},", "),", "({", "(", "=>", "):", "else:", "*/"];
    if sample.starts_with("#!/") {
        return true;
    }
    let lines: Vec<&str> = sample.lines().map(str::trim).filter(|line| !line.is_empty()).take(CODE_LINES).collect();
    // Prose has lines that end in a semicolon; those of a program are short, or look like nothing else.
    let is_code = |line: &&&str| {
        let ends = ENDS.iter().any(|end| line.ends_with(end)) && !line.contains(". ");
        let starts =
            STARTS.iter().any(|start| line.starts_with(start)) && line.contains(['(', '{', '}', ';', ':', '=', '<', '/', '.']);
        (ends || starts || is_statement(line)) && line.len() < 200
    };
    let code = lines.iter().filter(is_code).count();
    lines.len() >= MIN_CODE_LINES && code * 3 >= lines.len() * 2
}

/// Whether a line is a call, an assignment, an import or the head of a block.
fn is_statement(line: &str) -> bool {
    const BLOCKS: &[&str] = &["if ", "for ", "while ", "with ", "class ", "async "];
    let name = line.find(|c: char| !c.is_ascii_alphanumeric() && !"_.$".contains(c)).unwrap_or(line.len());
    let follows = line.get(name..).unwrap_or_default();
    let is_call = name > 0 && ["(", "[", "=", " = ", " += ", ": ["].iter().any(|operator| follows.starts_with(operator));
    let is_import = line.starts_with("from ") && line.contains(" import ");
    is_call || is_import || (line.ends_with(':') && BLOCKS.iter().any(|block| line.starts_with(block)))
}

/// Rows by which a table is recognised, the least number of them and of columns, and the longest name of a column.
const TABLE_ROWS: usize = 50;
const MIN_TABLE_ROWS: usize = 4;
const MIN_COLUMNS: usize = 3;
const MAX_NAME: usize = 40;

/// Whether a file is a table: under a row of short names, rows with exactly as many values.
fn is_table(sample: &str) -> bool {
    b",\t;|".iter().any(|delimiter| {
        let rows = rows(sample, *delimiter);
        let Some((names, values)) = rows.split_first() else { return false };
        // In prose, a space follows the comma.
        let is_name = |name: &String| !name.trim().is_empty() && name.len() <= MAX_NAME && !name.starts_with(' ');
        rows.len() >= MIN_TABLE_ROWS
            && names.len() >= MIN_COLUMNS
            && names.iter().all(is_name)
            && values.iter().all(|row| row.len() == names.len())
    })
}

/// The first rows of a text with values separated by a character.
fn rows(sample: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let sample = format!("{sample}\n");
    let (mut input, mut output, mut ends, mut rows) = (sample.as_bytes(), vec![0; sample.len()], [0; 256], Vec::new());
    while rows.len() < TABLE_ROWS {
        let (result, read, _, count) = parser.read_record(input, &mut output, &mut ends);
        input = input.get(read..).unwrap_or_default();
        if !matches!(result, ReadRecordResult::Record) {
            break;
        }
        let starts = std::iter::once(&0).chain(&ends);
        let value =
            |(start, end): (&usize, &usize)| String::from_utf8_lossy(output.get(*start..*end).unwrap_or_default()).into_owned();
        rows.push(starts.zip(&ends).take(count).map(value).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_page_are_recognised() {
        let program = "import os\n\ndef main():\n    print(1)\n    return 2\n\nif __name__ == '__main__':\n    x = {\n    }\n    self.y(3)\n";
        let script = "const a = 1;\nfunction b(c) {\n  return c;\n}\n\nfor (let i = 0; i < a; i++) {\n  b(i);\n}\n";
        for (text, kind) in [
            ("https://a.example/1\n\n# more\nhttp://b.example/2\n", NotAPage::UrlList),
            ("\u{feff}https://a.example/1", NotAPage::UrlList),
            ("#!/bin/sh\necho x\n", NotAPage::SourceCode),
            (program, NotAPage::SourceCode),
            (script, NotAPage::SourceCode),
            ("body {\n  color: red;\n}\n/* x */\np {\n  margin: 0;\n}\n", NotAPage::SourceCode),
            ("id,name,amount\n1,a,3\n2,\"b, c\",4\n3,d,5\n", NotAPage::Table),
            ("day\tplace\train\n1\tA\t3\n2\tB\t4\n3\tC\t5\n", NotAPage::Table),
            ("{\\rtf1\\ansi A story.}", NotAPage::Rtf),
            (" {\"a\": [1]}\n", NotAPage::Json),
        ] {
            assert_eq!(NotAPage::detect(text.as_bytes()), Some(kind), "{text}");
        }
        assert_eq!(NotAPage::detect(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), Some(NotAPage::Office));
    }

    #[test]
    fn texts_that_quote_them_are_texts() {
        for text in [
            "",
            "A story.",
            "https://a.example/story\n\nIt rained all day.\n",
            "Boats, quays, and rain\n\nThe river rose, fell, and rose.\nIt rained, and rained, and stopped.\nNobody came, saw, or cared.\n",
            "[Reuters] It rained.",
            "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n",
            "The rain came;\nthe river rose;\nthe boats were moved;\nand nobody slept.\n\nIn the morning it was over. People went home.\n\nLater it rained again.\n",
            "How to say hello\n\nWrite this:\n\n    fn main() {\n        println!(\"hello\");\n    }\n\nThen run it.\n\nIt prints hello.\nThat is all.\n",
            "<p>id,name,amount\n1,a,3\n2,b,4\n3,d,5",
        ] {
            assert_eq!(NotAPage::detect(text.as_bytes()), None, "{text}");
        }
    }
}
