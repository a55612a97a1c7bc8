//! Rules for one site: what to drop and what to keep there, and where its story, title, author and date are; by phrase, by name in the markup or by
//! XPath. They apply to that site's pages only.

use std::path::PathBuf;

use serde::Serialize;

use super::name_table::NameTable;
use super::phrase_table::TextRule;
use super::rule::Matching;
use super::rule_match::{KeepMatch, RuleMatch};
use super::strength::{RuleOrigin, Strength};
use super::text_matcher::TextMatcher;
use super::xpath::XPath;
use crate::base::text::fold;
use crate::document::selected::SiteAction;
use crate::document::{Category, RuleId};

/// The rules of one site.
#[derive(Clone, Debug, Serialize)]
pub struct SiteRules {
    /// The host that the file is named after.
    pub host: String,
    /// Which hosts the rules hold for.
    #[serde(skip_serializing_if = "HostScope::is_default")]
    pub scope: HostScope,
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
    /// Where the story and its metadata are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finds: Vec<SiteFind>,
    /// What is replaced in the markup before it is parsed, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replacements: Vec<(String, String)>,
    /// Who wrote the file.
    #[serde(skip_serializing_if = "RuleOrigin::is_built_in")]
    pub origin: RuleOrigin,
    /// The file.
    #[serde(skip)]
    pub file: PathBuf,
}

/// A rule of a site, whatever it does.
#[derive(Clone, Copy, Debug)]
pub struct SiteRule<'a> {
    /// `site.<host>.<name>`, or `ftr.<host>.<directive>-<line>`.
    pub id: &'a RuleId,
    /// The reason, in one sentence.
    pub why: &'a str,
    /// What it does.
    pub action: SiteAction,
    /// The category of what is dropped; `None` for other rules.
    pub category: Option<Category>,
    /// What it matches.
    pub selector: &'a Selector,
    /// What must be on the page for the rule to count.
    pub condition: Option<&'a XPath>,
    /// The line where it begins, counted from 1.
    pub line: usize,
}

impl SiteRules {
    /// Every rule: what is dropped, what is kept, then where things are; each in the order of the file.
    pub fn rules(&self) -> impl Iterator<Item = SiteRule<'_>> {
        let drops = self.drops.iter().map(|SiteDrop { id, why, category, selector, line }| SiteRule {
            id,
            why,
            action: SiteAction::Drop,
            category: Some(*category),
            selector,
            condition: None,
            line: *line,
        });
        let keeps = self.keeps.iter().map(|SiteKeep { id, why, selector, line }| SiteRule {
            id,
            why,
            action: SiteAction::Keep,
            category: None,
            selector,
            condition: None,
            line: *line,
        });
        let finds = self.finds.iter().map(|SiteFind { id, why, action, selector, condition, line }| SiteRule {
            id,
            why,
            action: *action,
            category: None,
            selector,
            condition: condition.as_ref(),
            line: *line,
        });
        drops.chain(keeps).chain(finds)
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.drops.is_empty() && self.keeps.is_empty() && self.finds.is_empty()
    }

    /// The same without examples.
    pub(super) fn without_examples(mut self) -> Self {
        let drops = self.drops.iter_mut().map(|drop| &mut drop.selector);
        let keeps = self.keeps.iter_mut().map(|keep| &mut keep.selector);
        let finds = self.finds.iter_mut().map(|find| &mut find.selector);
        drops.chain(keeps).chain(finds).for_each(Selector::clear_examples);
        self
    }
}

/// Which hosts the rules of a site hold for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostScope {
    /// The host and every host below it.
    #[default]
    All,
    /// The host alone, and `www.` before it.
    Host,
    /// The hosts below it alone.
    Subdomains,
}

impl HostScope {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether rules of `site` with this scope hold for a host.
    pub fn covers(self, site: &str, host: &str) -> bool {
        let front = host.strip_suffix(site).filter(|front| front.is_empty() || front.ends_with('.'));
        match self {
            Self::All => front.is_some(),
            Self::Host => matches!(front, Some("" | "www.")),
            Self::Subdomains => front.is_some_and(|front| !matches!(front, "" | "www.")),
        }
    }
}

/// Where on one site something is.
#[derive(Clone, Debug, Serialize)]
pub struct SiteFind {
    /// `site.<host>.<name>`.
    pub id: RuleId,
    /// The reason, in one sentence.
    pub why: String,
    /// What is there.
    pub action: SiteAction,
    /// Where it is.
    pub selector: Selector,
    /// What must be on the page for the rule to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<XPath>,
    /// The line where it begins, counted from 1.
    #[serde(skip)]
    pub line: usize,
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
    fn matched(&self, origin: RuleOrigin) -> RuleMatch<'_> {
        sure_match(&self.id, &self.why, self.category, origin)
    }
}

/// Whoever wrote the rule looked at this very site, so it is `sure`.
fn sure_match<'a>(rule: &'a RuleId, why: &'a str, category: Category, origin: RuleOrigin) -> RuleMatch<'a> {
    RuleMatch { rule, origin, category, strength: Strength::Sure, why, opens_section: false, stops_story: false, coverage: 1.0 }
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

/// Phrases of a block, names of the elements around it, and expressions that select elements; one match is enough.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Selector {
    /// Where in the block a phrase must be.
    pub matching: Matching,
    /// Phrases, in whatever language the site has.
    pub phrases: Vec<String>,
    /// Whole words, or sequences of them, of class, id and role.
    pub names: Vec<String>,
    /// The elements that `names` are limited to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Expressions that select elements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub xpath: Vec<XPath>,
    /// Texts that must be removed, and texts that must be kept, in the eyes of this rule alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// Texts that must be kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keeps: Vec<String>,
    /// Names of elements that must be removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removes_names: Vec<String>,
    /// Names of elements that must be kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keeps_names: Vec<String>,
}

impl Selector {
    fn clear_examples(&mut self) {
        for examples in [&mut self.removes, &mut self.keeps, &mut self.removes_names, &mut self.keeps_names] {
            examples.clear();
        }
    }
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
    pub finds: CompiledSelectors,
}

impl CompiledSite {
    pub fn new(rules: SiteRules) -> Self {
        let parts = |folder: &String| folder.split('/').filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
        Self {
            folders: rules.folders.iter().map(parts).collect(),
            site_names: rules.site_names.iter().map(|name| fold(name)).collect(),
            drops: CompiledSelectors::new(&rules.drops.iter().map(|drop| &drop.selector).collect::<Vec<_>>()),
            keeps: CompiledSelectors::new(&rules.keeps.iter().map(|keep| &keep.selector).collect::<Vec<_>>()),
            finds: CompiledSelectors::new(&rules.finds.iter().map(|find| &find.selector).collect::<Vec<_>>()),
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

    /// What drops blocks outside of a body.
    pub fn body_match(&self, index: usize) -> Option<RuleMatch<'_>> {
        let find = self.rules.finds.get(index)?;
        Some(sure_match(&find.id, &find.why, Category::Other, self.rules.origin))
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
    names: NameTable,
}

impl CompiledSelectors {
    pub fn new(selectors: &[&Selector]) -> Self {
        let mut texts = Vec::with_capacity(selectors.len());
        for selector in selectors {
            let phrases = selector.phrases.iter().map(String::as_str).collect();
            texts.push(TextRule { matching: selector.matching, max_words: usize::MAX, phrases, patterns: &[] });
        }
        let texts = TextMatcher::new(&texts);
        let names = NameTable::new(selectors.iter().map(|selector| (&selector.names[..], &selector.tags[..])));
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
