//! The log on standard error; `-v` and `-q` set its level.

use tracing_subscriber::EnvFilter;

use super::terminal::LogWriter;
use crate::args::Verbosity;

/// Starts the log. Only gleaner's own events are shown, not those of its dependencies.
pub fn start(verbosity: Verbosity) {
    let level = match verbosity {
        Verbosity::Quiet => "error",
        Verbosity::Normal => "warn",
        Verbosity::Verbose => "info",
        Verbosity::Debug => "debug",
    };
    let filter = EnvFilter::new(format!("off,gleaner={level}"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| LogWriter).with_target(false);
    // Fails only if a log is already running.
    let _ = log.without_time().with_ansi(false).try_init();
}
