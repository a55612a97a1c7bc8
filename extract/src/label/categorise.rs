//! What each dropped block is: a category, the rule that says so, and why. First the block's own evidence, then its neighbourhood.

use super::Verdict;
use super::decide::role_of;
use super::headline::HeadLines;
use super::signals::{BlockSignals, PageSignals, SHINGLE, is_headline, shingles};
use crate::base::fast_hash::FastSet;
use crate::document::{Block, Category, Removal, RuleId, Tag};
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// A category with the rule that says so, and why.
#[derive(Clone)]
struct Reason {
    category: Category,
    rule: RuleId,
    why: String,
    /// Whether blocks behind this one belong to it too.
    opens_section: bool,
}

impl Reason {
    /// A reason of the labeller's own.
    fn of(category: Category, name: &str, why: &str) -> Self {
        Self { category, rule: RuleId(format!("label.{name}")), why: why.to_string(), opens_section: false }
    }

    fn of_rule(rule: &RuleMatch<'_>) -> Self {
        Self { category: rule.category, rule: rule.rule.clone(), why: rule.why.to_string(), opens_section: rule.opens_section }
    }
}

/// What the categories are found from.
pub struct LabelInput<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its evidence.
    pub evidence: &'a PageSignals<'a>,
    /// The scores of its blocks.
    pub scores: &'a [f32],
    /// Which blocks are kept.
    pub kept: &'a [bool],
    /// A text dump's head lines.
    pub head: &'a HeadLines,
    /// The user's rule that applies to each block.
    pub user_rules: &'a [Option<RuleMatch<'a>>],
}

/// The verdict on every block.
pub fn verdicts(input: &LabelInput<'_>) -> Vec<Verdict> {
    let story = Story::of(input);
    let mut reasons: Vec<Option<Reason>> = (0..input.kept.len()).map(|index| input.own_reason(index, &story)).collect();
    spread_sections(input, &mut reasons);
    fill_from_neighbours(input, &mut reasons);
    let verdict = |(index, reason): (usize, Option<Reason>)| {
        let block = input.page.blocks.get(index)?;
        let score = input.scores.get(index).copied().unwrap_or_default();
        if input.kept.get(index) == Some(&true) {
            return Some(Verdict::Kept { role: role_of(input.page, block), score });
        }
        let reason = reason.unwrap_or_else(|| input.last_resort(index));
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

/// What the kept text says, for finding what repeats it.
struct Story<'a> {
    lines: FastSet<&'a str>,
    shingles: FastSet<u64>,
}

impl<'a> Story<'a> {
    fn of(input: &LabelInput<'a>) -> Self {
        let kept = || input.evidence.facts.iter().zip(input.kept).filter(|(_, kept)| **kept).map(|(facts, _)| facts);
        let lines = kept().map(|facts| facts.folded.as_str()).collect();
        Self { lines, shingles: kept().flat_map(|facts| shingles(&facts.folded)).collect() }
    }

    /// Every run of five words stands in the story.
    fn quotes(&self, facts: &BlockSignals<'_>) -> bool {
        let mut own = shingles(&facts.folded).peekable();
        own.peek().is_some() && own.all(|shingle| self.shingles.contains(&shingle))
    }
}

impl LabelInput<'_> {
    /// What the block itself, its containers and its place in front of the body say; `None` for kept blocks too.
    fn own_reason(&self, index: usize, story: &Story<'_>) -> Option<Reason> {
        if self.kept.get(index) == Some(&true) {
            return None;
        }
        let (block, facts) = self.page.blocks.get(index).zip(self.evidence.facts.get(index))?;
        let area = self.evidence.area(block);
        if let Some(rule) = &facts.site_drop {
            return Some(Reason::of_rule(rule));
        }
        let users_rule = self.user_rules.get(index).and_then(Option::as_ref);
        if let Some(rule) = users_rule.filter(|rule| rule.strength > Strength::Hint) {
            return Some(Reason::of_rule(rule));
        }
        if let Some(path) = self.breadcrumb(index) {
            return Some(path);
        }
        if is_headline(self.page, facts) || Some(index) == self.head.title {
            return Some(Reason::of(Category::Title, "title", "it says the page's title, which is metadata"));
        }
        if let Some(category) = facts.marked {
            return Some(Reason::of(category, "marked", "the markup marks it as byline or date"));
        }
        if let Some(named) = self.copyright(index, facts).or_else(|| self.head_line(index)) {
            return Some(named);
        }
        if let Some(rule) = users_rule {
            return Some(Reason::of_rule(rule));
        }
        // A hint names what nothing better names; see `last_resort`.
        let told = |rule: &RuleMatch<'_>| rule.strength > Strength::Hint;
        match (facts.rule.as_ref().filter(|rule| told(rule)), area.rule.as_ref().filter(|rule| told(rule))) {
            (Some(own), Some(outer)) if outer.strength > own.strength => return Some(Reason::of_rule(outer)),
            (Some(own), _) => return Some(Reason::of_rule(own)),
            _ => {}
        }
        repeats(facts, story)
            .or_else(|| area.rule.as_ref().filter(|rule| told(rule)).map(Reason::of_rule))
            .or_else(|| self.by_element(block, facts))
    }

    fn head_line(&self, index: usize) -> Option<Reason> {
        let at = Some(index);
        let line = |category: Category, why: &str| Some(Reason::of(category, category.name(), why));
        match at {
            _ if at == self.head.byline => line(Category::Byline, "a name on a line of its own between headline and body"),
            _ if at == self.head.source => line(Category::Source, "a second name between headline and body"),
            _ if at == self.head.section => line(Category::Section, "the only words in front of the headline"),
            _ => None,
        }
    }

    fn breadcrumb(&self, index: usize) -> Option<Reason> {
        let text = |at: usize| self.page.blocks.get(at).map(|block| block.text.as_str());
        let title = self.head.title.filter(|title| index < *title).and_then(text)?;
        super::headline::is_breadcrumb(text(index)?, title)
            .then(|| Reason::of(Category::Navigation, "breadcrumb", "a path that ends with the headline"))
    }

    /// A © behind the story is the site's, whatever else it looks like.
    fn copyright(&self, index: usize, facts: &BlockSignals<'_>) -> Option<Reason> {
        let behind = || self.kept.iter().rposition(|kept| *kept).is_some_and(|last| index > last);
        let credit = facts.rule.is_some_and(|rule| matches!(rule.category, Category::Caption | Category::Credit));
        let signed = || self.page.blocks.get(index).is_some_and(|block| block.text.contains('©'));
        (credit && signed() && behind()).then(|| Reason::of(Category::Footer, "copyright", "a copyright line behind the story"))
    }

    fn by_element(&self, block: &Block, facts: &BlockSignals<'_>) -> Option<Reason> {
        let inside = self.evidence.area(block).inside;
        let elements = [
            (inside.nav, Category::Navigation, "nav", "it lies in a navigation element"),
            (
                matches!(facts.tag, Tag::Figcaption | Tag::Caption) || inside.figure,
                Category::Caption,
                "figure",
                "it lies in a figure or is a caption",
            ),
            (inside.footer, Category::Footer, "footer", "it lies in a footer element"),
            (inside.form, Category::Widget, "form", "it lies in a form"),
            (inside.aside, Category::Related, "aside", "it lies in an aside"),
        ];
        elements.iter().find(|(holds, ..)| *holds).map(|(_, category, name, why)| Reason::of(*category, name, why))
    }

    fn last_resort(&self, index: usize) -> Reason {
        let first_kept = self.kept.iter().position(|kept| *kept);
        let facts = self.evidence.facts.get(index);
        let area = self.page.blocks.get(index).and_then(|block| self.evidence.area(block).rule);
        if let Some(hint) = facts.and_then(|facts| facts.rule).or(area) {
            return Reason::of_rule(&hint);
        }
        match facts {
            Some(facts) if facts.hidden => Reason::of(Category::Other, "hidden", "the markup hides it"),
            Some(facts) if facts.link_share > 0.6 && first_kept.is_some_and(|first| index < first) => {
                Reason::of(Category::Navigation, "links-in-front", "links in front of the story")
            }
            Some(facts) if facts.link_share > 0.6 => Reason::of(Category::Related, "links", "links behind or beside the story"),
            _ => Reason::of(Category::Other, "score", "it does not read like part of the story"),
        }
    }
}

fn repeats(facts: &BlockSignals<'_>, story: &Story<'_>) -> Option<Reason> {
    if story.lines.contains(facts.folded.as_str()) {
        return Some(Reason::of(Category::Duplicate, "duplicate", "the same text is kept elsewhere on the page"));
    }
    let quoted = facts.words > SHINGLE && facts.words <= 60 && story.quotes(facts);
    quoted.then(|| Reason::of(Category::Pullquote, "pullquote", "it repeats words of the story"))
}

/// The heading of a section that is not the story's gives its category to what follows, up to the next kept block or other evidence.
fn spread_sections(input: &LabelInput<'_>, reasons: &mut [Option<Reason>]) {
    let mut open: Option<Reason> = None;
    for (index, reason) in reasons.iter_mut().enumerate() {
        if input.kept.get(index) == Some(&true) {
            open = None;
            continue;
        }
        match reason {
            Some(own) if own.opens_section => {
                open = Some(Reason {
                    why: format!("it stands under a heading: {}", lower_first(&own.why)),
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

/// Longest line, in words, that takes its category from its neighbours.
const NEIGHBOUR_WORDS: usize = 30;

/// In text dumps a line that says nothing itself belongs to the box it stands in: to the lines in front of it, and where the run of such lines
/// ends with one of another kind (after list items), that one to the lines behind.
fn fill_from_neighbours(input: &LabelInput<'_>, reasons: &mut [Option<Reason>]) {
    if input.page.format != Format::Text {
        return;
    }
    let spoken = |index: usize| input.kept.get(index) == Some(&true);
    let mut index = 0;
    while index < reasons.len() {
        if spoken(index) || reasons.get(index).is_some_and(Option::is_some) {
            index += 1;
            continue;
        }
        let end = (index..reasons.len())
            .find(|at| spoken(*at) || reasons.get(*at).is_some_and(Option::is_some))
            .unwrap_or(reasons.len());
        let before = index.checked_sub(1).and_then(|at| neighbour(reasons.get(at)?.as_ref()?));
        let after = reasons.get(end).and_then(|reason| neighbour(reason.as_ref()?));
        for at in index..end {
            let short = input.evidence.facts.get(at).is_some_and(|facts| facts.words <= NEIGHBOUR_WORDS);
            let tag = |at: usize| input.evidence.facts.get(at).map(|facts| facts.tag);
            let begins_next = at + 1 == end && at > index && tag(at) != tag(at - 1);
            let folded = |at: usize| input.evidence.facts.get(at).map_or("", |facts| facts.folded.as_str());
            let begins_next = begins_next || (!folded(at).is_empty() && folded(end).starts_with(folded(at)));
            let chosen = if begins_next { after.as_ref().or(before.as_ref()) } else { before.as_ref().or(after.as_ref()) };
            if let Some(slot) = reasons.get_mut(at).filter(|_| short) {
                *slot = chosen.cloned();
            }
        }
        index = end;
    }
}

/// Categories that come in boxes of several lines.
const BOXES: &[Category] = &[
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

fn neighbour(reason: &Reason) -> Option<Reason> {
    BOXES.contains(&reason.category).then(|| Reason::of(reason.category, "neighbour", "it stands among lines of that kind"))
}
