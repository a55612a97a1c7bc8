//! How the program ends: exit codes, the format of error messages, and how a panic is reported.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Mutex;

use clap::error::ContextValue;
use gleaner::commands::history;
use gleaner::search::QueryError;
use gleaner::{config, engine, queue, schedule, store};
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::base::url::hide_logins;

use crate::print::terminal;

/// The exit codes. Scripts and monitors rely on them, so they are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Unexpected error: the disk is full, a file cannot be read, the corpus is damaged.
    Unexpected = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The run completed, but some inputs failed; or cleaning again would have lost too many words.
    SomeFailed = 3,
    /// Another run holds the lock.
    Locked = 4,
    /// The user interrupted the run with Ctrl-C: 128 and the number of the signal, as shells report it.
    Interrupted = 130,
}

impl Exit {
    /// The exit code for the report of a run.
    pub fn of_run(report: &engine::RunReport) -> Self {
        match report.exit_status() {
            0 => Self::Done,
            130 => Self::Interrupted,
            _ => Self::SomeFailed,
        }
    }

    /// All codes, in order.
    pub const ALL: [Self; 6] = [Self::Done, Self::Unexpected, Self::Usage, Self::SomeFailed, Self::Locked, Self::Interrupted];

    /// What the code means, for the manual page and docs/commands.md.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unexpected => "unexpected error: the disk is full, a file cannot be read, the corpus is damaged",
            Self::Usage => "the command line or the configuration is wrong",
            Self::SomeFailed => {
                "the run completed, but some inputs failed, or a source cannot be read; failures are listed on standard error, and failed URLs are retried by later runs; `extract`: the page is no whole story; `is-article`: a page is no story; `clean`: too many words would have been lost, and nothing was written; `health`: a site has drifted; `doctor`: there is a problem; `run`: one has, and that is new"
            }
            Self::Locked => "another run holds the lock",
            Self::Interrupted => "the run was interrupted with Ctrl-C",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed: the message to print and the exit code.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    /// A fragment that completes "failed to …"; `None` prints nothing (a closed pipe).
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

    /// An I/O error on a file or stream that the command itself uses. A closed pipe exits quietly.
    pub fn io(action: &str, path: &str, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self { exit: Exit::Done, message: None, hint: None };
        }
        Self::unexpected(format!("{action} {path}: {error}"), io_hint(error.kind()).map(str::to_owned))
    }

    /// Prints the message to standard error and returns the exit code.
    pub fn print(self) -> Exit {
        if let Some(message) = self.message {
            print_message("failed to ", &message, self.hint.as_deref());
        }
        self.exit
    }
}

/// What the user can do about a file that cannot be read or written.
fn io_hint(kind: std::io::ErrorKind) -> Option<&'static str> {
    use std::io::ErrorKind;
    const HINTS: &[(ErrorKind, &str)] = &[
        (ErrorKind::NotFound, "check the path"),
        (ErrorKind::PermissionDenied, "check its owner and the permissions of its folder"),
        (ErrorKind::StorageFull, "free some disk space; everything written so far is intact"),
        (ErrorKind::QuotaExceeded, "free some of your disk quota; everything written so far is intact"),
        (ErrorKind::ReadOnlyFilesystem, "remount it writable, or use another folder"),
        (ErrorKind::IsADirectory, "give the path of a file, not of a folder"),
        (ErrorKind::NotADirectory, "give the path of a folder, not of a file"),
    ];
    HINTS.iter().find(|(known, _)| *known == kind).map(|(_, hint)| *hint)
}

/// Prints a message to standard error: `gleaner: …`, then `hint: …`. Further lines of each are indented, so that no file name can pass for a
/// message of its own.
pub fn print_message(prefix: &str, message: &str, hint: Option<&str>) {
    let indented = |text: &str| text.trim_end().replace('\n', "\n    ");
    let hint = hint.map(|hint| format!("hint: {}\n", indented(hint))).unwrap_or_default();
    terminal::err(&format!("gleaner: {prefix}{}\n{hint}", indented(message)));
}

impl From<gleaner::serve::Error> for Failure {
    fn from(error: gleaner::serve::Error) -> Self {
        let exit = if error.is_usage() { Exit::Usage } else { Exit::Unexpected };
        Self { exit, message: Some(error.to_string()), hint: error.hint() }
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

impl From<history::Error> for Failure {
    fn from(error: history::Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        match error {
            history::Error::Store(error) => error.into(),
            history::Error::Unknown { .. } => Self { exit: Exit::Usage, message: Some(error.to_string()), hint },
            history::Error::Damaged(_) => Self { exit: Exit::Unexpected, message: Some(error.to_string()), hint },
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        Self { exit: Exit::Usage, message: Some(error.to_string()), hint: Some(error.hint()) }
    }
}

impl From<queue::Error> for Failure {
    fn from(error: queue::Error) -> Self {
        Self { exit: Exit::Unexpected, message: Some(error.to_string()), hint: Some(error.hint().to_owned()) }
    }
}

impl From<schedule::Error> for Failure {
    fn from(error: schedule::Error) -> Self {
        let exit = if error.is_usage() { Exit::Usage } else { Exit::Unexpected };
        Self { exit, message: Some(error.to_string()), hint: error.hint().map(str::to_owned) }
    }
}

/// Prints clap's answer to a wrong command line, `--help` or `--version`, and returns the exit code.
pub fn print_usage(mut error: clap::Error) -> ExitCode {
    if error.use_stderr() {
        // clap quotes the arguments, such as file names, and prints in colours of its own.
        let quoted: Vec<_> = error.context().filter_map(|(kind, value)| Some((kind, escaped(value)?))).collect();
        for (kind, value) in quoted {
            error.insert(kind, value);
        }
        let text = error.render().to_string();
        if terminal::printable_message(&text) == text {
            drop(error.print())
        } else {
            terminal::err(&text)
        }
        return Exit::Usage.into();
    }
    match error.print() {
        Err(failed) => Failure::io("write", "<stdout>", &failed).print().into(),
        Ok(()) => Exit::Done.into(),
    }
}

/// What clap quotes, on one line and without logins; `None` if that changes nothing.
fn escaped(value: &ContextValue) -> Option<ContextValue> {
    let ContextValue::String(text) = value else { return None };
    let escaped = escape_line(&hide_logins(text)).into_owned();
    (escaped != *text).then_some(ContextValue::String(escaped))
}

/// The last panic: the hook sees its message and location, but only `catch_panic` knows that nothing else caught it.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs the command. A panic that nothing else caught becomes a one-line error and exit code 1.
pub fn catch_panic(command: impl FnOnce() -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    panic::set_hook(Box::new(|info| {
        if let Ok(mut last) = LAST_PANIC.lock() {
            *last = Some(info.to_string().split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        let panic = LAST_PANIC.lock().ok().and_then(|last| last.clone());
        let message = format!("finish because of an internal error: {}", panic.unwrap_or_default());
        Err(Failure::unexpected(
            message,
            Some("please report this bug with the input that caused it; the corpus is intact".to_owned()),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_documented() {
        assert_eq!(Exit::ALL.map(|exit| exit as u8), [0, 1, 2, 3, 4, 130]);
        let text = include_str!("../../../docs/commands.md");
        let rows = Exit::ALL.map(|exit| format!("| {} | {} |\n", exit as u8, exit.meaning()));
        let table = format!("| code | meaning |\n|---|---|\n{}\n", rows.concat());
        assert!(text.contains(&table), "docs/commands.md needs this table:\n{table}");
    }

    #[test]
    fn a_closed_pipe_exits_quietly_and_a_lock_has_its_own_code() {
        let closed = Failure::io("write", "<stdout>", &std::io::ErrorKind::BrokenPipe.into());
        assert_eq!((closed.exit, closed.message), (Exit::Done, None));
        let locked = store::Error::Locked { path: "x".into(), pid: "1".into() };
        assert_eq!(Failure::from(locked).exit, Exit::Locked);
    }

    #[test]
    fn a_panic_is_reported_on_one_line() {
        let failure = catch_panic(|| panic!("two\nlines")).unwrap_err();
        assert_eq!(failure.exit, Exit::Unexpected);
        let message = failure.message.unwrap();
        assert!(message.contains("two lines") && !message.contains('\n'), "{message}");
    }
}
