//! Reconciles the dates of several sources before they are scored: the order of day and month, the page's local day for instants in UTC, and
//! the original date of a story that a content system has republished. Scores no dates.

use super::candidate::{Candidate, MetadataSource};
use super::date::{ParsedDate, is_plausible};
use crate::base::time::{Day, Timestamp};

/// The minimum adjustment of dates that belong to this story and not to another one on the page.
const OWN_STORY: f32 = -0.05;

/// What a date at the headline gains if every machine-readable one is later.
const ORIGINAL_DATE: f32 = 0.3;

/// The adjustment of a date that is far from the headline, but not aside.
const FAR_FROM_HEADLINE: f32 = -0.24;

/// How long before the machine-readable dates an original date may be, in years.
const MAX_YEARS: i16 = 30;

/// Instants this close, in seconds, are considered equal.
const SAME_INSTANT: i64 = 60;

/// The candidates with day and month in the right order, on the page's local day; none in the future.
pub(crate) fn local(candidates: Vec<Candidate<ParsedDate>>, now: Option<Timestamp>) -> Vec<Candidate<ParsedDate>> {
    let mut candidates = ordered(candidates, now);
    candidates.retain(|candidate| is_plausible(&candidate.value, now));
    local_days(candidates)
}

/// Publication dates: as [`local`], and a date at the headline is preferred to later machine-readable ones. Content systems that migrate or
/// republish a story overwrite the machine-readable dates but not the date in its text.
pub(crate) fn published(candidates: Vec<Candidate<ParsedDate>>, now: Option<Timestamp>) -> Vec<Candidate<ParsedDate>> {
    let mut candidates = local(candidates, now);
    let machine =
        candidates.iter().filter(|candidate| is_machine_readable(candidate.source) && candidate.adjustment >= OWN_STORY);
    let reliable = machine.map(|candidate| candidate.value.day).min();
    // A meta element with a general name may date anything: an earlier visible date need not be at the headline.
    let general =
        || candidates.iter().filter(|other| other.source == MetadataSource::PlainMeta).map(|other| other.value.day).min();
    let min_adjustment = if reliable.is_some() { 0.03 } else { FAR_FROM_HEADLINE };
    let Some(earliest) = reliable.or_else(general) else { return candidates };
    // If readers see the machine-readable date near the headline, an earlier one is that of something else.
    let is_shown = |candidate: &Candidate<ParsedDate>| candidate.value.day == earliest && is_at_headline(candidate, 0.03);
    if candidates.iter().any(is_shown) {
        return candidates;
    }
    for candidate in &mut candidates {
        let day = candidate.value.day;
        if is_at_headline(candidate, min_adjustment)
            && day < earliest
            && day.year() + MAX_YEARS >= earliest.year()
            && candidate.value.swapped.is_none()
        {
            candidate.adjustment += ORIGINAL_DATE;
        }
    }
    candidates
}

fn is_machine_readable(source: MetadataSource) -> bool {
    matches!(source, MetadataSource::JsonLd | MetadataSource::ArticleTag | MetadataSource::Analytics | MetadataSource::Citation)
}

fn is_at_headline(candidate: &Candidate<ParsedDate>, min_adjustment: f32) -> bool {
    match candidate.source {
        MetadataSource::TimeMark | MetadataSource::Microdata => candidate.adjustment >= min_adjustment,
        MetadataSource::ShortLine => candidate.adjustment >= 0.1,
        _ => false,
    }
}

/// Swaps day and month if the date would otherwise be in the future, or if another, unambiguous source gives the swapped day.
fn ordered(mut candidates: Vec<Candidate<ParsedDate>>, now: Option<Timestamp>) -> Vec<Candidate<ParsedDate>> {
    let certain: Vec<Day> = candidates
        .iter()
        .filter(|other| other.value.swapped.is_none() && other.adjustment >= -0.1 && other.source != MetadataSource::LongLine)
        .map(|other| other.value.day)
        .collect();
    for candidate in &mut candidates {
        let Some(swapped_day) = candidate.value.swapped else { continue };
        let swapped = ParsedDate { day: swapped_day, swapped: None, ..candidate.value };
        let future = !is_plausible(&candidate.value, now) && is_plausible(&swapped, now);
        if future || (certain.contains(&swapped_day) && !certain.contains(&candidate.value.day)) {
            candidate.value = swapped;
        } else if certain.contains(&candidate.value.day) {
            candidate.value.swapped = None;
        }
    }
    candidates
}

/// Moves instants in UTC to the local day that another source gives: the day of the same instant, else a day without an instant on which
/// the instant can fall in some time zone. The instant stays the same.
fn local_days(mut candidates: Vec<Candidate<ParsedDate>>) -> Vec<Candidate<ParsedDate>> {
    let own = |other: &&Candidate<ParsedDate>| {
        !other.value.is_utc() && other.adjustment >= OWN_STORY && other.source != MetadataSource::LongLine
    };
    let local: Vec<Day> = candidates.iter().filter(own).map(|other| other.value.day).collect();
    let zoned: Vec<(Timestamp, Day)> = candidates
        .iter()
        .filter(|other| !other.value.is_utc())
        .filter_map(|other| Some((other.value.instant()?, other.value.day)))
        .collect();
    let mut zones = candidates.iter().filter(own).filter_map(|other| other.value.offset);
    let zone = zones.next().filter(|first| zones.all(|other| other == *first));
    for candidate in candidates.iter_mut().filter(|candidate| candidate.value.is_utc()) {
        let instant = candidate.value.instant();
        let same =
            zoned.iter().find(|(other, _)| instant.is_some_and(|instant| (instant.unix() - other.unix()).abs() <= SAME_INSTANT));
        let day = match same {
            Some((_, day)) => Some(day),
            None if local.contains(&candidate.value.day) => None,
            None => local.iter().find(|day| candidate.value.can_be_on(**day)),
        };
        let day = day
            .copied()
            .or_else(|| zone.filter(|_| !local.contains(&candidate.value.day)).and_then(|zone| candidate.value.day_in(zone)));
        if let Some(day) = day {
            candidate.value = candidate.value.moved_to(day);
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

    fn iso(text: &str, source: MetadataSource) -> Candidate<ParsedDate> {
        Candidate::new(machine(text).unwrap(), source, "a")
    }

    fn shown(text: &str) -> Candidate<ParsedDate> {
        let locale = Locale::of(Some("en"), None);
        Candidate::new(visible(text, &locale)[0].date, MetadataSource::TimeMark, "b").adjusted(0.1)
    }

    fn days(candidates: Vec<Candidate<ParsedDate>>) -> Vec<String> {
        candidates.iter().map(|candidate| candidate.value.day.to_string()).collect()
    }

    #[test]
    fn another_source_settles_the_order_of_day_and_month() {
        let both = vec![shown("10/03/2023"), iso("2023-03-10", MetadataSource::UrlPath)];
        assert_eq!(days(local(both, now())), ["2023-03-10", "2023-03-10"]);
        assert_eq!(days(local(vec![shown("10/03/2023")], now())), ["2023-10-03"]);
        assert_eq!(days(local(vec![shown("12/11/2026")], now())), ["2026-11-12"], "never in the future");
    }

    #[test]
    fn equal_instants_get_the_same_day() {
        let both = vec![
            iso("2025-12-19T03:05:00+00:00", MetadataSource::ArticleTag),
            iso("2025-12-18T19:05:00-08:00", MetadataSource::TimeMark),
            iso("2025-12-19", MetadataSource::TimeMark),
        ];
        assert_eq!(days(local(both, now())), ["2025-12-18", "2025-12-18", "2025-12-19"]);
    }

    #[test]
    fn the_original_date_at_the_headline_gains() {
        let republished = vec![iso("2025-06-24", MetadataSource::JsonLd), shown("August 25, 2024")];
        assert!(published(republished, now())[1].adjustment > 0.3);
        let later = vec![iso("2023-06-24", MetadataSource::JsonLd), shown("August 25, 2024")];
        assert!(published(later, now())[1].adjustment < 0.2);
    }

    #[test]
    fn a_shown_machine_date_is_no_republication() {
        let shown_too = vec![iso("2025-06-24", MetadataSource::JsonLd), shown("June 24, 2025"), shown("August 25, 2024")];
        assert!(published(shown_too, now())[2].adjustment < 0.2);
    }

    #[test]
    fn instants_in_utc_move_to_the_zone_of_the_others() {
        let both = vec![
            iso("2025-12-19T03:05:00Z", MetadataSource::ArticleTag),
            iso("2025-12-20T09:00:00-08:00", MetadataSource::JsonLd),
        ];
        assert_eq!(days(local(both, now())), ["2025-12-18", "2025-12-20"]);
    }
}
