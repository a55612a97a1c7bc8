//! Which document a clean page is. Decides by what the corpus knows; changes nothing.
//!
//! A fetched page is known by the address that it declares (`rel=canonical`), unless another address has given that document a
//! different text. So pages that all declare one address stay apart, and a page and its mobile form do not rewrite each other in turn.
//!
//! Of several bodies of one page the fullest is the document's, and of those the newest: a preview never replaces the whole story, in
//! whatever order they come.

use super::Error;
use super::address::Addresses;
use super::clean::Again;
use super::corpus::Corpus;
use super::prepare::{Ready, Shared};
use crate::store::{self, KnownDocument, SourceKey};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Completeness, DocumentId};

/// Which document a page is.
pub enum Identity {
    /// This one, and the page tells nothing new of it.
    Settled(DocumentId),
    /// The one of this source.
    Of {
        /// What it is known by.
        source: SourceKey,
        /// Its identity, where it does not follow from the source.
        id: Option<DocumentId>,
        /// What the corpus knows of it.
        known: Option<Box<KnownDocument>>,
    },
}

/// Finds out which document a page is.
pub fn identify(corpus: &Corpus, shared: &Shared<'_>, ready: &Ready) -> Result<Identity, Error> {
    let Some(addresses) = &ready.addresses else {
        let (source, known) = (ready.key.clone(), corpus.known(&ready.key)?.map(Box::new));
        return Ok(Identity::Of { source, id: None, known });
    };
    let plain = addresses.plain();
    let here = corpus.known(&plain.key())?;
    // A page that is a document already stays the one that it is, whatever it declares.
    let is_document = here.as_ref().is_some_and(|here| here.source == plain.key());
    let ways = [(!is_document).then_some(addresses), Some(&plain)];
    for way in ways.into_iter().flatten() {
        if let Some(identity) = of_address(corpus, shared, ready, way)? {
            return Ok(identity);
        }
    }
    // Its address is known as one of another document's, which holds another text: from now on it has its own.
    let is_taken = here.is_some_and(|here| here.id == plain.id());
    let id = if is_taken { salted(&plain) } else { plain.id() };
    Ok(Identity::Of { source: plain.key(), id: Some(id), known: None })
}

/// Which document a page is by this address; `None` where the address has another page.
fn of_address(corpus: &Corpus, shared: &Shared<'_>, ready: &Ready, addresses: &Addresses) -> Result<Option<Identity>, Error> {
    let source = addresses.key();
    let same_text = |known: &KnownDocument| known.text_sha256 == store::text_sha256(&ready.article.text);
    let Some(known) = corpus.known(&source)? else {
        // The text that was found where it is asked for has moved; another text is another page (think of `/latest`).
        let moved = ready.known.clone().filter(|known| same_text(known));
        let id = moved.as_ref().map_or_else(|| addresses.id(), |known| known.id);
        return Ok(Some(Identity::Of { source, id: Some(id), known: moved }));
    };
    let is_same_page = addresses.answered_at(known.answered.as_deref());
    let is_its_own = addresses.is_plain() && known.source == source;
    if !is_same_page && !is_its_own && !same_text(&known) {
        return Ok(None);
    }
    let is_settled = match is_same_page {
        _ if ready.has_moved => false,
        true => is_superseded(&known, ready) || (is_at_hand(&known, ready, shared) && leads_to(&known, ready)),
        false => !is_its_own && leads_to(&known, ready),
    };
    Ok(Some(match is_settled {
        true => Identity::Settled(known.id),
        false => Identity::Of { source, id: Some(known.id), known: Some(Box::new(known)) },
    }))
}

/// Whether the page is a file that was kept when it was fetched, and the corpus has a newer body of it that is as full.
fn is_superseded(known: &KnownDocument, ready: &Ready) -> bool {
    is_kept_file(ready) && is_newer(known, ready.raw.fetched_at, &ready.key.0) && fullness_of(ready) <= fullness(known)
}

/// Whether the page was read from where gleaner kept it.
pub fn is_kept_file(ready: &Ready) -> bool {
    ready.kept.as_ref().is_some_and(|kept| kept.path == ready.key.0)
}

/// Whether the page gives less of the document's story than another body of it gave: a preview, where the corpus has the whole. A file of
/// the user's own is what it is: the body that it had before is no more.
pub fn is_poorer(known: &KnownDocument, ready: &Ready) -> bool {
    let is_other = known.raw.sha256 != ready.raw.hash || ready.parts.kept.len() < known.parts;
    ready.addresses.is_some() && is_other && fullness_of(ready) < fullness(known)
}

/// Whether the document's text is the whole story, so that no other body of it can give more.
pub fn is_whole(known: &KnownDocument) -> bool {
    fullness(known) >= fullness_at(Completeness::Complete, 0)
}

fn fullness(known: &KnownDocument) -> (u8, u64) {
    fullness_at(known.completeness, known.words)
}

fn fullness_of(ready: &Ready) -> (u8, u64) {
    fullness_at(ready.article.completeness, ready.article.words as u64)
}

/// By which of two bodies the fuller one is told; where they are equal, the newer one counts. Of two previews the longer one is fuller.
fn fullness_at(completeness: Completeness, words: u64) -> (u8, u64) {
    match completeness {
        Completeness::Complete | Completeness::Live => (2, 0),
        Completeness::Truncated => (1, words),
        Completeness::IndexPage | Completeness::Blocked | Completeness::Consent | Completeness::Empty => (0, 0),
    }
}

/// Whether the body that a document was last cleaned from is newer than the one fetched at this instant and kept at this path.
pub fn is_newer(known: &KnownDocument, fetched_at: Option<Timestamp>, path: &str) -> bool {
    known.answered.is_some() && (known.fetched_at, known.raw.path.as_str()) > (fetched_at, path)
}

/// Whether the document was cleaned from this very body by this very cleaner.
fn is_at_hand(known: &KnownDocument, ready: &Ready, shared: &Shared<'_>) -> bool {
    let is_same = known.raw.sha256 == ready.raw.hash && known.parts == ready.parts.kept.len();
    shared.again == Again::Changed && is_same && known.cleaner.as_ref() == Some(&shared.cleaner)
}

/// Whether the address that was asked for is known to lead to the document.
fn leads_to(known: &KnownDocument, ready: &Ready) -> bool {
    ready.known.as_ref().is_some_and(|asked| asked.id == known.id) || ready.kept.as_ref() == Some(&known.raw)
}

/// An identity for a page whose usual one another document has.
fn salted(addresses: &Addresses) -> DocumentId {
    DocumentId(ContentHash::of_parts([addresses.id().to_string().as_bytes(), addresses.key().0.as_bytes()]))
}
