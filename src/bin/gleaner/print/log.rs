//! What the stages report while they work: lines on standard error, as many as `-v` asks for.

use tracing_subscriber::EnvFilter;

use crate::args::Verbosity;

/// Starts the log. Only gleaner's own events are shown, not those of its parts.
pub fn start(verbosity: Verbosity) {
    let level = match verbosity {
        Verbosity::Quiet => "error",
        Verbosity::Normal => "warn",
        Verbosity::Verbose => "info",
        Verbosity::Debug => "debug",
    };
    let filter = EnvFilter::new(format!("off,gleaner={level}"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // Fails only where a log runs already.
    let _ = log.without_time().with_ansi(false).try_init();
}
