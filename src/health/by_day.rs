//! Something for each of some days, in little memory.

use std::ops::RangeInclusive;

/// Values by day, oldest day first. Days are counted from 1970-01-01.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ByDay<T> {
    days: Vec<(i64, T)>,
}

impl<T: Default> ByDay<T> {
    /// The value of a day, which is a default one if there is none yet. Days are best added in their order.
    pub fn entry(&mut self, day: i64) -> &mut T {
        let at = self.days.partition_point(|(known, _)| *known < day);
        if self.days.get(at).is_none_or(|(known, _)| *known != day) {
            self.days.insert(at, (day, T::default()));
        }
        &mut self.days[at].1
    }

    /// All days.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, &T)> {
        self.days.iter().map(|(day, value)| (*day, value))
    }

    /// The days in this range.
    pub fn within(&self, days: RangeInclusive<i64>) -> impl Iterator<Item = &T> {
        let start = self.days.partition_point(|(known, _)| known < days.start());
        let later = self.days.get(start..).unwrap_or_default().iter();
        later.take_while(move |(known, _)| known <= days.end()).map(|(_, value)| value)
    }
}

impl<T: Default> FromIterator<(i64, T)> for ByDay<T> {
    fn from_iter<I: IntoIterator<Item = (i64, T)>>(values: I) -> Self {
        let mut all = Self::default();
        values.into_iter().for_each(|(day, value)| *all.entry(day) = value);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_order_however_they_come() {
        let mut days: ByDay<u32> = [(3, 30), (1, 10), (9, 90)].into_iter().collect();
        *days.entry(3) += 1;
        *days.entry(2) += 20;
        assert_eq!(days.iter().map(|(day, value)| (day, *value)).collect::<Vec<_>>(), [(1, 10), (2, 20), (3, 31), (9, 90)]);
        assert_eq!(days.within(2..=8).collect::<Vec<_>>(), [&20, &31]);
        assert_eq!(days.within(10..=12).count(), 0);
    }
}
