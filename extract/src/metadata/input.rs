//! The input of metadata extraction. Parses nothing.

use std::collections::BTreeMap;

use crate::base::time::Timestamp;
use crate::document::Removal;
use crate::page::Page;

/// Everything that metadata is extracted from.
#[derive(Clone, Copy, Debug)]
pub struct MetadataInput<'a> {
    /// The parsed page.
    pub page: &'a Page,
    /// The labeller's removals: lines it marked `title`, `byline`, `date`, `source` or `section` yield candidates.
    pub removals: &'a [&'a Removal],
    /// Headers of the HTTP response by lower-case name, for fetched pages: licences and opt-outs can be declared there.
    pub headers: Option<&'a BTreeMap<String, String>>,
    /// The clean text, for language detection.
    pub text: &'a str,
    /// The current time: no date may be later. For a fetched page, the time of fetching, so that relative dates resolve correctly. If
    /// `None`, dates have no upper bound and relative dates are ignored.
    pub now: Option<Timestamp>,
}
