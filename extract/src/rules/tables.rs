//! Everything that matching needs of many rules, as tables. `build.rs` writes those of the built-in rules as source, so that no start of the program reads
//! their files; those of a user's rules are built when they are read.

use super::name_table::NameTable;
use super::pattern_table::PatternTable;
use super::phrase_table::{PhraseTable, TextRule};
use super::rule::Rule;
use super::strength::{RuleOrigin, Strength};
use crate::base::list::{List, Texts};
use crate::document::Category;

/// What a match of a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleHead {
    pub category: Category,
    pub strength: Strength,
    pub origin: RuleOrigin,
    pub opens_section: bool,
    pub stops_story: bool,
}

/// Rules in order of their ids, as tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleTables {
    pub ids: Texts,
    pub whys: Texts,
    pub heads: List<RuleHead>,
    pub phrases: PhraseTable,
    pub patterns: PatternTable,
    pub names: NameTable,
}

impl RuleTables {
    /// The tables of rules that are sorted by id.
    pub fn new(rules: &[Rule]) -> Self {
        let texts: Vec<TextRule<'_>> = rules.iter().map(TextRule::of).collect();
        let head = |rule: &Rule| RuleHead {
            category: rule.category,
            strength: rule.strength,
            origin: rule.origin,
            opens_section: rule.opens_section,
            stops_story: rule.stops_story,
        };
        Self {
            ids: rules.iter().map(|rule| &rule.id.0).collect(),
            whys: rules.iter().map(|rule| &rule.why).collect(),
            heads: rules.iter().map(head).collect(),
            phrases: PhraseTable::new(&texts),
            patterns: PatternTable::new(&texts),
            names: NameTable::new(rules.iter().map(|rule| (&rule.names[..], &rule.tags[..]))),
        }
    }
}
