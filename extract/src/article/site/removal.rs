//! Removes what recurs on a site from a cleaned page.

use super::page_lines::PageLines;
use super::story_lines::Recurring;
use super::table::SiteTable;
use crate::document::{Category, Removal, RuleId};
use crate::label::{Labelled, Verdict};
use crate::page::Page;

/// The rule of what is removed because it recurs.
pub const RULE: &str = "site.recurring";

/// Removes the lines that the table of its site has from a labelled page, and notes which. Gives the page's lines as they were before, and true if anything
/// was removed.
pub fn without_recurring(page: &Page, labelled: &mut Labelled, table: Option<&SiteTable>) -> (PageLines, bool) {
    let (mut lines, blocks) = PageLines::of_page(page, labelled);
    let removals = table.map(|table| table.removals(&lines)).unwrap_or_default();
    for (index, recurring) in &removals {
        let (Some(line), Some(block)) = (lines.lines.get_mut(*index), blocks.get(*index)) else { continue };
        line.removed = true;
        if let Some(verdict) = labelled.verdicts.get_mut(*block) {
            *verdict = Verdict::Removed(removal(page, *block, verdict, *recurring));
        }
    }
    (lines, !removals.is_empty())
}

fn removal(page: &Page, block: usize, verdict: &Verdict, recurring: Recurring) -> Removal {
    let score = match verdict {
        Verdict::Kept { score, .. } => *score,
        Verdict::Removed(removal) => removal.score,
    };
    Removal {
        block,
        category: Category::Other,
        rule: RuleId(RULE.to_owned()),
        why: format!("it is in {} of {} documents of this site", recurring.stories, recurring.of),
        score,
        text: page.blocks.get(block).map(|block| block.text.clone()).unwrap_or_default(),
    }
}
