//! Which drifts of sites have been told, so that each is told once and not every night: `.gleaner/drifts.json`.
//!
//! Written after the events are in the outbox: a kill in between makes a drift known twice, never not at all. Without the file, drifts are told again.

use std::io;
use std::path::{Path, PathBuf};

use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files;
use crate::health::{Reason, SiteDrift};

/// Largest file in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// How long a site is well before a drift for the same reason is another one, in seconds: two weeks.
const FORGOTTEN_AFTER: i64 = 14 * 86_400;

/// The drifts that have been told.
#[derive(Debug)]
pub struct ToldDrifts {
    path: PathBuf,
    told: Told,
}

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    drifts: Vec<ToldDrift>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldDrift {
    site: String,
    reason: Reason,
    /// When the site was last found to have drifted.
    last_seen: Timestamp,
}

impl ToldDrifts {
    /// Reads the file of a corpus with this state folder. One that cannot be read counts as empty.
    pub fn read(state: &Path) -> Self {
        let path = state.join("drifts.json");
        let read = match files::read(&path, MAX_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Told::default()),
            read => read.and_then(|bytes| Ok(serde_json::from_slice(&bytes)?)),
        };
        let told = read.unwrap_or_else(|error| {
            tracing::warn!("{}: {error}; drifts are told again", path_text(&path));
            Told::default()
        });
        Self { path, told }
    }

    /// True if this drift of the site has been told.
    pub fn has(&self, drift: &SiteDrift) -> bool {
        self.told.drifts.iter().any(|told| told.site == drift.site && told.reason == drift.reason)
    }

    /// Notes the drifts of today, all of which have been told, and forgets those that are long over.
    pub fn note<'a>(&mut self, drifts: impl IntoIterator<Item = &'a SiteDrift>, now: Timestamp) {
        let known = &mut self.told.drifts;
        known.retain(|told| told.last_seen.unix() >= now.unix() - FORGOTTEN_AFTER);
        for drift in drifts {
            known.retain(|told| told.site != drift.site || told.reason != drift.reason);
            known.push(ToldDrift { site: drift.site.clone(), reason: drift.reason, last_seen: now });
        }
        known.sort_by(|a, b| (&a.site, a.reason).cmp(&(&b.site, b.reason)));
    }

    /// Writes the file under another name first. Without drifts and without a file nothing is written.
    pub fn write(&self) -> io::Result<()> {
        if self.told.drifts.is_empty() && !self.path.exists() {
            return Ok(());
        }
        let staged = self.path.with_extension("new");
        files::replace(&staged, &serde_json::to_vec(&self.told)?)?;
        std::fs::rename(staged, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drift(site: &str, reason: Reason) -> SiteDrift {
        let since = Timestamp::from_unix(0).day();
        SiteDrift { site: site.to_owned(), reason, since, is_new: true, changes: Vec::new(), examples: Vec::new() }
    }

    #[test]
    fn a_drift_is_told_once_until_it_has_long_been_over() {
        let dir = tempfile::tempdir().unwrap();
        let day = |day: i64| Timestamp::from_unix(day * 86_400);
        let (paywall, blocked) = (drift("a.example", Reason::Paywall), drift("a.example", Reason::Blocked));
        let mut told = ToldDrifts::read(dir.path());
        told.write().unwrap();
        assert!(!told.has(&paywall) && dir.path().read_dir().unwrap().next().is_none());
        told.note([&paywall], day(1));
        told.write().unwrap();
        let mut told = ToldDrifts::read(dir.path());
        assert!(told.has(&paywall) && !told.has(&blocked), "another reason is another drift");
        told.note([&paywall, &blocked], day(10));
        told.note([&blocked], day(24));
        assert!(told.has(&paywall), "it may only have been away for some days");
        told.note([&blocked], day(25));
        assert!(!told.has(&paywall) && told.has(&blocked));
        std::fs::write(dir.path().join("drifts.json"), "{\"drifts\":[{\"si").unwrap();
        assert!(!ToldDrifts::read(dir.path()).has(&blocked));
    }
}
