//! Checks the system around the corpus: clock, limits, schedule, browser.

use std::path::{Path, PathBuf};

use super::check::Check;
use super::input::DoctorInput;
use crate::config::Loaded;
use crate::fetch::{CAN_RENDER, Render};
use crate::schedule::{crontab, systemd};
use crate::store::{Layout, journal};
use gleaner_extract::base::path_text::path_text;

/// When this version was made: an earlier time is wrong. 2026-01-01.
const EARLIEST: i64 = 1_767_225_600;

/// Most seconds by which clocks may differ.
const MAX_DIFFERENCE: i64 = 300;

/// Open files that a run needs beside its connections: databases, journals, files on their way.
const OWN_FILES: u64 = 256;

/// Connections that may be open beyond `fetch.concurrency`, to hosts that have not answered.
const MAX_CONNECTIONS: u64 = 512;

pub(super) fn clock(input: &DoctorInput, layout: &Layout) -> Check {
    const NAME: &str = "clock";
    const ADVICE: &str =
        "set the clock, and keep it right with NTP (`timedatectl set-ntp true`): dates of articles and polls rest on it";
    let now = input.now;
    if input.is_clock_fixed {
        let found = format!("SOURCE_DATE_EPOCH is set: every run takes {now} for the time");
        return Check::warning(NAME, found, "unset it, unless runs are to give the same bytes again");
    }
    if now.unix() < EARLIEST {
        return Check::problem(NAME, format!("{now} is before this version of gleaner was made"), ADVICE);
    }
    match journal::last_started(layout).ok().flatten() {
        Some(last) if last.unix() > now.unix() + MAX_DIFFERENCE => {
            Check::problem(NAME, format!("{now} is before the last run, which began at {last}"), ADVICE)
        }
        _ => Check::ok(NAME, format!("{now}")),
    }
}

/// The limits on open files: that at the start, which the program raises, and the highest.
pub(super) fn open_files(limits: Option<(u64, u64)>, concurrency: usize) -> Check {
    const NAME: &str = "open files";
    let needed = OWN_FILES + MAX_CONNECTIONS.max(concurrency as u64);
    match limits {
        None => Check::ok(NAME, "no limit is known on this system"),
        Some((_, most)) if most < needed => Check::warning(
            NAME,
            format!("at most {most}, and a run may need {needed}"),
            "raise the limit: `ulimit -Hn`, /etc/security/limits.conf, or LimitNOFILE= of a systemd unit",
        ),
        Some((_, most)) => Check::ok(NAME, format!("at most {most}, and a run may need {needed}")),
    }
}

pub(super) fn schedule(loaded: &Loaded) -> Check {
    const NAME: &str = "schedule";
    let root = match loaded.root.canonicalize() {
        Ok(root) => root,
        Err(error) => return Check::warning(NAME, format!("cannot be found out: {error}"), "check `--root`"),
    };
    let cron = crontab::installed(&root);
    let timer = systemd::unit_dir().map_or(Ok(None), |dir| systemd::installed(&root, &dir));
    match (cron, timer) {
        (Ok(Some(lines)), _) => Check::ok(NAME, format!("crontab: {}", lines.join("; "))),
        (_, Ok(Some(timer))) if timer.is_active => {
            Check::ok(NAME, format!("{}.timer: {}", timer.name, timer.calendar.join(", ")))
        }
        (_, Ok(Some(timer))) => Check::warning(
            NAME,
            format!("{}.timer is installed, but not active", timer.name),
            "`systemctl --user start` it in a login session; `loginctl enable-linger` keeps it running when you are logged out",
        ),
        (Err(error), _) | (_, Err(error)) => {
            Check::warning(NAME, format!("cannot be found out: {error}"), error.hint().unwrap_or("look with `crontab -l`"))
        }
        (Ok(None), Ok(None)) if loaded.config.source.is_empty() => Check::ok(NAME, "none, and there are no sources"),
        (Ok(None), Ok(None)) => {
            Check::warning(NAME, "none: `gleaner run` runs only when you start it", "`gleaner schedule --every 30m --install`")
        }
    }
}

pub(super) fn browser(loaded: &Loaded) -> Check {
    const NAME: &str = "browser";
    let rendered: Vec<&str> =
        loaded.config.source.iter().filter(|source| source.render != Render::Never).map(|source| source.name.as_str()).collect();
    let found = find_program(&loaded.config.render.program, std::env::var_os("PATH").as_deref());
    let program = path_text(&loaded.config.render.program);
    match (rendered.first(), CAN_RENDER, found) {
        (Some(source), false, _) => Check::problem(
            NAME,
            format!("the source `{source}` is to be rendered, and this gleaner was built without browser support"),
            "install it with `cargo install --path . --features browser`, or set `render = \"never\"`",
        ),
        (Some(source), true, None) => Check::problem(
            NAME,
            format!("the source `{source}` is to be rendered, and there is no {program}"),
            "install a Chromium (Debian package `chromium`), or set `program` in [render]",
        ),
        (_, true, Some(path)) => Check::ok(NAME, path_text(&path)),
        (None, true, None) => Check::ok(NAME, format!("no {program}, and no source needs it")),
        (None, false, _) => Check::ok(NAME, "built without, and no source needs it"),
    }
}

/// The file that a program's name or path stands for.
fn find_program(program: &Path, path: Option<&std::ffi::OsStr>) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_path_buf());
    }
    std::env::split_paths(path?).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::super::check::CheckStatus;
    use super::*;

    #[test]
    fn a_low_limit_on_open_files_is_a_warning() {
        assert_eq!(open_files(Some((256, 256)), 16).status, CheckStatus::Warning);
        assert_eq!(open_files(Some((256, 65_536)), 16).status, CheckStatus::Ok);
        assert_eq!(open_files(Some((256, 1_024)), 2_000).status, CheckStatus::Warning);
        assert_eq!(open_files(None, 16).status, CheckStatus::Ok);
    }

    #[test]
    fn programs_are_found_by_name_and_by_path() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("browser");
        std::fs::write(&program, "").unwrap();
        let path = folder.path().as_os_str();
        assert_eq!(find_program(Path::new("browser"), Some(path)), Some(program.clone()));
        assert_eq!(find_program(&program, None), Some(program));
        assert_eq!(find_program(Path::new("other"), Some(path)), None);
    }
}
