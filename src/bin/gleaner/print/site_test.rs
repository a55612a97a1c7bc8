//! What the rules of a site change, for people.

use std::fmt::Write;

use gleaner::commands::rule_test::{PageChange, RuleTestReport, RuleTotal};
use gleaner_extract::base::printable::escape_line;

use super::human::{clip, plural};
use super::style::Style;

/// Digits of a document's id that are shown.
const SHOWN_DIGITS: usize = 12;

/// A summary, what each rule did, and the pages that change most.
pub fn report(report: &RuleTestReport, style: Style) -> String {
    let mut out = String::new();
    let of = if report.documents > report.pages as u64 { format!(" of {}", report.documents) } else { String::new() };
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{}: {} of {}{of} change; {} lost ({:.1} %), {} gained",
        style.bold(&escape_line(&report.site)),
        report.changed,
        plural(report.pages as u64, "page"),
        plural(report.words_lost, "word"),
        report.share_lost() * 100.0,
        plural(report.words_gained, "word"),
    );
    out.push('\n');
    for rule in &report.rules {
        rule_line(rule, &mut out);
    }
    for change in &report.changes {
        page(change, style, &mut out);
    }
    out
}

fn rule_line(rule: &RuleTotal, out: &mut String) {
    let id = escape_line(&rule.rule.0);
    let _ = match (rule.pages, rule.guarded) {
        (0, 0) => writeln!(out, "{id}: matches nothing"),
        (pages, _) => {
            writeln!(out, "{id}: on {}, {} dropped", plural(pages as u64, "page"), plural(rule.dropped as u64, "block"))
        }
    };
    if let Some(why) = &rule.why_guarded {
        let _ = writeln!(out, "  a guard spared blocks on {}: {}", plural(rule.guarded as u64, "page"), escape_line(why));
    }
}

fn page(change: &PageChange, style: Style, out: &mut String) {
    let title = change.title.as_deref().unwrap_or("(no title)");
    let (before, after) = change.words;
    let id: String = change.id.to_string().chars().take(SHOWN_DIGITS).collect();
    let name = style.bold(&id);
    let _ = writeln!(out, "\n{name} {}: {before} → {after} words", clip(title));
    for field in &change.metadata {
        let value = |value: &Option<String>| value.as_deref().map_or_else(|| "none".to_owned(), clip);
        let _ = writeln!(out, "  {}: {} → {}", field.field, value(&field.without), value(&field.with));
    }
    for line in &change.lost {
        let _ = writeln!(out, "{}", style.removed(&format!("- {}", clip(line))));
    }
    for line in &change.gained {
        let _ = writeln!(out, "{}", style.added(&format!("+ {}", clip(line))));
    }
}
