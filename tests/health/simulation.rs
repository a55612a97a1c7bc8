//! Looks at generated sites every day, and counts false alarms and detections.

use gleaner::health::{EVERYWHERE, History, Reason, SiteDrift, judge};
use gleaner_extract::base::time::Timestamp;

use crate::site::{Event, Site};

const SEED: u64 = 20_240_501;

/// The first day on which sites are judged, and the first days of the events: not all sites drift at once.
const FIRST: i64 = 40;
const EVENTS: std::ops::Range<i64> = 64..78;

/// Generated sites of each kind.
fn number_of_sites() -> usize {
    std::env::var("GLEANER_HEALTH_SITES").map_or(30, |text| text.parse().unwrap())
}

/// A site, the day on which something happens to it, and what is found of it on which day.
struct Watched {
    site: Site,
    event: i64,
    found: Vec<(i64, SiteDrift)>,
}

/// Watches sites to which this happens, each on a day of its own.
fn watch(event: Event, last: i64) -> Vec<Watched> {
    let site = |number: usize| {
        let event = EVENTS.start + number as i64 % (EVENTS.end - EVENTS.start);
        Watched { site: Site::new(number, SEED), event, found: Vec::new() }
    };
    let mut sites: Vec<Watched> = (0..number_of_sites()).map(site).collect();
    let mut history = History::default();
    for day in 1..=last {
        for watched in &mut sites {
            let event = if day < watched.event { Event::Nothing } else { event };
            watched.site.day(day, event, &mut history);
        }
        history.close_day();
        if day < FIRST {
            continue;
        }
        for drift in judge(&history, day).drifted {
            let watched = sites.iter_mut().find(|watched| watched.site.name == drift.site);
            watched.unwrap_or_else(|| panic!("{drift:?}")).found.push((day, drift));
        }
    }
    sites
}

fn described(site: &Site, drift: &SiteDrift) -> String {
    let changes: Vec<String> =
        drift.changes.iter().map(|change| format!("{:?} {} → {}", change.measure, change.before, change.now)).collect();
    format!("{} ({} a day): {:?} since {}: {}", site.name, site.rate, drift.reason, drift.since, changes.join(", "))
}

#[test]
fn sites_that_are_well_hardly_ever_drift() {
    let last = 110;
    let watched = watch(Event::Nothing, last);
    let mut alarms = 0;
    for Watched { site, found, .. } in &watched {
        for (index, (day, drift)) in found.iter().enumerate() {
            // One that lasts for some days is one alarm.
            if index == 0 || found[index - 1].0 < day - 1 {
                alarms += 1;
                println!("false alarm on day {day} at {}", described(site, drift));
            }
        }
    }
    let years = watched.len() as f64 * (last - FIRST + 1) as f64 / 365.0;
    println!("{alarms} false alarms in {years:.0} years of sites");
    assert!(f64::from(alarms) <= 0.05 * years.max(20.0), "{alarms} false alarms in {years} years");
}

#[test]
fn what_happens_to_a_site_is_found_dated_and_named() {
    println!(
        "| | within 4 days | within 8 days | within 22 days | right reason | right day (−2 to +3) |\n|---|---|---|---|---|---|"
    );
    for (event, reason, least) in [
        (Event::Layout, Reason::LayoutChanged, 0.95),
        (Event::Paywall, Reason::Paywall, 0.9),
        (Event::Blocked, Reason::Blocked, 0.95),
        (Event::DeadFeed, Reason::FeedDead, 0.95),
        (Event::Silence, Reason::Silence, 0.7),
    ] {
        let watched = watch(event, EVENTS.end + 21);
        let share = |of: &dyn Fn(&Watched) -> bool, all: usize| {
            watched.iter().filter(|watched| of(watched)).count() as f64 / all.max(1) as f64
        };
        let within = |days: i64| {
            let by = |watched: &Watched| watched.found.iter().any(|(day, _)| (watched.event..watched.event + days).contains(day));
            share(&by, watched.len())
        };
        let found = watched.iter().filter(|watched| !watched.found.is_empty()).count();
        let is_named = |watched: &Watched| watched.found.last().is_some_and(|(_, drift)| drift.reason == reason);
        let is_dated = |watched: &Watched| {
            let day = |number: i64| Timestamp::from_unix(number * 86_400).day();
            let right = day(watched.event - 2)..=day(watched.event + 3);
            watched.found.last().is_some_and(|(_, drift)| right.contains(&drift.since))
        };
        let figures = [within(4), within(8), within(22), share(&is_named, found), share(&is_dated, found)];
        println!("| {event:?} | {} |", figures.map(|figure| format!("{figure:.2}")).join(" | "));
        for Watched { site, found, event } in watched.iter().filter(|watched| !is_named(watched) || !is_dated(watched)) {
            let what =
                found.last().map_or_else(|| format!("{} ({} a day)", site.name, site.rate), |(_, drift)| described(site, drift));
            println!("not found, misnamed or misdated, day {event}: {what}");
        }
        assert!(figures[2] >= least && figures[3] >= 0.9 && figures[4] >= 0.7, "{event:?}: {figures:?}");
    }
}

#[test]
fn what_happens_everywhere_at_once_is_one_drift() {
    let mut sites: Vec<Site> = (0..20).map(|number| Site::new(number, SEED)).collect();
    let mut history = History::default();
    for day in 1..=80 {
        for site in &mut sites {
            site.day(day, if day < 70 { Event::Nothing } else { Event::Layout }, &mut history);
        }
    }
    history.close_day();
    let drifted = judge(&history, 80).drifted;
    assert_eq!((drifted[0].site.as_str(), drifted[0].reason), (EVERYWHERE, Reason::Everywhere), "{drifted:?}");
    assert!(drifted.len() < 10, "{} sites too", drifted.len() - 1);
}
