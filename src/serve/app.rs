//! What all requests share: the setup, open corpora, who may do what, and what is dear to compute.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::access::Access;
use super::index_cache::IndexCache;
use super::problem::Problem;
use super::readers::Readers;
use super::run_list::RunList;
use super::site_health::SiteHealth;
use crate::engine::Setup;
use crate::search::{Facet, FacetKind, Filter, Query};
use crate::store::{CorpusReader, FacetColumns, Overview};

/// Requests that are answered at the same time; others wait.
const MAX_REQUESTS: usize = 32;

/// Requests with a whole page that are read at the same time.
const MAX_LARGE: usize = 2;

/// What all requests share.
pub struct App {
    /// Settings, layout, rules and clock.
    pub setup: Setup,
    /// Who may do what.
    pub access: Access,
    /// Permits of requests.
    pub requests: Semaphore,
    /// Permits of requests with a whole page.
    pub large: Semaphore,
    /// The permit of the one request that may hold the corpus's lock.
    pub writer: Semaphore,
    readers: Readers,
    /// How sites are doing, by the journals.
    pub health: SiteHealth,
    /// The corpus in numbers.
    overview: IndexCache<(), Overview>,
    /// What documents are counted by.
    facet_columns: IndexCache<(), FacetColumns>,
    /// Counts of the documents that match.
    facets: IndexCache<(Option<Query>, Filter), Vec<Facet>>,
    /// The last runs.
    pub runs: RunList,
}

/// What every handler gets.
pub type SharedApp = Arc<App>;

impl App {
    /// What requests to this corpus share.
    pub fn new(setup: Setup, access: Access) -> Self {
        let requests = Semaphore::new(MAX_REQUESTS);
        Self {
            setup,
            access,
            requests,
            large: Semaphore::new(MAX_LARGE),
            writer: Semaphore::new(1),
            readers: Readers::default(),
            health: SiteHealth::default(),
            overview: IndexCache::default(),
            facet_columns: IndexCache::default(),
            facets: IndexCache::default(),
            runs: RunList::default(),
        }
    }

    /// The corpus in numbers.
    pub fn overview(&self, reader: &CorpusReader) -> Result<Arc<Overview>, Problem> {
        self.overview.get(&self.setup.layout, (), || Ok(reader.overview()?))
    }

    /// The counts of the documents that match, of every kind, each at most `limit` values.
    pub fn facets(
        &self,
        reader: &CorpusReader,
        query: Option<&Query>,
        filter: &Filter,
        limit: usize,
    ) -> Result<Arc<Vec<Facet>>, Problem> {
        self.facets.get(&self.setup.layout, (query.cloned(), filter.clone()), || {
            let columns = self.facet_columns.get(&self.setup.layout, (), || Ok(reader.facet_columns()?))?;
            Ok(reader.facets(&columns, query, filter, FacetKind::ALL, limit)?)
        })
    }
}

/// Reads the corpus on a thread that may wait for the disk.
pub async fn read<T: Send + 'static>(
    app: SharedApp,
    run: impl FnOnce(&App, &CorpusReader) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    wait_for(move || app.readers.with(&app.setup.layout, |reader| run(&app, reader))).await
}

/// Changes something on a thread that may wait for the disk.
pub async fn change<T: Send + 'static>(
    app: SharedApp,
    run: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    wait_for(move || run(&app)).await
}

async fn wait_for<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "An internal error happened; please report it.");
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(failed(error)))
}
