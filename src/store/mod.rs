//! The corpus on disk: raw pages, clean text with sidecars, the index, run journals and the lock. The files are authoritative; the
//! database is a cache.
//!
//! ```text
//! raw/…                                    the user's own files, never changed; fetched pages as <site>/<name>.html.zst + .json
//! clean/2023/10/<date>_<site>_<slug>_<8 hex>.txt + .json     text and sidecar; undated documents in clean/undated/
//! clean/2023/10/<the same>.corrections.json                  a reader's corrections of it
//! clean/.versions/<id>/<8 hex>.txt + .json                   earlier versions, named by the hash of their text
//! clean/.trash/<id>/                                         forgotten documents
//! clean/.undone/<time>.jsonl                                 changes that a rollback has undone
//! log/<time>.jsonl                                           run journals
//! log/undo/<time>.jsonl.zst                                  the sidecars of what a run rewrote, as they were before
//! .gleaner/index.db + index.sha256, lock, tmp/               the index, its checksum while it is closed, the lock, staged files
//! .gleaner/archives/<hash>.json                              archives that need not be read again
//! ```
//!
//! A document is written in the order raw → text → sidecar (the commit point) → sync → index. Every file is staged, synced and renamed,
//! so a run may be killed at any point: [`Store::open`] completes or removes what was half done and rebuilds the index from the files.
//!
//! When a store is closed, near duplicates are settled ([`crate::relate`]): sidecars and index get the relations and clusters that follow from the set of
//! all documents. A killed run leaves that to the next one. So are the lines that recur on the pages of each site.
//!
//! No two documents have the same text. The second is a copy: a sidecar that names the first, without a text file. Whether a copy is
//! still right can be determined from the sidecars alone; one that is not is stale, and [`Store::stale`] returns it.

pub mod archives;
mod atomic;
mod checksummed;
mod clean;
mod config;
mod copy_texts;
mod corpus;
mod correction_state;
pub mod corrections;
mod document;
mod document_text;
mod failpoint;
mod failure;
mod finding;
mod handover;
mod index;
pub mod journal;
pub mod journal_facts;
mod layout;
pub mod listed;
mod lock;
mod name;
mod overview;
mod presence;
pub mod prune;
pub mod raw;
mod readable;
pub mod reader;
mod recovery;
pub mod reindex;
mod removals;
pub mod repair;
pub mod restore;
pub mod rotation;
pub mod search;
pub mod select;
mod settle;
pub mod sidecar;
mod sidecar_schema;
mod site_counter;
mod sites;
mod sync_thread;
mod trash;
pub mod undo;
mod undone;
pub mod verify;
pub mod versions;

pub use clean::text_sha256;
pub use config::{Config, JournalConfig};
pub use corpus::Store;
pub use correction_state::{AppliedCorrections, StoredCorrections};
pub use document::{
    Cleaner, DocumentName, KnownDocument, NewDocument, PutResult, RawPart, RawRef, SourceKey, UndoneChange, Urls,
};
pub use failpoint::FAILPOINTS;
pub use failure::{CORRECTIONS_HINT, Error};
pub use index::FacetColumns;
pub use journal::Journal;
pub use layout::Layout;
pub use lock::Lock;
pub use overview::Overview;
pub use readable::Names;
pub use reader::CorpusReader;
pub use removals::{Removals, Removed, sum_up};
pub use sidecar::Sidecar;
pub use site_counter::SiteCounter;
pub use sites::KnownSites;
