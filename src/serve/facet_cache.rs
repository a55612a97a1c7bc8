//! Counts of the whole corpus by site, language and so on, kept until the index changes: they take longer than everything else on the list, and every visit
//! begins with them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::problem::Problem;
use crate::search::{Facet, FacetKind, Filter, Query};
use crate::store::{CorpusReader, Layout};

/// Sizes and times of the index and of what SQLite keeps next to it: they change with every transaction.
type Stamp = Vec<Option<(u64, SystemTime)>>;

/// The counts of all documents.
#[derive(Debug, Default)]
pub struct FacetCache(Mutex<Option<(Stamp, Arc<Vec<Facet>>)>>);

impl FacetCache {
    /// The counts of the documents that match. `wanted` is always the same: which kinds, and how many values of each.
    pub fn get(
        &self,
        layout: &Layout,
        reader: &CorpusReader,
        (query, filter): (Option<&Query>, &Filter),
        (kinds, most): (&[FacetKind], usize),
    ) -> Result<Arc<Vec<Facet>>, Problem> {
        if query.is_some() || !filter.is_empty() {
            return Ok(Arc::new(reader.facets(query, filter, kinds, most)?));
        }
        let stamp = stamp(layout);
        let known = |cache: &Option<(Stamp, Arc<Vec<Facet>>)>| {
            cache.as_ref().filter(|(of, _)| *of == stamp).map(|(_, facets)| Arc::clone(facets))
        };
        if let Some(facets) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(facets);
        }
        let facets = Arc::new(reader.facets(query, filter, kinds, most)?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((stamp, Arc::clone(&facets)));
        Ok(facets)
    }
}

fn stamp(layout: &Layout) -> Stamp {
    let index = layout.index();
    let of = |suffix: &str| {
        let mut path = index.as_os_str().to_os_string();
        path.push(suffix);
        let facts = std::fs::metadata(path).ok()?;
        Some((facts.len(), facts.modified().ok()?))
    };
    ["", "-wal"].into_iter().map(of).collect()
}
