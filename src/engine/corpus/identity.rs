//! Decides which document a clean page is, by what the corpus knows. Changes nothing.
//!
//! A fetched page is known by the address that it declares (`rel=canonical`), unless another address has given that document a
//! different text. So pages that all declare one address stay apart, and a page and its mobile form do not rewrite each other in turn.
//!
//! Of several bodies of one page the fullest is the document's, and of those the newest: a preview never replaces the whole story, in
//! whatever order they come.

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Completeness, DocumentId};

use super::address::Addresses;
use super::view::CorpusView;
use crate::engine::context::RunContext;
use crate::engine::job::CleanPage;
use crate::engine::options::Again;
use crate::engine::setup::Error;
use crate::store::{self, KnownDocument, SourceKey};

/// Which document a page is.
pub enum Identity {
    /// This one, and the page has nothing new.
    Settled(DocumentId),
    /// The one of this source.
    Of {
        /// What it is known by.
        source: SourceKey,
        /// Its identity, if it does not follow from the source.
        id: Option<DocumentId>,
        /// What the corpus knows of it.
        known: Option<Box<KnownDocument>>,
    },
}

/// Decides which document a page is.
pub fn identify(corpus: &dyn CorpusView, context: &RunContext<'_>, page: &CleanPage) -> Result<Identity, Error> {
    let Some(addresses) = &page.addresses else {
        let (source, known) = (page.key.clone(), corpus.known(&page.key)?.map(Box::new));
        return Ok(Identity::Of { source, id: None, known });
    };
    let undeclared = addresses.undeclared();
    let here = corpus.known(&undeclared.key())?;
    // A page that is a document already stays the one that it is, whatever it declares.
    let is_document = here.as_ref().is_some_and(|here| here.source == undeclared.key());
    let candidates = [(!is_document).then_some(addresses), Some(&undeclared)];
    for candidate in candidates.into_iter().flatten() {
        if let Some(identity) = of_address(corpus, context, page, candidate)? {
            return Ok(identity);
        }
    }
    // Its address is known as one of another document's, which has another text: from now on it has an identity of its own.
    let is_taken = here.is_some_and(|here| here.id == undeclared.id());
    let id = if is_taken { salted(&undeclared) } else { undeclared.id() };
    Ok(Identity::Of { source: undeclared.key(), id: Some(id), known: None })
}

/// Which document a page is by this address; `None` if the address has another page.
fn of_address(
    corpus: &dyn CorpusView,
    context: &RunContext<'_>,
    page: &CleanPage,
    addresses: &Addresses,
) -> Result<Option<Identity>, Error> {
    let source = addresses.key();
    let same_text = |known: &KnownDocument| known.text_sha256 == store::text_sha256(&page.article.text);
    let Some(known) = corpus.known(&source)? else {
        // The same text under a new address has moved; another text is another page (as under `/latest`).
        let moved = page.known.clone().filter(|known| same_text(known));
        let id = moved.as_ref().map_or_else(|| addresses.id(), |known| known.id);
        return Ok(Some(Identity::Of { source, id: Some(id), known: moved }));
    };
    let is_same_page = addresses.answered_at(known.answered.as_deref());
    let is_its_own = addresses.is_undeclared() && known.source == source;
    if !is_same_page && !is_its_own && !same_text(&known) {
        return Ok(None);
    }
    let is_settled = match is_same_page {
        _ if page.has_moved => false,
        true => is_superseded(&known, page) || (is_current(&known, page, context) && leads_to(&known, page)),
        false => !is_its_own && leads_to(&known, page),
    };
    Ok(Some(match is_settled {
        true => Identity::Settled(known.id),
        false => Identity::Of { source, id: Some(known.id), known: Some(Box::new(known)) },
    }))
}

/// True if the page is a body kept by an earlier fetch, and the corpus has a newer one that is at least as complete.
fn is_superseded(known: &KnownDocument, page: &CleanPage) -> bool {
    is_kept_file(page) && is_newer(known, page.raw.fetched_at, &page.key.0) && rank_of_page(page) <= rank_of_known(known)
}

/// True if the page was read from where gleaner kept it.
pub fn is_kept_file(page: &CleanPage) -> bool {
    page.kept.as_ref().is_some_and(|kept| kept.path == page.key.0)
}

/// True if the page has less of the document's story than another body of it had: a preview, if the corpus has the whole. A file of the
/// user's own always counts: the body that it had before is gone.
pub fn is_less_complete(known: &KnownDocument, page: &CleanPage) -> bool {
    let is_other = known.raw.sha256 != page.raw.hash() || page.later_pages.kept.len() < known.parts;
    page.addresses.is_some() && is_other && rank_of_page(page) < rank_of_known(known)
}

/// True if the document's text is the whole story, so that no other body of it can have more.
pub fn is_whole(known: &KnownDocument) -> bool {
    rank_of_known(known) >= Completeness::Complete.rank(0)
}

fn rank_of_known(known: &KnownDocument) -> (u8, u64) {
    known.completeness.rank(known.words)
}

fn rank_of_page(page: &CleanPage) -> (u8, u64) {
    page.article.completeness.rank(page.article.words as u64)
}

/// True if the body that a document was last cleaned from is newer than the one fetched at this instant and kept at this path.
pub fn is_newer(known: &KnownDocument, fetched_at: Option<Timestamp>, path: &str) -> bool {
    known.answered.is_some() && (known.fetched_at, known.raw.path.as_str()) > (fetched_at, path)
}

/// True if the document was cleaned from this very body by this very cleaner. Where everything is cleaned again, only the place counts that the
/// document was cleaned from: one body in several places must not rewrite the document in turn.
fn is_current(known: &KnownDocument, page: &CleanPage, context: &RunContext<'_>) -> bool {
    let is_same = known.raw.sha256 == page.raw.hash() && known.parts == page.later_pages.kept.len();
    let is_elsewhere = || page.kept.as_ref().is_some_and(|kept| kept.path != known.raw.path);
    let is_due = context.again == Again::All && !is_elsewhere();
    !is_due && is_same && known.cleaner.as_ref() == Some(&context.cleaner)
}

/// True if the requested address is known to lead to the document.
fn leads_to(known: &KnownDocument, page: &CleanPage) -> bool {
    page.known.as_ref().is_some_and(|asked| asked.id == known.id) || page.kept.as_ref() == Some(&known.raw)
}

/// An identity for a page whose usual one belongs to another document.
fn salted(addresses: &Addresses) -> DocumentId {
    DocumentId(ContentHash::of_parts([addresses.id().to_string().as_bytes(), addresses.key().0.as_bytes()]))
}
