//! What cleaning again changes, site by site, for people and programs.

use serde::Serialize;

use super::judge::Excess;
use gleaner_extract::document::DocumentId;

/// What cleaning again changes. Documents whose page has changed since are not in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RecleanReport {
    /// Documents that are cleaned again.
    pub documents: u64,
    /// Those whose text changes.
    pub changed: u64,
    /// Words of the texts that they have now.
    pub words: u64,
    /// Words that go, without those in `recurring`.
    pub lost: u64,
    /// Words that come.
    pub gained: u64,
    /// Words that go because they recur across their site. They are no loss.
    pub recurring: u64,
    /// The sites with changes, the largest loss first; at most a thousand.
    pub sites: Vec<SiteChange>,
    /// Further sites with changes.
    pub more_sites: u64,
    /// The setting `reclean.max_loss_percent`.
    pub max_loss_percent: u32,
    /// What would lose more than that.
    pub excess: Vec<Excess>,
    /// True if nothing was written because of that.
    pub stopped: bool,
}

/// What cleaning again changes at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SiteChange {
    /// The registrable domain; for local files the folder, and the site name found in them.
    pub site: String,
    /// Documents that are cleaned again.
    pub documents: u64,
    /// Those whose text changes.
    pub changed: u64,
    /// Words of the texts that they have now.
    pub words: u64,
    /// Words that go, without those in `recurring`.
    pub lost: u64,
    /// Words that come.
    pub gained: u64,
    /// Words that go because they recur across the site.
    pub recurring: u64,
    /// The ten largest changes.
    pub largest: Vec<DocumentChange>,
}

/// What cleaning again changes in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentChange {
    /// The document.
    pub id: DocumentId,
    /// What it is known by.
    pub source: String,
    /// Words that go, without those in `recurring`.
    pub lost: u64,
    /// Words that come.
    pub gained: u64,
    /// Words that go because they recur across the site.
    pub recurring: u64,
}
