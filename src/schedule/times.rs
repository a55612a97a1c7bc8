//! When runs start: at an interval, or at fixed times of some days. As crontab lines and systemd calendar expressions, both in local time.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::every::Every;
use super::failure::Error;

/// When runs start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Times {
    /// At an interval.
    Every(Every),
    /// At these times, in order and without repetitions, on these days.
    At(Vec<TimeOfDay>, Days),
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days([bool; 7]);

/// In the order of [`Days`], as crontab(5) and systemd.time(7) both write them.
const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Times {
    /// Runs at these times of these days.
    pub fn at(mut times: Vec<TimeOfDay>, days: Days) -> Self {
        times.sort_unstable();
        times.dedup();
        Self::At(times, days)
    }

    /// The time fields of each crontab line; an interval starts `shift` minutes after the full hour. Times of the same minute share a line.
    pub(super) fn cron(&self, shift: u8) -> Vec<String> {
        match self {
            Self::Every(every) => vec![every.cron(shift)],
            Self::At(times, days) => {
                let mut hours: BTreeMap<u8, Vec<String>> = BTreeMap::new();
                for time in times {
                    hours.entry(time.minute).or_default().push(time.hour.to_string());
                }
                hours.iter().map(|(minute, hours)| format!("{minute} {} * * {}", hours.join(","), days.cron())).collect()
            }
        }
    }

    /// The `OnCalendar` values of a timer.
    pub(super) fn calendar(&self, shift: u8) -> Vec<String> {
        match self {
            Self::Every(every) => vec![every.calendar(shift)],
            Self::At(times, days) => times.iter().map(|time| format!("{}*-*-* {time}:00", days.calendar())).collect(),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(every) => write!(f, "every {every}"),
            Self::At(times, days) => {
                let times: Vec<String> = times.iter().map(TimeOfDay::to_string).collect();
                write!(f, "at {}", times.join(", "))?;
                if days.is_every_day() { Ok(()) } else { write!(f, " on {}", days.list()) }
            }
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl FromStr for TimeOfDay {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str, below: u8| {
            let is_short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u8>().ok().filter(|number| is_short && *number < below)
        };
        let parts = text.trim().split_once(':').filter(|(_, minute)| minute.len() == 2);
        let time = parts.and_then(|(hour, minute)| Some(Self { hour: number(hour, 24)?, minute: number(minute, 60)? }));
        time.ok_or_else(|| Error::Time(text.chars().take(40).collect()))
    }
}

impl Days {
    /// The days with these names, of which the first three letters count; every day if there are none.
    pub fn named(names: &[String]) -> Result<Self, Error> {
        let mut days = Self([names.is_empty(); 7]);
        for name in names {
            let lower = name.trim().to_ascii_lowercase();
            let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let is_day = |day: &str| lower.len() >= 3 && day.starts_with(&lower);
            let at = full.iter().position(|day| is_day(day)).ok_or_else(|| Error::Day(name.chars().take(40).collect()))?;
            if let Some(day) = days.0.get_mut(at) {
                *day = true;
            }
        }
        Ok(days)
    }

    fn is_every_day(self) -> bool {
        self.0.iter().all(|day| *day)
    }

    fn list(self) -> String {
        let names = DAY_NAMES.iter().zip(self.0).filter(|(_, is_on)| *is_on).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(",")
    }

    fn cron(self) -> String {
        if self.is_every_day() { "*".to_owned() } else { self.list() }
    }

    fn calendar(self) -> String {
        if self.is_every_day() { String::new() } else { format!("{} ", self.list()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(times: &[&str], days: &[&str]) -> Times {
        let days = days.iter().map(|day| (*day).to_owned()).collect::<Vec<_>>();
        Times::at(times.iter().map(|time| time.parse().unwrap()).collect(), Days::named(&days).unwrap())
    }

    #[test]
    fn times_of_a_day_are_crontab_lines_and_calendar_expressions() {
        let times = at(&["18:00", "6:30", "06:30", "07:30"], &[]);
        assert_eq!(times.cron(7), ["0 18 * * *", "30 6,7 * * *"]);
        assert_eq!(times.calendar(7), ["*-*-* 06:30:00", "*-*-* 07:30:00", "*-*-* 18:00:00"]);
        assert_eq!(times.to_string(), "at 06:30, 07:30, 18:00");
        let weekly = at(&["23:59"], &["fri", "Monday"]);
        assert_eq!(
            (weekly.cron(0), weekly.calendar(0)),
            (vec!["59 23 * * Mon,Fri".into()], vec!["Mon,Fri *-*-* 23:59:00".into()])
        );
        assert_eq!(weekly.to_string(), "at 23:59 on Mon,Fri");
    }

    #[test]
    fn what_is_no_time_or_day_is_refused() {
        for bad in ["", "6", "24:00", "06:60", "6:3", "-1:30", "06:30:00", "+6:30", "noon", "٠٦:٣٠"] {
            assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
        }
        for bad in ["", "mo", "weekday", "mond-ay", "montag"] {
            assert!(Days::named(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
