//! When gleaner runs by itself: the user's crontab, or a systemd user timer. Writes schedules; never runs the pipeline.
//!
//! One corpus has one schedule of each kind, known by the corpus root; two corpora do not touch each other's.

pub mod crontab;
pub mod systemd;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gleaner_extract::base::hash::ContentHash;

/// How often a run starts: a whole part of an hour, or a whole part of a day. Those are the intervals that cron can keep
/// without a jump at the full hour or at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// So many minutes: 5, 6, 10, 12, 15, 20 or 30.
    Minutes(u8),
    /// So many hours: 1, 2, 3, 4, 6, 8, 12 or 24.
    Hours(u8),
}

/// Minutes that divide an hour, from 5 upwards.
const MINUTES: &[u16] = &[5, 6, 10, 12, 15, 20, 30];
/// Hours that divide a day.
const HOURS: &[u16] = &[1, 2, 3, 4, 6, 8, 12, 24];

impl Every {
    /// The interval in minutes.
    pub fn minutes(self) -> u32 {
        match self {
            Self::Minutes(minutes) => minutes.into(),
            Self::Hours(hours) => u32::from(hours) * 60,
        }
    }

    /// The five time fields of a crontab line (crontab(5)), `shift` minutes after the full hour.
    fn cron(self, shift: u8) -> String {
        match self {
            Self::Minutes(step) => format!("{}-59/{step} * * * *", shift % step),
            Self::Hours(24) => format!("{} 0 * * *", shift % 60),
            Self::Hours(1) => format!("{} * * * *", shift % 60),
            Self::Hours(step) => format!("{} */{step} * * *", shift % 60),
        }
    }

    /// The `OnCalendar` value of a timer (systemd.time(7)), `shift` minutes after the full hour.
    fn calendar(self, shift: u8) -> String {
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
        let refused = || Error::Interval(text.chars().take(40).collect());
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(refused)?;
        let number: u16 = number.parse().map_err(|_| refused())?;
        let minutes = match unit {
            "m" => number,
            "h" => number.checked_mul(60).ok_or_else(refused)?,
            _ => return Err(refused()),
        };
        let narrow = |value: u16| u8::try_from(value).map_err(|_| refused());
        if MINUTES.contains(&minutes) {
            Ok(Self::Minutes(narrow(minutes)?))
        } else if minutes % 60 == 0 && HOURS.contains(&(minutes / 60)) {
            Ok(Self::Hours(narrow(minutes / 60)?))
        } else {
            Err(refused())
        }
    }
}

/// What is started, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The gleaner binary, absolute.
    pub program: PathBuf,
    /// The corpus root, absolute: what the schedule is known by.
    pub root: PathBuf,
    /// The config file, absolute, where there is one.
    pub config: Option<PathBuf>,
    /// How often.
    pub every: Every,
}

impl Job {
    /// Minutes after the full hour. Derived from the root, so that the corpora of one machine, and the users of one site,
    /// do not all start in the same minute.
    fn shift(&self) -> u8 {
        u8::from_str_radix(&ContentHash::of(self.root.as_os_str().as_encoded_bytes()).short()[..2], 16).unwrap_or(0)
    }

    /// The command: program and arguments.
    fn command(&self) -> Result<Vec<&str>, Error> {
        let mut words = vec![plain(&self.program)?];
        if let Some(config) = &self.config {
            words.extend(["--config", plain(config)?]);
        }
        words.extend(["--root", plain(&self.root)?, "--quiet", "run"]);
        Ok(words)
    }
}

/// The path as text that fits into one line of a schedule.
fn plain(path: &Path) -> Result<&str, Error> {
    let text = path.to_str().filter(|text| !text.contains(char::is_control));
    text.ok_or_else(|| Error::Path(path.to_path_buf()))
}

/// Why a schedule could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No interval that cron can keep.
    #[error("schedule a run every {0:?}: cron cannot keep that interval")]
    Interval(String),
    /// A path that does not fit into a line of text.
    #[error("schedule {0:?}: the path is not UTF-8 or holds a line break")]
    Path(PathBuf),
    /// cron takes no longer lines.
    #[error("schedule the run: the crontab line has {0} characters, and cron takes 998")]
    TooLong(usize),
    /// A begin marker without an end marker.
    #[error("edit the crontab: the block {0:?} has a beginning and no end")]
    Damaged(String),
    /// A helper program could not be started or failed.
    #[error("run {program}: {message}")]
    Program {
        /// The program, with its arguments.
        program: String,
        /// What it said.
        message: String,
    },
    /// A unit file could not be written or deleted.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried: `write`, `delete`, `create`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Nowhere to put unit files.
    #[error("find the folder of systemd user units: neither XDG_CONFIG_HOME nor HOME is set")]
    NoHome,
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Interval(_) => "--every takes 5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h",
            Self::Path(_) => "move the corpus, its config or the gleaner binary to a path of plain characters",
            Self::TooLong(_) => "move the corpus to a shorter path, or use `--systemd`",
            Self::Damaged(_) => "repair or delete the block with `crontab -e`, then try again",
            Self::Program { .. } => "install cron (Debian: `apt-get install cron`), or use `--systemd`",
            Self::Io { .. } => "check that the folder exists and belongs to you",
            Self::NoHome => "set HOME, or use cron: leave `--systemd` out",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_cron_can_keep() {
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
    fn every_interval_is_kept_evenly() {
        for minutes in MINUTES.iter().copied().chain(HOURS.iter().map(|hours| hours * 60)) {
            let every: Every = format!("{minutes}m").parse().unwrap();
            assert_eq!(every.minutes(), u32::from(minutes));
            for shift in [0, 7, 59, 200, 255] {
                let starts = starts_of_a_day(&every.cron(shift));
                assert_eq!(starts.len(), 1440 / usize::from(minutes), "{minutes} {shift}");
                assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == minutes), "{minutes} {shift}");
            }
        }
    }

    /// The minutes of a day at which the crontab fields start a run.
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
