//! Whether a site has fallen silent, or publishes far less or far more than it used to.

use std::collections::BTreeSet;

use super::history::SiteHistory;
use super::level::{BASELINE_DAYS, Levels, MARGIN, MAX_AGE, MIN_BASELINE, Point};
use super::robust::{median, trimmed_mean};

/// Articles that it takes to know how many are usual.
const MIN_ARTICLES: f64 = 15.0;
/// Days on which gleaner looked and found nothing, at least.
const MIN_SILENCE: usize = 3;
/// A silence of so many days has become what is usual: sites that publish little need that long to be missed.
const MAX_SILENCE: i64 = 60;
/// Days that a number has been another, at least: a quiet week, or a busy one, is no drift.
const MIN_CHANGE: usize = 8;
/// What is far less and far more.
const FAR_LESS: f64 = 0.35;
const FAR_MORE: f64 = 4.0;
/// Least scores, in standard errors of a count.
const MIN_SCORE_SILENT: f64 = 6.0;
const MIN_SCORE_CHANGED: f64 = 7.0;
/// The median of a chi-squared distribution with one degree of freedom.
const CHI_SQUARED_MEDIAN: f64 = 0.4549;

/// A number of articles a day that has changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolumeShift {
    /// The first day.
    pub since: i64,
    pub before: f64,
    pub now: f64,
    pub days: usize,
    pub score: f64,
    /// True if there is nothing at all any more.
    pub is_silent: bool,
}

/// Finds what has changed. The current day is not over and does not count; nor do days on which gleaner fetched nothing at all.
pub fn volume(site: &SiteHistory, fetch_days: &BTreeSet<i64>, today: i64) -> Option<VolumeShift> {
    let with_news = || site.days.iter().filter(|(_, counts)| counts.new > 0).map(|(day, _)| day);
    let (first, last) = (with_news().next()?, with_news().next_back()?);
    let new_on = |day: i64| site.days.within(day..=day).next().map_or(0, |counts| counts.new);
    let points: Vec<Point> = fetch_days
        .range(first..today.max(first))
        .map(|day| Point { day: *day, weight: 1.0, value: f64::from(new_on(*day)) })
        .collect();
    // Days since the last article are a silence, or a pause.
    let until_last = points.get(..points.partition_point(|point| point.day <= last))?;
    silence(&points, last, today).or_else(|| change(until_last, today))
}

fn silence(points: &[Point], last: i64, today: i64) -> Option<VolumeShift> {
    let (before, gap) = points.split_at_checked(points.partition_point(|point| point.day <= last))?;
    let since = gap.first()?.day;
    let usual = Usual::of(before, last - BASELINE_DAYS)?;
    let longest = usual.points.split(|point| point.value > 0.0).map(<[Point]>::len).max().unwrap_or(0);
    let score = usual.score(gap);
    let is_silent = gap.len() >= MIN_SILENCE && gap.len() > 2 * longest && since > today - MAX_SILENCE;
    let shift = VolumeShift { since, before: usual.mean, now: 0.0, days: gap.len(), score, is_silent: true };
    (is_silent && score >= MIN_SCORE_SILENT).then_some(shift)
}

fn change(points: &[Point], today: i64) -> Option<VolumeShift> {
    let last = points.len().checked_sub(MIN_CHANGE)?;
    let first = points.partition_point(|point| point.day <= today - MAX_AGE - MARGIN);
    let shifts = (first..=last).filter_map(|start| change_from(points, start));
    let clearest = shifts.max_by(|a, b| a.score.total_cmp(&b.score).then(b.since.cmp(&a.since)));
    clearest.filter(|shift| shift.since > today - MAX_AGE)
}

fn change_from(points: &[Point], start: usize) -> Option<VolumeShift> {
    let (before, since) = points.split_at_checked(start)?;
    let first = since.first()?.day;
    let usual = Usual::of(before, first - BASELINE_DAYS)?;
    let (found, expected) = (since.iter().map(|point| point.value).sum::<f64>(), usual.expected(since));
    let is_less = found < expected;
    let is_far = |found: f64, expected: f64| match is_less {
        true => found <= FAR_LESS * expected,
        false => found >= FAR_MORE * expected.max(1.0),
    };
    // Each of the last days too, and most of all days: half of the way at least.
    let is_like = |point: &Point| {
        let usual = usual.levels.at(point.day);
        if is_less { usual < 1.0 || point.value <= 0.7 * usual } else { point.value >= 2.0 * usual.max(0.5) }
    };
    let like = since.iter().filter(|point| is_like(point)).count();
    let still = since.iter().rev().take(3).all(is_like);
    let score = usual.score(since);
    if !is_far(found, expected) || !still || like * 5 < since.len() * 4 || score < MIN_SCORE_CHANGED {
        return None;
    }
    let now = found / since.len() as f64;
    Some(VolumeShift { since: first, before: usual.mean, now, days: since.len(), score, is_silent: false })
}

/// How many articles a day are usual.
struct Usual<'a> {
    points: &'a [Point],
    levels: Levels,
    mean: f64,
    /// By how much the variance exceeds that of a Poisson process.
    dispersion: f64,
}

impl<'a> Usual<'a> {
    /// What is usual on the days from `oldest` on; `None` if there is too little.
    fn of(points: &'a [Point], oldest: i64) -> Option<Self> {
        let points = points.get(points.partition_point(|point| point.day < oldest)..)?;
        let sum = points.iter().map(|point| point.value).sum::<f64>();
        if points.len() < MIN_BASELINE || sum < MIN_ARTICLES {
            return None;
        }
        let levels = Levels::of(points, trimmed_mean);
        let squares = points.iter().map(|point| {
            let level = levels.at(point.day);
            (point.value - level).powi(2) / level.max(0.5)
        });
        let dispersion = (median(squares.collect()) / CHI_SQUARED_MEDIAN).max(1.0);
        Some(Self { points, levels, mean: sum / points.len() as f64, dispersion })
    }

    fn expected(&self, points: &[Point]) -> f64 {
        points.iter().map(|point| self.levels.at(point.day)).sum()
    }

    /// By how many standard errors the number of articles differs from what is expected (Anscombe, "The Transformation of Poisson, Binomial and
    /// Negative-Binomial Data", 1948).
    fn score(&self, points: &[Point]) -> f64 {
        let found = points.iter().map(|point| point.value).sum::<f64>();
        let root = |count: f64| 2.0 * (count + 0.375).sqrt();
        (root(found) - root(self.expected(points))).abs() / self.dispersion.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::DayCounts;

    /// A site with so many new articles on each day from day 1 on, on all of which something was fetched.
    fn volume_of(counts: &[u32]) -> Option<VolumeShift> {
        let days = (1..).zip(counts).map(|(day, new)| (day, DayCounts { new: *new, ..DayCounts::default() })).collect();
        let site = SiteHistory { days, via: Vec::new() };
        let today = counts.len() as i64 + 1;
        volume(&site, &(1..today).collect(), today)
    }

    #[test]
    fn silence_is_found_and_the_sooner_the_more_was_published() {
        let shift = volume_of(&[vec![10; 20], vec![0; 3]].concat()).unwrap();
        assert_eq!((shift.since, shift.days, shift.is_silent, shift.before), (21, 3, true, 10.0));
        assert_eq!(volume_of(&[vec![10; 20], vec![0; 2]].concat()), None);
        assert_eq!(volume_of(&[vec![1; 20], vec![0; 9]].concat()), None);
        assert!(volume_of(&[vec![1; 20], vec![0; 16]].concat()).unwrap().is_silent);
    }

    #[test]
    fn a_site_that_pauses_at_times_may_pause_again() {
        let pauses = [[9, 9, 9, 9, 9, 0, 0].repeat(3), vec![0, 0, 0, 0, 9, 9]].concat();
        assert_eq!(volume_of(&[pauses.clone(), vec![0; 9]].concat()), None);
        assert!(volume_of(&[pauses, vec![0; 14]].concat()).unwrap().is_silent);
    }

    #[test]
    fn a_lasting_fall_and_a_lasting_rise_are_changes() {
        let fall = volume_of(&[vec![20; 20], vec![4; 8]].concat()).unwrap();
        assert_eq!((fall.since, fall.is_silent, fall.now), (21, false, 4.0));
        assert_eq!(volume_of(&[vec![5; 20], vec![40; 9]].concat()).unwrap().since, 21);
        for usual in [[vec![20; 20], vec![12; 9]].concat(), [vec![20; 20], vec![4; 5]].concat()] {
            assert_eq!(volume_of(&usual), None);
        }
    }
}
