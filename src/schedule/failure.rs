//! Why a schedule could not be written.

use gleaner_extract::base::path_text::path_text;
use std::path::PathBuf;

/// Why a schedule could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// cron cannot keep the interval.
    #[error("schedule a run every {0:?}: cron cannot keep that interval")]
    Interval(String),
    /// Not a time of day.
    #[error("schedule a run at {0:?}: not a time of day")]
    Time(String),
    /// Not a day of the week.
    #[error("schedule a run on {0:?}: not a day of the week")]
    Day(String),
    /// The binary will not be there when the schedule needs it.
    #[error("schedule {path}: {reason}", path = path_text(path))]
    Program {
        /// The binary.
        path: PathBuf,
        /// Why it cannot be scheduled.
        reason: &'static str,
    },
    /// `systemctl --user` does not work here.
    #[error("reach the systemd of your session: {0}")]
    NoBus(String),
    /// A path cannot be written on one line.
    #[error("schedule {0:?}: the path is not UTF-8 or contains a line break")]
    Path(PathBuf),
    /// The line is longer than cron accepts.
    #[error("schedule the run: the crontab line has {0} characters, and cron accepts 998")]
    TooLong(usize),
    /// A block has a begin marker without an end marker.
    #[error("edit the crontab: the block {0:?} has no end")]
    Damaged(String),
    /// A helper program could not be started or failed.
    #[error("run {program}: {message}")]
    Failed {
        /// The program, with its arguments.
        program: String,
        /// Its error message.
        message: String,
    },
    /// A unit file could not be written or deleted.
    #[error("{action} {path}: {source}", path = path_text(path))]
    Io {
        /// The attempted action: `write`, `delete`, `create`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// There is no folder for unit files.
    #[error("find the folder of systemd user units: neither XDG_CONFIG_HOME nor HOME is set")]
    NoHome,
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Interval(_) => "--every accepts 5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h",
            Self::Time(_) => "--at accepts hours and minutes, such as 06:30 or 06:30,18:00",
            Self::Day(_) => "--on accepts mon, tue, wed, thu, fri, sat and sun, separated by commas",
            Self::Program { .. } => {
                "install gleaner with `cargo install --path .` and use that one, or name another with `--program`"
            }
            Self::NoBus(_) => {
                "run this in a login session (a user of a service needs `loginctl enable-linger`), or use cron without `--systemd`"
            }
            Self::Path(_) => "move the corpus, its configuration or the gleaner binary to a path in UTF-8 without line breaks",
            Self::TooLong(_) => "move the corpus to a shorter path, or use `--systemd`",
            Self::Damaged(_) => "repair or delete the block with `crontab -e`, then try again",
            Self::Failed { .. } => "install cron (Debian: `apt-get install cron`), or use `--systemd`",
            Self::Io { .. } => "check that the folder exists and belongs to you",
            Self::NoHome => "set HOME, or use cron instead of `--systemd`",
        })
    }

    /// True if the command line must be changed.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Interval(_) | Self::Time(_) | Self::Day(_) | Self::Program { .. })
    }
}
