//! The last runs, summed up from their journals: each journal is read once, and again if it has grown.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::problem::Problem;
use crate::store::Layout;
use crate::store::journal::{self, RunSummary};

/// Largest journal that is summed up, in bytes; of larger ones only the name is shown.
const MAX_BYTES: u64 = 64 << 20;

/// The journals that were read, with their sizes at that time.
#[derive(Debug, Default)]
pub struct RunList(Mutex<BTreeMap<String, (u64, RunSummary)>>);

impl RunList {
    /// The last runs, newest first, at most so many.
    pub fn last(&self, layout: &Layout, most: usize) -> Result<Vec<RunSummary>, Problem> {
        let names = journal::runs(layout)?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut runs = Vec::new();
        for name in names.into_iter().rev().take(most) {
            let path = journal::path_of(layout, &name);
            let size = std::fs::metadata(&path).map_or(0, |file| file.len());
            let summary = match known.get(&name) {
                Some((of, summary)) if *of == size => summary.clone(),
                _ if size > MAX_BYTES => RunSummary { started: name.clone(), ..RunSummary::default() },
                _ => journal::read(&path)?,
            };
            runs.push((name, (size, summary)));
        }
        *known = runs.iter().cloned().collect();
        Ok(runs.into_iter().map(|(_, (_, summary))| summary).collect())
    }
}
