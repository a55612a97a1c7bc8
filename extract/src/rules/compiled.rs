//! Rules compiled for matching against the text of blocks and the names of elements. Decides nothing.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::name_table::NameTable;
use super::rule::Rule;
use super::rule_match::RuleMatch;
use super::tables::{RuleHead, RuleTables};
use super::text_matcher::TextMatcher;
use crate::base::list::{List, Texts};
use crate::base::text::fold;
use crate::document::{Category, Container, RuleId};

/// Rules that are matched together.
#[derive(Debug, Default)]
pub struct CompiledRules {
    rules: RuleList,
    /// Sorted. The matchers return indices into this list, so matches in order of their index are in order of their ids.
    ids: Vec<RuleId>,
    whys: Texts,
    heads: List<RuleHead>,
    texts: TextMatcher,
    names: NameTable,
}

/// The rules themselves, which matching does not need.
#[derive(Debug)]
enum RuleList {
    Read(Vec<Rule>),
    /// Read when they are first asked for.
    Unread(LazyLock<Vec<Rule>>),
}

impl Default for RuleList {
    fn default() -> Self {
        Self::Read(Vec::new())
    }
}

impl CompiledRules {
    pub(super) fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Self::of(RuleTables::new(&rules), RuleList::Read(rules))
    }

    /// Rules of which the tables are known; `read` reads the rules themselves, in order of their ids.
    pub(super) fn unread(tables: RuleTables, read: fn() -> Vec<Rule>) -> Self {
        Self::of(tables, RuleList::Unread(LazyLock::new(read)))
    }

    fn of(tables: RuleTables, rules: RuleList) -> Self {
        Self {
            rules,
            ids: tables.ids.iter().map(|id| RuleId(id.to_owned())).collect(),
            whys: tables.whys,
            heads: tables.heads,
            texts: TextMatcher::of(tables.phrases, tables.patterns),
            names: tables.names,
        }
    }

    /// The rules, in order of their ids.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.list().iter()
    }

    fn list(&self) -> &[Rule] {
        match &self.rules {
            RuleList::Read(rules) => rules,
            RuleList::Unread(rules) => rules,
        }
    }

    /// The ids of the rules, sorted, each with its category.
    pub(super) fn ids(&self) -> impl Iterator<Item = (&RuleId, Category)> {
        self.ids.iter().zip(self.heads.iter().map(|head| head.category))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let index = self.ids.binary_search_by(|known| known.0.as_str().cmp(id)).ok()?;
        self.list().get(index)
    }

    /// Every rule that matches a block's text, strongest first, then in order of ids.
    pub fn match_text(&self, text: &str) -> Vec<RuleMatch<'_>> {
        self.match_folded(text, &fold(text))
    }

    /// [`CompiledRules::match_text`] for a text whose folded form (see `base::text`) is already known.
    pub fn match_folded(&self, text: &str, folded: &str) -> Vec<RuleMatch<'_>> {
        strongest_first(self.texts.find(text, folded).into_iter().filter_map(|(index, coverage)| self.matched(index, coverage)))
    }

    /// Every rule that matches the container's own element and names (not its ancestors'), strongest first, then in order of ids.
    pub fn match_container(&self, container: &Container) -> Vec<RuleMatch<'_>> {
        self.match_names(container.tag.name(), &container.tokens)
    }

    /// [`CompiledRules::match_container`] for an element's lower-case name and the words of its class, id and role.
    pub fn match_names(&self, tag: &str, tokens: &str) -> Vec<RuleMatch<'_>> {
        strongest_first(self.names.find(tag, tokens).into_iter().filter_map(|index| self.matched(index, 1.0)))
    }

    fn matched(&self, index: usize, coverage: f32) -> Option<RuleMatch<'_>> {
        let head = self.heads.get(index)?;
        Some(RuleMatch {
            rule: self.ids.get(index)?,
            origin: head.origin,
            category: head.category,
            strength: head.strength,
            why: self.whys.get(index)?,
            opens_section: head.opens_section,
            stops_story: head.stops_story,
            coverage,
        })
    }
}

/// Sorts by strength; matches of equal strength keep their order.
pub(super) fn strongest_first<'a>(matches: impl Iterator<Item = RuleMatch<'a>>) -> Vec<RuleMatch<'a>> {
    let mut matches: Vec<_> = matches.collect();
    matches.sort_by_key(|found| Reverse(found.strength));
    matches
}
