//! Compares the last days of each site with those before.

use std::ops::RangeInclusive;

use super::drift::{Change, Reason, SiteDrift, day};
use super::history::{DayCounts, History, PollCounts, SiteHistory};
use super::level::{BASELINE_DAYS, MARGIN, MAX_AGE, MIN_BASELINE, MIN_DRIFT, Point, shift};
use super::measure::{LEVELS, LevelMeasure, Measure};
use super::reason::Evidence;
use super::robust::median;
use super::volume::{VolumeShift, volume};

/// How many days back journals are of use.
pub const LOOK_BACK_DAYS: i64 = BASELINE_DAYS + MAX_AGE + MARGIN;

/// Pages that it takes to know what is usual for a site.
const MIN_PAGES: u32 = 30;

/// The name, instead of a site's, of what happened at half of the sites at once, and at so many sites at least.
pub const EVERYWHERE: &str = "*";
const MIN_EVERYWHERE: usize = 5;
/// Days within which something began at all of these sites.
const SAME_TIME: i64 = 4;

/// How the sites are doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// Sites of which enough is known.
    pub judged: u64,
    /// Sites of which too little is known.
    pub young: u64,
    /// The sites that drifted, by name. Without examples.
    pub drifted: Vec<SiteDrift>,
}

/// What has changed at a site.
struct Found<'a> {
    name: &'a str,
    site: &'a SiteHistory,
    /// With the number of their first day.
    changes: Vec<(i64, Change)>,
}

/// Finds the sites that have drifted. `today` is counted in days from 1970-01-01.
pub fn judge(history: &History, today: i64) -> Health {
    let mut health = Health::default();
    let mut found = Vec::new();
    for (name, site) in &history.sites {
        match has_enough(site) {
            true => health.judged += 1,
            false => health.young += 1,
        }
        let changes = changes(site, history, today);
        if !changes.is_empty() {
            found.push(Found { name, site, changes });
        }
    }
    health.drifted.extend(everywhere(&mut found, health.judged));
    health.drifted.extend(found.into_iter().filter_map(|found| drift(found, history, today)));
    health
}

/// Takes away what changed at half of the sites at once, and gives it as one drift.
fn everywhere(found: &mut [Found<'_>], judged: u64) -> Option<SiteDrift> {
    let least = usize::try_from(judged.div_ceil(2)).unwrap_or(usize::MAX).max(MIN_EVERYWHERE);
    let common: Vec<(i64, Change)> = Measure::ALL.iter().filter_map(|measure| common(found, *measure, least)).collect();
    let since = common.iter().map(|(since, _)| *since).min()?;
    let changes = common.into_iter().map(|(_, change)| change).collect();
    let (site, reason) = (EVERYWHERE.to_owned(), Reason::Everywhere);
    Some(SiteDrift { site, reason, since: day(since), is_new: true, changes, examples: Vec::new() })
}

/// Takes away the changes of a measure that began at so many sites at the same time, with what else began there then, and gives them as one, with the
/// values in the middle.
fn common(found: &mut [Found<'_>], measure: Measure, least: usize) -> Option<(i64, Change)> {
    let all = found.iter().flat_map(|found| &found.changes);
    let mut days: Vec<i64> = all.filter(|(_, change)| change.measure == measure).map(|(since, _)| *since).collect();
    days.sort_unstable();
    let before = |end: i64| days.partition_point(|day| *day < end);
    let start = *days.iter().find(|start| before(**start + SAME_TIME) - before(**start) >= least)?;
    let window = start..start + SAME_TIME;
    let is_common = |(since, change): &(i64, Change)| change.measure == measure && window.contains(since);
    let mut taken = Vec::new();
    for found in found.iter_mut().filter(|found| found.changes.iter().any(is_common)) {
        taken.extend(found.changes.iter().filter(|change| is_common(change)).map(|(_, change)| change.clone()));
        // What else began there then has the same cause.
        found.changes.retain(|(since, _)| !(start - SAME_TIME..start + 2 * SAME_TIME).contains(since));
    }
    let middle = |of: fn(&Change) -> f64| median(taken.iter().map(of).collect());
    let days = taken.iter().map(|change| change.days).max().unwrap_or_default();
    let (before, now, score) = (middle(|change| change.before), middle(|change| change.now), middle(|change| change.score));
    Some((start, Change { measure, since: day(start), before, now, days, score }))
}

/// Whether enough is known of a site: as many days and pages as a change of its pages takes, or as many polls as a change of these takes.
fn has_enough(site: &SiteHistory) -> bool {
    let enough = |of: fn(&DayCounts) -> u32| {
        let days = site.days.iter().map(|(_, counts)| counts).filter(|counts| of(counts) > 0);
        let (days, sum) = days.fold((0, 0u32), |(days, sum), counts| (days + 1, sum.saturating_add(of(counts))));
        days >= MIN_BASELINE + MIN_DRIFT && sum >= MIN_PAGES
    };
    enough(|counts| counts.pages) || enough(|counts| counts.polls.all)
}

fn changes(site: &SiteHistory, history: &History, today: i64) -> Vec<(i64, Change)> {
    let levels = LEVELS.iter().filter_map(|measure| change(measure, site, today));
    let volume = volume(site, &history.fetch_days, today).filter(|shift| is_asked(site, history, shift, today));
    levels.chain(volume.map(|shift| (shift.since, of_volume(&shift)))).collect()
}

fn drift(found: Found<'_>, history: &History, today: i64) -> Option<SiteDrift> {
    let Found { name, site, mut changes } = found;
    changes.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score).then(a.measure.cmp(&b.measure)));
    // The clearest change has the surest date.
    let since = changes.first()?.0;
    let changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
    let evidence = evidence(site, history, &changes, since..=today);
    let reason = evidence.reason();
    Some(SiteDrift { site: name.to_owned(), reason, since: day(since), is_new: true, changes, examples: Vec::new() })
}

fn change(measure: &LevelMeasure, site: &SiteHistory, today: i64) -> Option<(i64, Change)> {
    let points: Vec<Point> = site
        .days
        .iter()
        .filter(|(day, counts)| *day <= today && (measure.weight)(counts) > 0)
        .map(|(day, counts)| {
            let weight = f64::from((measure.weight)(counts));
            Point { day, weight, value: (measure.sum)(counts) / weight }
        })
        .collect();
    let shift = shift(&points, today, &measure.test)?;
    let change = Change {
        measure: measure.measure,
        since: day(shift.since),
        before: measure.shown(shift.before),
        now: measure.shown(shift.now),
        days: u32::try_from(shift.days).unwrap_or(u32::MAX),
        score: one_digit(shift.score),
    };
    Some((shift.since, change))
}

fn of_volume(shift: &VolumeShift) -> Change {
    Change {
        measure: Measure::ArticlesADay,
        since: day(shift.since),
        before: one_digit(shift.before),
        now: one_digit(shift.now),
        days: u32::try_from(shift.days).unwrap_or(u32::MAX),
        score: one_digit(shift.score),
    }
}

fn one_digit(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A site that gleaner no longer asks for news has not fallen silent: its source may have been removed from the configuration.
fn is_asked(site: &SiteHistory, history: &History, shift: &VolumeShift, today: i64) -> bool {
    let days = shift.since..=today;
    let has_pages = site.days.within(days.clone()).any(|counts| counts.pages > 0);
    has_pages || polls(site, history, days).all > 0
}

/// The polls of a site: those of its own feeds if it ever had any, else those of the configured sources that led to its pages.
fn polls(site: &SiteHistory, history: &History, days: RangeInclusive<i64>) -> PollCounts {
    if site.days.iter().any(|(_, counts)| counts.polls.all > 0) {
        return site.days.within(days).map(|counts| counts.polls).sum();
    }
    let sources = site.via.iter().filter_map(|name| history.sources.get(name));
    sources.flat_map(|source| source.within(days.clone())).copied().sum()
}

fn evidence(site: &SiteHistory, history: &History, changes: &[Change], days: RangeInclusive<i64>) -> Evidence {
    let lost = site
        .days
        .within(days.clone())
        .fold((0, 0), |(lost, kept_out), counts| (lost + counts.pages.saturating_sub(counts.ok), kept_out + counts.blocked));
    let truncated = |days: RangeInclusive<i64>| {
        let sums = |(cut, all), counts: &DayCounts| (cut + counts.truncated, all + counts.articles);
        let (cut, all) = site.days.within(days).fold((0, 0), sums);
        f64::from(cut) / f64::from(all.max(1))
    };
    let truncated_rise = truncated(days.clone()) - truncated(i64::MIN..=days.start() - 1);
    let is_silent = changes.iter().any(|change| change.measure == Measure::ArticlesADay && change.now == 0.0);
    let pages = site.days.within(days.clone()).map(|counts| counts.pages).sum();
    let measures = changes.iter().map(|change| change.measure).collect();
    Evidence { measures, is_silent, polls: polls(site, history, days), truncated_rise, pages, lost }
}
