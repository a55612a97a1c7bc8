//! The lines of sites that are boilerplate: counted at the end of each run for the sites that have changed, and used by the next.
//!
//! A run uses the lines as of the last completed run, so that nothing depends on the order in which documents arrive. [`super::SiteCounter`] counts them
//! in advance, for a run that cleans everything again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::failpoint::hit;
use super::failure::Error;
use super::index::{Index, Which};
use gleaner_extract::article::site::{SiteTable, SiteTables};

/// The lines of all sites that have any.
#[derive(Clone, Debug, Default)]
pub struct KnownSites(BTreeMap<String, Arc<SiteTable>>);

impl SiteTables for KnownSites {
    fn table(&self, site: &str) -> Option<Arc<SiteTable>> {
        self.0.get(site).cloned()
    }
}

impl KnownSites {
    /// As an index has them.
    pub(super) fn of(index: &Index) -> Result<Self, Error> {
        let mut known = Self::default();
        index.for_each_table(&mut |site, table| {
            known.0.insert(site, Arc::new(table));
        })?;
        Ok(known)
    }
}

/// Counts the lines of the sites that have changed.
pub(super) fn settle(index: &mut Index) -> Result<(), Error> {
    for site in index.uncounted_sites()? {
        let stories = index.stories(&site)?;
        if stories.is_empty() {
            index.set_table(&site, &SiteTable::default(), None)?;
            continue;
        }
        let table = SiteTable::count(stories);
        // By the same lines, nothing else is removed from the documents that are as they were.
        let were_current = index.outdated_of(&site)? == Some(0) && index.table(&site)?.has_lines_of(&table);
        let outdated = index.count_outdated(&site, &table, if were_current { Which::Changed } else { Which::All })?;
        index.set_table(&site, &table, Some(outdated))?;
        hit("sites.between");
        if index.is_batch_full() {
            index.commit()?;
        }
    }
    Ok(())
}
