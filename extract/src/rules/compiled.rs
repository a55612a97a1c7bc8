//! Rules compiled for matching against the text of blocks and the names of elements. Decides nothing.

use std::cmp::Reverse;

use super::name_matcher::NameMatcher;
use super::rule::Rule;
use super::rule_match::RuleMatch;
use super::text_matcher::{TextMatcher, TextRule};
use crate::base::text::fold;
use crate::document::Container;

/// Rules that are matched together.
#[derive(Debug, Default)]
pub struct CompiledRules {
    /// Sorted by id. The matchers return indices into this list, so matches in order of their index are in order of their ids.
    rules: Vec<Rule>,
    texts: TextMatcher,
    names: NameMatcher,
}

impl CompiledRules {
    pub(super) fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let texts = TextMatcher::new(rules.iter().map(TextRule::of));
        let names = NameMatcher::new(rules.iter().map(|rule| (&rule.names[..], &rule.tags[..])));
        Self { rules, texts, names }
    }

    /// The rules, in order of their ids.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let index = self.rules.binary_search_by(|rule| rule.id.0.as_str().cmp(id)).ok()?;
        self.rules.get(index)
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
        self.rules.get(index).map(|rule| RuleMatch::of(rule, coverage))
    }
}

/// Sorts by strength; matches of equal strength keep their order.
pub(super) fn strongest_first<'a>(matches: impl Iterator<Item = RuleMatch<'a>>) -> Vec<RuleMatch<'a>> {
    let mut matches: Vec<_> = matches.collect();
    matches.sort_by_key(|found| Reverse(found.strength));
    matches
}
