//! What the rules of a page's site select on it by expressions, and which elements a body's names are those of. Decides nothing.

use super::site::{CompiledSite, SiteRule};
use super::site_match::SiteMatcher;
use super::xpath::{OutOfSteps, Selection, Spot};
use crate::base::text::{into_nfc, squeeze, without_invisible};
use crate::document::elements::{ElementTree, NodeContent};
use crate::document::selected::{Selected, SiteAction};
use crate::document::{Block, Container, RuleId};

/// Steps of one expression and of all on a page: so many, and so many for each node. An expression that looks at the class of every element takes about
/// ten for each.
const STEPS: (u64, u64) = (100_000, 60);
const ALL_STEPS: (u64, u64) = (1_000_000, 1000);

/// Most texts that an expression selects, and most characters of each.
const MAX_TEXTS: usize = 20;
const MAX_TEXT_CHARS: usize = 2000;

/// The parts of a page that expressions and names select from.
#[derive(Clone, Copy, Debug)]
pub struct PageParts<'a> {
    /// The page's containers.
    pub containers: &'a [Container],
    /// The page's blocks.
    pub blocks: &'a [Block],
    /// The elements of the page.
    pub tree: &'a ElementTree,
}

impl<'a> SiteMatcher<'a> {
    /// Whether any rule selects something of the page before it is labelled.
    pub fn needs_page(&self) -> bool {
        let selects = |site: &CompiledSite| {
            site.rules.rules().any(|rule| rule.action == SiteAction::Body || !rule.selector.xpath.is_empty())
        };
        self.sites.iter().any(|site| selects(site) || !site.rules.replacements.is_empty())
    }

    /// What is replaced in the markup before it is parsed.
    pub fn replacements(&self) -> Vec<(String, String)> {
        self.sites.iter().flat_map(|site| site.rules.replacements.iter().cloned()).collect()
    }

    /// The names of the attributes that expressions look at, sorted.
    pub fn attributes(&self) -> Vec<String> {
        let rules = self.sites.iter().flat_map(|site| site.rules.rules());
        let expressions = rules.flat_map(|rule| rule.selector.xpath.iter().chain(rule.condition));
        let mut names: Vec<String> = expressions.flat_map(|xpath| xpath.attributes().iter().cloned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What the rules select; and whether all of them could be tried to the end. Of several rules that say where one thing is, the first that finds it
    /// counts.
    pub fn select(&self, page: PageParts<'_>) -> (Vec<Selected>, bool) {
        let mut selecting = Selecting::of(page);
        let mut all: Vec<Selected> = Vec::new();
        for site in &self.sites {
            for rule in site.rules.rules() {
                let action = rule.action;
                let is_additive = matches!(action, SiteAction::Drop | SiteAction::Keep);
                if !is_additive && all.iter().any(|known| known.action == action) {
                    continue;
                }
                let mut found = selecting.selected(rule).unwrap_or_else(|| nothing(rule));
                let by_name = if action == SiteAction::Body { body_by_name(site, rule.id, page) } else { Vec::new() };
                found.blocks.extend(by_name);
                found.blocks.sort_unstable();
                found.blocks.dedup();
                let is_found =
                    !found.blocks.is_empty() || (!is_additive && action != SiteAction::Body && !found.texts.is_empty());
                all.extend(is_found.then_some(found));
            }
        }
        (all, selecting.is_complete)
    }
}

fn nothing(rule: SiteRule<'_>) -> Selected {
    Selected { rule: rule.id.clone(), action: rule.action, blocks: Vec::new(), texts: Vec::new() }
}

/// The blocks inside of elements that have the names of a body.
fn body_by_name(site: &CompiledSite, rule: &RuleId, page: PageParts<'_>) -> Vec<usize> {
    let Some(index) = site.rules.finds.iter().position(|find| find.id == *rule) else { return Vec::new() };
    let is_named = |container: &Container| site.finds.find_element(container.tag.name(), &container.tokens).contains(&index);
    blocks_inside(page, page.containers.iter().map(is_named).collect())
}

/// The blocks inside of the marked containers.
fn blocks_inside(page: PageParts<'_>, mut inside: Vec<bool>) -> Vec<usize> {
    // Parents come before their children.
    for index in 1..inside.len() {
        let parent = page.containers.get(index).map_or(0, |container| container.parent.index());
        let is_inside = inside.get(parent) == Some(&true);
        inside.iter_mut().skip(index).take(1).for_each(|slot| *slot |= is_inside);
    }
    let is_inside = |block: &Block| inside.get(block.container.index()) == Some(&true);
    page.blocks.iter().enumerate().filter(|(_, block)| is_inside(block)).map(|(index, _)| index).collect()
}

/// A selection under way.
struct Selecting<'a> {
    page: PageParts<'a>,
    steps: u64,
    is_complete: bool,
}

impl<'a> Selecting<'a> {
    fn of(page: PageParts<'a>) -> Self {
        Self { page, steps: ALL_STEPS.0 + ALL_STEPS.1 * u64::from(page.tree.len()), is_complete: true }
    }

    /// What the expressions of a rule select; of those that say where something is, the first that finds it.
    fn selected(&mut self, rule: SiteRule<'_>) -> Option<Selected> {
        let (action, tree) = (rule.action, self.page.tree);
        let mut found: Option<Selected> = None;
        for xpath in &rule.selector.xpath {
            if rule.condition.is_some_and(|condition| !self.within_steps(|steps| condition.holds(tree, steps)).unwrap_or(false)) {
                return None;
            }
            let Some(selection) = self.within_steps(|steps| xpath.select(tree, steps)) else { continue };
            let one = Selected { blocks: self.blocks(&selection), texts: self.texts(&selection, action), ..nothing(rule) };
            match &mut found {
                None => found = Some(one),
                Some(all) => all.blocks.extend(one.blocks),
            }
            let is_enough = !matches!(action, SiteAction::Drop | SiteAction::Keep);
            if is_enough && found.as_ref().is_some_and(|found| !found.blocks.is_empty() || !found.texts.is_empty()) {
                break;
            }
            if is_enough {
                found = None;
            }
        }
        found
    }

    /// Runs an evaluation within the steps of one expression and of all; `None` if they do not suffice.
    fn within_steps<T>(&mut self, evaluate: impl FnOnce(&mut u64) -> Result<T, OutOfSteps>) -> Option<T> {
        let most = (STEPS.0 + STEPS.1 * u64::from(self.page.tree.len())).min(self.steps);
        let mut steps = most;
        let found = evaluate(&mut steps);
        self.steps -= most - if found.is_ok() { steps } else { 0 };
        self.is_complete &= found.is_ok();
        found.ok()
    }

    /// The blocks that are wholly inside of the selected elements.
    fn blocks(&mut self, selection: &Selection) -> Vec<usize> {
        let Selection::Nodes(nodes) = selection else { return Vec::new() };
        let mut marked = vec![false; self.page.containers.len()];
        let mut inline = Vec::new();
        for spot in nodes.iter().filter(|spot| spot.attribute == 0) {
            let Some(node) = self.page.tree.node(spot.node) else { continue };
            match node.container.map(|container| container.index()) {
                Some(index) => marked.iter_mut().skip(index).take(1).for_each(|slot| *slot = true),
                None => inline.extend(self.blocks_of_inline(*spot)),
            }
        }
        let mut blocks = blocks_inside(self.page, marked);
        blocks.extend(inline);
        blocks
    }

    /// The blocks whose text is all inside of an element that is part of a line, or that has a few lines.
    fn blocks_of_inline(&mut self, spot: Spot) -> Vec<usize> {
        let Some(node) = self.page.tree.node(spot.node) else { return Vec::new() };
        if self.page.tree.name(spot.node) == "title" || !self.spend(u64::from(node.end - spot.node) + 1) {
            return Vec::new();
        }
        let text = into_nfc(squeeze(&without_invisible(&spot.text(self.page.tree))));
        if !self.spend(text.len() as u64 / 8) {
            return Vec::new();
        }
        let (first, last) = (node.blocks.0 as usize, node.blocks.1 as usize);
        let near = self.page.blocks.iter().enumerate().skip(first).take(last - first.min(last) + 1);
        let mut inside = Vec::new();
        for (index, block) in near.filter(|(_, block)| text.len() >= block.text.len()) {
            // Looking for a text takes less time than making it.
            if !self.spend(text.len() as u64 / 64) {
                break;
            }
            inside.extend(text.contains(&block.text).then_some(index));
        }
        inside
    }

    /// Counts steps outside of evaluations; false if they do not suffice, and then nothing else is looked at on this page.
    fn spend(&mut self, steps: u64) -> bool {
        let left = self.steps.checked_sub(steps);
        self.is_complete &= left.is_some();
        self.steps = left.unwrap_or(0);
        left.is_some()
    }

    /// The texts of the selected nodes, or what they say otherwise: the target of a link, the machine-readable value of a date.
    fn texts(&self, selection: &Selection, action: SiteAction) -> Vec<String> {
        let texts: Vec<String> = match selection {
            Selection::Text(text) => vec![text.clone()],
            Selection::Nodes(nodes) => nodes.iter().take(MAX_TEXTS).map(|spot| self.text(*spot, action)).collect(),
        };
        let short = texts.iter().map(|text| squeeze(text).chars().take(MAX_TEXT_CHARS).collect::<String>());
        short.filter(|text| !text.is_empty()).collect()
    }

    fn text(&self, spot: Spot, action: SiteAction) -> String {
        let tree = self.page.tree;
        let wanted: &[&str] = match action {
            SiteAction::NextPage | SiteAction::SinglePage => &["href", "content"],
            SiteAction::Date => &["datetime", "content"],
            SiteAction::Title | SiteAction::Author => &["content"],
            SiteAction::Drop | SiteAction::Keep | SiteAction::Body => return String::new(),
        };
        let is_element =
            spot.attribute == 0 && matches!(tree.node(spot.node).map(|node| &node.content), Some(NodeContent::Element(..)));
        let declared = tree
            .attributes(spot.node)
            .iter()
            .find(|(name, value)| is_element && wanted.contains(&name.as_str()) && !value.trim().is_empty());
        declared.map_or_else(|| spot.text(tree), |(_, value)| value.clone())
    }
}
