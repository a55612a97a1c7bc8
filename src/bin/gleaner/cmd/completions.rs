//! `gleaner completions`: prints completions for a shell.

use super::context::Context;
use crate::args::{self, CompletionsArgs};
use crate::exit::{Exit, Failure};

/// Prints the completion script.
pub fn completions(context: &Context, args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::command(), "gleaner", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    context.data(args.report, &serde_json::json!({"shell": args.shell.to_string(), "script": script}), &script)
}
