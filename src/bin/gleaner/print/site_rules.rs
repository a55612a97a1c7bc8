//! The rules of single sites, for `rules list` and `rules show`.

use std::fmt::Write;
use std::path::Path;

use gleaner_extract::base::path_text::{self, path_text};
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::document::selected::SiteAction;
use gleaner_extract::document::{Category, RuleId};
use gleaner_extract::rules::xpath::XPath;
use gleaner_extract::rules::{HostScope, RuleOrigin, RuleSet, Selector};
use serde::Serialize;

use super::section::section;
use super::style::Style;

/// A drop or a keep of one site.
#[derive(Serialize)]
pub struct SiteRule<'a> {
    pub id: &'a RuleId,
    /// The host that the rule is for.
    pub site: &'a str,
    /// Which hosts it holds for.
    pub scope: HostScope,
    /// What it does.
    pub action: SiteAction,
    /// The category of what is dropped.
    pub category: Option<Category>,
    pub why: &'a str,
    pub selector: &'a Selector,
    /// What must be on the page for the rule to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<&'a XPath>,
    /// Folders whose files are from the site.
    pub folders: &'a [String],
    /// Names that the site gives itself.
    pub site_names: &'a [String],
    pub origin: RuleOrigin,
    #[serde(serialize_with = "path_text::serialize")]
    pub file: &'a Path,
    pub line: usize,
}

impl SiteRule<'_> {
    /// Whether the rule applies to pages from this host.
    pub fn is_for(&self, host: &str) -> bool {
        self.scope.covers(self.site, &host.to_ascii_lowercase())
    }
}

/// The rules of every site, in order of their hosts.
pub fn site_rules(rules: &RuleSet) -> impl Iterator<Item = SiteRule<'_>> {
    rules.sites().flat_map(|site| {
        site.rules().map(move |rule| SiteRule {
            id: rule.id,
            site: &site.host,
            scope: site.scope,
            action: rule.action,
            category: rule.category,
            why: rule.why,
            selector: rule.selector,
            condition: rule.condition,
            folders: &site.folders,
            site_names: &site.site_names,
            origin: site.origin,
            file: &site.file,
            line: rule.line,
        })
    })
}

/// A rule of one site with everything in it.
pub fn site_rule(rule: &SiteRule<'_>, style: Style) -> String {
    let mut out = format!("{}\n{}\n\n", style.bold(&escape_line(&rule.id.0)), escape_line(rule.why));
    let effect = match rule.action {
        SiteAction::Keep => "keeps the block, whatever any other rule says",
        SiteAction::Drop => "drops the block, unless the site's rules would drop more than half of the story",
        SiteAction::Body => "drops what is outside, unless that is more than half of the story, and keeps the paragraphs inside",
        SiteAction::Title => "is the headline",
        SiteAction::Author => "are the authors",
        SiteAction::Date => "is the date of publication",
        SiteAction::NextPage => "leads to the next page of the story",
        SiteAction::SinglePage => "leads to a page with the whole story",
    };
    let hosts = match rule.scope {
        HostScope::All => " and its subdomains",
        HostScope::Host => "",
        HostScope::Subdomains => ", its subdomains only",
    };
    // Writing to a string does not fail.
    let _ = writeln!(out, "site       {}{hosts}", escape_line(rule.site));
    if let Some(category) = rule.category {
        let _ = writeln!(out, "category   {category}");
    }
    let _ = writeln!(out, "action     {}: {effect}", rule.action.name());
    let _ = writeln!(out, "file       {}, line {}", escape_line(&path_text(rule.file)), rule.line);
    if !rule.selector.phrases.is_empty() {
        let _ = writeln!(out, "match      {}", rule.selector.matching.name());
    }
    section("phrases", &rule.selector.phrases, &mut out);
    section("names", &rule.selector.names, &mut out);
    section("elements", &rule.selector.tags, &mut out);
    let xpath: Vec<String> = rule.selector.xpath.iter().map(|xpath| xpath.as_str().to_owned()).collect();
    section("xpath", &xpath, &mut out);
    let condition: Vec<String> = rule.condition.iter().map(|xpath| xpath.as_str().to_owned()).collect();
    section("if the page has", &condition, &mut out);
    section("removes", &rule.selector.removes, &mut out);
    section("removes names", &rule.selector.removes_names, &mut out);
    section("keeps", &rule.selector.keeps, &mut out);
    section("keeps names", &rule.selector.keeps_names, &mut out);
    section("folders of the site", rule.folders, &mut out);
    section("names of the site", rule.site_names, &mut out);
    out
}
