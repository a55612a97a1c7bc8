//! The program: parses the arguments, runs one command, returns an exit code. Uses only the library's public API.

mod args;
mod cmd;
mod exit;
mod interrupt;
mod print;

use std::process::ExitCode;

use clap::FromArgMatches;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let parsed = args::command().try_get_matches().and_then(|matches| args::Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return exit::print_usage(error),
    };
    allow_many_files();
    print::log::start(cli.global.verbosity());
    let result = exit::catch_panic(|| cmd::dispatch(cli));
    result.unwrap_or_else(|failure| failure.print()).into()
}

/// Raises the limit on open files: connections to a thousand hosts need more than the usual default of 1,024.
fn allow_many_files() {
    // Best effort: the system may grant less.
    #[cfg(unix)]
    let _ = rlimit::increase_nofile_limit(1 << 16);
}
