//! Rules as data: phrases in many languages and names in markup that say what a block is. Finds matches; decides nothing.
//!
//! The rules themselves are in `rules/boilerplate/<category>.toml` and `rules/sites/<host>.toml`; `rules/README.md` is their manual.

mod check;
mod load;
mod matcher;
mod patterns;
mod rule;
mod shape;
mod site;

use std::cmp::Reverse;
use std::sync::OnceLock;

pub use check::{Problem, check};
pub use load::{Error, RuleFile};
pub use rule::{LANGUAGES, Matching, Rule};
pub use site::{SiteDrop, SiteKeep, SiteRules};

use crate::base::hash::ContentHash;
use crate::base::text::fold;
use crate::document::{Block, Category, Container, RuleId};
use matcher::{NameMatcher, TextMatcher, TextRule};
use site::Sites;

/// How sure a match makes us that a block is not the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Names the category of a block that is dropped anyway; never drops by itself.
    Hint,
    /// Lowers the block's score.
    Likely,
    /// Drops the block unless a guard spares it.
    Sure,
}

impl Strength {
    /// The name used in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// One rule that matched a block.
#[derive(Clone, Copy, Debug)]
pub struct RuleMatch<'a> {
    /// The rule's identity.
    pub rule: &'a RuleId,
    /// What it says the block is.
    pub category: Category,
    /// How sure.
    pub strength: Strength,
    /// The rule's reason, in one sentence.
    pub why: &'a str,
    /// Whether blocks after this one belong to it too (a section heading such as "Related articles").
    pub opens_section: bool,
    /// Whether the block says that the story stops here: a wall, not an offer.
    pub stops_story: bool,
    /// Folded words of the block that the rule's phrases cover, over all of the block's words; 1 for patterns and markup.
    pub coverage: f32,
}

/// A `keep` of a site's rules that holds for a block: the labeller must not drop it.
#[derive(Clone, Copy, Debug)]
pub struct KeepMatch<'a> {
    /// The identity of the keep.
    pub rule: &'a RuleId,
    /// Its reason, in one sentence.
    pub why: &'a str,
}

/// All rules, compiled for matching.
#[derive(Debug)]
pub struct RuleSet {
    /// Sorted by id, so that an index tells the order of ids.
    rules: Vec<Rule>,
    texts: TextMatcher,
    names: NameMatcher,
    sites: Sites,
    hash: OnceLock<ContentHash>,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            texts: TextMatcher::default(),
            names: NameMatcher::default(),
            sites: Sites::default(),
            hash: OnceLock::new(),
        }
    }
}

impl RuleSet {
    fn compile(mut rules: Vec<Rule>, sites: Vec<SiteRules>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let texts = TextMatcher::new(rules.iter().map(TextRule::of));
        let names = NameMatcher::new(rules.iter().map(|rule| (&rule.names[..], &rule.tags[..])));
        let sites = Sites::new(sites);
        Self { rules, texts, names, sites, hash: OnceLock::new() }
    }

    /// Every rule, in order of their ids.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let index = self.rules.binary_search_by(|rule| rule.id.0.as_str().cmp(id)).ok()?;
        self.rules.get(index)
    }

    /// Every site's rules, in order of their hosts.
    pub fn sites(&self) -> impl Iterator<Item = &SiteRules> {
        self.sites.iter()
    }

    /// Every rule that the block's own text matches, strongest first, ties in order of the rules' ids.
    pub fn match_text(&self, text: &str) -> Vec<RuleMatch<'_>> {
        self.match_folded(text, &fold(text))
    }

    /// [`RuleSet::match_text`] where the text's folded form (see `base::text`) is at hand.
    pub fn match_folded(&self, text: &str, folded: &str) -> Vec<RuleMatch<'_>> {
        strongest_first(self.texts.find(text, folded).into_iter().filter_map(|(index, coverage)| self.matched(index, coverage)))
    }

    /// Every rule that the container's own tag and tokens match (not its ancestors'), strongest first.
    pub fn match_container(&self, container: &Container) -> Vec<RuleMatch<'_>> {
        self.match_names(container.tag.name(), &container.tokens)
    }

    /// [`RuleSet::match_container`] for an element's lower-case name and the words of its class, id and role.
    pub fn match_names(&self, tag: &str, tokens: &str) -> Vec<RuleMatch<'_>> {
        strongest_first(self.names.find(tag, tokens).into_iter().filter_map(|index| self.matched(index, 1.0)))
    }

    /// Whether there are rules for this registrable domain or host, or a domain above it.
    pub fn has_site(&self, site: &str) -> bool {
        self.sites.has(site)
    }

    /// The site's own rules that match the block or the container, for the registrable domain or host `site`.
    pub fn match_site(&self, site: &str, block: &Block, container: &Container) -> Vec<RuleMatch<'_>> {
        strongest_first(self.sites.drops(site, &block.text, container).into_iter().map(SiteDrop::as_match))
    }

    /// The first `keep` of the site's own rules that names the container or the block's text. It wins over every drop.
    pub fn match_site_keep(&self, site: &str, block: &Block, container: &Container) -> Option<KeepMatch<'_>> {
        let keep = self.sites.keep(site, &block.text, container)?;
        Some(KeepMatch { rule: &keep.id, why: &keep.why })
    }

    /// SHA-256 over all that the rules match and say: part of the cleaner's stamp in every sidecar. Comments, examples and the
    /// order of files do not change it.
    pub fn hash(&self) -> ContentHash {
        *self.hash.get_or_init(|| stamp(&self.rules, &self.sites))
    }

    fn matched(&self, index: usize, coverage: f32) -> Option<RuleMatch<'_>> {
        let rule = self.rules.get(index)?;
        Some(RuleMatch {
            rule: &rule.id,
            category: rule.category,
            strength: rule.strength,
            why: &rule.why,
            opens_section: rule.opens_section,
            stops_story: rule.stops_story,
            coverage,
        })
    }
}

/// Sorts by strength and keeps the order of ids that the matches come in.
fn strongest_first<'a>(matches: impl Iterator<Item = RuleMatch<'a>>) -> Vec<RuleMatch<'a>> {
    let mut matches: Vec<_> = matches.collect();
    matches.sort_by_key(|found| Reverse(found.strength));
    matches
}

/// Rules are plain strings, numbers and lists, so that writing them as JSON cannot fail.
fn stamp(rules: &[Rule], sites: &Sites) -> ContentHash {
    let mut parts = Vec::new();
    for rule in rules {
        let none = Vec::new;
        let (removes, keeps, removes_names, keeps_names) = (none(), none(), none(), none());
        let bare = Rule { removes, keeps, removes_names, keeps_names, ..rule.clone() };
        parts.push(serde_json::to_vec(&bare).unwrap_or_default());
    }
    for site in sites.iter() {
        parts.push(serde_json::to_vec(site).unwrap_or_default());
    }
    ContentHash::of_parts(parts.iter().map(Vec::as_slice))
}
