//! How the sites are doing, by the journals: read once, and again only after another run has written to them.

use std::sync::{Arc, Mutex, PoisonError};

use super::problem::Problem;
use crate::commands::health::{HealthReport, health_with_history};
use crate::engine::Setup;
use crate::health::History;
use crate::store::journal;
use gleaner_extract::base::time::{Day, Timestamp};

/// What is known of the sites.
#[derive(Debug)]
pub struct KnownHealth {
    /// When that was.
    pub now: Timestamp,
    /// The sites that drifted.
    pub report: HealthReport,
    /// What happened at each site on each day.
    pub history: History,
}

/// The day, and the newest journal with its size.
type Key = (Day, Option<(String, u64)>);

/// What was read last.
#[derive(Debug, Default)]
pub struct SiteHealth(Mutex<Option<(Key, Arc<KnownHealth>)>>);

impl SiteHealth {
    /// What is known of the sites now.
    pub fn get(&self, setup: &Setup) -> Result<Arc<KnownHealth>, Problem> {
        let now = setup.clock.now();
        let newest = journal::runs(&setup.layout)?.pop();
        let size = |run: &String| std::fs::metadata(journal::path_of(&setup.layout, run)).map_or(0, |file| file.len());
        let key = (now.day(), newest.map(|run| (run.clone(), size(&run))));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, health)) = known.as_ref().filter(|(of, _)| *of == key) {
            return Ok(Arc::clone(health));
        }
        let (report, history) = health_with_history(&setup.layout, now)?;
        let health = Arc::new(KnownHealth { now, report, history });
        *known = Some((key, Arc::clone(&health)));
        Ok(health)
    }
}
