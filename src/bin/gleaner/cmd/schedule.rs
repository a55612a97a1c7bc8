//! `gleaner schedule`: shows, prints, installs or removes a crontab line or a systemd timer.

use std::path::{Path, PathBuf};

use gleaner::config::Loaded;
use gleaner::schedule::systemd::InstalledTimer;
use gleaner::schedule::{Job, Times, crontab, stable_program, systemd};
use gleaner_extract::base::printable::escape_line;
use serde::Serialize;

use super::context::{Context, absolute};
use super::run::no_sources;
use crate::args::ScheduleArgs;
use crate::exit::{Exit, Failure};
use gleaner_extract::base::path_text::path_text;

/// What `--json` prints: the schedule that is printed, installed or removed, or everything that is installed.
#[derive(Debug, Default, Serialize)]
struct ScheduleReport {
    /// The corpus.
    root: String,
    /// `shown`, `printed`, `installed`, `removed` or `nothing to remove`.
    action: &'static str,
    /// The crontab lines.
    cron: Option<Vec<String>>,
    /// The systemd timer.
    systemd: Option<TimerReport>,
}

/// A systemd timer.
#[derive(Debug, Serialize)]
struct TimerReport {
    /// The name of its units, without extension.
    name: String,
    /// The times, as `OnCalendar` values; empty if `timer` has them.
    calendar: Vec<String>,
    /// Whether it is active; `None` if it is not installed.
    active: Option<bool>,
    /// The units, if they are printed.
    service: Option<String>,
    timer: Option<String>,
}

/// Shows, prints, installs or removes.
pub fn schedule(context: &Context, args: &ScheduleArgs) -> Result<Exit, Failure> {
    // Check the times first: they can be wrong whatever the state of the corpus.
    let times = args.times()?;
    let loaded = context.load()?;
    let root = absolute(&loaded.root)?;
    match times {
        _ if args.remove => remove(context, args, root),
        None if args.install => {
            Err(Failure::usage("install a schedule: no times are given", "add `--every 30m`, or `--at 06:30`"))
        }
        None => show(context, args, root),
        Some(times) => {
            let job = job(&loaded, args, root, times)?;
            if args.install { install(context, args, &job) } else { print(context, args, &job) }
        }
    }
}

/// The job, if it could run: there are a configuration, sources, and a gleaner that stays where it is.
fn job(loaded: &Loaded, args: &ScheduleArgs, root: PathBuf, times: Times) -> Result<Job, Failure> {
    let Some(config) = &loaded.path else {
        let hint = "create a corpus with `gleaner init`, or name one with `--root` or `--config`";
        return Err(Failure::usage(format!("schedule a run for {}: it has no config.toml", path_text(&root)), hint));
    };
    if loaded.config.source.is_empty() {
        return Err(no_sources("schedule a run"));
    }
    let running = std::env::current_exe().map_err(|error| Failure::io("find", "the gleaner binary", &error))?;
    let program = stable_program(args.program.as_deref(), &running, std::env::var_os("PATH").as_deref())?;
    Ok(Job { program, root, config: Some(absolute(config)?), times })
}

fn print(context: &Context, args: &ScheduleArgs, job: &Job) -> Result<Exit, Failure> {
    let mut report = ScheduleReport { root: path_text(&job.root), action: "printed", ..ScheduleReport::default() };
    let text = if args.systemd {
        let units = systemd::units(job)?;
        let text = format!("# {0}.service\n{1}\n# {0}.timer\n{2}", units.name, units.service, units.timer);
        let (service, timer) = (Some(units.service), Some(units.timer));
        report.systemd = Some(TimerReport { name: units.name, calendar: Vec::new(), active: None, service, timer });
        text
    } else {
        let lines = crontab::lines(job)?;
        let text = lines.iter().map(|line| format!("{line}\n")).collect();
        report.cron = Some(lines);
        text
    };
    context.data(args.report, &report, &text)
}

fn install(context: &Context, args: &ScheduleArgs, job: &Job) -> Result<Exit, Failure> {
    let (root, times) = (path_text(&job.root), &job.times);
    let (kind, cron, timer) = if args.systemd {
        let dir = systemd::unit_dir()?;
        systemd::install(job, &dir)?;
        ("systemd timer", None, systemd::installed(&job.root, &dir)?)
    } else {
        crontab::install(job)?;
        ("crontab line", Some(crontab::lines(job)?), None)
    };
    let systemd = timer.map(TimerReport::of);
    let report = ScheduleReport { root: path_text(&job.root), action: "installed", cron, systemd };
    context.message(args.report, &report, &format!("installed a {kind}: `gleaner run` {times} for {}\n", escape_line(&root)))
}

fn remove(context: &Context, args: &ScheduleArgs, root: PathBuf) -> Result<Exit, Failure> {
    let removed = if args.systemd { systemd::remove(&root, &systemd::unit_dir()?)? } else { crontab::remove(&root)? };
    let (action, said) = match removed {
        true => ("removed", "removed the schedule"),
        false => ("nothing to remove", "no schedule installed"),
    };
    let text = format!("{said} for {}\n", escape_line(&path_text(&root)));
    context.message(args.report, &ScheduleReport { root: path_text(&root), action, ..ScheduleReport::default() }, &text)
}

/// Shows what is installed for this corpus.
fn show(context: &Context, args: &ScheduleArgs, root: PathBuf) -> Result<Exit, Failure> {
    let cron = crontab::installed(&root)?;
    let timer = installed_timer(&root)?;
    let mut text: String = cron.iter().flatten().map(|line| format!("crontab: {}\n", escape_line(line))).collect();
    if let Some(InstalledTimer { name, calendar, is_active }) = &timer {
        let state = if *is_active { "" } else { " (not active: run `systemctl --user list-timers` in a login session)" };
        text += &format!("systemd: {name}.timer, {}{state}\n", escape_line(&calendar.join(", ")));
    }
    if text.is_empty() {
        text = format!("no schedule installed for {}\n", escape_line(&path_text(&root)));
    }
    let report = ScheduleReport { root: path_text(&root), action: "shown", cron, systemd: timer.map(TimerReport::of) };
    context.listing(args.report, &report, &text)
}

/// The timer; none where there is no folder for one.
fn installed_timer(root: &Path) -> Result<Option<InstalledTimer>, Failure> {
    match systemd::unit_dir() {
        Ok(dir) => Ok(systemd::installed(root, &dir)?),
        Err(_) => Ok(None),
    }
}

impl TimerReport {
    fn of(timer: InstalledTimer) -> Self {
        let InstalledTimer { name, calendar, is_active } = timer;
        Self { name, calendar, active: Some(is_active), service: None, timer: None }
    }
}
