//! What was read of an input, and whether a document was cleaned from the same. Reads archives; decides nothing about the corpus.

use std::io::ErrorKind;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::Completeness;

use super::context::RunContext;
use super::later_pages::MorePages;
use super::options::Again;
use crate::ingest;
use crate::store::{KnownDocument, RawRef};

/// What was read of an input: enough to see whether a document was cleaned from the same.
#[derive(Clone, Debug)]
pub struct ReadBody {
    /// Hash of the body.
    pub hash: ContentHash,
    /// Where it is kept, if it is.
    pub kept: Option<RawRef>,
    /// Number of later pages of its story; `None` if one of them is new.
    pub later_pages: Option<usize>,
    /// Whether more of them are requested.
    pub more: MorePages,
}

impl ReadBody {
    /// True if cleaning this body would give the document as it is, or what a rollback has undone.
    pub fn is_unchanged(&self, known: &KnownDocument, context: &RunContext<'_>) -> bool {
        let may_be_more = self.more == MorePages::Fetch && known.completeness == Completeness::Truncated;
        let is_current = known.raw.sha256 == self.hash
            && known.cleaner.as_ref() == Some(&context.cleaner)
            && self.later_pages == Some(known.parts)
            && !may_be_more
            && !self.has_moved(known, context);
        context.again == Again::Changed && (is_current || self.is_undone(known, context))
    }

    /// True if a rollback has undone what cleaning this body would make of the document.
    pub fn is_undone(&self, known: &KnownDocument, context: &RunContext<'_>) -> bool {
        context.again == Again::Changed
            && self.later_pages.is_some_and(|parts| known.is_undone(&self.hash, parts, &context.cleaner))
    }

    /// True if a page in an archive is the body that the document had in another place, where it can no longer be read: archives are
    /// renamed, joined and repacked.
    pub fn has_moved(&self, known: &KnownDocument, context: &RunContext<'_>) -> bool {
        let is_elsewhere = |kept: &&RawRef| kept.sha256 == known.raw.sha256 && kept.path != known.raw.path;
        if self.kept.as_ref().filter(is_elsewhere).is_none() {
            return false;
        }
        let (path, Some(place)) = context.layout.body(&known.raw.path) else { return false };
        let there = ingest::archive::read_page(&path, &place, context.clean.limits.max_bytes);
        match there {
            Ok(there) => there.hash() != known.raw.sha256,
            // An archive that cannot be read now may have it still.
            Err(ingest::Error::Io { source, .. }) => source.kind() == ErrorKind::NotFound,
            Err(_) => true,
        }
    }
}
