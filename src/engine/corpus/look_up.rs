//! What the corpus knows of an input, and whether that settles it.
//!
//! An input is looked up when it is dispatched, and again when its turn has come: what was committed in between may have changed the answer, and
//! only the second one counts (`engine::reconsider`). What is read from files for it is read once.

use std::path::Path;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{Origin, RawDocument};
use url::Url;

use super::Corpus;
use super::identity::{is_newer, is_whole};
use crate::engine::setup::Error;
use crate::ingest::{self, kept};
use crate::store::{KnownDocument, Layout, SourceKey};

/// What an input is looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUpKey {
    /// Its path, its place in an archive, or its address.
    Source(SourceKey),
    /// A body that is kept or archived: where it is, and where it came from.
    Body(BodyKey),
    /// It is a later page of the story that starts at this address.
    LaterPageOf(SourceKey),
}

/// Where a body is, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyKey {
    path: String,
    final_url: String,
    fetched_at: Option<Timestamp>,
    /// Of a page in an archive. It may have moved there from another place.
    archived: Option<ContentHash>,
}

/// What looking up an input comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// It is to be read; this is what the corpus knows of it.
    Due(Option<Box<KnownDocument>>),
    /// A kept or archived page of which the corpus has a newer body: this document's.
    Superseded(Box<KnownDocument>),
    /// A later page of a story, kept with the story's first page, which has this address.
    LaterPageOf(SourceKey),
}

impl LookUpKey {
    /// A file: a page that gleaner kept is known by its address, any other by its path.
    pub fn of_file(layout: &Layout, path: &Path) -> Result<Self, ingest::Error> {
        let key = layout.key(path);
        let Some(facts) = kept::facts(path)? else { return Ok(Self::Source(SourceKey(key))) };
        Ok(match facts.part {
            Some(part) => {
                let first = kept::facts(&path.with_file_name(part.of))?;
                Self::LaterPageOf(SourceKey(first.map_or(facts.http.final_url, |first| first.http.final_url)))
            }
            None => {
                Self::Body(BodyKey { path: key, final_url: facts.http.final_url, fetched_at: facts.fetched_at, archived: None })
            }
        })
    }

    /// A page of an archive or of a stream: known as the body of a document, by its address, by its place.
    pub fn of_page(layout: &Layout, raw: &RawDocument) -> Self {
        let path = match &raw.origin {
            Origin::Member { archive, place } => layout.member_key(archive, place),
            origin => origin.to_string(),
        };
        match &raw.http {
            Some(http) => {
                let (final_url, archived) = (http.final_url.clone(), Some(raw.hash()));
                Self::Body(BodyKey { path, final_url, fetched_at: raw.fetched_at, archived })
            }
            None => Self::Source(SourceKey(path)),
        }
    }

    /// A page that is requested.
    pub fn of_url(url: &Url) -> Self {
        Self::Source(SourceKey(canonical(url).into()))
    }
}

impl Corpus {
    /// Looks an input up.
    pub fn look_up(&self, key: &LookUpKey) -> Result<LookUp, Error> {
        match key {
            LookUpKey::Source(source) => Ok(LookUp::Due(self.known(source)?)),
            LookUpKey::LaterPageOf(address) => Ok(LookUp::LaterPageOf(address.clone())),
            LookUpKey::Body(body) => match body.archived {
                Some(hash) => self.look_up_archived(body, hash),
                None => self.look_up_at(body),
            },
        }
    }

    /// What the corpus knows of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<Box<KnownDocument>>, Error> {
        Ok(self.view().known(source)?.map(Box::new))
    }

    fn look_up_archived(&self, body: &BodyKey, hash: ContentHash) -> Result<LookUp, Error> {
        let known = self.known(&SourceKey(body.path.clone()))?;
        if known.as_ref().is_some_and(|known| known.raw.path == body.path) {
            return Ok(LookUp::Due(known));
        }
        // Another body may have become the document's since.
        Ok(match self.look_up_at(body)? {
            // The same body may have moved here from another place.
            LookUp::Superseded(known) if known.raw.sha256 == hash => LookUp::Due(Some(known)),
            found => found,
        })
    }

    fn look_up_at(&self, body: &BodyKey) -> Result<LookUp, Error> {
        let Ok(url) = Url::parse(&body.final_url) else { return Ok(LookUp::Due(None)) };
        let answered = canonical(&url);
        let known = self.known(&SourceKey(answered.as_str().to_owned()))?;
        let is_same_page = |known: &KnownDocument| {
            known.answered.as_deref().and_then(|at| Url::parse(at).ok()).map(|at| canonical(&at)) == Some(answered)
        };
        Ok(match known {
            // An older body may still be fuller than a preview.
            Some(known) if is_newer(&known, body.fetched_at, &body.path) && is_same_page(&known) && is_whole(&known) => {
                LookUp::Superseded(known)
            }
            known => LookUp::Due(known),
        })
    }
}
