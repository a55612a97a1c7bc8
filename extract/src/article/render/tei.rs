//! TEI P5 (<https://tei-c.org/release/doc/tei-p5-doc/en/html/>): a header with the metadata, the story with its lists, quotations, tables, links and
//! emphasis, and what else is asked for. Uses the elements that trafilatura's TEI has, and is valid against the schema that trafilatura publishes.

use super::markup::{self, Elements};
use super::story::{SpanKind, story};
use crate::article::clean::CleanedPage;
use crate::article::extras::{Comment, Extras, StoryImage};
use crate::base::escape::escape_xml;
use crate::base::url::site;
use crate::document::Role;

/// The namespace of TEI.
pub const NAMESPACE: &str = "http://www.tei-c.org/ns/1.0";

/// What the header of a TEI document says.
#[derive(Clone, Debug, Default)]
pub struct TeiHeader<'a> {
    /// An identifier.
    pub id: Option<String>,
    /// The headline.
    pub title: Option<&'a str>,
    /// Authors, in order.
    pub authors: &'a [String],
    /// The site name: the outlet.
    pub site: Option<&'a str>,
    /// The address.
    pub url: Option<&'a str>,
    /// The day of publication.
    pub published: Option<String>,
    /// The licence that the page declares.
    pub licence: Option<&'a str>,
    /// The page's own summary.
    pub description: Option<&'a str>,
    /// The section.
    pub section: Option<&'a str>,
    /// Keywords.
    pub tags: &'a [String],
    /// The language.
    pub language: Option<&'a str>,
    /// The day on which it was fetched.
    pub fetched: Option<String>,
}

/// Renders an article as a TEI document. Ends with a newline.
pub fn render(cleaned: &CleanedPage, extras: &Extras) -> String {
    let metadata = &cleaned.article.metadata;
    let url = cleaned.page.head.url.as_ref().map(ToString::to_string);
    let text = |found: &'_ Option<crate::document::Found<String>>| found.as_ref().map(|found| found.value.clone());
    let (title, site, licence) = (text(&metadata.title), text(&metadata.site), text(&metadata.licence));
    let (description, section, language) = (text(&metadata.description), text(&metadata.section), text(&metadata.language));
    let url = url.or_else(|| text(&metadata.canonical_url));
    let header = TeiHeader {
        title: title.as_deref(),
        authors: metadata.authors.as_ref().map_or(&[], |found| &found.value),
        site: site.as_deref(),
        url: url.as_deref(),
        published: metadata.published.as_ref().map(|found| found.value.day.to_string()),
        licence: licence.as_deref(),
        description: description.as_deref(),
        section: section.as_deref(),
        tags: metadata.tags.as_ref().map_or(&[], |found| &found.value),
        language: language.as_deref(),
        ..TeiHeader::default()
    };
    let (body, comments) = (markup::write(&Tei, &story(cleaned, extras)), markup::write_comments(&Tei, &extras.comments));
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", document_with(&header, (&body, &comments), Namespace::Declared))
}

/// Whether an element declares the namespace, as the outermost one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// It does.
    Declared,
    /// An element around it does.
    Inherited,
}

/// A `TEI` element from its header and the elements of its body. Without a body, there is an empty paragraph, as the schema wants one.
pub fn document(header: &TeiHeader<'_>, body: &str, namespace: Namespace) -> String {
    document_with(header, (body, ""), namespace)
}

/// [`document`] with the elements of comments.
fn document_with(header: &TeiHeader<'_>, (body, comments): (&str, &str), namespace: Namespace) -> String {
    let declared = if namespace == Namespace::Declared { format!(" xmlns=\"{NAMESPACE}\"") } else { String::new() };
    let lang = header.language.map(|language| format!(" xml:lang=\"{}\"", escape_xml(language))).unwrap_or_default();
    let body = if body.is_empty() { "<p/>\n" } else { body };
    let comments = if comments.is_empty() { String::new() } else { format!("<div type=\"comments\">\n{comments}</div>\n") };
    format!(
        "<TEI{declared}>\n{}<text{lang}>\n<body>\n<div type=\"entry\">\n{body}</div>\n{comments}</body>\n</text>\n</TEI>\n",
        teiheader(header)
    )
}

fn teiheader(header: &TeiHeader<'_>) -> String {
    let title = element("title", " type=\"main\"", header.title.unwrap_or_default());
    let authors: String = header.authors.iter().map(|author| element("author", "", author)).collect();
    let titles = format!("<titleStmt>\n{title}{authors}</titleStmt>\n");
    let domain = header.url.and_then(|url| site(&url.parse().ok()?));
    let publisher = match (header.site, domain) {
        (Some(name), Some(domain)) => format!("{name} ({domain})"),
        (Some(name), None) => name.to_owned(),
        (None, Some(domain)) => domain,
        (None, None) => "unknown".to_owned(),
    };
    let publisher = element("publisher", "", &publisher);
    let licence = optional("availability", header.licence.map(|licence| element("p", "", licence)));
    let id = optional("notesStmt", header.id.as_deref().map(|id| element("note", " type=\"id\"", id)));
    let address = header.url.map(|url| format!("<ptr type=\"URL\" target=\"{}\"/>\n", escape_xml(url))).unwrap_or_default();
    let date = header.published.as_deref().map(|day| element("date", "", day)).unwrap_or_default();
    let source = format!("<biblFull>\n{titles}<publicationStmt>\n{publisher}{address}{date}</publicationStmt>\n</biblFull>\n");
    format!(
        "<teiHeader>\n<fileDesc>\n{titles}<publicationStmt>\n{publisher}{licence}</publicationStmt>\n{id}<sourceDesc>\n{source}</sourceDesc>\n\
         </fileDesc>\n{}<encodingDesc>\n<appInfo>\n<application version=\"{}\" ident=\"gleaner\">\n<label>gleaner</label>\n</application>\n\
         </appInfo>\n</encodingDesc>\n</teiHeader>\n",
        profile(header),
        env!("CARGO_PKG_VERSION")
    )
}

fn profile(header: &TeiHeader<'_>) -> String {
    let fetched = header.fetched.as_deref().map(|day| element("date", " type=\"download\"", day));
    let summary = header.description.map(|summary| element("p", "", summary));
    let language = header.language.map(|code| element("language", &format!(" ident=\"{}\"", escape_xml(code)), code));
    let section = header.section.map(|section| element("term", " type=\"categories\"", section));
    let tags = (!header.tags.is_empty()).then(|| element("term", " type=\"tags\"", &header.tags.join(",")));
    let terms: Vec<String> = section.into_iter().chain(tags).collect();
    let keywords = (!terms.is_empty()).then(|| format!("<keywords>\n{}</keywords>\n", terms.concat()));
    let parts = [
        optional("creation", fetched),
        optional("abstract", summary),
        optional("langUsage", language),
        optional("textClass", keywords),
    ];
    format!("<profileDesc>\n{}</profileDesc>\n", parts.concat())
}

fn element(name: &str, attributes: &str, text: &str) -> String {
    format!("<{name}{attributes}>{}</{name}>\n", escape_xml(text))
}

fn optional(name: &str, content: Option<String>) -> String {
    content.map(|content| format!("<{name}>\n{content}</{name}>\n")).unwrap_or_default()
}

struct Tei;

impl Elements for Tei {
    fn escape(&self, text: &str) -> String {
        escape_xml(text).into_owned()
    }

    fn list(&self, is_numbered: bool) -> (&'static str, &'static str) {
        if is_numbered { ("<list rend=\"ol\">", "</list>") } else { ("<list rend=\"ul\">", "</list>") }
    }

    fn item(&self, number: Option<u32>) -> String {
        number.map_or_else(|| "<item>".to_owned(), |number| format!("<item n=\"{number}\">"))
    }

    fn item_end(&self) -> &'static str {
        "</item>"
    }

    fn table(&self) -> (&'static str, &'static str) {
        // trafilatura's schema has no tables.
        ("<list rend=\"table\">", "</list>")
    }

    fn row(&self, cells: &[String], is_header: bool) -> String {
        let rend = if is_header { " rend=\"header\"" } else { "" };
        let cells: String = cells.iter().map(|text| format!("<item>{text}</item>")).collect();
        format!("<item{rend}><list rend=\"row\">{cells}</list></item>")
    }

    fn quote(&self) -> (&'static str, &'static str) {
        ("<quote>", "</quote>")
    }

    fn block(&self, role: Role, text: &str) -> String {
        match role {
            // A `head` may only be the first in its division.
            Role::Heading(level) => format!("<ab type=\"header\" rend=\"h{}\">{text}</ab>", level.clamp(2, 6)),
            Role::Standfirst => format!("<p rend=\"standfirst\">{text}</p>"),
            Role::Code => format!("<ab type=\"code\">{text}</ab>"),
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
        let alt = if image.alt.is_empty() { String::new() } else { format!("<desc>{}</desc>", escape_xml(&image.alt)) };
        format!("<p><graphic url=\"{}\">{alt}</graphic></p>", escape_xml(&image.url))
    }

    fn comment(&self, number: usize, comment: &Comment) -> String {
        let author = comment.author.as_ref().map(|author| format!("<docAuthor>{}</docAuthor>", escape_xml(author)));
        let date = comment.date.map(|day| format!("<date when=\"{day}\">{day}</date>"));
        let signature: Vec<String> = author.into_iter().chain(date).collect();
        let byline = if signature.is_empty() { String::new() } else { format!("<byline>{}</byline>\n", signature.join(", ")) };
        format!("<div type=\"comment\" n=\"{number}\">\n{byline}{}\n</div>", markup::paragraphs(self, comment).join("\n"))
    }
}
