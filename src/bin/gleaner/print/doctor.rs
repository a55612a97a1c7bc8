//! Output for people about the checks of `gleaner doctor`.

use std::fmt::Write;

use gleaner::commands::doctor::{CheckStatus, DoctorReport};
use gleaner_extract::base::printable::escape_line;

use super::human::plural;
use super::style::Style;

/// Every check on a line of its own, with a hint below it if there is something to do, and the sums.
pub fn report(report: &DoctorReport, style: Style) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    for check in &report.checks {
        let padded = format!("{:8}", check.status.name());
        let status = if check.status == CheckStatus::Ok { padded } else { style.bold(&padded) };
        let _ = writeln!(out, "{status} {}: {}", check.name, escape_line(&check.found));
        if let Some(advice) = check.advice.as_ref().filter(|advice| !advice.is_empty()) {
            let _ = writeln!(out, "         hint: {}", escape_line(advice));
        }
    }
    let (problems, warnings) = (plural(report.problems as u64, "problem"), plural(report.warnings as u64, "warning"));
    let _ = writeln!(out, "{problems}, {warnings}");
    out
}
