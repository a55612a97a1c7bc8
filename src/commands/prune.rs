//! `prune`: deletes old journals, earlier versions and forgotten documents.

use std::str::FromStr;

use crate::engine::{Error, Setup};
use crate::store::prune;
use gleaner_extract::base::time::Timestamp;

pub use crate::store::prune::{PruneReport, PruneSelection};

/// How long something is kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepTime {
    days: u32,
}

impl FromStr for KeepTime {
    type Err = String;

    /// `90d`, `12w` or `2y`: days, weeks, years of 365 days.
    fn from_str(text: &str) -> Result<Self, String> {
        const UNITS: &[(char, u32)] = &[('d', 1), ('w', 7), ('y', 365)];
        let parsed = UNITS.iter().find_map(|(unit, days)| {
            let count: u32 = text.strip_suffix(*unit)?.parse().ok()?;
            count.checked_mul(*days)
        });
        parsed.map(|days| Self { days }).ok_or_else(|| "expected a time such as 90d, 12w or 2y".to_owned())
    }
}

impl KeepTime {
    /// The instant before which things are too old.
    fn before(self, now: Timestamp) -> Timestamp {
        Timestamp::from_unix(now.unix() - i64::from(self.days) * 86_400)
    }
}

/// Deletes what is selected and older than `keep`; with `dry_run`, only counts it.
pub fn prune(setup: &Setup, selection: PruneSelection, keep: KeepTime, dry_run: bool) -> Result<PruneReport, Error> {
    Ok(prune::run(&setup.layout, selection, keep.before(setup.clock.now()), dry_run)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_keep_are_days_weeks_or_years() {
        let days = |text: &str| text.parse::<KeepTime>().ok().map(|keep| keep.days);
        for (text, expected) in [("90d", Some(90)), ("12w", Some(84)), ("2y", Some(730)), ("0d", Some(0))] {
            assert_eq!(days(text), expected, "{text}");
        }
        for wrong in ["", "d", "90", "-1d", "1.5w", "90 d", "4294967295y", "3m"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
