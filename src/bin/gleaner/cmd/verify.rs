//! `gleaner verify`: checks every file in the corpus against its hash, and repairs what is damaged.

use gleaner::commands::verify::{RepairReport, repair, verify as verify_corpus};
use gleaner::engine::Setup;
use gleaner::store::verify::Finding;

use super::context::{Context, clock};
use crate::args::VerifyArgs;
use crate::exit::{Exit, Failure};
use crate::print::{self, human, progress::ProgressReporter};

/// Checks the corpus. The exit code is 1 if anything is damaged.
pub fn verify(context: &Context, args: VerifyArgs) -> Result<Exit, Failure> {
    let loaded = context.corpus()?;
    let reporter = ProgressReporter::new(context.global.verbosity(), context.style());
    if args.repair {
        let setup = Setup::new(context.load()?, clock()?)?;
        let done = repair(&loaded, &setup, &reporter);
        reporter.finish()?;
        let done = done?;
        match args.report.json {
            true => print::json::print(&done)?,
            false => print::out(&(repaired(&done) + &findings(&done.findings)))?,
        }
        return Ok(exit(&done.findings));
    }
    let found = verify_corpus(&loaded, &reporter);
    reporter.finish()?;
    let found = found?;
    match args.report.json {
        true => print::json::print(&found)?,
        false => print::out(&findings(&found))?,
    }
    Ok(exit(&found))
}

fn exit(findings: &[Finding]) -> Exit {
    if damaged(findings) == 0 { Exit::Done } else { Exit::Unexpected }
}

fn damaged(findings: &[Finding]) -> u64 {
    findings.iter().filter(|finding| finding.kind.is_damage()).count() as u64
}

/// Every finding with what repairs it, and a summary.
fn findings(findings: &[Finding]) -> String {
    let mut text: String = findings.iter().map(|finding| format!("{finding}\n  repair: {}\n", finding.repair.advice())).collect();
    text += &match damaged(findings) {
        0 => "the corpus is intact\n".to_owned(),
        damaged => format!("the corpus is damaged: {}\n", human::plural(damaged, "problem")),
    };
    text
}

/// What was repaired, a line each.
fn repaired(done: &RepairReport) -> String {
    let mut text = String::new();
    if done.reindexed {
        text += "rebuilt the index\n";
    }
    if done.set_aside > 0 {
        text += &format!("moved {} to .gleaner/replaced/\n", human::plural(done.set_aside, "file"));
    }
    if let Some(cleaned) = &done.cleaned {
        text += &format!("cleaned again: {}", human::summary(cleaned));
    }
    if text.is_empty() { "nothing to repair\n".to_owned() } else { text }
}
