//! What a page says, before anyone decides: candidates for each field with their witnesses.

use super::date::Reading;

/// The kinds of witnesses. How far each is to be believed, field by field, stands in `resolve`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    /// The JSON-LD node of the article.
    JsonLd,
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
    /// A lesser heading that the page's title repeats.
    Subheading,
    /// The `<title>` without the site's name.
    TitleTag,
    /// `<time>` and other elements that markup names as a date.
    TimeMark,
    /// `rel="author"`.
    RelAuthor,
    /// Elements whose class says byline.
    BylineClass,
    /// A date or byline in a short line of text.
    ShortLine,
    /// A date in running text.
    LongLine,
    /// A line that the labeller named.
    Labelled,
    /// The path of the page's address.
    UrlPath,
    /// The host of the page's address.
    Host,
    /// `<link>`.
    Link,
    /// The `lang` of the root element.
    HtmlLang,
    /// The text's own letters and words.
    Statistics,
    /// Words of furniture around the story.
    Furniture,
    /// A date in a script's data.
    Script,
    /// A header of the HTTP answer.
    Header,
    /// The entry of the feed that led to the page.
    Feed,
}

/// A value that a witness gives for a field.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<T> {
    /// The value.
    pub value: T,
    /// The source within the page, as stored.
    pub witness: String,
    /// The kind of witness.
    pub source: Source,
    /// What its place or form adds to the source's reliability.
    pub adjustment: f32,
}

impl<T> Candidate<T> {
    /// A candidate at its source's own reliability.
    pub fn new(value: T, source: Source, witness: impl Into<String>) -> Self {
        Self { value, witness: witness.into(), source, adjustment: 0.0 }
    }

    /// The same, moved up or down.
    pub fn adjusted(mut self, by: f32) -> Self {
        self.adjustment += by;
        self
    }

    /// The same witness with another value.
    pub fn with<U>(&self, value: U) -> Candidate<U> {
        Candidate { value, witness: self.witness.clone(), source: self.source, adjustment: self.adjustment }
    }
}

/// What a page says an author is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthorKind {
    /// Said to be a person.
    Person,
    /// Said to be an organisation.
    Organisation,
    /// Not said.
    Unknown,
}

/// An author as written: perhaps several names, a role, a lead-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawAuthor {
    /// As written, entities decoded.
    pub text: String,
    /// What the page says it is.
    pub kind: AuthorKind,
}

impl RawAuthor {
    /// An author of whom nothing else is said.
    pub fn unknown(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: AuthorKind::Unknown }
    }
}

/// Everything that a page says, in the order in which it was found.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Headlines.
    pub titles: Vec<Candidate<String>>,
    /// Author lists as written.
    pub authors: Vec<Candidate<Vec<RawAuthor>>>,
    /// Dates of publication.
    pub published: Vec<Candidate<Reading>>,
    /// Dates of modification.
    pub modified: Vec<Candidate<Reading>>,
    /// Names of the outlet.
    pub sites: Vec<Candidate<String>>,
    /// Sections.
    pub sections: Vec<Candidate<String>>,
    /// Keyword lists.
    pub tags: Vec<Candidate<Vec<String>>>,
    /// Languages, as written.
    pub languages: Vec<Candidate<String>>,
    /// Summaries.
    pub descriptions: Vec<Candidate<String>>,
    /// Canonical addresses.
    pub canonical: Vec<Candidate<String>>,
    /// Addresses of the lead image.
    pub images: Vec<Candidate<String>>,
    /// Whether it is paid for.
    pub paywalled: Vec<Candidate<bool>>,
    /// Licences: addresses or words.
    pub licences: Vec<Candidate<String>>,
    /// TdmOptOut against text and data mining and AI training.
    pub opt_outs: Vec<Candidate<String>>,
    /// Other addresses of the page.
    pub aliases: Vec<Candidate<String>>,
}
