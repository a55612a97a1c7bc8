//! `gleaner verify`: is every byte as it was written?

use gleaner::commands::verify::verify as verify_corpus;

use super::Context;
use crate::args::Report;
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Checks the corpus. Damage ends with exit code 1.
pub fn verify(context: &Context, report: Report) -> Result<Exit, Failure> {
    let findings = verify_corpus(&context.load()?)?;
    let damaged = findings.iter().filter(|finding| finding.kind.is_damage()).count();
    if report.json {
        print::json::print(&findings)?;
    } else {
        let mut text: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
        text += &match damaged {
            0 => "the corpus is whole\n".to_owned(),
            _ => format!("the corpus is damaged: {}\n", human::plural(damaged as u64, "finding")),
        };
        print::out(&text)?;
    }
    Ok(if damaged == 0 { Exit::Done } else { Exit::Unexpected })
}
