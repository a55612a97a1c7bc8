//! Corrections by hand, for people.

use std::fmt::Write;

use gleaner::commands::correct::CorrectedDocument;
use gleaner::commands::explain::{BlockVerdict, ExplainedCorrection, Explanation};
use gleaner_extract::base::printable::escape_line;

use super::human::clip;
use super::style::Style;

/// The corrections of a document, each with its number.
pub fn list(corrections: &[ExplainedCorrection]) -> String {
    if corrections.is_empty() {
        return "no corrections\n".to_owned();
    }
    let mut out = String::new();
    for (at, ExplainedCorrection { verdict, block, text }) in corrections.iter().enumerate() {
        let place = block.map_or_else(|| "not on the page any more".to_owned(), |block| format!("block {block}"));
        // Writing to a string does not fail.
        let _ = writeln!(out, "{:>4}  {:7}  {place}: {}", at + 1, verdict.name(), escape_line(&clip(text)));
    }
    out
}

/// Every block of a page with its number: `+` is kept, `−` is cut.
pub fn blocks(page: &Explanation, style: Style) -> String {
    let mut out = String::new();
    for (at, block) in page.blocks.iter().enumerate() {
        let by_hand = page.corrections.iter().any(|correction| correction.block == Some(at + 1));
        let note = if by_hand { " (by hand)" } else { "" };
        let text = escape_line(&clip(&block.text)).into_owned();
        let _ = match &block.verdict {
            BlockVerdict::Kept { .. } => writeln!(out, "{:>5} +{note} {text}", at + 1),
            BlockVerdict::Removed { category, .. } => {
                writeln!(out, "{}", style.removed(&format!("{:>5} −{note} [{category}] {text}", at + 1)))
            }
        };
    }
    out
}

/// A document that was corrected, on one line.
pub fn document(document: &CorrectedDocument) -> String {
    let CorrectedDocument { id, title, applied } = document;
    let title = escape_line(title.as_deref().unwrap_or("(no title)")).into_owned();
    let state = match applied {
        None => "to be cleaned again".to_owned(),
        Some(applied) if applied.unmatched > 0 => {
            format!("{} restored, {} cut, {} not on the page any more", applied.restored, applied.cut, applied.unmatched)
        }
        Some(applied) => format!("{} restored, {} cut", applied.restored, applied.cut),
    };
    format!("{}  {state}  {title}\n", id.short())
}
