//! Rules for one site: what to drop and what to keep there, by phrase or by name in the markup. They apply to that site's pages only.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::compiled::strongest_first;
use super::name_matcher::NameMatcher;
use super::rule::Matching;
use super::rule_match::{KeepMatch, RuleMatch};
use super::strength::{RuleOrigin, Strength};
use super::text_matcher::{TextMatcher, TextRule};
use crate::base::text::fold;
use crate::document::{Category, Container, RuleId};

/// The rules of one site.
#[derive(Clone, Debug, Serialize)]
pub struct SiteRules {
    /// The host that the file is named after. The rules hold for its subdomains too.
    pub host: String,
    /// What to drop.
    pub drops: Vec<SiteDrop>,
    /// What to keep, whatever any rule says.
    pub keeps: Vec<SiteKeep>,
    /// Who wrote the file.
    #[serde(skip_serializing_if = "RuleOrigin::is_built_in")]
    pub origin: RuleOrigin,
    /// The file.
    #[serde(skip)]
    pub file: PathBuf,
}

/// Something to drop on one site.
#[derive(Clone, Debug, Serialize)]
pub struct SiteDrop {
    /// `site.<host>.<name>`.
    pub id: RuleId,
    /// The reason, in one sentence.
    pub why: String,
    /// The category of what is dropped.
    pub category: Category,
    /// What it matches.
    pub selector: Selector,
}

impl SiteDrop {
    /// Whoever wrote the rule looked at this very site, so it is `sure`.
    fn matched(&self, origin: RuleOrigin) -> RuleMatch<'_> {
        RuleMatch {
            rule: &self.id,
            origin,
            category: self.category,
            strength: Strength::Sure,
            why: &self.why,
            opens_section: false,
            stops_story: false,
            coverage: 1.0,
        }
    }
}

/// Something to keep on one site.
#[derive(Clone, Debug, Serialize)]
pub struct SiteKeep {
    /// `site.<host>.<name>`.
    pub id: RuleId,
    /// The reason, in one sentence.
    pub why: String,
    /// What it matches.
    pub selector: Selector,
}

/// Phrases of a block and names of its container; one match is enough.
#[derive(Clone, Debug, Serialize)]
pub struct Selector {
    /// Where in the block a phrase must be.
    pub matching: Matching,
    /// Phrases, in whatever language the site has.
    pub phrases: Vec<String>,
    /// Whole words, or sequences of them, of class, id and role.
    pub names: Vec<String>,
}

/// The rules of all sites, compiled.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// Sorted by host.
    sites: Vec<CompiledSite>,
    /// Indices into `sites`.
    by_host: HashMap<String, usize>,
}

#[derive(Debug)]
struct CompiledSite {
    rules: SiteRules,
    drops: CompiledSelectors,
    keeps: CompiledSelectors,
}

/// Selectors compiled together; results are indices into the list that they were compiled from.
#[derive(Debug)]
struct CompiledSelectors {
    texts: TextMatcher,
    names: NameMatcher,
}

impl CompiledSelectors {
    fn new(selectors: &[&Selector]) -> Self {
        let texts = TextMatcher::new(selectors.iter().map(|selector| TextRule {
            matching: selector.matching,
            max_words: usize::MAX,
            phrases: selector.phrases.iter().map(String::as_str).collect(),
            patterns: &[],
        }));
        let names = NameMatcher::new(selectors.iter().map(|selector| (&selector.names[..], &[][..])));
        Self { texts, names }
    }

    fn find(&self, text: &str, folded: &str, container: &Container) -> Vec<usize> {
        let mut found = self.names.find(container.tag.name(), &container.tokens);
        found.extend(self.texts.find(text, folded).into_iter().map(|(index, _)| index));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Sites {
    /// Compiles the rules. No two sites have the same host.
    pub fn new(mut sites: Vec<SiteRules>) -> Self {
        sites.sort_by(|a, b| a.host.cmp(&b.host));
        let mut all = Self::default();
        for rules in sites {
            let drops = CompiledSelectors::new(&rules.drops.iter().map(|drop| &drop.selector).collect::<Vec<_>>());
            let keeps = CompiledSelectors::new(&rules.keeps.iter().map(|keep| &keep.selector).collect::<Vec<_>>());
            all.by_host.insert(rules.host.clone(), all.sites.len());
            all.sites.push(CompiledSite { rules, drops, keeps });
        }
        all
    }

    /// The rules of every site, in order of their hosts.
    pub fn iter(&self) -> impl Iterator<Item = &SiteRules> {
        self.sites.iter().map(|site| &site.rules)
    }

    /// The drops that match the block or its container.
    pub fn drops(&self, host: &str, text: &str, container: &Container) -> Vec<RuleMatch<'_>> {
        let folded = self.fold_if_needed(host, text);
        strongest_first(self.for_host(host).flat_map(|site| {
            let found = site.drops.find(text, &folded, container).into_iter();
            found.filter_map(|index| Some(site.rules.drops.get(index)?.matched(site.rules.origin)))
        }))
    }

    /// The first keep that matches the block or its container.
    pub fn keep(&self, host: &str, text: &str, container: &Container) -> Option<KeepMatch<'_>> {
        let folded = self.fold_if_needed(host, text);
        self.for_host(host).find_map(|site| {
            let keep = site.rules.keeps.get(*site.keeps.find(text, &folded, container).first()?)?;
            Some(KeepMatch { rule: &keep.id, origin: site.rules.origin, why: &keep.why })
        })
    }

    /// The folded text, or nothing where the host has no rules.
    fn fold_if_needed(&self, host: &str, text: &str) -> String {
        if self.has(host) { fold(text) } else { String::new() }
    }

    /// Whether there are rules for the host or a domain above it.
    pub fn has(&self, host: &str) -> bool {
        self.for_host(host).next().is_some()
    }

    /// The rules of the host and of every domain above it, the most specific first: `news.example.com`, `example.com`, `com`.
    fn for_host(&self, host: &str) -> impl Iterator<Item = &CompiledSite> {
        let lower = if self.sites.is_empty() { String::new() } else { host.trim_end_matches('.').to_ascii_lowercase() };
        let starts = std::iter::once(0).chain(lower.match_indices('.').map(|(dot, _)| dot + 1));
        let indices: Vec<usize> = starts.filter_map(|start| self.by_host.get(lower.get(start..)?).copied()).collect();
        indices.into_iter().filter_map(|index| self.sites.get(index))
    }
}

/// A site's file as written; see `rules/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteToml {
    #[serde(default)]
    pub drop: Vec<toml::Spanned<SelectorToml>>,
    #[serde(default)]
    pub keep: Vec<toml::Spanned<SelectorToml>>,
}

/// One `[[drop]]` or `[[keep]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SelectorToml {
    pub id: String,
    pub why: String,
    pub category: Option<Category>,
    #[serde(rename = "match")]
    pub matching: Option<Matching>,
    #[serde(default)]
    pub phrases: Vec<String>,
    #[serde(default)]
    pub names: Vec<String>,
}
