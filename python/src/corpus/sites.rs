//! What recurs on sites: counted for one site at a time, and looked up in the tables of all.

use std::collections::BTreeMap;
use std::sync::Arc;

use gleaner_extract::article::site::{PageLines, Recurring, SiteTable, SiteTables, StoryLines};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::DocumentId;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Counts the lines of a site's stories, each given by its document, the day of its publication (`2024-05-06`) and its lines. Gives the table of what is
/// boilerplate: rows of three little-endian numbers of 32 bits.
#[pyfunction]
pub fn count_site<'py>(
    py: Python<'py>,
    stories: Vec<(String, Option<String>, Vec<u8>)>,
) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
    let wrong = || PyValueError::new_err("not the id, the day and the lines of a story");
    let story = |(id, day, lines): (String, Option<String>, Vec<u8>)| {
        let id: ContentHash = id.parse().ok()?;
        Some(StoryLines {
            id: DocumentId(id),
            published: day.and_then(|day| day.parse().ok()),
            lines: PageLines::from_bytes(&lines)?,
        })
    };
    let stories: Option<Vec<StoryLines>> = stories.into_iter().map(story).collect();
    let stories = stories.ok_or_else(wrong)?;
    let rows = py.detach(|| SiteTable::count(stories).rows());
    let row = |(key, recurring): &(u32, Recurring)| [*key, recurring.stories, recurring.of].map(u32::to_le_bytes).concat();
    Ok(pyo3::types::PyBytes::new(py, &rows.iter().flat_map(row).collect::<Vec<u8>>()))
}

fn table(bytes: &[u8]) -> SiteTable {
    let number = |row: &[u8], at: usize| row.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let row = |row: &[u8]| Some((number(row, 0)?, Recurring { stories: number(row, 4)?, of: number(row, 8)? }));
    SiteTable::from_rows(bytes.chunks_exact(12).filter_map(row))
}

/// The tables of sites, by the names of the sites.
#[pyclass(frozen, module = "gleaner")]
#[derive(Debug)]
pub struct Sites(BTreeMap<String, Arc<SiteTable>>);

impl SiteTables for Sites {
    fn table(&self, site: &str) -> Option<Arc<SiteTable>> {
        self.0.get(site).cloned()
    }
}

#[pymethods]
impl Sites {
    #[new]
    fn new(tables: BTreeMap<String, Vec<u8>>) -> Self {
        Self(tables.into_iter().map(|(site, bytes)| (site, Arc::new(table(&bytes)))).collect())
    }

    /// Whether lines of a page of this site are removed.
    fn changes(&self, site: &str, lines: &[u8]) -> bool {
        let lines = PageLines::from_bytes(lines);
        self.0.get(site).zip(lines).is_some_and(|(table, lines)| table.changes(&lines))
    }
}
