//! `gleaner completions`: prints completions for a shell.

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::{Exit, Failure};
use crate::print::out_bytes;

/// Prints the completion script.
pub fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gleaner", &mut script);
    out_bytes(&script)?;
    Ok(Exit::Done)
}
