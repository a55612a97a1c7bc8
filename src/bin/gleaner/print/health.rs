//! Output for people about the health of sites.

use std::fmt::Write;

use gleaner::commands::health::HealthReport;
use gleaner::health::{Change, EVERYWHERE, Example, Measure, Reason, SiteDrift};
use gleaner_extract::base::printable::escape_line;

use super::human::plural;

/// Most new drifts that the end of a run names.
const SHOWN: usize = 20;

/// The sites that have drifted, with what changed and examples; then how much is known.
pub fn health(report: &HealthReport) -> String {
    let mut out = String::new();
    for drift in &report.drifted {
        out += &site(drift);
    }
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", summary(report));
    if report.left_out > 0 {
        let _ = writeln!(out, "{} of further sites: more are not followed", plural(report.left_out, "journal line"));
    }
    out
}

/// What the end of a run says of drifts that are new.
pub fn news(drifted: &[SiteDrift]) -> String {
    let new: Vec<&SiteDrift> = drifted.iter().filter(|drift| drift.is_new).collect();
    let mut out = String::new();
    for drift in new.iter().take(SHOWN) {
        let _ = writeln!(out, "gleaner: {}", escape_line(&headline(drift)));
    }
    if new.len() > SHOWN {
        let _ = writeln!(out, "gleaner: and {} more sites have drifted", new.len() - SHOWN);
    }
    if !new.is_empty() {
        let _ = writeln!(out, "hint: `gleaner health` shows what changed, and examples");
    }
    out
}

fn site(drift: &SiteDrift) -> String {
    let mut out = format!("{}\n", escape_line(&headline(drift)));
    for change in &drift.changes {
        let _ = writeln!(out, "  {}", described(change));
    }
    for example in &drift.examples {
        let _ = writeln!(out, "    {}", escape_line(&shown(example)));
    }
    out
}

fn headline(drift: &SiteDrift) -> String {
    if drift.site == EVERYWHERE {
        return format!("half of the sites or more have drifted at once, since {}: {}", drift.since, reason(drift.reason));
    }
    format!("{} has drifted since {}: {}", drift.site, drift.since, reason(drift.reason))
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Blocked => "the site probably blocks gleaner",
        Reason::Unreachable => "its servers cannot be reached, or fail",
        Reason::FeedDead => "its feed or other source can probably not be read any more",
        Reason::Paywall => "a paywall probably went up",
        Reason::LayoutChanged => "the layout of its pages probably changed",
        Reason::Silence => "it has nothing new any more",
        Reason::Everywhere => "probably gleaner itself, its settings or its network, and not the sites",
        Reason::Unclear => "the reason is not clear",
    }
}

fn described(change: &Change) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let number = |value: f64| format!("{value}");
    let (name, shown): (&str, &dyn Fn(f64) -> String) = match change.measure {
        Measure::Success => ("pages that became documents", &percent),
        Measure::Blocked => ("pages that were blocked", &percent),
        Measure::Unreachable => ("pages that could not be reached", &percent),
        Measure::FailedPolls => ("sources that could not be read", &percent),
        Measure::Words => ("words of an article", &number),
        Measure::Confidence => ("confidence", &percent),
        Measure::Removed => ("removed from the page", &percent),
        Measure::Truncated => ("incomplete or paid articles", &percent),
        Measure::WithoutTitle => ("articles without a title", &percent),
        Measure::WithoutAuthors => ("articles without authors", &percent),
        Measure::WithoutDate => ("articles without a date", &percent),
        Measure::ResponseMs => ("milliseconds to answer", &number),
        Measure::ArticlesADay => ("new articles a day", &number),
    };
    let (before, now, days) = (shown(change.before), shown(change.now), plural(u64::from(change.days), "day"));
    format!("{name}: {before} before, {now} since {} ({days})", change.since)
}

fn shown(example: &Example) -> String {
    let id = example.id.map(|id| id.to_string().chars().take(8).collect::<String>());
    let what = example.path.as_deref().unwrap_or(&example.source);
    let named = id.map_or_else(|| what.to_owned(), |id| format!("{id} {what}"));
    match &example.error {
        Some(error) => format!("{named}: {error}"),
        None => named,
    }
}

fn summary(report: &HealthReport) -> String {
    let Some(from) = report.from else {
        return "no site can be judged yet: no journal says that anything was fetched".to_owned();
    };
    let known = match report.drifted.iter().filter(|drift| drift.site != EVERYWHERE).count() as u64 {
        0 if report.judged == 0 => "no site can be judged yet".to_owned(),
        drifted => format!("{drifted} of {} drifted", plural(report.judged, "site")),
    };
    let young = match report.too_little_history {
        0 => String::new(),
        young => format!("; {} with too little history (13 days and 30 pages are needed)", plural(young, "site")),
    };
    format!("{known}{young}; journals of {} since {from}", plural(report.days, "day"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::base::time::Timestamp;

    #[test]
    fn the_end_of_a_run_names_new_drifts_only() {
        let since = Timestamp::from_unix(1_714_564_800).day();
        let drift = |number: usize, is_new| SiteDrift {
            site: format!("s{number}.example"),
            reason: Reason::Paywall,
            since,
            is_new,
            changes: Vec::new(),
            examples: Vec::new(),
        };
        assert_eq!(news(&[drift(1, false)]), "");
        let one = news(&[drift(1, false), drift(2, true)]);
        assert!(one.starts_with("gleaner: s2.example has drifted since 2024-05-01: a paywall probably went up\nhint: "), "{one}");
        assert!(news(&(0..30).map(|number| drift(number, true)).collect::<Vec<_>>()).contains("and 10 more sites"));
    }
}
