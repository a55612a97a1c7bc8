//! A systemd user timer: two unit files per corpus, enabled with `systemctl --user` if that is available.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::failure::Error;
use super::job::{Job, one_line};
use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::{hash::ContentHash, text::slug};

/// The key of the times in a timer's unit.
const CALENDAR: &str = "OnCalendar=";

/// Largest unit file that is read, in bytes.
const MAX_UNIT_BYTES: u64 = 1 << 20;

/// A job's two unit files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    /// The name of both units without extension; see [`name`].
    pub name: String,
    /// The content of the `.service` file.
    pub service: String,
    /// The content of the `.timer` file.
    pub timer: String,
}

/// The timer of a corpus that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledTimer {
    /// The name of its units without extension.
    pub name: String,
    /// Its `OnCalendar` values.
    pub calendar: Vec<String>,
    /// Whether systemd says that it is active; otherwise it starts nothing.
    pub is_active: bool,
}

/// The name of a corpus's units, without extension.
pub fn name(root: &Path) -> String {
    let folder = root.file_name().map_or_else(String::new, |name| slug(&path_text(name.as_ref()), 30));
    let hash = ContentHash::of(root.as_os_str().as_encoded_bytes()).short();
    if folder.is_empty() { format!("gleaner-{hash}") } else { format!("gleaner-{folder}-{hash}") }
}

/// The unit files of a job.
pub fn units(job: &Job) -> Result<Units, Error> {
    let command: Vec<String> = job.command()?.into_iter().map(quote_word).collect();
    let root = one_line(&job.root)?.replace('%', "%%");
    // Exit code 4 means that another run holds the lock, which is not a failure.
    let service = format!(
        "[Unit]\nDescription=gleaner: run for {root}\n\n[Service]\nType=oneshot\nExecStart={}\nSuccessExitStatus=4\nNice=10\n",
        command.join(" ")
    );
    let calendar: String = job.times.calendar(job.shift()).iter().map(|value| format!("{CALENDAR}{value}\n")).collect();
    let timer = format!(
        "[Unit]\nDescription=gleaner: run for {root} {}\n\n[Timer]\n{calendar}Persistent=true\n\n[Install]\nWantedBy=timers.target\n",
        job.times,
    );
    Ok(Units { name: name(&job.root), service, timer })
}

/// The folder of the user's unit files: `$XDG_CONFIG_HOME/systemd/user`, else `~/.config/systemd/user`.
pub fn unit_dir() -> Result<PathBuf, Error> {
    let absolute = |key| std::env::var_os(key).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    Ok(config.ok_or(Error::NoHome)?.join("systemd/user"))
}

/// Writes a job's units to `dir` and enables the timer. Where `systemctl --user` does not work, nothing is written.
pub fn install(job: &Job, dir: &Path) -> Result<(), Error> {
    let units = units(job)?;
    systemctl(&[&["daemon-reload"]])?;
    std::fs::create_dir_all(dir).map_err(|source| Error::Io { action: "create", path: dir.to_path_buf(), source })?;
    for (extension, text) in [("service", &units.service), ("timer", &units.timer)] {
        let path = dir.join(format!("{}.{extension}", units.name));
        files::replace(&path, text.as_bytes()).map_err(|source| Error::Io { action: "write", path, source })?;
    }
    let timer = format!("{}.timer", units.name);
    // `restart` after `enable`, so that a running timer uses its new times.
    systemctl(&[&["daemon-reload"], &["enable", &timer], &["restart", &timer]])
}

/// Disables a corpus's timer and deletes its units from `dir`; false if there were none. The units are deleted even if `systemctl --user` does
/// not work; that is an error nevertheless, because a timer that is active goes on until the session ends.
pub fn remove(root: &Path, dir: &Path) -> Result<bool, Error> {
    let name = name(root);
    let paths = ["service", "timer"].map(|extension| dir.join(format!("{name}.{extension}")));
    if !paths.iter().any(|path| path.exists()) {
        return Ok(false);
    }
    let stopped = systemctl(&[&["disable", "--now", &format!("{name}.timer")]]);
    for path in paths {
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Io { action: "delete", path, source });
            }
            _ => {}
        }
    }
    stopped?;
    systemctl(&[&["daemon-reload"]])?;
    Ok(true)
}

/// The timer of a corpus, if its unit file is in `dir`.
pub fn installed(root: &Path, dir: &Path) -> Result<Option<InstalledTimer>, Error> {
    let name = name(root);
    let path = dir.join(format!("{name}.timer"));
    let text = match files::read_text(&path, MAX_UNIT_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { action: "read", path, source }),
    };
    let calendar = text.lines().filter_map(|line| line.strip_prefix(CALENDAR)).map(str::to_owned).collect();
    let is_active = systemctl(&[&["is-active", "--quiet", &format!("{name}.timer")]]).is_ok();
    Ok(Some(InstalledTimer { name, calendar, is_active }))
}

/// The text as one word of an `ExecStart` line (systemd.service(5), "Command lines").
fn quote_word(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@".contains(c);
    if !text.is_empty() && text.chars().all(is_bare) { escaped } else { format!("\"{escaped}\"") }
}

fn systemctl(calls: &[&[&str]]) -> Result<(), Error> {
    for arguments in calls {
        let output = Command::new("systemctl").arg("--user").args(*arguments).stdin(Stdio::null()).output();
        let output = output.map_err(|error| Error::NoBus(format!("systemctl: {error}")))?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(Error::NoBus(message.lines().next().unwrap_or("systemctl failed without a message").to_string()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::times::{Days, Times};
    use super::*;

    fn job(root: &str) -> Job {
        Job { program: "/usr/bin/gleaner".into(), root: root.into(), config: None, times: Times::Every("2h".parse().unwrap()) }
    }

    #[test]
    fn paths_are_quoted_for_systemd() {
        let units = units(&job("/srv/100% \"n$ws\"")).unwrap();
        assert!(
            units.service.contains(r#"ExecStart=/usr/bin/gleaner --root "/srv/100%% \"n$$ws\"" --quiet run"#),
            "{}",
            units.service
        );
        assert!(units.timer.contains("OnCalendar=*-*-* 00/2:"), "{}", units.timer);
        assert!(units.name.starts_with("gleaner-100-n-ws-"), "{}", units.name);
    }

    #[test]
    fn corpora_of_the_same_name_have_different_units() {
        assert_ne!(name(Path::new("/a/news")), name(Path::new("/b/news")));
        assert!(name(Path::new("/")).starts_with("gleaner-"));
    }

    #[test]
    fn a_timer_has_a_line_for_each_time() {
        let times =
            Times::at(["06:30", "18:00"].map(|time| time.parse().unwrap()).to_vec(), Days::named(&["sat".into()]).unwrap());
        let units = units(&Job { times, ..job("/a") }).unwrap();
        assert!(
            units.timer.contains("\nOnCalendar=Sat *-*-* 06:30:00\nOnCalendar=Sat *-*-* 18:00:00\nPersistent"),
            "{}",
            units.timer
        );
        assert!(units.timer.contains("run for /a at 06:30, 18:00 on Sat\n"), "{}", units.timer);
    }

    #[test]
    fn only_the_units_of_the_corpus_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!remove(Path::new("/a"), dir.path()).unwrap());
        for root in ["/a", "/b"] {
            let units = units(&job(root)).unwrap();
            std::fs::write(dir.path().join(format!("{}.timer", units.name)), units.timer).unwrap();
        }
        // Where there is no systemd, this is an error, but the files are gone.
        let _ = remove(Path::new("/a"), dir.path());
        assert_eq!(installed(Path::new("/a"), dir.path()).unwrap(), None);
        assert!(installed(Path::new("/b"), dir.path()).unwrap().is_some());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
