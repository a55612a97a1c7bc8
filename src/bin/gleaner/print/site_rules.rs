//! The rules of single sites, for `rules list` and `rules show`.

use std::fmt::Write;
use std::path::Path;

use gleaner_extract::base::path_text::{self, path_text};
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::document::{Category, RuleId};
use gleaner_extract::rules::{RuleOrigin, RuleSet, Selector};
use serde::Serialize;

use super::section::section;
use super::style::Style;

/// A drop or a keep of one site.
#[derive(Serialize)]
pub struct SiteRule<'a> {
    pub id: &'a RuleId,
    /// The host that the rule is for.
    pub site: &'a str,
    /// `drop` or `keep`.
    pub action: &'static str,
    /// The category of what is dropped.
    pub category: Option<Category>,
    pub why: &'a str,
    pub selector: &'a Selector,
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
        let host = host.to_ascii_lowercase();
        host.strip_suffix(self.site).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    }
}

/// The rules of every site, in order of their hosts: what is dropped, then what is kept.
pub fn site_rules(rules: &RuleSet) -> impl Iterator<Item = SiteRule<'_>> {
    rules.sites().flat_map(|site| {
        let rule = |id, action, category, why, selector, line| SiteRule {
            id,
            site: &site.host,
            action,
            category,
            why,
            selector,
            folders: &site.folders,
            site_names: &site.site_names,
            origin: site.origin,
            file: &site.file,
            line,
        };
        let drops = site
            .drops
            .iter()
            .map(move |drop| rule(&drop.id, "drop", Some(drop.category), drop.why.as_str(), &drop.selector, drop.line));
        drops.chain(site.keeps.iter().map(move |keep| rule(&keep.id, "keep", None, &keep.why, &keep.selector, keep.line)))
    })
}

/// A rule of one site with everything in it.
pub fn site_rule(rule: &SiteRule<'_>, style: Style) -> String {
    let mut out = format!("{}\n{}\n\n", style.bold(&escape_line(&rule.id.0)), escape_line(rule.why));
    let effect = match rule.action {
        "keep" => "keeps the block, whatever any other rule says",
        _ => "drops the block; neither the model nor a guard is asked",
    };
    // Writing to a string does not fail.
    let _ = writeln!(out, "site       {} and its subdomains", escape_line(rule.site));
    if let Some(category) = rule.category {
        let _ = writeln!(out, "category   {category}");
    }
    let _ = writeln!(out, "action     {}: {effect}", rule.action);
    let _ = writeln!(out, "file       {}, line {}", escape_line(&path_text(rule.file)), rule.line);
    if !rule.selector.phrases.is_empty() {
        let _ = writeln!(out, "match      {}", rule.selector.matching.name());
    }
    section("phrases", &rule.selector.phrases, &mut out);
    section("names", &rule.selector.names, &mut out);
    section("folders of the site", rule.folders, &mut out);
    section("names of the site", rule.site_names, &mut out);
    out
}
