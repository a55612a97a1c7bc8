//! How the program ends: exit codes, the one form of an error message, and what becomes of a panic.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Mutex;

use gleaner::{config, engine, queue, schedule, store};

/// The exit codes. They are part of the interface: scripts and monitors rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; whatever failed before was not this run's business.
    Done = 0,
    /// Something unexpected: the disk is full, a file cannot be read, the corpus is damaged.
    Unexpected = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The run went through, but some sources failed.
    SomeFailed = 3,
    /// Another run holds the lock.
    Locked = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not be done: what to say and how to end.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    /// A fragment that fits "failed to …"; `None` where there is nothing to say (a closed pipe).
    message: Option<String>,
    hint: Option<String>,
}

impl Failure {
    /// A wrong command line or configuration.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: Some(message.into()), hint: Some(hint.into()) }
    }

    /// Anything else.
    pub fn unexpected(message: impl Into<String>, hint: Option<String>) -> Self {
        Self { exit: Exit::Unexpected, message: Some(message.into()), hint }
    }

    /// A file or stream of the command itself that failed; a closed pipe is a quiet end.
    pub fn io(action: &str, path: &str, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self { exit: Exit::Done, message: None, hint: None };
        }
        Self::unexpected(format!("{action} {path}: {error}"), io_hint(error.kind()).map(str::to_owned))
    }

    /// Says it on standard error.
    pub fn report(self) -> Exit {
        if let Some(message) = self.message {
            say("failed to ", &message, self.hint.as_deref());
        }
        self.exit
    }
}

/// What can be done about a file that cannot be read or written.
fn io_hint(kind: std::io::ErrorKind) -> Option<&'static str> {
    use std::io::ErrorKind as Kind;
    const HINTS: &[(Kind, &str)] = &[
        (Kind::NotFound, "check the path"),
        (Kind::PermissionDenied, "check who owns it and what its folder allows"),
        (Kind::StorageFull, "free some space; what was written before is whole"),
        (Kind::QuotaExceeded, "free some of your quota; what was written before is whole"),
        (Kind::ReadOnlyFilesystem, "mount it writable, or name another folder"),
        (Kind::IsADirectory, "name a file, not a folder"),
        (Kind::NotADirectory, "name a folder, not a file"),
    ];
    HINTS.iter().find(|(known, _)| *known == kind).map(|(_, hint)| *hint)
}

/// One message in the one form: `gleaner: …`, then `hint: …` on a line of its own.
pub fn say(prefix: &str, message: &str, hint: Option<&str>) {
    let mut stderr = std::io::stderr().lock();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr, "gleaner: {prefix}{message}");
    if let Some(hint) = hint {
        let _ = writeln!(stderr, "hint: {hint}");
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self { exit: Exit::Usage, message: Some(error.to_string()), hint: error.hint().map(str::to_owned) }
    }
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        let exit = match &error {
            engine::Error::Io { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe => {
                return Self { exit: Exit::Done, message: None, hint: None };
            }
            error if error.is_usage() => Exit::Usage,
            error if error.is_locked() => Exit::Locked,
            _ => Exit::Unexpected,
        };
        Self { exit, message: Some(error.to_string()), hint: error.hint() }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let exit = if matches!(error, store::Error::Locked { .. }) { Exit::Locked } else { Exit::Unexpected };
        Self { exit, message: Some(error.to_string()), hint: error.hint().map(str::to_owned) }
    }
}

impl From<queue::Error> for Failure {
    fn from(error: queue::Error) -> Self {
        Self { exit: Exit::Unexpected, message: Some(error.to_string()), hint: Some(error.hint().to_owned()) }
    }
}

impl From<schedule::Error> for Failure {
    fn from(error: schedule::Error) -> Self {
        let exit = if matches!(error, schedule::Error::Interval(_)) { Exit::Usage } else { Exit::Unexpected };
        Self { exit, message: Some(error.to_string()), hint: error.hint().map(str::to_owned) }
    }
}

/// Ends after a command line that is not understood, or that asks for help or the version.
pub fn usage(error: &clap::Error) -> ExitCode {
    let wrong = error.use_stderr();
    // Help into a closed pipe is a quiet end, as everywhere.
    let _ = error.print();
    (if wrong { Exit::Usage } else { Exit::Done }).into()
}

/// Where the last panic happened: the hook knows the place, but only `without_panic` knows that nobody caught it.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs the command. A panic that nobody caught ends as one line and exit code 1.
pub fn without_panic(command: impl FnOnce() -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    panic::set_hook(Box::new(|info| {
        if let Ok(mut place) = PANIC.lock() {
            *place = Some(info.to_string().split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        let place = PANIC.lock().ok().and_then(|place| place.clone());
        let message = format!("go on, which is a mistake of gleaner's own: {}", place.unwrap_or_default());
        Err(Failure::unexpected(message, Some("please report it, with the input that caused it; the corpus is whole".to_owned())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_documentation() {
        let codes = [Exit::Done, Exit::Unexpected, Exit::Usage, Exit::SomeFailed, Exit::Locked];
        assert_eq!(codes.map(|exit| exit as u8), [0, 1, 2, 3, 4]);
        let text = include_str!("../../../docs/commands.md");
        for exit in codes {
            assert!(
                text.contains(&format!("\n| {} | ", exit as u8)),
                "exit code {} is missing from docs/commands.md",
                exit as u8
            );
        }
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_a_lock_has_its_own_code() {
        let closed = Failure::io("write", "<stdout>", &std::io::ErrorKind::BrokenPipe.into());
        assert_eq!((closed.exit, closed.message), (Exit::Done, None));
        let locked = store::Error::Locked { path: "x".into(), pid: "1".into() };
        assert_eq!(Failure::from(locked).exit, Exit::Locked);
    }

    #[test]
    fn a_panic_is_one_line() {
        let failure = without_panic(|| panic!("two\nlines")).unwrap_err();
        assert_eq!(failure.exit, Exit::Unexpected);
        let message = failure.message.unwrap();
        assert!(message.contains("two lines") && !message.contains('\n'), "{message}");
    }
}
