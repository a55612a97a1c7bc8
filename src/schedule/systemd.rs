//! A systemd user timer: two unit files per corpus, enabled with `systemctl --user` if that is available.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::failure::Error;
use super::job::{Job, one_line};
use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::{hash::ContentHash, text::slug};

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

/// Whether systemd has applied the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `systemctl --user` has applied it.
    Done,
    /// The files were written or deleted, but `systemctl --user` does not work here.
    FilesOnly {
        /// Its error message.
        reason: String,
    },
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
    let timer = format!(
        "[Unit]\nDescription=gleaner: run for {root} every {}\n\n[Timer]\nOnCalendar={}\nPersistent=true\n\n\
         [Install]\nWantedBy=timers.target\n",
        job.every,
        job.every.calendar(job.shift()),
    );
    Ok(Units { name: name(&job.root), service, timer })
}

/// The folder of the user's unit files: `$XDG_CONFIG_HOME/systemd/user`, else `~/.config/systemd/user`.
pub fn unit_dir() -> Result<PathBuf, Error> {
    let absolute = |key| std::env::var_os(key).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    Ok(config.ok_or(Error::NoHome)?.join("systemd/user"))
}

/// Writes a job's units to `dir` and enables the timer.
pub fn install(job: &Job, dir: &Path) -> Result<Activation, Error> {
    let units = units(job)?;
    std::fs::create_dir_all(dir).map_err(|source| Error::Io { action: "create", path: dir.to_path_buf(), source })?;
    for (extension, text) in [("service", &units.service), ("timer", &units.timer)] {
        let path = dir.join(format!("{}.{extension}", units.name));
        files::replace(&path, text.as_bytes()).map_err(|source| Error::Io { action: "write", path, source })?;
    }
    let timer = format!("{}.timer", units.name);
    // `restart` after `enable`, so that a running timer uses its new times.
    Ok(systemctl(&[&["daemon-reload"], &["enable", &timer], &["restart", &timer]]))
}

/// Disables a corpus's timer and deletes its units from `dir`; `None` if there were none.
pub fn remove(root: &Path, dir: &Path) -> Result<Option<Activation>, Error> {
    let name = name(root);
    let paths = ["service", "timer"].map(|extension| dir.join(format!("{name}.{extension}")));
    if !paths.iter().any(|path| path.exists()) {
        return Ok(None);
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
    Ok(Some(if stopped == Activation::Done { systemctl(&[&["daemon-reload"]]) } else { stopped }))
}

/// The text as one word of an `ExecStart` line (systemd.service(5), "Command lines").
fn quote_word(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@".contains(c);
    if !text.is_empty() && text.chars().all(is_bare) { escaped } else { format!("\"{escaped}\"") }
}

fn systemctl(calls: &[&[&str]]) -> Activation {
    for arguments in calls {
        let output = Command::new("systemctl").arg("--user").args(*arguments).stdin(Stdio::null()).output();
        let reason = match output {
            Ok(output) if output.status.success() => continue,
            Ok(output) => {
                String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("it failed without a message").to_string()
            }
            Err(error) => error.to_string(),
        };
        return Activation::FilesOnly { reason };
    }
    Activation::Done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(root: &str) -> Job {
        Job { program: "/usr/bin/gleaner".into(), root: root.into(), config: None, every: "2h".parse().unwrap() }
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
    fn only_the_units_of_the_corpus_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(remove(Path::new("/a"), dir.path()).unwrap(), None);
        for root in ["/a", "/b"] {
            let units = units(&job(root)).unwrap();
            std::fs::write(dir.path().join(format!("{}.timer", units.name)), units.timer).unwrap();
        }
        assert!(remove(Path::new("/a"), dir.path()).unwrap().is_some());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
