//! DOCX (ECMA-376, WordprocessingML): converts paragraphs, headings, lists and table rows to HTML, under a head with the title, author and dates of
//! the document's properties. Deleted text, comments, notes, headers and footers are left out.

use std::io::Cursor;

use gleaner_extract::base::escape::escape_html;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::markup::HtmlHead;
use super::zip_container::ZipContainer;
use gleaner_warc::budget::Budget;

const DOCUMENT: &str = "word/document.xml";

/// Whether the bytes are a Word document.
pub fn is_docx(bytes: &[u8], budget: &Budget) -> bool {
    bytes.starts_with(b"PK\x03\x04") && ZipContainer::open(Cursor::new(bytes), budget.clone()).is_ok_and(|zip| zip.has(DOCUMENT))
}

/// Converts a document to HTML. `cap` is the most bytes of each part, decompressed. The error says what is wrong with the file.
pub fn html(bytes: &[u8], cap: usize, budget: &Budget) -> Result<Vec<u8>, String> {
    let mut zip = ZipContainer::open(Cursor::new(bytes), budget.clone())?;
    // Properties are optional.
    let head = zip.read_text("docProps/core.xml", cap).ok().map(|text| properties(&text)).unwrap_or_default();
    let mut html = head.html();
    html += "<article>\n";
    html += &body(&zip.read_text(DOCUMENT, cap)?)?;
    html += "</article>\n";
    Ok(html.into_bytes())
}

/// Title, author and dates, up to the first error in the properties.
fn properties(text: &str) -> HtmlHead {
    let (mut head, mut reader, mut name, mut value) = (HtmlHead::default(), Reader::from_str(text), String::new(), String::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => {
                name = element.local_name().as_ref().to_owned();
                value.clear();
            }
            Event::End(_) => {
                let field = match std::mem::take(&mut name).as_str() {
                    "title" => &mut head.title,
                    "creator" => &mut head.author,
                    "created" => &mut head.published,
                    "modified" => &mut head.modified,
                    _ => continue,
                };
                *field = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            }
            Event::Eof => break,
            event => value += &text_of(&event),
        }
    }
    head
}

/// The state while a document is converted.
#[derive(Default)]
struct BodyConverter {
    html: String,
    /// The current paragraph's text.
    text: String,
    /// The current paragraph's HTML element.
    element: Option<&'static str>,
    /// Inside `w:t`.
    in_text: bool,
}

fn body(text: &str) -> Result<String, String> {
    let (mut converter, mut reader) = (BodyConverter::default(), Reader::from_str(text));
    loop {
        match reader.read_event().map_err(|error| format!("{DOCUMENT}: {error}"))? {
            Event::Start(element) => converter.start(&element),
            Event::Empty(element) => {
                converter.start(&element);
                converter.end(element.local_name().as_ref());
            }
            Event::End(element) => converter.end(element.local_name().as_ref()),
            Event::Eof => return Ok(converter.html),
            event if converter.in_text => converter.text += &text_of(&event),
            _ => {}
        }
    }
}

impl BodyConverter {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "t" => self.in_text = true,
            "tab" | "br" | "cr" => self.text.push(' '),
            "noBreakHyphen" => self.text.push('-'),
            "pStyle" => self.element = self.element.or_else(|| element_for_style(element)),
            "numPr" => self.element = self.element.or(Some("li")),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" => {
                let element = self.element.take().unwrap_or("p");
                let text = std::mem::take(&mut self.text);
                if !text.trim().is_empty() {
                    self.html += &format!("<{element}>{}</{element}>\n", escape_html(text.trim()));
                }
            }
            _ => {}
        }
    }
}

/// The HTML element for a paragraph's style. Built-in styles have the same names in every language.
fn element_for_style(element: &BytesStart<'_>) -> Option<&'static str> {
    const STYLES: &[(&str, &str)] = &[
        ("Title", "h1"),
        ("Heading1", "h2"),
        ("Heading2", "h3"),
        ("Heading3", "h4"),
        ("Quote", "blockquote"),
        ("ListParagraph", "li"),
    ];
    let value = element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "val")?;
    let value = value.normalized_value(XmlVersion::Implicit1_0).ok()?;
    STYLES.iter().find(|(name, _)| *name == value).map(|(_, element)| *element)
}

/// The text of an event.
fn text_of(event: &Event<'_>) -> String {
    const ENTITIES: &[(&str, &str)] = &[("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];
    match event {
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::CData(text) => text.xml10_content().into_owned(),
        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
            Ok(Some(c)) => c.to_string(),
            // Entities defined by the document are not expanded.
            _ => ENTITIES
                .iter()
                .find(|(name, _)| **name == reference.xml10_content())
                .map_or_else(String::new, |(_, c)| (*c).to_owned()),
        },
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_headings_and_lists_are_converted_and_deleted_text_is_not() {
        let xml = r#"<w:document xmlns:w="x"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Boats &amp; quays</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">First </w:t><w:tab/><w:t>line&#33;</w:t><w:delText>gone</w:delText></w:r></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>One</w:t></w:r></w:p><w:p/></w:body></w:document>"#;
        assert_eq!(body(xml).unwrap(), "<h2>Boats &amp; quays</h2>\n<p>First  line!</p>\n<li>One</li>\n");
        assert!(body("<w:p><w:t>cut</w:p>").is_err());
    }

    #[test]
    fn properties_become_the_head() {
        let xml = r#"<cp:coreProperties xmlns:cp="x" xmlns:dc="y"><dc:title>A &lt;B&gt;</dc:title><dc:creator>Ann Lee</dc:creator><dc:empty/></cp:coreProperties>"#;
        let head = properties(xml);
        assert_eq!((head.title.as_deref(), head.author.as_deref()), (Some("A <B>"), Some("Ann Lee")));
    }
}
