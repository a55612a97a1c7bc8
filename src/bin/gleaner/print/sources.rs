//! Output for people about the configured sources: how each is doing.

use std::fmt::Write;

use gleaner::commands::sources::SourceReport;
use gleaner::engine::report::FailingSource;
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::base::time::Timestamp;

use super::human::plural;

/// Most sources that `status` and the end of a run list.
const SHOWN: usize = 20;

/// Where the rest of the sources is listed.
const REST: &str = "`gleaner sources list` shows all";

/// The sources that failed earlier and that this run did not try, one line each.
pub fn still_failing(failing: &[FailingSource]) -> String {
    let left: Vec<&FailingSource> = failing.iter().filter(|source| !source.polled).collect();
    let mut out = String::new();
    for source in left.iter().take(SHOWN) {
        let FailingSource { source: name, failures, error, next_poll, .. } = source;
        let next = next_poll.map_or_else(|| "every run tries it".to_owned(), |next| format!("next try from {next}"));
        let still = format!("the source `{name}` still fails ({}, {next}): {error}", plural(u64::from(*failures), "time"));
        // Writing to a string does not fail.
        let _ = writeln!(out, "gleaner: {}", escape_line(&still));
    }
    if left.len() > SHOWN {
        let _ = writeln!(out, "gleaner: and {} more sources; {REST}", left.len() - SHOWN);
    }
    out
}

/// A source on a line, and how it is doing on those below.
pub fn source(source: &SourceReport, now: Timestamp) -> String {
    let tags = if source.tags.is_empty() { String::new() } else { format!(" [{}]", source.tags.join(", ")) };
    let mut out = format!("{:8} {}\n", source.kind, escape_line(&format!("{}{tags}  {}", source.name, source.places.join(" "))));
    let _ = writeln!(out, "         {}", state(source, now));
    if let Some(error) = &source.error {
        let _ = writeln!(out, "         last error: {}", escape_line(error));
    }
    out
}

/// How the sources are doing: a line of totals, then one for each source, failing ones first, with its last error.
pub fn status(sources: &[SourceReport], now: Timestamp) -> String {
    let failing = sources.iter().filter(|source| source.is_failing).count();
    let new: u64 = sources.iter().map(|source| source.new_this_week).sum();
    let mut out = String::new();
    if !sources.is_empty() {
        let (count, new) = (plural(sources.len() as u64, "source"), plural(new, "new article"));
        let _ = writeln!(out, "{count}, {failing} failing, {new} in 7 days");
    }
    let (failing, working): (Vec<_>, Vec<_>) = sources.iter().partition(|source| source.is_failing);
    for source in failing.iter().chain(&working).take(SHOWN) {
        let _ = writeln!(out, "  {}: {}", escape_line(&source.name), state(source, now));
        if let Some(error) = source.error.as_ref().filter(|_| source.is_failing) {
            let _ = writeln!(out, "    {}", escape_line(error));
        }
    }
    if sources.len() > SHOWN {
        let _ = writeln!(out, "  and {} more; {REST}", sources.len() - SHOWN);
    }
    out
}

fn state(source: &SourceReport, now: Timestamp) -> String {
    let mut parts = Vec::new();
    let is_polled = source.kind != "urls";
    if source.is_failing {
        parts.push(format!("FAILING, {} in a row", plural(source.failures.into(), "failure")));
    }
    if is_polled {
        parts.push(source.last_success.map_or_else(|| "never read".to_owned(), |read| format!("last read {read}")));
    }
    parts.push(match source.next_poll {
        Some(next) if next > now => format!("{} {next}", if source.is_failing { "next try from" } else { "next poll from" }),
        _ => "due in the next run".to_owned(),
    });
    parts.push(format!("{} in 7 days", plural(source.new_this_week, "new article")));
    if source.failing_listings > 0 {
        parts.push(format!("{} of its {} fail", source.failing_listings, plural(source.listings, "listing")));
    }
    parts.extend((source.waiting > 0).then(|| format!("{} waiting", plural(source.waiting, "URL"))));
    parts.extend((source.dead > 0).then(|| format!("{} given up", plural(source.dead, "URL"))));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_failing_source_names_its_failures_its_last_success_and_the_next_try() {
        let failing = SourceReport {
            name: "Post".into(),
            kind: "feed",
            places: vec!["https://post.example/feed".into()],
            is_failing: true,
            failures: 3,
            error: Some("fetch https://post.example/feed: 404 Not Found".into()),
            last_success: Some(at("2024-04-01T08:00:00Z")),
            next_poll: Some(at("2024-05-02T00:00:00Z")),
            dead: 2,
            ..SourceReport::default()
        };
        let now = at("2024-05-01T12:00:00Z");
        assert_eq!(
            source(&failing, now),
            "feed     Post  https://post.example/feed\n         FAILING, 3 failures in a row, last read 2024-04-01T08:00:00Z, \
             next try from 2024-05-02T00:00:00Z, 0 new articles in 7 days, 2 URLs given up\n         \
             last error: fetch https://post.example/feed: 404 Not Found\n"
        );
        let text = status(&[SourceReport { name: "Mail".into(), new_this_week: 1, ..SourceReport::default() }, failing], now);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "2 sources, 1 failing, 1 new article in 7 days");
        assert!(lines[1].starts_with("  Post: FAILING") && lines[3].starts_with("  Mail: never read"), "{text}");
        assert_eq!(status(&[], now), "");
    }

    #[test]
    fn the_end_of_a_run_names_the_sources_that_it_did_not_try() {
        let source = |n: usize, polled| FailingSource {
            source: format!("s{n}"),
            failures: 2,
            error: "fetch x: no answer".into(),
            last_success: None,
            next_poll: Some(at("2024-05-02T00:00:00Z")),
            polled,
        };
        let one = still_failing(&[source(1, true), source(2, false)]);
        assert_eq!(
            one,
            "gleaner: the source `s2` still fails (2 times, next try from 2024-05-02T00:00:00Z): fetch x: no answer\n"
        );
        let many: Vec<_> = (0..30).map(|n| source(n, false)).collect();
        assert!(still_failing(&many).ends_with("and 10 more sources; `gleaner sources list` shows all\n"));
    }
}
