//! Looks at generated sites every day, and counts false alarms and detections.

use std::collections::BTreeSet;

use gleaner::health::{History, Reason, judge};
use gleaner_extract::base::time::Timestamp;

use crate::site::{Event, Site};

const SEED: u64 = 20_240_501;

/// The first day on which a site is judged, the day of the event, and the last day.
const FIRST: i64 = 40;
const EVENT: i64 = 70;
const LAST: i64 = 110;

/// Generated sites of each kind.
fn sites() -> usize {
    std::env::var("GLEANER_HEALTH_SITES").map_or(30, |text| text.parse().unwrap())
}

/// What is found on each day at sites of which this happens to each: pairs of day and reason for each site.
fn found(event: Event, last: i64) -> Vec<(Site, Vec<(i64, Reason, String)>)> {
    let mut sites: Vec<(Site, Vec<(i64, Reason, String)>)> =
        (0..sites()).map(|number| (Site::new(number, SEED), Vec::new())).collect();
    let mut history = History::default();
    for day in 1..=last {
        for (site, _) in &mut sites {
            site.day(day, if day < EVENT { Event::Nothing } else { event }, &mut history);
        }
        history.close_day();
        if day < FIRST {
            continue;
        }
        // Judged in the night: the day is over, and counts for all but volume.
        for drift in judge(&history, day).drifted {
            let (_, all) = sites.iter_mut().find(|(site, _)| site.name == drift.site).unwrap();
            let changes: Vec<_> =
                drift.changes.iter().map(|change| format!("{:?} {} → {}", change.measure, change.before, change.now)).collect();
            all.push((day, drift.reason, format!("{} {}", drift.since, changes.join(", "))));
        }
    }
    sites
}

#[test]
fn sites_that_are_well_hardly_ever_drift() {
    let found = found(Event::Nothing, LAST);
    let mut alarms = 0;
    for (site, all) in &found {
        // One that lasts for some days is one alarm.
        let days: BTreeSet<i64> = all.iter().map(|(day, ..)| *day).collect();
        let begun = days.iter().filter(|day| !days.contains(&(**day - 1))).count();
        alarms += begun;
        for (day, reason, what) in all.iter().filter(|(day, ..)| !days.contains(&(day - 1))) {
            println!("false alarm at {} ({} a day) on day {day}: {reason:?} since {what}", site.name, site.rate);
        }
    }
    let years = found.len() as f64 * (LAST - FIRST + 1) as f64 / 365.0;
    println!("{alarms} false alarms in {years:.0} years of sites: {:.3} a year", alarms as f64 / years);
    assert!(alarms as f64 <= 0.1 * years.max(10.0), "{alarms} false alarms in {years} years");
}

#[test]
fn what_happens_to_a_site_is_found_dated_and_named() {
    for (event, reason) in [
        (Event::Layout, Reason::LayoutChanged),
        (Event::Paywall, Reason::Paywall),
        (Event::Blocked, Reason::Blocked),
        (Event::DeadFeed, Reason::FeedDead),
        (Event::Silence, Reason::Silence),
    ] {
        let found = found(event, EVENT + 21);
        let since = |days: i64| {
            let by =
                |(_, all): &&(Site, Vec<(i64, Reason, String)>)| all.iter().any(|(day, ..)| (EVENT..EVENT + days).contains(day));
            found.iter().filter(by).count() as f64 / found.len() as f64
        };
        let mut last: Vec<(&Site, &(i64, Reason, String))> = Vec::new();
        for (site, all) in &found {
            match all.last() {
                Some(end) => last.push((site, end)),
                None => println!("{event:?} not found at {} ({} a day)", site.name, site.rate),
            }
        }
        let named = last.iter().filter(|(_, (_, named, _))| *named == reason).count() as f64 / last.len().max(1) as f64;
        let (first, late) = (
            Timestamp::from_unix((EVENT - 2) * 86_400).day().to_string(),
            Timestamp::from_unix((EVENT + 3) * 86_400).day().to_string(),
        );
        let is_dated = |(_, (_, _, what)): &&(&Site, &(i64, Reason, String))| {
            let since = what.split(' ').next().unwrap();
            (first.as_str()..=late.as_str()).contains(&since)
        };
        let dated = last.iter().filter(is_dated).count() as f64 / last.len().max(1) as f64;
        println!(
            "{event:?}: {:.2} found within 4 days, {:.2} within 8, {:.2} within 22; {named:.2} named, {dated:.2} dated",
            since(4),
            since(8),
            since(22)
        );
        for (site, (_, named, what)) in last.iter().filter(|(_, (_, named, _))| *named != reason) {
            println!("  {} ({} a day): {named:?} since {what}", site.name, site.rate);
        }
        assert!(since(22) >= 0.7 && named >= 0.9 && dated >= 0.8, "{event:?}");
    }
}
