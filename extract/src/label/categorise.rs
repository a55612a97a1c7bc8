//! Gives each dropped block its category, the rule behind it and a reason: first from the block itself, then from its neighbours.

use std::cell::OnceCell;

use super::block_signals::{BlockSignals, is_headline};
use super::decide::role_of;
use super::headline::{self, HeadLines};
use super::shingles::{SHINGLE, shingles};
use super::signals::PageSignals;
use super::verdict::Verdict;
use crate::base::fast_hash::FastSet;
use crate::document::{Block, Category, Removal, RuleId, Tag};
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// A category, with the rule behind it and the reason.
#[derive(Clone)]
struct RemovalReason {
    category: Category,
    rule: RuleId,
    why: String,
    /// Whether the following blocks belong to the category too.
    opens_section: bool,
}

impl RemovalReason {
    /// A reason that comes from the labeller itself, not from a rule file.
    fn of(category: Category, name: &str, why: &str) -> Self {
        Self { category, rule: RuleId(format!("label.{name}")), why: why.to_string(), opens_section: false }
    }

    fn of_rule(rule: &RuleMatch<'_>) -> Self {
        Self { category: rule.category, rule: rule.rule.clone(), why: rule.why.to_string(), opens_section: rule.opens_section }
    }
}

/// What blocks are categorised by.
pub struct CategoriseInput<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its signals.
    pub page_signals: &'a PageSignals<'a>,
    /// The scores of its blocks.
    pub scores: &'a [f32],
    /// Which blocks are kept.
    pub kept: &'a [bool],
    /// A text dump's headline and the lines around it.
    pub head_lines: &'a HeadLines,
    /// The user's rule that applies to each block.
    pub user_rules: &'a [Option<RuleMatch<'a>>],
}

/// The verdict on every block.
pub fn verdicts(input: &CategoriseInput<'_>) -> Vec<Verdict> {
    let kept_text = KeptText::of(input);
    let mut reasons: Vec<Option<RemovalReason>> =
        (0..input.kept.len()).map(|index| input.own_reason(index, &kept_text)).collect();
    spread_sections(input, &mut reasons);
    fill_from_neighbours(input, &mut reasons);
    let verdict = |(index, reason): (usize, Option<RemovalReason>)| {
        let block = input.page.blocks.get(index)?;
        let score = input.scores.get(index).copied().unwrap_or_default();
        if input.kept.get(index) == Some(&true) {
            return Some(Verdict::Kept { role: role_of(input.page, block), score });
        }
        let reason = reason.unwrap_or_else(|| input.last_resort(index, &kept_text));
        let removal = Removal {
            block: index,
            category: reason.category,
            rule: reason.rule,
            why: reason.why,
            score,
            text: block.text.clone(),
        };
        Some(Verdict::Removed(removal))
    };
    reasons.into_iter().enumerate().filter_map(verdict).collect()
}

/// The kept text, for finding blocks that repeat it.
struct KeptText<'a> {
    blocks: Vec<&'a BlockSignals<'a>>,
    lines: FastSet<&'a str>,
    /// Found when a block is first compared with them, as no block of many pages is.
    shingles: OnceCell<FastSet<u64>>,
    /// The first kept block and the last.
    first: Option<usize>,
    last: Option<usize>,
}

impl<'a> KeptText<'a> {
    fn of(input: &CategoriseInput<'a>) -> Self {
        let kept = input.page_signals.blocks.iter().zip(input.kept).filter(|(_, kept)| **kept);
        let blocks: Vec<&BlockSignals<'_>> = kept.map(|(signals, _)| signals).collect();
        Self {
            lines: blocks.iter().map(|signals| signals.folded.as_str()).collect(),
            blocks,
            shingles: OnceCell::new(),
            first: input.kept.iter().position(|kept| *kept),
            last: input.kept.iter().rposition(|kept| *kept),
        }
    }

    /// Whether every run of five words of the block is in the kept text.
    fn contains(&self, signals: &BlockSignals<'_>) -> bool {
        let mut own = shingles(&signals.folded).peekable();
        let kept = || self.shingles.get_or_init(|| self.blocks.iter().flat_map(|signals| shingles(&signals.folded)).collect());
        own.peek().is_some() && own.all(|shingle| kept().contains(&shingle))
    }
}

impl CategoriseInput<'_> {
    /// The reason that follows from the block itself, its containers and its position before the body. `None` for kept blocks.
    fn own_reason(&self, index: usize, kept_text: &KeptText<'_>) -> Option<RemovalReason> {
        if self.kept.get(index) == Some(&true) {
            return None;
        }
        let (block, signals) = self.page.blocks.get(index).zip(self.page_signals.blocks.get(index))?;
        let container = self.page_signals.container(block);
        if let Some(rule) = &signals.site_drop {
            return Some(RemovalReason::of_rule(rule));
        }
        let users_rule = self.user_rules.get(index).and_then(Option::as_ref);
        if let Some(rule) = users_rule.filter(|rule| rule.strength > Strength::Hint) {
            return Some(RemovalReason::of_rule(rule));
        }
        if let Some(path) = self.breadcrumb(index) {
            return Some(path);
        }
        if is_headline(&self.page_signals.titles, signals) || Some(index) == self.head_lines.title {
            return Some(RemovalReason::of(Category::Title, "title", "it repeats the page's title, which is metadata"));
        }
        if let Some(category) = signals.marked {
            return Some(RemovalReason::of(category, "marked", "the markup marks it as byline or date"));
        }
        if let Some(named) = self.copyright(index, signals, kept_text).or_else(|| self.head_line(index)) {
            return Some(named);
        }
        if let Some(rule) = users_rule {
            return Some(RemovalReason::of_rule(rule));
        }
        // A hint only counts where nothing else does; see `last_resort`.
        let is_firm = |rule: &RuleMatch<'_>| rule.strength > Strength::Hint;
        match (signals.rule.as_ref().filter(|rule| is_firm(rule)), container.rule.as_ref().filter(|rule| is_firm(rule))) {
            (Some(own), Some(outer)) if outer.strength > own.strength => return Some(RemovalReason::of_rule(outer)),
            (Some(own), _) => return Some(RemovalReason::of_rule(own)),
            _ => {}
        }
        repeats(signals, kept_text)
            .or_else(|| container.rule.as_ref().filter(|rule| is_firm(rule)).map(RemovalReason::of_rule))
            .or_else(|| self.by_element(block, signals))
    }

    fn head_line(&self, index: usize) -> Option<RemovalReason> {
        let at = Some(index);
        let line = |category: Category, why: &str| Some(RemovalReason::of(category, category.name(), why));
        match at {
            _ if at == self.head_lines.byline => line(Category::Byline, "a name on a separate line between headline and body"),
            _ if at == self.head_lines.source => line(Category::Source, "a second name between headline and body"),
            _ if at == self.head_lines.section => line(Category::Section, "the only words before the headline"),
            _ => None,
        }
    }

    fn breadcrumb(&self, index: usize) -> Option<RemovalReason> {
        let text = |at: usize| self.page.blocks.get(at).map(|block| block.text.as_str());
        let title = self.head_lines.title.filter(|title| index < *title).and_then(text)?;
        headline::is_breadcrumb(text(index)?, title)
            .then(|| RemovalReason::of(Category::Navigation, "breadcrumb", "a path that ends with the headline"))
    }

    /// A © after the story belongs to the site's footer, even if a rule takes the line for a caption.
    fn copyright(&self, index: usize, signals: &BlockSignals<'_>, kept_text: &KeptText<'_>) -> Option<RemovalReason> {
        let is_after_story = || kept_text.last.is_some_and(|last| index > last);
        let credit = signals.rule.is_some_and(|rule| matches!(rule.category, Category::Caption | Category::Credit));
        let signed = || self.page.blocks.get(index).is_some_and(|block| block.text.contains('©'));
        (credit && signed() && is_after_story())
            .then(|| RemovalReason::of(Category::Footer, "copyright", "a copyright line after the story"))
    }

    fn by_element(&self, block: &Block, signals: &BlockSignals<'_>) -> Option<RemovalReason> {
        let inside = self.page_signals.container(block).inside;
        let elements = [
            (inside.nav, Category::Navigation, "nav", "it is inside a navigation element"),
            (
                matches!(signals.tag, Tag::Figcaption | Tag::Caption) || inside.figure,
                Category::Caption,
                "figure",
                "it is inside a figure or is a caption",
            ),
            (inside.footer, Category::Footer, "footer", "it is inside a footer element"),
            (inside.form, Category::Widget, "form", "it is inside a form"),
            (inside.aside, Category::Related, "aside", "it is inside an aside"),
        ];
        elements.iter().find(|(applies, ..)| *applies).map(|(_, category, name, why)| RemovalReason::of(*category, name, why))
    }

    /// The reason where nothing else gave one.
    fn last_resort(&self, index: usize, kept_text: &KeptText<'_>) -> RemovalReason {
        let signals = self.page_signals.blocks.get(index);
        let container_rule = self.page.blocks.get(index).and_then(|block| self.page_signals.container(block).rule);
        if let Some(hint) = signals.and_then(|signals| signals.rule).or(container_rule) {
            return RemovalReason::of_rule(&hint);
        }
        match signals {
            Some(signals) if signals.hidden => RemovalReason::of(Category::Other, "hidden", "the markup hides it"),
            Some(signals) if signals.link_share > 0.6 && kept_text.first.is_some_and(|first| index < first) => {
                RemovalReason::of(Category::Navigation, "links-in-front", "links before the story")
            }
            Some(signals) if signals.link_share > 0.6 => {
                RemovalReason::of(Category::Related, "links", "links after or next to the story")
            }
            _ => RemovalReason::of(Category::Other, "score", "it does not read like part of the story"),
        }
    }
}

fn repeats(signals: &BlockSignals<'_>, kept_text: &KeptText<'_>) -> Option<RemovalReason> {
    if kept_text.lines.contains(signals.folded.as_str()) {
        return Some(RemovalReason::of(Category::Duplicate, "duplicate", "the same text is kept elsewhere on the page"));
    }
    let is_quoted = signals.words > SHINGLE && signals.words <= 60 && kept_text.contains(signals);
    is_quoted.then(|| RemovalReason::of(Category::Pullquote, "pullquote", "it repeats words of the story"))
}

/// Extends the category of a section's heading (`Related articles`) to the blocks below it, up to the next kept block or the next section.
fn spread_sections(input: &CategoriseInput<'_>, reasons: &mut [Option<RemovalReason>]) {
    let mut open: Option<RemovalReason> = None;
    for (index, reason) in reasons.iter_mut().enumerate() {
        if input.kept.get(index) == Some(&true) {
            open = None;
            continue;
        }
        match reason {
            Some(own) if own.opens_section => {
                open = Some(RemovalReason {
                    why: format!("it follows a section heading: {}", lower_first(&own.why)),
                    opens_section: false,
                    ..own.clone()
                });
            }
            Some(own) if open.as_ref().is_some_and(|open| open.category != own.category) && own.rule.0.starts_with("label.") => {}
            Some(_) => {}
            None => reason.clone_from(&open),
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Longest line, in words, that is categorised by its neighbours.
const NEIGHBOUR_WORDS: usize = 30;

/// In text dumps, gives lines without a reason the category of the lines before them. The last line of such a run goes with the lines after it if its
/// element differs from that of the run (a heading after list items) or the next line repeats its text.
fn fill_from_neighbours(input: &CategoriseInput<'_>, reasons: &mut [Option<RemovalReason>]) {
    if input.page.format != Format::Text {
        return;
    }
    let is_kept = |index: usize| input.kept.get(index) == Some(&true);
    let mut index = 0;
    while index < reasons.len() {
        if is_kept(index) || reasons.get(index).is_some_and(Option::is_some) {
            index += 1;
            continue;
        }
        let end = (index..reasons.len())
            .find(|at| is_kept(*at) || reasons.get(*at).is_some_and(Option::is_some))
            .unwrap_or(reasons.len());
        let before = index.checked_sub(1).and_then(|at| neighbour(reasons.get(at)?.as_ref()?));
        let after = reasons.get(end).and_then(|reason| neighbour(reason.as_ref()?));
        for at in index..end {
            let short = input.page_signals.blocks.get(at).is_some_and(|signals| signals.words <= NEIGHBOUR_WORDS);
            let tag = |at: usize| input.page_signals.blocks.get(at).map(|signals| signals.tag);
            let begins_next = at + 1 == end && at > index && tag(at) != tag(at - 1);
            let folded = |at: usize| input.page_signals.blocks.get(at).map_or("", |signals| signals.folded.as_str());
            let begins_next = begins_next || (!folded(at).is_empty() && folded(end).starts_with(folded(at)));
            let chosen = if begins_next { after.as_ref().or(before.as_ref()) } else { before.as_ref().or(after.as_ref()) };
            if let Some(slot) = reasons.get_mut(at).filter(|_| short) {
                *slot = chosen.cloned();
            }
        }
        index = end;
    }
}

/// Categories that usually span several lines.
const MULTI_LINE: &[Category] = &[
    Category::Paywall,
    Category::Newsletter,
    Category::Comments,
    Category::Related,
    Category::Share,
    Category::Advertising,
    Category::Consent,
    Category::Navigation,
    Category::Footer,
    Category::AuthorBio,
    Category::SiteInfo,
    Category::Donation,
    Category::Widget,
    Category::Tracking,
];

fn neighbour(reason: &RemovalReason) -> Option<RemovalReason> {
    MULTI_LINE
        .contains(&reason.category)
        .then(|| RemovalReason::of(reason.category, "neighbour", "it is among lines of this kind"))
}
