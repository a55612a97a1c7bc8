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
    /// The current time: no date may be later. For a fetched page, the time of fetching, so that relative dates resolve correctly. If
    /// `None`, dates have no upper bound and relative dates are ignored.
    pub now: Option<Timestamp>,
}
