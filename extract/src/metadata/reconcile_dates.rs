//! Dates of several witnesses brought together before they are weighed: the order of day and month, the page's own day where an instant is in
//! UTC, and the first date of a story that a content system dated anew. Decides nothing else.

use super::candidate::{Candidate, Source};
use super::date::{Reading, is_plausible};
use crate::base::time::{Day, Timestamp};

/// Places that show the page's own day, not leftovers of other stories, have at least this adjustment.
const NEAR: f32 = -0.05;

/// What a date at the headline gains where every machine-readable one is later.
const FIRST: f32 = 0.3;

/// The adjustment of a date that stands far from the headline, but not aside.
const SHOWN: f32 = -0.24;

/// How long before the machine-readable dates a first date is believed, in years.
const YEARS: i16 = 30;

/// Instants this close, in seconds, are the same moment.
const SAME: i64 = 60;

/// Candidates in the right order of day and month, on the page's own day; none in the future.
pub(crate) fn local(candidates: Vec<Candidate<Reading>>, now: Option<Timestamp>) -> Vec<Candidate<Reading>> {
    let mut candidates = ordered(candidates, now);
    candidates.retain(|candidate| is_plausible(&candidate.value, now));
    local_days(candidates)
}

/// Dates of publication: as [`local`], and a date at the headline wins over later ones for machines. Content systems that are moved or
/// that publish anew overwrite the machine-readable dates and leave what the author wrote.
pub(crate) fn published(candidates: Vec<Candidate<Reading>>, now: Option<Timestamp>) -> Vec<Candidate<Reading>> {
    let mut candidates = local(candidates, now);
    let machine = candidates.iter().filter(|candidate| is_for_machines(candidate.source) && candidate.adjustment >= NEAR);
    let strong = machine.map(|candidate| candidate.value.day).min();
    // A name that does not say what it dates may date anything: a visible date that is earlier need not stand at the headline.
    let unsaid = || candidates.iter().filter(|other| other.source == Source::PlainMeta).map(|other| other.value.day).min();
    let (reach, Some(first)) = (if strong.is_some() { 0.03 } else { SHOWN }, strong.or_else(unsaid)) else { return candidates };
    for candidate in &mut candidates {
        let day = candidate.value.day;
        if is_at_headline(candidate, reach)
            && day < first
            && day.year() + YEARS >= first.year()
            && candidate.value.other.is_none()
        {
            candidate.adjustment += FIRST;
        }
    }
    candidates
}

fn is_for_machines(source: Source) -> bool {
    matches!(source, Source::JsonLd | Source::ArticleTag | Source::Analytics | Source::Citation)
}

fn is_at_headline(candidate: &Candidate<Reading>, reach: f32) -> bool {
    match candidate.source {
        Source::TimeMark | Source::Microdata => candidate.adjustment >= reach,
        Source::ShortLine => candidate.adjustment >= 0.1,
        _ => false,
    }
}

/// Day and month change places where the reading lies in the future otherwise, or where another witness, who leaves no choice, gives that day.
fn ordered(mut candidates: Vec<Candidate<Reading>>, now: Option<Timestamp>) -> Vec<Candidate<Reading>> {
    let certain: Vec<Day> = candidates
        .iter()
        .filter(|other| other.value.other.is_none() && other.adjustment >= -0.1 && other.source != Source::LongLine)
        .map(|other| other.value.day)
        .collect();
    for candidate in &mut candidates {
        let Some(other) = candidate.value.other else { continue };
        let swapped = Reading { day: other, other: None, ..candidate.value };
        let future = !is_plausible(&candidate.value, now) && is_plausible(&swapped, now);
        if future || (certain.contains(&other) && !certain.contains(&candidate.value.day)) {
            candidate.value = swapped;
        } else if certain.contains(&candidate.value.day) {
            candidate.value.other = None;
        }
    }
    candidates
}

/// Instants given in UTC take the day that another witness gives in the page's own zone: the day of the same instant, else of a day without
/// an instant where both can be the same moment. The day never shifts by zone, the instant stays as it is.
fn local_days(mut candidates: Vec<Candidate<Reading>>) -> Vec<Candidate<Reading>> {
    let own = |other: &&Candidate<Reading>| !other.value.is_utc() && other.adjustment >= NEAR && other.source != Source::LongLine;
    let local: Vec<Day> = candidates.iter().filter(own).map(|other| other.value.day).collect();
    let zoned: Vec<(Timestamp, Day)> = candidates
        .iter()
        .filter(|other| !other.value.is_utc())
        .filter_map(|other| Some((other.value.instant()?, other.value.day)))
        .collect();
    for candidate in candidates.iter_mut().filter(|candidate| candidate.value.is_utc()) {
        let instant = candidate.value.instant();
        let same = zoned.iter().find(|(other, _)| instant.is_some_and(|instant| (instant.unix() - other.unix()).abs() <= SAME));
        let day = match same {
            Some((_, day)) => Some(day),
            None if local.contains(&candidate.value.day) => None,
            None => local.iter().find(|day| candidate.value.can_be_on(**day)),
        };
        if let Some(day) = day {
            candidate.value = candidate.value.moved_to(*day);
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::super::date::{Locale, machine, visible};
    use super::*;

    fn now() -> Option<Timestamp> {
        machine("2026-11-20T00:00:00Z").unwrap().instant()
    }

    fn iso(text: &str, source: Source) -> Candidate<Reading> {
        Candidate::new(machine(text).unwrap(), source, "a")
    }

    fn seen(text: &str) -> Candidate<Reading> {
        let locale = Locale::of(Some("en"), None);
        Candidate::new(visible(text, &locale)[0].reading, Source::TimeMark, "b").adjusted(0.1)
    }

    fn days(candidates: Vec<Candidate<Reading>>) -> Vec<String> {
        candidates.iter().map(|candidate| candidate.value.day.to_string()).collect()
    }

    #[test]
    fn another_witness_tells_day_from_month() {
        let both = vec![seen("10/03/2023"), iso("2023-03-10", Source::UrlPath)];
        assert_eq!(days(local(both, now())), ["2023-03-10", "2023-03-10"]);
        assert_eq!(days(local(vec![seen("10/03/2023")], now())), ["2023-10-03"]);
        assert_eq!(days(local(vec![seen("12/11/2026")], now())), ["2026-11-12"], "never in the future");
    }

    #[test]
    fn the_same_instant_is_on_the_same_day() {
        let both = vec![
            iso("2025-12-19T03:05:00+00:00", Source::ArticleTag),
            iso("2025-12-18T19:05:00-08:00", Source::TimeMark),
            iso("2025-12-19", Source::TimeMark),
        ];
        assert_eq!(days(local(both, now())), ["2025-12-18", "2025-12-18", "2025-12-19"]);
    }

    #[test]
    fn the_first_date_at_the_headline_gains() {
        let anew = vec![iso("2025-06-24", Source::JsonLd), seen("August 25, 2024")];
        assert!(published(anew, now())[1].adjustment > 0.3);
        let later = vec![iso("2023-06-24", Source::JsonLd), seen("August 25, 2024")];
        assert!(published(later, now())[1].adjustment < 0.2);
    }
}
