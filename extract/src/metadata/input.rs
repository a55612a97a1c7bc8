//! The input of metadata extraction. Parses nothing.

use crate::base::time::Timestamp;
use crate::document::{HttpFacts, Removal};
use crate::page::Page;

/// Everything that metadata is extracted from.
#[derive(Clone, Copy, Debug)]
pub struct MetadataInput<'a> {
    /// The parsed page.
    pub page: &'a Page,
    /// The labeller's removals: lines it marked `title`, `byline`, `date`, `source` or `section` yield candidates.
    pub removals: &'a [&'a Removal],
    /// The HTTP facts of a fetched page: headers and the host's `tdmrep.json` can declare licences and opt-outs.
    pub http: Option<&'a HttpFacts>,
    /// The clean text, for language detection.
    pub text: &'a str,
    /// The folded words of the clean text.
    pub folded: &'a str,
    /// The folded words of each block of the page.
    pub folded_blocks: &'a [String],
    /// The time of fetching, to which relative dates refer. If `None`, they are ignored: what a page says must not depend on when it is cleaned.
    pub fetched_at: Option<Timestamp>,
    /// The current time, for a fetched page the time of fetching: no date may be later. If `None`, dates have no upper bound.
    pub now: Option<Timestamp>,
}
