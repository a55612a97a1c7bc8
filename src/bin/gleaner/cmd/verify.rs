//! `gleaner verify`: checks every file in the corpus against its hash.

use gleaner::commands::verify::verify as verify_corpus;

use super::context::Context;
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Checks the corpus. The exit code is 1 if anything is damaged.
pub fn verify(context: &Context, report: ReportArgs) -> Result<Exit, Failure> {
    let findings = verify_corpus(&context.corpus()?)?;
    let damaged = findings.iter().filter(|finding| finding.kind.is_damage()).count();
    if report.json {
        print::json::print(&findings)?;
    } else {
        let mut text: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
        text += &match damaged {
            0 => "the corpus is intact\n".to_owned(),
            _ => format!("the corpus is damaged: {}\n", human::plural(damaged as u64, "problem")),
        };
        print::out(&text)?;
    }
    Ok(if damaged == 0 { Exit::Done } else { Exit::Unexpected })
}
