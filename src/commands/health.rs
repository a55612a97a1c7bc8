//! `health`: the sites that have drifted from what is usual for them, by the journals of the runs; and the same at the end of `run`.

use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::{Day, Timestamp};
use serde::Serialize;

use super::site_observation::{Examples, day_number, observation, site_of};
use crate::engine::{Error, Setup};
use crate::health::{Example, History, LOOK_BACK_DAYS, SiteDrift, judge};
use crate::notify::{Outbox, ToldDrifts};
use crate::store::{Layout, journal};

/// How the sites are doing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthReport {
    /// The present day.
    pub today: Day,
    /// The first day that the journals know of, of those that are looked at.
    pub from: Option<Day>,
    /// Days since then on which anything was fetched.
    pub days: u64,
    /// Sites of which enough is known.
    pub judged: u64,
    /// Sites of which too little is known.
    pub too_little_history: u64,
    /// Journal lines of further sites: more are not followed.
    pub left_out: u64,
    /// The sites that have drifted, by name.
    pub drifted: Vec<SiteDrift>,
}

/// How the sites of a corpus are doing at this time. Reads the journals twice if any has drifted, in memory that grows with sites and days only.
pub fn health(layout: &Layout, now: Timestamp) -> Result<HealthReport, Error> {
    Ok(health_with_history(layout, now)?.0)
}

/// The same with what happened at each site on each day.
pub fn health_with_history(layout: &Layout, now: Timestamp) -> Result<(HealthReport, History), Error> {
    let since = Timestamp::from_unix(now.unix().saturating_sub(LOOK_BACK_DAYS * 86_400));
    let mut history = History::default();
    journal::lines_since(layout, since, &mut |started, line| {
        let site = site_of(&line).filter(|_| started <= now);
        if let Some(seen) = site.as_ref().and_then(|site| observation(&line, site, started)) {
            history.add(seen);
        }
    })?;
    history.close_day();
    let judged = judge(&history, day_number(now));
    let mut drifted = judged.drifted;
    if !drifted.is_empty() {
        let found = examples(layout, since, now, &drifted)?;
        drifted.iter_mut().zip(found).for_each(|(drift, found)| drift.examples = found);
        let told = ToldDrifts::read(&layout.state);
        drifted.iter_mut().for_each(|drift| drift.is_new = !told.has(drift));
    }
    let from = history.fetch_days.first().map(|day| Timestamp::from_unix(day * 86_400).day());
    let report = HealthReport {
        today: now.day(),
        from,
        days: history.fetch_days.len() as u64,
        judged: judged.judged,
        too_little_history: judged.young,
        left_out: history.left_out,
        drifted,
    };
    Ok((report, history))
}

/// The examples of each drift, in their order.
fn examples(layout: &Layout, since: Timestamp, now: Timestamp, drifted: &[SiteDrift]) -> Result<Vec<Vec<Example>>, Error> {
    let mut examples = Examples::of(drifted);
    journal::lines_since(layout, since, &mut |started, line| {
        if let Some(site) = site_of(&line).filter(|_| started <= now) {
            examples.add(&line, &site, started);
        }
    })?;
    Ok(examples.finish())
}

/// The sites that have drifted, at the end of a run that began at this time. Drifts that are new are noted for hooks; later runs know them. What
/// goes wrong is a warning: the run is done.
pub(super) fn after_run(setup: &Setup, started: Timestamp) -> Vec<SiteDrift> {
    let (layout, now) = (&setup.layout, setup.clock.now());
    let drifted = match health(layout, now) {
        Ok(report) => report.drifted,
        Err(error) => {
            tracing::warn!("the health of the sites is not known: failed to {error}");
            return Vec::new();
        }
    };
    let (mut told, mut outbox) = (ToldDrifts::read(&layout.state), Outbox::new(&layout.state, &setup.config.hook, started));
    told.note(drifted.iter().filter(|drift| !drift.is_new || note(&mut outbox, drift)), now);
    if let Err(error) = told.write() {
        tracing::warn!("{}: {error}; drifts are told again", path_text(&layout.state.join("drifts.json")));
    }
    drifted
}

/// Notes a drift for hooks; false if that fails, and the next run is to try again.
fn note(outbox: &mut Outbox, drift: &SiteDrift) -> bool {
    let noted = serde_json::to_value(drift).map_err(std::io::Error::from).and_then(|value| outbox.note_drift(value));
    noted.map_err(|error| tracing::warn!("failed to note a drift for hooks: {error}")).is_ok()
}
