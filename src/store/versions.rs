//! The versions of a document, oldest first: those in `.versions/`, and the present one. Says nothing about what changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::atomic;
use super::clean;
use super::failure::{Error, io_error};
use super::layout::Layout;
use super::sidecar::{self, Sidecar};
use gleaner_extract::base::time::Timestamp;

/// A version of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredVersion {
    /// Its sidecar.
    pub sidecar: Sidecar,
    /// Its text; of a document that is a copy, its sidecar.
    pub path: PathBuf,
    /// When the page was fetched that it was cleaned from; of a file, when it replaced the version before, or when the first text was written.
    pub at: Timestamp,
    /// Whether it is the present version.
    pub is_present: bool,
}

/// The versions of a document, oldest first; the present one, which has this sidecar and path, is the last. A damaged one is left out: `verify` names it.
pub(super) fn of_document(layout: &Layout, present: &Sidecar, path: &Path) -> Result<Vec<StoredVersion>, Error> {
    let mut earlier = Vec::new();
    for stem in clean::versions_in(&layout.clean, &present.id.to_string())? {
        let [facts, text] = ["json", "txt"].map(|extension| layout.clean.join(stem.with_extension(extension)));
        let Ok(bytes) = atomic::read(&facts, sidecar::MAX_BYTES) else { continue };
        let Ok((sidecar, _)) = Sidecar::decode(&bytes) else { continue };
        if text.is_file() && sidecar.id == present.id {
            // The sidecar was saved when the version was replaced.
            earlier.push((sidecar.fetched_at, written(&facts)?, text, sidecar));
        }
    }
    earlier.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let mut versions: Vec<StoredVersion> = Vec::with_capacity(earlier.len() + 1);
    let mut replaced = None;
    let all = earlier.into_iter().map(|(_, written, path, sidecar)| (Some(written), path, sidecar));
    for (next, path, sidecar) in all.chain([(None, path.to_path_buf(), present.clone())]) {
        let at = match sidecar.fetched_at {
            Some(at) => at,
            None => timestamp(replaced.map_or_else(|| written(&path), Ok)?),
        };
        versions.push(StoredVersion { sidecar, path, at, is_present: next.is_none() });
        replaced = next;
    }
    Ok(versions)
}

/// When a file was last written.
fn written(path: &Path) -> Result<SystemTime, Error> {
    fs::metadata(path).and_then(|facts| facts.modified()).map_err(io_error("read", path))
}

fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::from_unix(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64))
}
