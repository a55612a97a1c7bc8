//! All rules of a run: the built-in ones, the user's, and those of single sites. Finds matches; decides nothing.

use std::sync::{Arc, OnceLock};

use super::compiled::{CompiledRules, strongest_first};
use super::rule::Rule;
use super::rule_match::RuleMatch;
use super::site::SiteRules;
use super::site_match::{PageSite, SiteMatcher, Sites};
use super::strength::RuleOrigin;
use crate::base::hash::ContentHash;
use crate::document::RuleId;

/// All rules, compiled for matching.
///
/// Built-in and user rules are compiled apart, because they are used differently: the model sees the built-in ones only, and the user's act on top of
/// its decision.
#[derive(Debug, Default)]
pub struct RuleSet {
    built_in: Arc<CompiledRules>,
    user: Arc<CompiledRules>,
    sites: Sites,
    hash: OnceLock<ContentHash>,
}

impl RuleSet {
    pub(super) fn of(built_in: CompiledRules, user: Vec<Rule>, sites: Vec<SiteRules>) -> Self {
        Self::with(Arc::new(built_in), Arc::new(CompiledRules::new(user)), sites)
    }

    fn with(built_in: Arc<CompiledRules>, user: Arc<CompiledRules>, sites: Vec<SiteRules>) -> Self {
        Self { built_in, user, sites: Sites::new(sites), hash: OnceLock::new() }
    }

    /// The same rules but for those that `leave_out` names by id and origin, rules of single sites included.
    pub fn without(&self, leave_out: impl Fn(&RuleId, RuleOrigin) -> bool) -> Self {
        let group = |rules: &Arc<CompiledRules>, origin: RuleOrigin| {
            if !rules.ids().any(|(id, _)| leave_out(id, origin)) {
                return Arc::clone(rules);
            }
            Arc::new(CompiledRules::new(rules.rules().filter(|rule| !leave_out(&rule.id, origin)).cloned().collect()))
        };
        let sites = self.sites().cloned().map(|mut site| {
            site.drops.retain(|drop| !leave_out(&drop.id, site.origin));
            site.keeps.retain(|keep| !leave_out(&keep.id, site.origin));
            site.finds.retain(|find| !leave_out(&find.id, site.origin));
            if site.is_empty() {
                site.replacements.clear();
            }
            site
        });
        let (built_in, user) = (group(&self.built_in, RuleOrigin::BuiltIn), group(&self.user, RuleOrigin::User));
        Self::with(built_in, user, sites.filter(|site| !site.is_empty()).collect())
    }

    /// The same rules without those of a site, by its host.
    pub fn without_site(&self, host: &str) -> Self {
        let sites = self.sites().filter(|site| site.host != host).cloned().collect();
        Self::with(Arc::clone(&self.built_in), Arc::clone(&self.user), sites)
    }

    /// The same rules, and those of sites of another set instead of those for the same hosts.
    pub fn with_sites_of(&self, other: &Self) -> Self {
        let is_replaced = |site: &&SiteRules| other.sites().any(|new| new.host == site.host);
        let sites = self.sites().filter(|site| !is_replaced(site)).chain(other.sites()).cloned().collect();
        Self::with(Arc::clone(&self.built_in), Arc::clone(&self.user), sites)
    }

    /// The rules that ship with gleaner.
    pub fn built_in(&self) -> &CompiledRules {
        &self.built_in
    }

    /// The rules of the user's files. Rules of single sites are not among them; see [`RuleSet::site_matcher`].
    pub fn user(&self) -> &CompiledRules {
        &self.user
    }

    /// Every rule, in order of their ids.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        let mut all: Vec<&Rule> = self.built_in.rules().chain(self.user.rules()).collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all.into_iter()
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.built_in.rule(id).or_else(|| self.user.rule(id))
    }

    /// The rules of every site, in order of their hosts.
    pub fn sites(&self) -> impl Iterator<Item = &SiteRules> {
        self.sites.iter()
    }

    /// Every rule, built-in or the user's, that matches a block's text, strongest first.
    pub fn match_text(&self, text: &str) -> Vec<RuleMatch<'_>> {
        strongest_first(self.user.match_text(text).into_iter().chain(self.built_in.match_text(text)))
    }

    /// Every rule, built-in or the user's, that matches an element's lower-case name and the words of its class, id and role, strongest first.
    pub fn match_names(&self, tag: &str, tokens: &str) -> Vec<RuleMatch<'_>> {
        strongest_first(self.user.match_names(tag, tokens).into_iter().chain(self.built_in.match_names(tag, tokens)))
    }

    /// The rules of the sites that a page is from; `None` if there are none.
    pub fn site_matcher(&self, page: PageSite<'_>) -> Option<SiteMatcher<'_>> {
        self.sites.matcher(page)
    }

    /// Whether any site's rules apply to pages that give the site's name, whatever their URL or file.
    pub fn has_site_names(&self) -> bool {
        self.sites.has_site_names()
    }

    /// SHA-256 of everything in the rules that shapes clean text or its explanation: part of the cleaner's stamp in every sidecar. Comments, examples
    /// and the order of files do not change it.
    pub fn hash(&self) -> ContentHash {
        *self.hash.get_or_init(|| hash_of(self.rules(), self.sites()))
    }
}

/// The hash of the rules as JSON, without their examples. Rules are plain strings, numbers and lists, so writing them as JSON cannot fail.
fn hash_of<'a>(rules: impl Iterator<Item = &'a Rule>, sites: impl Iterator<Item = &'a SiteRules>) -> ContentHash {
    let mut parts = Vec::new();
    for rule in rules {
        let none = Vec::new;
        let (removes, keeps, removes_names, keeps_names) = (none(), none(), none(), none());
        let bare = Rule { removes, keeps, removes_names, keeps_names, ..rule.clone() };
        parts.push(serde_json::to_vec(&bare).unwrap_or_default());
    }
    for site in sites {
        parts.push(serde_json::to_vec(&site.clone().without_examples()).unwrap_or_default());
    }
    ContentHash::of_parts(parts.iter().map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::super::load::RuleFile;
    use super::*;

    const RULE: &str = "[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"hint\"\nnames = [\"mine\"]\n";
    const SITE: &str = "[[drop]]\nid = \"mine\"\nwhy = \"Mine.\"\ncategory = \"footer\"\nnames = [\"mine\"]\n";

    /// The hash of the two rules above. Every sidecar carries such a hash, so it must change only when the content of a rule does.
    const HASH: &str = "42df2d37da65a3764826d4103970eb58989570e6ae218410dfc0c3a0a828c833";

    fn with_file(path: &str, text: &str) -> RuleSet {
        RuleSet::with_files(&[RuleFile { path: path.into(), text: text.to_owned() }]).unwrap()
    }

    #[test]
    fn the_hash_of_the_same_rules_stays_the_same() {
        let files = [("footer.toml", RULE), ("sites/example.net.toml", SITE)];
        let set = RuleSet::with_files(&files.map(|(path, text)| RuleFile { path: path.into(), text: text.to_owned() })).unwrap();
        assert_eq!(set.without(|_, origin| origin.is_built_in()).hash().to_string(), HASH);
        assert_eq!(RuleSet::with_files(&[]).unwrap().hash(), RuleSet::embedded().unwrap().hash());
    }

    #[test]
    fn a_user_rule_changes_the_hash_and_leaving_it_out_restores_it() {
        let built_in = RuleSet::embedded().unwrap().hash();
        for (path, text, id) in [("footer.toml", RULE, "footer.mine"), ("sites/example.net.toml", SITE, "site.example.net.mine")]
        {
            let set = with_file(path, text);
            assert_ne!(set.hash(), built_in, "{path}");
            assert_ne!(set.without(|other, _| other.0 == id).hash(), set.hash(), "{path}");
        }
        let set = with_file("footer.toml", RULE);
        assert!(set.user().rule("footer.mine").is_some() && set.built_in().rule("footer.mine").is_none());
        let without = set.without(|_, origin| origin == RuleOrigin::User);
        assert_eq!(without.hash(), built_in);
        assert!(without.user().is_empty());
    }
}
