//! Which sites' rules apply to a page, and what of it they match. Decides nothing.

use std::collections::HashMap;

use super::rule_match::{KeepMatch, RuleMatch};
use super::site::{CompiledSelectors, CompiledSite, HostScope, SiteRules};
use crate::base::text::fold;
use crate::document::RuleId;

/// What is known of the site that a page is from.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageSite<'a> {
    /// The host of its URL. Where it is known, nothing else counts.
    pub host: Option<&'a str>,
    /// The path of its file with `/` as separator. Its folders may be those of a site, or have a site's host as their name.
    pub path: Option<&'a str>,
    /// The name of its site, as the page gives it.
    pub site_name: Option<&'a str>,
}

impl<'a> PageSite<'a> {
    /// The folders of the path in lower case, outermost first. A page in an archive (`FILE#PLACE`) may have folders in it too.
    pub(super) fn folders(&self) -> Vec<String> {
        let mut folders: Vec<String> =
            self.path.into_iter().flat_map(|path| path.split(['/', '#'])).map(str::to_lowercase).collect();
        folders.pop();
        folders.retain(|folder| !matches!(folder.as_str(), "" | "." | ".."));
        folders
    }

    /// The name of the site without case and accents.
    pub(super) fn folded_name(&self) -> Option<String> {
        self.site_name.map(fold).filter(|name| !name.is_empty())
    }
}

/// The rules of all sites, compiled.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// Sorted by host.
    sites: Vec<CompiledSite>,
    /// Indices into `sites`.
    by_host: HashMap<(HostScope, String), usize>,
}

impl Sites {
    /// Compiles the rules. No two sites have the same host and scope.
    pub fn new(mut sites: Vec<SiteRules>) -> Self {
        sites.sort_by(|a, b| (&a.host, a.scope as u8).cmp(&(&b.host, b.scope as u8)));
        let mut all = Self::default();
        for rules in sites {
            all.by_host.insert((rules.scope, rules.host.clone()), all.sites.len());
            all.sites.push(CompiledSite::new(rules));
        }
        all
    }

    /// The rules of every site, in order of their hosts.
    pub fn iter(&self) -> impl Iterator<Item = &SiteRules> {
        self.sites.iter().map(|site| &site.rules)
    }

    /// The rules that apply to a page; `None` if there are none. Its host decides, if it is known; otherwise its folders and its site's name.
    pub fn matcher(&self, page: PageSite<'_>) -> Option<SiteMatcher<'_>> {
        if self.sites.is_empty() {
            return None;
        }
        if let Some(host) = page.host {
            return SiteMatcher::of(self.for_host(host));
        }
        let (folders, name) = (page.folders(), page.folded_name());
        let mut found: Vec<&CompiledSite> = Vec::new();
        // A folder that is named like a host; the innermost first.
        let hosts = folders.iter().rev().filter(|folder| folder.contains('.')).flat_map(|folder| self.for_host(folder));
        for site in hosts.chain(self.sites.iter().filter(|site| site.is_named(&folders, name.as_deref()))) {
            if !found.iter().any(|known| (known.rules.scope, &known.rules.host) == (site.rules.scope, &site.rules.host)) {
                found.push(site);
            }
        }
        SiteMatcher::of(found)
    }

    /// Whether any site is known by its name.
    pub fn has_site_names(&self) -> bool {
        self.sites.iter().any(|site| !site.site_names.is_empty())
    }

    /// The rules of the host and of every domain above it, the most specific first: `news.example.com`, `example.com`, `com`. Of those that do not hold
    /// for a host and its subdomains alike, only the most specific.
    fn for_host(&self, host: &str) -> Vec<&CompiledSite> {
        let lower = host.trim_end_matches('.').to_ascii_lowercase();
        let starts = || std::iter::once(0).chain(lower.match_indices('.').map(|(dot, _)| dot + 1));
        let find = |scope: HostScope, name: &str| self.sites.get(*self.by_host.get(&(scope, name.to_owned()))?);
        let own = starts().filter_map(|start| find(HostScope::All, lower.get(start..)?));
        let bare = lower.strip_prefix("www.").unwrap_or(&lower);
        let above = starts().skip(1).filter_map(|start| lower.get(start..)).filter(|_| bare == lower);
        let narrow = find(HostScope::Host, bare).into_iter().chain(above.filter_map(|name| find(HostScope::Subdomains, name)));
        own.chain(narrow.take(1)).collect()
    }
}

/// The rules of the sites that a page is from, the most specific first.
#[derive(Debug)]
pub struct SiteMatcher<'a> {
    pub(super) sites: Vec<&'a CompiledSite>,
}

/// What matches a block's text or an element.
#[derive(Clone, Debug, Default)]
pub struct SiteMatches<'a> {
    /// The drops, the most specific site's first, then in the order of the file.
    pub drops: Vec<RuleMatch<'a>>,
    /// The first keep.
    pub keep: Option<KeepMatch<'a>>,
}

impl<'a> SiteMatches<'a> {
    /// Adds matches that count less than these.
    pub fn extend(&mut self, other: &SiteMatches<'a>) {
        self.drops.extend(
            other
                .drops
                .iter()
                .filter(|drop| !self.drops.iter().any(|known| known.rule == drop.rule))
                .copied()
                .collect::<Vec<_>>(),
        );
        self.keep = self.keep.or(other.keep);
    }
}

impl<'a> SiteMatcher<'a> {
    /// The matcher of these sites; `None` if there are none.
    pub(super) fn of(sites: Vec<&'a CompiledSite>) -> Option<Self> {
        (!sites.is_empty()).then_some(Self { sites })
    }

    /// What matches a block's text. `folded` is its folded form (see `base::text`).
    pub fn match_text(&self, text: &str, folded: &str) -> SiteMatches<'a> {
        self.collect(|selectors| selectors.find_text(text, folded))
    }

    /// What matches an element by its lower-case name and the words of its class, id and role.
    pub fn match_element(&self, tag: &str, tokens: &str) -> SiteMatches<'a> {
        self.collect(|selectors| selectors.find_element(tag, tokens))
    }

    /// Whether rules of this site are among them.
    pub fn has(&self, host: &str) -> bool {
        self.sites.iter().any(|site| site.rules.host == host)
    }

    /// The drop with this id.
    pub fn drop_of(&self, id: &RuleId) -> Option<RuleMatch<'a>> {
        let index_in = |site: &CompiledSite| site.rules.drops.iter().position(|drop| drop.id == *id);
        self.sites.iter().find_map(|site| site.drop_match(index_in(site)?))
    }

    /// The keep with this id.
    pub fn keep_of(&self, id: &RuleId) -> Option<KeepMatch<'a>> {
        let index_in = |site: &CompiledSite| site.rules.keeps.iter().position(|keep| keep.id == *id);
        self.sites.iter().find_map(|site| site.keep_match(index_in(site)?))
    }

    /// What drops blocks outside of what the rule with this id selects.
    pub fn body_of(&self, id: &RuleId) -> Option<RuleMatch<'a>> {
        let index_in = |site: &CompiledSite| site.rules.finds.iter().position(|find| find.id == *id);
        self.sites.iter().find_map(|site| site.body_match(index_in(site)?))
    }

    fn collect(&self, find: impl Fn(&CompiledSelectors) -> Vec<usize>) -> SiteMatches<'a> {
        let mut found = SiteMatches::default();
        for site in &self.sites {
            found.drops.extend(find(&site.drops).into_iter().filter_map(|index| site.drop_match(index)));
            found.keep = found.keep.or_else(|| find(&site.keeps).first().and_then(|index| site.keep_match(*index)));
        }
        found
    }
}
