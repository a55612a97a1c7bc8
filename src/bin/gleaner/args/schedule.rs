//! The arguments of `gleaner schedule`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use gleaner::schedule::{Days, Error, Every, TimeOfDay, Times};

use super::options::ReportArgs;

/// `gleaner schedule`.
#[derive(Debug, Args)]
pub struct ScheduleArgs {
    /// How often: 5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h
    #[arg(long, value_name = "INTERVAL", conflicts_with = "at")]
    pub every: Option<String>,
    /// At which times of the day, in local time: 06:30, or 06:30,18:00
    #[arg(long, value_name = "HH:MM", value_delimiter = ',')]
    pub at: Vec<String>,
    /// On which days of the week: mon,tue,wed,thu,fri,sat,sun [default: every day]
    #[arg(long, value_name = "DAYS", value_delimiter = ',', requires = "at")]
    pub on: Vec<String>,
    /// Use a systemd user timer instead of a crontab line
    #[arg(long)]
    pub systemd: bool,
    /// Install the schedule instead of printing it
    #[arg(long, conflicts_with_all = ["remove", "show"])]
    pub install: bool,
    /// Remove the installed schedule
    #[arg(long, conflicts_with_all = ["every", "at", "show"])]
    pub remove: bool,
    /// Show what is installed; the default if no times are given
    #[arg(long, conflicts_with_all = ["every", "at", "systemd"])]
    pub show: bool,
    /// The gleaner to run [default: this one, under its name in PATH]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::ExecutablePath)]
    pub program: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArgs,
}

impl ScheduleArgs {
    /// When to run, if that was given.
    pub fn times(&self) -> Result<Option<Times>, Error> {
        if let Some(every) = &self.every {
            return Ok(Some(Times::Every(every.parse::<Every>()?)));
        }
        if self.at.is_empty() {
            return Ok(None);
        }
        let times = self.at.iter().map(|time| time.parse::<TimeOfDay>()).collect::<Result<_, _>>()?;
        Ok(Some(Times::at(times, Days::named(&self.on)?)))
    }
}
