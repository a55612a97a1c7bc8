//! Rules for one site: what to drop and what to keep there, by phrase or by name in the markup. They apply to that site's pages only.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::name_matcher::NameMatcher;
use super::rule::Matching;
use super::rule_match::{KeepMatch, RuleMatch};
use super::strength::{RuleOrigin, Strength};
use super::text_matcher::{TextMatcher, TextRule};
use crate::base::text::fold;
use crate::document::{Category, RuleId};

/// The rules of one site.
#[derive(Clone, Debug, Serialize)]
pub struct SiteRules {
    /// The host that the file is named after. The rules hold for its subdomains too.
    pub host: String,
    /// Folders whose files are from the site where they have no URL: one name, or several with `/` between them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<String>,
    /// Names of the site, by which its pages are known where they have no URL.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub site_names: Vec<String>,
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
    /// The line where it begins, counted from 1.
    #[serde(skip)]
    pub line: usize,
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
    /// The line where it begins, counted from 1.
    #[serde(skip)]
    pub line: usize,
}

/// Phrases of a block and names of the elements around it; one match is enough.
#[derive(Clone, Debug, Serialize)]
pub struct Selector {
    /// Where in the block a phrase must be.
    pub matching: Matching,
    /// Phrases, in whatever language the site has.
    pub phrases: Vec<String>,
    /// Whole words, or sequences of them, of class, id and role.
    pub names: Vec<String>,
}

#[derive(Debug)]
pub(super) struct CompiledSite {
    pub rules: SiteRules,
    /// [`SiteRules::folders`] in lower case, each as its parts.
    folders: Vec<Vec<String>>,
    /// [`SiteRules::site_names`] without case and accents.
    pub site_names: Vec<String>,
    pub drops: CompiledSelectors,
    pub keeps: CompiledSelectors,
}

impl CompiledSite {
    pub fn new(rules: SiteRules) -> Self {
        let parts = |folder: &String| folder.split('/').filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
        Self {
            folders: rules.folders.iter().map(parts).collect(),
            site_names: rules.site_names.iter().map(|name| fold(name)).collect(),
            drops: CompiledSelectors::new(&rules.drops.iter().map(|drop| &drop.selector).collect::<Vec<_>>()),
            keeps: CompiledSelectors::new(&rules.keeps.iter().map(|keep| &keep.selector).collect::<Vec<_>>()),
            rules,
        }
    }

    pub fn drop_match(&self, index: usize) -> Option<RuleMatch<'_>> {
        Some(self.rules.drops.get(index)?.matched(self.rules.origin))
    }

    pub fn keep_match(&self, index: usize) -> Option<KeepMatch<'_>> {
        let keep = self.rules.keeps.get(index)?;
        Some(KeepMatch { rule: &keep.id, origin: self.rules.origin, why: &keep.why })
    }

    /// Whether a file in these folders, or of a site with this name, is from the site.
    pub fn is_named(&self, folders: &[String], name: Option<&str>) -> bool {
        let has = |parts: &Vec<String>| !parts.is_empty() && folders.windows(parts.len()).any(|window| window == &parts[..]);
        self.folders.iter().any(has) || name.is_some_and(|name| self.site_names.iter().any(|known| known == name))
    }
}

/// Selectors compiled together; results are indices into the list that they were compiled from.
#[derive(Debug)]
pub(super) struct CompiledSelectors {
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

    pub fn find_text(&self, text: &str, folded: &str) -> Vec<usize> {
        let mut found: Vec<usize> = self.texts.find(text, folded).into_iter().map(|(index, _)| index).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    pub fn find_element(&self, tag: &str, tokens: &str) -> Vec<usize> {
        self.names.find(tag, tokens)
    }
}

/// A site's file as written, without its `[[drop]]`s and `[[keep]]`s; see `rules/README.md`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteToml {
    #[serde(default)]
    pub folders: Vec<String>,
    #[serde(default)]
    pub site_names: Vec<String>,
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
