//! Rules for one site: what to drop and what to keep there, by phrase or by name in the markup. Applies to that site's pages only.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::matcher::{NameMatcher, TextMatcher, TextRule};
use super::{Matching, RuleMatch, Strength};
use crate::base::text::fold;
use crate::document::{Category, Container, RuleId};

/// The rules of one site, as its file has them.
#[derive(Clone, Debug, Serialize)]
pub struct SiteRules {
    /// The host the file is named after; its subdomains are included.
    pub host: String,
    /// What to drop.
    pub drops: Vec<SiteDrop>,
    /// What to keep, whatever any rule says.
    pub keeps: Vec<SiteKeep>,
    /// The file it stands in.
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
    /// What it is.
    pub category: Category,
    /// Where and on what it holds.
    pub selector: Selector,
}

impl SiteDrop {
    /// What the labeller sees. A person looked at this very site, so it is sure.
    pub(super) fn as_match(&self) -> RuleMatch<'_> {
        RuleMatch {
            rule: &self.id,
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
    /// Where and on what it holds.
    pub selector: Selector,
}

/// Phrases of a block, or names of a container; one of them is enough.
#[derive(Clone, Debug, Serialize)]
pub struct Selector {
    /// Where the phrases must stand.
    pub matching: Matching,
    /// Phrases, in whatever language the site has.
    pub phrases: Vec<String>,
    /// Whole words, or sequences of them, of class, id and role.
    pub names: Vec<String>,
}

/// All sites, by host.
#[derive(Debug, Default)]
pub(super) struct Sites {
    list: Vec<Compiled>,
    by_host: HashMap<String, usize>,
}

#[derive(Debug)]
struct Compiled {
    rules: SiteRules,
    drops: Selectors,
    keeps: Selectors,
}

/// Selectors compiled together; results are indices into the list they came from.
#[derive(Debug)]
struct Selectors {
    texts: TextMatcher,
    names: NameMatcher,
}

impl Selectors {
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
    /// Compiles the sites' rules. Their hosts must differ.
    pub fn new(mut sites: Vec<SiteRules>) -> Self {
        sites.sort_by(|a, b| a.host.cmp(&b.host));
        let mut all = Self::default();
        for rules in sites {
            let drops = Selectors::new(&rules.drops.iter().map(|drop| &drop.selector).collect::<Vec<_>>());
            let keeps = Selectors::new(&rules.keeps.iter().map(|keep| &keep.selector).collect::<Vec<_>>());
            all.by_host.insert(rules.host.clone(), all.list.len());
            all.list.push(Compiled { rules, drops, keeps });
        }
        all
    }

    pub fn iter(&self) -> impl Iterator<Item = &SiteRules> {
        self.list.iter().map(|site| &site.rules)
    }

    pub fn drops(&self, site: &str, text: &str, container: &Container) -> Vec<&SiteDrop> {
        let folded = self.folded(site, text);
        let found = self.of(site).flat_map(|site| {
            let hits = site.drops.find(text, &folded, container).into_iter();
            hits.filter_map(|index| site.rules.drops.get(index))
        });
        found.collect()
    }

    pub fn keep(&self, site: &str, text: &str, container: &Container) -> Option<&SiteKeep> {
        let folded = self.folded(site, text);
        self.of(site).find_map(|site| site.rules.keeps.get(*site.keeps.find(text, &folded, container).first()?))
    }

    /// The text folded, where there are rules to hold it against.
    fn folded(&self, site: &str, text: &str) -> String {
        if self.has(site) { fold(text) } else { String::new() }
    }

    /// Whether there are rules for the host or a domain above it.
    pub fn has(&self, host: &str) -> bool {
        self.of(host).next().is_some()
    }

    /// The rules of the host and of every domain above it, most special first: `news.example.com`, `example.com`, `com`.
    fn of(&self, host: &str) -> impl Iterator<Item = &Compiled> {
        let lower = if self.list.is_empty() { String::new() } else { host.trim_end_matches('.').to_ascii_lowercase() };
        let starts = std::iter::once(0).chain(lower.match_indices('.').map(|(dot, _)| dot + 1));
        let indices: Vec<usize> = starts.filter_map(|start| self.by_host.get(lower.get(start..)?).copied()).collect();
        indices.into_iter().filter_map(|index| self.list.get(index))
    }
}

/// A site's file as written; see `rules/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteFile {
    #[serde(default)]
    pub drop: Vec<toml::Spanned<SiteEntry>>,
    #[serde(default)]
    pub keep: Vec<toml::Spanned<SiteEntry>>,
}

/// One `[[drop]]` or `[[keep]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteEntry {
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
