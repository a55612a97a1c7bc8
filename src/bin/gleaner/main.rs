//! The program: arguments in, one command, an exit code out. Uses the library's public API only.

mod args;
mod cmd;
mod exit;
mod print;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    allow_many_files();
    print::log::start(cli.global.verbosity());
    let done = exit::without_panic(|| cmd::dispatch(cli));
    done.unwrap_or_else(|failure| failure.report()).into()
}

/// Connections to a thousand hosts are more open files than most systems allow by default (1,024).
fn allow_many_files() {
    // Where the system gives less, there is less.
    #[cfg(unix)]
    let _ = rlimit::increase_nofile_limit(1 << 16);
}
