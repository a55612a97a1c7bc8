//! `gleaner verify`: checks every file in the corpus against its hash, and repairs what is damaged.

use gleaner::commands::verify::{RepairReport, repair, verify as verify_corpus};
use gleaner::engine::Setup;
use gleaner::store::verify::Finding;
use gleaner_extract::base::printable::escape_line;
use serde::Serialize;

use super::context::{Context, clock};
use crate::args::{ReportArgs, VerifyArgs};
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
        let damage = listed(&done.findings);
        print_found(context, args.report, &done, &damage, &(repaired(&done) + &verdict(&done.findings)))?;
        return Ok(exit(&done.findings));
    }
    let found = verify_corpus(&loaded, &reporter);
    reporter.finish()?;
    let found = found?;
    print_found(context, args.report, &found, &listed(&found), &verdict(&found))?;
    Ok(exit(&found))
}

/// Prints the findings, which are asked for, and what is said about them.
fn print_found(context: &Context, report: ReportArgs, value: &impl Serialize, listed: &str, said: &str) -> Result<(), Failure> {
    if !report.json {
        print::out(listed)?;
    }
    context.message(report, value, said)?;
    Ok(())
}

fn exit(findings: &[Finding]) -> Exit {
    if damaged(findings) == 0 { Exit::Done } else { Exit::Unexpected }
}

fn damaged(findings: &[Finding]) -> u64 {
    findings.iter().filter(|finding| finding.kind.is_damage()).count() as u64
}

/// Every finding with what repairs it.
fn listed(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("{}\n  repair: {}\n", escape_line(&finding.to_string()), finding.repair.advice()))
        .collect()
}

/// The summary of the findings.
fn verdict(findings: &[Finding]) -> String {
    match damaged(findings) {
        0 => "the corpus is intact\n".to_owned(),
        damaged => format!("the corpus is damaged: {}\n", human::plural(damaged, "problem")),
    }
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
