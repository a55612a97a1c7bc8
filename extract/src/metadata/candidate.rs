//! Metadata candidates as collected, each with its source. Chooses none.

use super::date::ParsedDate;
use crate::document::Block;

/// The kinds of sources of metadata. How reliable each is for each field is in `reliability`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MetadataSource {
    /// The JSON-LD node of the article.
    JsonLd,
    /// The `headline` of a JSON-LD node whose type is a news article.
    JsonLdNewsHeadline,
    /// The `name` of the article's JSON-LD node, as opposed to its `headline`.
    JsonLdName,
    /// Another JSON-LD node: the web page, a video, the publisher.
    JsonLdPage,
    /// `og:*` meta elements.
    OpenGraph,
    /// `article:*` meta elements.
    ArticleTag,
    /// Meta elements for analytics and newsletters: Parsely, Sailthru, Cxense.
    Analytics,
    /// `citation_*` and PRISM.
    Citation,
    /// Dublin Core.
    DublinCore,
    /// `twitter:*`.
    Twitter,
    /// Plain names: `author`, `date`, `keywords`.
    PlainMeta,
    /// Microdata on visible elements.
    Microdata,
    /// A main heading.
    Heading,
    /// A lower-level heading that repeats the page's title.
    Subheading,
    /// The `<title>` without the site's name.
    TitleTag,
    /// `<time>` and other elements that markup identifies as a date.
    TimeMark,
    /// `rel="author"`.
    RelAuthor,
    /// Elements with a byline class.
    BylineClass,
    /// A date or byline in a short line of text.
    ShortLine,
    /// A date in running text.
    LongLine,
    /// A line that the labeller assigned to a category.
    Labelled,
    /// The path of the page's URL.
    UrlPath,
    /// The host of the page's URL.
    Host,
    /// `<link>`.
    Link,
    /// `<link>` to a short URL, which is often on another domain.
    ShortLink,
    /// The `lang` of the root element.
    HtmlLang,
    /// Statistical language detection on the text.
    Statistics,
    /// Boilerplate around the story.
    Boilerplate,
    /// A date in a script's data.
    Script,
    /// A header of the HTTP response.
    Header,
    /// The feed entry that linked to the page.
    Feed,
    /// A rule of the page's site.
    SiteRule,
}

/// A value that a source gives for a field.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<T> {
    /// The value.
    pub value: T,
    /// Where the page states it, as written to sidecars. For people: no logic reads it.
    pub evidence: String,
    /// The kind of source.
    pub source: MetadataSource,
    /// What its position or form adds to the source's reliability.
    pub adjustment: f32,
}

impl<T> Candidate<T> {
    /// A candidate with its source's own reliability.
    pub fn new(value: T, source: MetadataSource, evidence: impl Into<String>) -> Self {
        Self { value, evidence: evidence.into(), source, adjustment: 0.0 }
    }

    /// The same candidate with its adjustment changed by this much.
    pub fn adjusted(mut self, by: f32) -> Self {
        self.adjustment += by;
        self
    }

    /// The same source and evidence with another value.
    pub fn with<U>(&self, value: U) -> Candidate<U> {
        Candidate { value, evidence: self.evidence.clone(), source: self.source, adjustment: self.adjustment }
    }
}

/// The evidence for a value from a line of the text.
pub(crate) fn line_evidence(block: &Block, index: usize) -> String {
    if block.line > 0 { format!("text:line {}", block.line) } else { format!("text:block {}", index + 1) }
}

/// What the page declares an author to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthorKind {
    /// A person.
    Person,
    /// An organisation.
    Organisation,
    /// Not declared.
    Unknown,
}

/// An author as written; may contain several names, a role or a lead-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawAuthor {
    /// As written, with entities decoded.
    pub text: String,
    /// What the page declares it to be.
    pub kind: AuthorKind,
}

impl RawAuthor {
    /// An author of undeclared kind.
    pub fn unknown(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: AuthorKind::Unknown }
    }
}

/// The candidates of every field, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Headlines.
    pub titles: Vec<Candidate<String>>,
    /// Author lists as written.
    pub authors: Vec<Candidate<Vec<RawAuthor>>>,
    /// Publication dates.
    pub published: Vec<Candidate<ParsedDate>>,
    /// Modification dates.
    pub modified: Vec<Candidate<ParsedDate>>,
    /// Site names.
    pub sites: Vec<Candidate<String>>,
    /// Sections.
    pub sections: Vec<Candidate<String>>,
    /// Keyword lists.
    pub tags: Vec<Candidate<Vec<String>>>,
    /// Languages, as written.
    pub languages: Vec<Candidate<String>>,
    /// Summaries.
    pub descriptions: Vec<Candidate<String>>,
    /// Canonical URLs.
    pub canonical: Vec<Candidate<String>>,
    /// URLs of the lead image.
    pub images: Vec<Candidate<String>>,
    /// Whether the page is behind a paywall.
    pub paywalled: Vec<Candidate<bool>>,
    /// Licences: URLs or text.
    pub licences: Vec<Candidate<String>>,
    /// Opt-outs from text and data mining and AI training.
    pub opt_outs: Vec<Candidate<String>>,
    /// Other URLs of the page.
    pub aliases: Vec<Candidate<String>>,
    /// URLs of what the story is based on.
    pub based_on: Vec<Candidate<String>>,
}

/// Most candidates of one field that are compared with each other. The first ones are the most reliable.
const MAX_CANDIDATES: usize = 500;

/// Most titles and author lists, which take longer to compare.
const MAX_NAMES: usize = 128;

impl Candidates {
    /// Drops all candidates of a field beyond the maximum.
    pub fn cap(&mut self) {
        // All fields, so that none is forgotten.
        let Self {
            titles,
            authors,
            published,
            modified,
            sites,
            sections,
            tags,
            languages,
            descriptions,
            canonical,
            images,
            paywalled,
            licences,
            opt_outs,
            aliases,
            based_on,
        } = self;
        titles.truncate(MAX_NAMES);
        authors.truncate(MAX_NAMES);
        published.truncate(MAX_CANDIDATES);
        modified.truncate(MAX_CANDIDATES);
        tags.truncate(MAX_CANDIDATES);
        paywalled.truncate(MAX_CANDIDATES);
        for texts in [sites, sections, languages, descriptions, canonical, images, licences, opt_outs, aliases, based_on] {
            texts.truncate(MAX_CANDIDATES);
        }
    }
}
