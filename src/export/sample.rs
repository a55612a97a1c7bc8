//! A document for the tests of the formats.

use super::document::ExportDocument;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Completeness, DocumentId};

/// A document with this text, and a little metadata.
pub(super) fn document(text: &str) -> ExportDocument<'_> {
    let id = DocumentId(ContentHash::of(text));
    ExportDocument {
        id,
        stem: "2024/02/2024-02-19_courier_glass-bridge_ab12cd34",
        url: Some("https://news.courier.example/glass-bridge?a=1&b=2"),
        title: Some("The glass bridge & the dale"),
        authors: &[],
        published: Some(PageDate { day: "2024-02-19".parse().unwrap(), instant: Some("2024-02-19T06:30:00Z".parse().unwrap()) }),
        modified: None,
        language: Some("en"),
        site: Some("The Courier"),
        section: None,
        tags: &[],
        description: None,
        image: None,
        licence: None,
        opt_out: &[],
        fetched_at: Some("2024-02-20T00:00:00Z".parse().unwrap()),
        completeness: Completeness::Complete,
        confidence: 0.97,
        words: 3,
        copy_of: None,
        cluster: id,
        relations: &[],
        text_sha256: ContentHash::of(format!("{text}\n")),
        text,
    }
}
