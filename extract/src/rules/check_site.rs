//! Tries every rule of a site on its own examples. Reports problems; fixes nothing.

use super::problem::Problem;
use super::site::{CompiledSelectors, SiteRule, SiteRules};
use crate::base::text::fold;
use crate::document::selected::SiteAction;

/// Every problem of a site's rules, in the order of the file.
pub(super) fn check(site: &SiteRules) -> Vec<Problem> {
    site.rules().flat_map(|rule| check_rule(site, rule)).collect()
}

fn check_rule(site: &SiteRules, rule: SiteRule<'_>) -> Vec<Problem> {
    let selector = rule.selector;
    let compiled = CompiledSelectors::new(&[selector]);
    let matches_text = |text: &String| !compiled.find_text(text, &fold(text)).is_empty();
    let tag = selector.tags.first().map_or("div", String::as_str);
    let matches_names = |names: &String| {
        let tag = if selector.names.is_empty() { names } else { tag };
        !compiled.find_element(tag, names).is_empty()
    };
    // What a drop must match is removed; what any other rule must match is kept.
    let (own, others) = match rule.action {
        SiteAction::Drop => ((&selector.removes, &selector.removes_names), (&selector.keeps, &selector.keeps_names)),
        _ => ((&selector.keeps, &selector.keeps_names), (&selector.removes, &selector.removes_names)),
    };
    let other = if rule.action == SiteAction::Drop { "keep" } else { "leave alone" };
    let missed = own.0.iter().filter(|text| !matches_text(text)).map(|text| format!("does not match its own example {text:?}"));
    let missed_names = own.1.iter().filter(|names| !matches_names(names));
    let missed_names = missed_names.map(|names| format!("does not match its own example of names {names:?}"));
    let wrong =
        others.0.iter().filter(|text| matches_text(text)).map(|text| format!("matches the text it must {other} {text:?}"));
    let wrong_names = others.1.iter().filter(|names| matches_names(names));
    let wrong_names = wrong_names.map(|names| format!("matches the names it must {other} {names:?}"));
    let all = missed.chain(missed_names).chain(wrong).chain(wrong_names);
    let problem = |what| Problem { rule: rule.id.clone(), file: site.file.clone(), line: rule.line, what };
    all.map(problem).collect()
}
