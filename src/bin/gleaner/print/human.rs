//! Answers for people.

use std::fmt::Write;

use gleaner::pipeline::RunReport;
use gleaner::pipeline::explain::{ExplainedBlock, Explanation, Verdict};

use super::style::Style;

/// One line that says what became of a run: `12 inputs in 0.4 s: 10 new, 1 unchanged, 1 failed`.
pub fn summary(report: &RunReport) -> String {
    let counts = [
        (report.new, "new"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.copies, if report.copies == 1 { "copy" } else { "copies" }),
        (report.refused, "refused"),
        (report.failed, "failed"),
    ];
    let parts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    let parts = if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") };
    let dry = if report.dry_run { " (dry run: nothing was written)" } else { "" };
    format!("{} in {:.1} s: {parts}{dry}\n", plural(report.inputs, "input"), report.seconds)
}

/// `1 file`, `2 files`.
pub fn plural(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// A page in its order: kept text plain, every cut with its category, rule, reason and score.
pub fn explanation(page: &Explanation, style: Style) -> String {
    let mut out = String::new();
    let removed = page.blocks.iter().filter(|block| matches!(block.verdict, Verdict::Removed { .. })).count();
    let kept = page.blocks.len() - removed;
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", style.strong(&page.source));
    let _ = writeln!(
        out,
        "{}, confidence {:.2}, {} kept in {}, {} removed\n",
        page.completeness.name(),
        page.confidence,
        plural(page.words as u64, "word"),
        plural(kept as u64, "block"),
        plural(removed as u64, "block"),
    );
    for block in &page.blocks {
        explained_block(block, style, &mut out);
    }
    out
}

fn explained_block(block: &ExplainedBlock, style: Style, out: &mut String) {
    let _ = match &block.verdict {
        Verdict::Kept { spared: None, .. } => writeln!(out, "  {}", block.text),
        Verdict::Kept { spared: Some(spared), score, .. } => {
            let aside = format!("    kept although {} matches · {} · {score:.2}", spared.rule, spared.why);
            writeln!(out, "  {}\n{}", block.text, style.aside(&aside))
        }
        Verdict::Removed { category, rule, why, score } => {
            let cut = style.removed(&format!("− [{category}] {}", clip(&block.text)));
            writeln!(out, "{cut}\n{}", style.aside(&format!("    {rule} · {why} · {score:.2}")))
        }
    };
}

/// The first characters of a cut, enough to know it by.
fn clip(text: &str) -> String {
    const SHOWN: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut clipped: String = line.chars().take(SHOWN).collect();
    if clipped.len() < line.len() {
        clipped.push('…');
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_one_line() {
        let mut report = RunReport { inputs: 3, new: 1, copies: 1, failed: 1, seconds: 0.42, ..RunReport::default() };
        assert_eq!(summary(&report), "3 inputs in 0.4 s: 1 new, 1 copy, 1 failed\n");
        report.dry_run = true;
        assert!(summary(&report).ends_with("failed (dry run: nothing was written)\n"));
        assert_eq!(summary(&RunReport::default()), "0 inputs in 0.0 s: nothing to do\n");
    }

    #[test]
    fn long_cuts_are_clipped_at_characters() {
        assert_eq!(clip("a\n b"), "a b");
        assert_eq!(clip(&"é".repeat(200)).chars().count(), 161);
    }
}
