//! Who wrote what when: metadata from a page's head, markup and text. Each field with its witness.

mod date;

use crate::base::time::Timestamp;
use crate::document::{Metadata, Removal};
use crate::page::Page;

/// What metadata is found from.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The parsed page.
    pub page: &'a Page,
    /// The labeller's removals: lines it marked `title`, `byline`, `date`, `source`, `section` are witnesses.
    pub removals: &'a [Removal],
    /// The clean text, for the language.
    pub text: &'a str,
    /// The present instant: no date is later.
    pub now: Timestamp,
}

/// Finds the metadata of a page.
pub fn find(evidence: Evidence<'_>) -> Metadata {
    let _ = evidence;
    Metadata::default()
}
