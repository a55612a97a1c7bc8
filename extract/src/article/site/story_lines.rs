//! What is counted of a site, and how often a line recurs there.

use super::page_lines::PageLines;
use crate::base::time::Day;
use crate::document::DocumentId;

/// The most stories of a site that are counted: more tell little, and cost time at the end of each run.
pub const MAX_STORIES: usize = 1024;

/// A story of a site and its lines.
#[derive(Clone, Debug)]
pub struct StoryLines {
    /// The document.
    pub id: DocumentId,
    /// When it was published, if that is known.
    pub published: Option<Day>,
    /// Its lines.
    pub lines: PageLines,
}

/// How often a line recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurring {
    /// Stories with the line.
    pub stories: u32,
    /// Stories of the site; if all stories with the line have a date, those between the first and the last of them.
    pub of: u32,
}
