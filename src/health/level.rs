//! Whether a level has shifted: a share or a mean that has a value on each day.

use super::robust::{MAD_SCALE, median};

/// Days that the usual level is taken from, at most, before the first day of a drift.
pub const BASELINE_DAYS: i64 = 63;
/// Days with data that it takes at least.
pub const MIN_BASELINE: usize = 10;
/// Days with data that a drift has lasted at least.
pub const MIN_DRIFT: usize = 3;
/// A drift that began before so many days has become what is usual.
pub const MAX_AGE: i64 = 30;
/// Days before that on which a drift is looked for, so that an old one is not taken for one that has just begun to count.
pub const MARGIN: i64 = 10;

/// How much more values it takes before a drift than since.
const WEIGHT_BEFORE: f64 = 5.0;

/// Least score: the effect in standard errors. High, because thousands of sites are tested on many measures, from many days on, every day.
const MIN_SCORE: f64 = 6.0;

/// The same for shares of few, on the scale on which their variance does not depend on the share (Freeman and Tukey, "Transformations Related to the Angular and
/// the Square Root", 1950): two of eight are not many, where none was usual.
const MIN_ANGULAR_SCORE: f64 = 4.5;

/// The probability, at most, that so many days in a row are by chance like single bad days of the past.
const MAX_CHANCE: f64 = 1e-4;

/// The least number of days on a weekday for a level of its own, and by how much such levels must reduce the deviations.
const MIN_PER_WEEKDAY: usize = 4;
const SEASONAL_GAIN: f64 = 0.8;

/// Which changes matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Both,
}

/// How far values are apart by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// At least as shares of so many are.
    Binomial,
    /// As measured.
    Measured,
}

/// How a measure is tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    pub direction: Direction,
    /// The least change that matters.
    pub least: f64,
    /// The least number of values since then.
    pub least_weight: f64,
    pub spread: Spread,
}

/// A day with data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Its number, counted from 1970-01-01.
    pub day: i64,
    /// How many values it has.
    pub weight: f64,
    /// Their mean.
    pub value: f64,
}

/// A level that has shifted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The first day.
    pub since: i64,
    pub before: f64,
    pub now: f64,
    /// Days with data since then.
    pub days: usize,
    /// The change in standard errors.
    pub score: f64,
}

/// Monday is 0.
pub fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// The usual level of each weekday, where weekdays differ.
pub struct Levels {
    by_weekday: [f64; 7],
    /// True if weekdays differ.
    pub is_seasonal: bool,
}

impl Levels {
    /// The levels of these days; `center` takes the middle of values.
    pub fn of(points: &[Point], center: fn(Vec<f64>) -> f64) -> Self {
        let all = center(points.iter().map(|point| point.value).collect());
        let flat = Self { by_weekday: [all; 7], is_seasonal: false };
        let mut seasonal = Self { by_weekday: [all; 7], is_seasonal: true };
        for (number, level) in seasonal.by_weekday.iter_mut().enumerate() {
            let values: Vec<f64> = points.iter().filter(|point| weekday(point.day) == number).map(|point| point.value).collect();
            match values.len() {
                // Nothing is published on that day.
                0 => {}
                few if few < MIN_PER_WEEKDAY => return flat,
                _ => *level = center(values),
            }
        }
        if seasonal.deviation(points) < SEASONAL_GAIN * flat.deviation(points) { seasonal } else { flat }
    }

    /// The level of a day.
    pub fn at(&self, day: i64) -> f64 {
        self.by_weekday.get(weekday(day)).copied().unwrap_or_default()
    }

    fn deviation(&self, points: &[Point]) -> f64 {
        points.iter().map(|point| (point.value - self.at(point.day)).abs()).sum::<f64>()
    }
}

/// Finds the shift of a level that is still there. Points are in order of their days.
pub fn shift(points: &[Point], today: i64, test: &Test) -> Option<Shift> {
    let last = points.len().checked_sub(MIN_DRIFT)?;
    let recent = |point: &Point| point.day > today - MAX_AGE - MARGIN;
    let first = points.iter().position(recent)?;
    // Most levels have not moved; that is seen at once.
    let usual = points.get(..first).filter(|before| before.len() >= MIN_BASELINE).unwrap_or(points);
    let levels = Levels::of(usual, median);
    let now = median(points.get(last..)?.iter().map(|point| point.value - levels.at(point.day)).collect());
    if now.abs() < 0.4 * test.least {
        return None;
    }
    let starts = first.max(MIN_BASELINE)..=last;
    let shifts = starts.filter_map(|start| shift_from(points, start, test));
    let clearest = shifts.max_by(|a, b| a.score.total_cmp(&b.score).then(b.since.cmp(&a.since)));
    clearest.filter(|shift| shift.since > today - MAX_AGE)
}

/// The shift of a level at this point, if it is one.
fn shift_from(points: &[Point], start: usize, test: &Test) -> Option<Shift> {
    let (before, since) = points.split_at_checked(start)?;
    let first = since.first()?.day;
    let before = before.get(before.partition_point(|point| point.day < first - BASELINE_DAYS)..)?;
    let weight_of = |points: &[Point]| points.iter().map(|point| point.weight).sum::<f64>();
    let (all_before, all_since) = (weight_of(before), weight_of(since));
    if before.len() < MIN_BASELINE || all_before < WEIGHT_BEFORE * test.least_weight || all_since < test.least_weight {
        return None;
    }
    let levels = Levels::of(before, median);
    let residual = |point: &Point| point.value - levels.at(point.day);
    // Of a day with many values, only as many count as a usual day has: days differ by more than chance.
    let usual_weight = median(before.iter().map(|point| point.weight).collect());
    let counted = |point: &Point| point.weight.min(usual_weight.max(1.0));
    let spread = spread(before, &levels, test, &counted);
    let counted_since = since.iter().map(counted).sum::<f64>();
    let counted_before = before.iter().map(counted).sum::<f64>();
    let mean = since.iter().map(|point| counted(point) * residual(point)).sum::<f64>() / counted_since;
    let middle = median(since.iter().map(residual).collect());
    // Neither one extreme day nor one of many values makes a shift.
    let effect = if mean * middle <= 0.0 { 0.0 } else { mean.signum() * mean.abs().min(middle.abs()) };
    let is_asked = match test.direction {
        Direction::Up => effect > 0.0,
        Direction::Down => effect < 0.0,
        Direction::Both => true,
    };
    // A median of so many varies by π/2 more than their mean.
    let error = spread * (1.0 / counted_since + std::f64::consts::FRAC_PI_2 / counted_before).sqrt();
    let score = effect.abs() / error;
    if !is_asked || effect.abs() < test.least || score < MIN_SCORE {
        return None;
    }
    let level = since.iter().map(|point| levels.at(point.day)).sum::<f64>() / since.len() as f64;
    // Of small shares the median day has none.
    let usual = if effect > 0.0 { level.max(pooled(before)) } else { level.min(pooled(before)) };
    let angular = (angle(level + effect) - angle(usual)) * effect.signum() / (1.0 / all_since + 1.0 / all_before).sqrt();
    if test.spread == Spread::Binomial && angular < MIN_ANGULAR_SCORE {
        return None;
    }
    let is_like = |point: &Point| residual(point) * effect.signum() >= effect.abs() / 2.0;
    is_lasting(before, since, &is_like).then_some(Shift {
        since: first,
        before: level,
        now: level + effect,
        days: since.len(),
        score,
    })
}

/// The share of all values together, half a value away from none and all.
fn pooled(points: &[Point]) -> f64 {
    let (sum, all) = points.iter().fold((0.5, 1.0), |(sum, all), point| (sum + point.value * point.weight, all + point.weight));
    (sum / all).clamp(0.0, 1.0)
}

/// A share on a scale on which its variance does not depend on it.
fn angle(share: f64) -> f64 {
    2.0 * share.clamp(0.0, 1.0).sqrt().asin()
}

/// Whether it is like that on most days and on the last ones, and more often in a row than the past makes likely.
fn is_lasting(before: &[Point], since: &[Point], is_like: &dyn Fn(&Point) -> bool) -> bool {
    let count = |points: &[Point]| points.iter().filter(|point| is_like(point)).count();
    let like = count(since);
    let last = since.get(since.len().saturating_sub(MIN_DRIFT)..).unwrap_or(since);
    let bad_days = (count(before) as f64 + 0.5) / (before.len() as f64 + 1.0);
    let chance = bad_days.powi(i32::try_from(like).unwrap_or(i32::MAX));
    count(last) * 2 > MIN_DRIFT && chance <= MAX_CHANCE && like * 5 >= since.len() * 4
}

/// The standard deviation of one value.
fn spread(before: &[Point], levels: &Levels, test: &Test, counted: &dyn Fn(&Point) -> f64) -> f64 {
    let deviations = before.iter().map(|point| (point.value - levels.at(point.day)).abs() * counted(point).sqrt()).collect();
    // Levels of weekdays are close to their own few days.
    let own = if levels.is_seasonal { before.len() as f64 / 7.0 } else { before.len() as f64 };
    let measured = MAD_SCALE * median(deviations) * (own / (own - 1.0).max(1.0)).sqrt();
    match test.spread {
        Spread::Binomial => {
            let share = pooled(before);
            measured.max((share * (1.0 - share)).sqrt())
        }
        Spread::Measured => measured.max(test.least / 4.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Test = Test { direction: Direction::Up, least: 0.25, least_weight: 6.0, spread: Spread::Binomial };

    fn points(values: &[f64]) -> Vec<Point> {
        values.iter().zip(1..).map(|(value, day)| Point { day, weight: 10.0, value: *value }).collect()
    }

    fn shift_of(values: &[f64]) -> Option<Shift> {
        shift(&points(values), values.len() as i64, &UP)
    }

    #[test]
    fn a_shift_is_found_on_its_first_day() {
        let shift = shift_of(&[vec![0.1; 20], vec![0.8; 4]].concat()).unwrap();
        assert_eq!((shift.since, shift.days), (21, 4));
        assert!((shift.before - 0.1).abs() < 1e-9 && (shift.now - 0.8).abs() < 1e-9, "{shift:?}");
    }

    #[test]
    fn what_is_over_short_small_or_of_the_other_direction_is_none() {
        for values in [
            [vec![0.1; 20], vec![0.8; 4], vec![0.1; 3]].concat(),
            [vec![0.1; 20], vec![0.8; 2]].concat(),
            [vec![0.1; 20], vec![0.3; 6]].concat(),
            [vec![0.9; 20], vec![0.1; 6]].concat(),
            [vec![0.1; 9], vec![0.8; 4]].concat(),
            vec![],
        ] {
            assert_eq!(shift_of(&values), None, "{values:?}");
        }
    }

    #[test]
    fn a_site_with_bad_days_needs_more_of_them_in_a_row() {
        let mut usual = vec![0.1; 30];
        for bad in [3, 11, 12, 20, 27] {
            usual[bad] = 0.9;
        }
        assert_eq!(shift_of(&[usual.clone(), vec![0.9; 4]].concat()), None);
        assert_eq!(shift_of(&[usual, vec![0.9; 6]].concat()).unwrap().since, 31);
    }

    #[test]
    fn an_old_drift_has_become_what_is_usual() {
        let days = |days| shift_of(&[vec![0.1; 50], vec![0.8; days]].concat()).map(|shift| shift.since);
        assert_eq!((days(5), days(30), days(31), days(36), days(60)), (Some(51), Some(51), None, None, None));
    }

    #[test]
    fn two_of_eight_are_not_many() {
        let points_of = |weight: f64, now: f64| {
            let value = |day: i64| if day > 20 { now } else { 0.0 };
            (1..=24).map(|day| Point { day, weight, value: value(day) }).collect::<Vec<_>>()
        };
        assert_eq!(shift(&points_of(2.0, 0.25), 24, &UP), None);
        assert!(shift(&points_of(2.0, 0.9), 24, &UP).is_some());
        assert!(shift(&points_of(40.0, 0.25), 24, &UP).is_some());
    }

    #[test]
    fn a_weekly_rhythm_is_no_shift_and_hides_none() {
        let week = [0.1, 0.1, 0.1, 0.1, 0.1, 0.7, 0.7];
        let weeks = |count: usize| week.repeat(count);
        // Ends with a weekend.
        assert_eq!(shift_of(&weeks(6)), None);
        let shift = shift_of(&[weeks(6), vec![0.8; 4]].concat()).unwrap();
        assert_eq!(shift.since, 43);
    }
}
