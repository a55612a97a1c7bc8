//! `gleaner is-article`: says what pages are.

use std::path::Path;

use gleaner::commands::explain::ExplainTarget;
use gleaner::commands::is_article::{IsArticle, PageVerdict, is_article as judge};
use gleaner::engine::{Error, Setup};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::printable::escape_line;

use super::context::Context;
use crate::args::{IsArticleArgs, JobsArgs};
use crate::exit::{Exit, Failure, print_message};
use crate::print;

/// Judges every page; one that cannot be read is reported, and the others are judged.
pub fn is_article(context: &Context, args: &IsArticleArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    let mut exit = Exit::Done;
    for target in &args.targets {
        match judged(&setup, target) {
            Ok(judged) => {
                if judged.verdict != PageVerdict::Story {
                    exit = Exit::SomeFailed;
                }
                if args.report.json { print::json::line(&judged)? } else { print::out(&shown(&judged))? }
            }
            Err(error) if args.targets.len() == 1 => return Err(error.into()),
            Err(error) => {
                print_message("failed to ", &format!("judge {}: {error}", path_text(Path::new(target))), error.hint().as_deref());
                exit = Exit::SomeFailed;
            }
        }
    }
    Ok(exit)
}

fn judged(setup: &Setup, target: &std::ffi::OsStr) -> Result<IsArticle, Error> {
    judge(setup, &ExplainTarget::from_arg(target)?)
}

fn shown(judged: &IsArticle) -> String {
    let completeness = match judged.verdict {
        PageVerdict::Story => format!(" ({})", judged.completeness.name()),
        _ => String::new(),
    };
    let evidence: String = judged.evidence.iter().map(|evidence| format!("    {}\n", escape_line(evidence))).collect();
    format!("{:12}{}{completeness}\n{evidence}", judged.verdict.name(), escape_line(&judged.source))
}
