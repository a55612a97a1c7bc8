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
    print::log::start(cli.global.verbosity());
    let done = exit::without_panic(|| cmd::dispatch(cli));
    done.unwrap_or_else(|failure| failure.report()).into()
}
