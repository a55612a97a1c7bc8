//! A document as every format gets it: its clean text and the chosen values of its metadata. Reads no files.

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::squeeze;
use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::base::url::site;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Completeness, DocumentId};

use crate::relate::Relation;

/// A document to export. The evidence for its metadata stays in its sidecar.
#[derive(Clone, Debug)]
pub struct ExportDocument<'a> {
    /// The document's id.
    pub id: DocumentId,
    /// The path of its files below `clean/`, without extension and with `/` as separator: unique, safe on every file system, and kept for good.
    pub stem: &'a str,
    /// The URL it is known by, for web pages.
    pub url: Option<&'a str>,
    /// The headline.
    pub title: Option<&'a str>,
    /// Authors, in order.
    pub authors: &'a [String],
    /// First publication.
    pub published: Option<PageDate>,
    /// Last modification.
    pub modified: Option<PageDate>,
    /// ISO 639-1, else 639-3.
    pub language: Option<&'a str>,
    /// The site name: the outlet.
    pub site: Option<&'a str>,
    /// The section.
    pub section: Option<&'a str>,
    /// Keywords.
    pub tags: &'a [String],
    /// The page's own summary.
    pub description: Option<&'a str>,
    /// The URL of the lead image.
    pub image: Option<&'a str>,
    /// The licence that the page declares.
    pub licence: Option<&'a str>,
    /// Opt-outs from text and data mining and AI training.
    pub opt_out: &'a [String],
    /// When it was fetched; `None` for files.
    pub fetched_at: Option<Timestamp>,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f64,
    /// Words of the text.
    pub words: u64,
    /// The document that has the text, if this one is a copy.
    pub copy_of: Option<DocumentId>,
    /// The canonical document of the cluster: this one, if it is in none.
    pub cluster: DocumentId,
    /// Relations to other documents.
    pub relations: &'a [Relation],
    /// SHA-256 of the text and a line feed, as in the text file.
    pub text_sha256: ContentHash,
    /// The clean text: paragraphs with a blank line between two, no line feed at its end.
    pub text: &'a str,
}

impl<'a> ExportDocument<'a> {
    /// The day of publication.
    pub fn day(&self) -> Option<Day> {
        self.published.map(|date| date.day)
    }

    /// The registrable domain of the document's URL.
    pub fn domain(&self) -> Option<String> {
        site(&self.url?.parse().ok()?)
    }

    /// The headline on one line; without one, the beginning of the text.
    pub fn heading(&self) -> String {
        let title = self.title.map(squeeze).filter(|title| !title.is_empty());
        title.unwrap_or_else(|| squeeze(self.text).chars().take(80).collect())
    }

    /// When it was last changed, as far as that is known: the instant or the beginning of the day, in UTC, of the modification, else of the publication;
    /// else when it was fetched.
    pub fn updated(&self) -> Option<Timestamp> {
        self.modified.or(self.published).map(instant).or(self.fetched_at)
    }

    /// The paragraphs of the text.
    pub fn paragraphs(&self) -> impl Iterator<Item = &'a str> {
        self.text.split("\n\n").map(|paragraph| paragraph.trim_matches('\n')).filter(|paragraph| !paragraph.is_empty())
    }
}

/// The instant of a date; the beginning of its day in UTC, if only the day is known.
pub(super) fn instant(date: PageDate) -> Timestamp {
    date.instant.unwrap_or_else(|| format!("{}T00:00:00Z", date.day).parse().unwrap_or(Timestamp::from_unix(0)))
}

/// The days from 1970-01-01 to the day, negative before it.
pub(super) fn days_since_epoch(day: Day) -> i32 {
    let midnight = instant(PageDate { day, instant: None }).unix();
    i32::try_from(midnight.div_euclid(86_400)).unwrap_or_default()
}
