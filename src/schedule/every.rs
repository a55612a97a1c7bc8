//! The interval between scheduled runs, as an option, as crontab fields and as a systemd calendar expression.

use std::fmt;
use std::str::FromStr;

use super::failure::Error;

/// How often a run starts. The interval divides an hour or a day evenly: cron cannot keep any other across the full hour or midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// In minutes: 5, 6, 10, 12, 15, 20 or 30.
    Minutes(u8),
    /// In hours: 1, 2, 3, 4, 6, 8, 12 or 24.
    Hours(u8),
}

/// Minutes that divide an hour, from 5.
const MINUTES: &[u16] = &[5, 6, 10, 12, 15, 20, 30];
/// Hours that divide a day.
const HOURS: &[u16] = &[1, 2, 3, 4, 6, 8, 12, 24];

impl Every {
    /// The five time fields of a crontab line (crontab(5)), `shift` minutes after the full hour.
    pub(super) fn cron(self, shift: u8) -> String {
        match self {
            Self::Minutes(step) => format!("{}-59/{step} * * * *", shift % step),
            Self::Hours(24) => format!("{} 0 * * *", shift % 60),
            Self::Hours(1) => format!("{} * * * *", shift % 60),
            Self::Hours(step) => format!("{} */{step} * * *", shift % 60),
        }
    }

    /// The `OnCalendar` value of a timer (systemd.time(7)), `shift` minutes after the full hour.
    pub(super) fn calendar(self, shift: u8) -> String {
        match self {
            Self::Minutes(step) => format!("*-*-* *:{:02}/{step}:00", shift % step),
            Self::Hours(24) => format!("*-*-* 00:{:02}:00", shift % 60),
            Self::Hours(1) => format!("*-*-* *:{:02}:00", shift % 60),
            Self::Hours(step) => format!("*-*-* 00/{step}:{:02}:00", shift % 60),
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(minutes) => write!(f, "{minutes}m"),
            Self::Hours(hours) => write!(f, "{hours}h"),
        }
    }
}

impl FromStr for Every {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || Error::Interval(text.chars().take(40).collect());
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(invalid)?;
        let number: u16 = number.parse().map_err(|_| invalid())?;
        let minutes = match unit {
            "m" => number,
            "h" => number.checked_mul(60).ok_or_else(invalid)?,
            _ => return Err(invalid()),
        };
        let narrow = |value: u16| u8::try_from(value).map_err(|_| invalid());
        if MINUTES.contains(&minutes) {
            Ok(Self::Minutes(narrow(minutes)?))
        } else if minutes % 60 == 0 && HOURS.contains(&(minutes / 60)) {
            Ok(Self::Hours(narrow(minutes / 60)?))
        } else {
            Err(invalid())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_cron_can_keep_are_accepted() {
        for (text, shown) in [("5m", "5m"), ("30m", "30m"), ("60m", "1h"), ("1h", "1h"), ("120m", "2h"), ("24h", "24h")] {
            assert_eq!(text.parse::<Every>().unwrap().to_string(), shown);
        }
        for bad in
            ["", "m", "1m", "4m", "7m", "45m", "90m", "5h", "25h", "48h", "0m", "-5m", "5 m", "1d", "30", "30s", "é", "99999h"]
        {
            assert!(bad.parse::<Every>().is_err(), "{bad}");
        }
    }

    #[test]
    fn runs_start_at_even_intervals() {
        for minutes in MINUTES.iter().copied().chain(HOURS.iter().map(|hours| hours * 60)) {
            let every: Every = format!("{minutes}m").parse().unwrap();
            for shift in [0, 7, 59, 200, 255] {
                let starts = starts_of_a_day(&every.cron(shift));
                assert_eq!(starts.len(), 1440 / usize::from(minutes), "{minutes} {shift}");
                assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == minutes), "{minutes} {shift}");
            }
        }
    }

    /// The minutes of a day at which these crontab fields start a run.
    fn starts_of_a_day(fields: &str) -> Vec<u16> {
        let fields: Vec<&str> = fields.split(' ').collect();
        assert_eq!(fields[2..], ["*", "*", "*"]);
        let matches = |field: &str, value: u16| {
            let (range, step) = field.split_once('/').unwrap_or((field, "1"));
            let (first, last) = match range.split_once('-') {
                Some((first, last)) => (first.parse().unwrap(), last.parse().unwrap()),
                None if range == "*" => (0, 59),
                None => (range.parse().unwrap(), range.parse().unwrap()),
            };
            (first..=last).contains(&value) && (value - first).is_multiple_of(step.parse().unwrap())
        };
        (0..1440).filter(|minute| matches(fields[0], minute % 60) && matches(fields[1], minute / 60)).collect()
    }
}
