//! Repairs what a check of the corpus found, as far as the files of the store allow: rebuilds the index, moves aside what nothing needs, and
//! says which bodies have to be cleaned again. Cleans nothing; deletes nothing.

use std::path::Path;

use serde::Serialize;

use super::atomic;
use super::corpus::Store;
use super::failure::Error;
use super::finding::{Finding, Repair};
use super::layout::Layout;
use super::lock::Lock;
use super::name::Stem;
use super::recovery;

/// What was repaired, and what is left to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RepairPlan {
    /// Files that were moved aside.
    pub set_aside: u64,
    /// Whether the index was rebuilt.
    pub reindexed: bool,
    /// Bodies that have to be cleaned again, as in [`super::RawRef`].
    pub bodies: Vec<String>,
    /// Whether a document has to be cleaned again whose body is not known: then everything has to be looked through.
    pub is_source_unknown: bool,
}

/// Repairs what can be repaired without cleaning. Takes the lock.
pub fn run(layout: &Layout, findings: &[Finding]) -> Result<RepairPlan, Error> {
    let mut plan = RepairPlan::default();
    let needs = |repair: Repair| findings.iter().any(|finding| finding.repair == repair);
    if !findings.iter().any(|finding| finding.repair.is_automatic()) {
        return Ok(plan);
    }
    let lock = Lock::take(layout)?;
    if needs(Repair::Reindex) {
        recovery::remove_index_checksum(layout)?;
        plan.reindexed = true;
        // Documents of which only the old index knew are found by their sources.
        plan.is_source_unknown = true;
    }
    for finding in findings.iter().filter(|finding| finding.repair == Repair::SetAside) {
        plan.set_aside += set_aside(layout, &finding.path)?;
    }
    let mut store = Store::open_under(lock, layout)?;
    for finding in findings.iter().filter(|finding| finding.repair == Repair::CleanAgain) {
        let stem = finding.path.file_stem().and_then(|name| name.to_str()).and_then(Stem::from_name);
        match stem.map(|stem| store.forget_cleaner(&stem)).transpose()?.flatten() {
            Some(body) => plan.bodies.push(body),
            // Its sidecar says nothing, nor does the index.
            None => {
                plan.set_aside += set_aside(layout, &finding.path)?;
                plan.is_source_unknown = true;
            }
        }
    }
    store.close()?;
    plan.bodies.sort_unstable();
    plan.bodies.dedup();
    Ok(plan)
}

/// Moves a file aside, and an earlier version with both of its files. Gives the number of files.
fn set_aside(layout: &Layout, path: &Path) -> Result<u64, Error> {
    let paths = match path.extension().and_then(|extension| extension.to_str()) {
        Some("txt" | "json") if path.starts_with(layout.clean.join(".versions")) => {
            vec![path.with_extension("txt"), path.with_extension("json")]
        }
        _ => vec![path.to_path_buf()],
    };
    let mut moved = 0;
    for path in paths.iter().filter(|path| path.symlink_metadata().is_ok()) {
        let name = path.strip_prefix(&layout.root).or_else(|_| path.strip_prefix(&layout.clean)).unwrap_or(path);
        if !name.is_absolute() {
            atomic::set_aside(path, &layout.state, name)?;
            moved += 1;
        }
    }
    Ok(moved)
}
