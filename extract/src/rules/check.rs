//! Tries every rule on its own examples and on the `keeps` of all others. Reports problems; fixes nothing.

use std::collections::HashSet;

use super::check_site;
use super::normalized::NormalizedText;
use super::problem::Problem;
use super::rule::Rule;
use super::rule_match::RuleMatch;
use super::rule_set::RuleSet;
use super::strength::Strength;

/// Every problem of the rules, in order of their ids. Loading has already checked that ids are unique, languages known, phrases not empty and
/// patterns valid.
pub fn check(set: &RuleSet) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in set.rules() {
        let mut report = |what: String| problems.push(Problem::of(rule, what));
        check_completeness(rule, &mut report);
        check_phrases(rule, &mut report);
        check_removes(set, rule, &mut report);
        check_keeps(set, rule, &mut report);
    }
    problems.extend(check_keeps_of_others(set));
    problems.extend(set.sites().flat_map(check_site::check));
    problems.sort_by(|a, b| a.rule.cmp(&b.rule));
    problems
}

/// The rule has a reason, and examples of both kinds for what it looks at.
fn check_completeness(rule: &Rule, report: &mut impl FnMut(String)) {
    let examples = [
        (rule.reads_text(), &rule.removes, "removes"),
        (rule.reads_text(), &rule.keeps, "keeps"),
        (rule.reads_markup(), &rule.removes_names, "removes_names"),
        (rule.reads_markup(), &rule.keeps_names, "keeps_names"),
    ];
    for (needed, list, key) in examples {
        if needed && list.is_empty() {
            report(format!("has no example in `{key}`"));
        }
    }
    if !rule.why.ends_with('.') {
        report("has a `why` without a full stop at the end".to_owned());
    }
}

/// No phrase is repeated in one language, and none is longer than the blocks that it may match.
fn check_phrases(rule: &Rule, report: &mut impl FnMut(String)) {
    let mut seen = HashSet::new();
    for (language, phrase) in rule.all_phrases() {
        let normalized = NormalizedText::of(phrase);
        if normalized.weight > rule.max_words {
            report(format!("has the phrase {phrase:?} of more than max_words = {}", rule.max_words));
        }
        if !seen.insert((language, normalized.text)) {
            report(format!("has the phrase {phrase:?} twice in {language:?}"));
        }
    }
}

fn check_removes(set: &RuleSet, rule: &Rule, report: &mut impl FnMut(String)) {
    for text in &rule.removes {
        if !set.match_text(text).iter().any(|found| found.rule == &rule.id) {
            report(format!("does not match its own example {text:?}"));
        }
    }
    for names in &rule.removes_names {
        if !names_match(set, rule, names) {
            report(format!("does not match its own example of names {names:?}"));
        }
    }
}

fn check_keeps(set: &RuleSet, rule: &Rule, report: &mut impl FnMut(String)) {
    for text in &rule.keeps {
        if set.match_text(text).iter().any(|found| found.rule == &rule.id) {
            report(format!("matches the story it must keep {text:?}"));
        }
    }
    for names in &rule.keeps_names {
        if names_match(set, rule, names) {
            report(format!("matches the names it must keep {names:?}"));
        }
    }
}

/// Whether the rule matches an element with these names: the first of its `tags`, else a `div`. For a rule without `names` the example is the
/// element.
fn names_match(set: &RuleSet, rule: &Rule, names: &str) -> bool {
    let tag = match rule.tags.first() {
        Some(_) if rule.names.is_empty() => names,
        Some(tag) => tag,
        None => "div",
    };
    set.match_names(tag, names).iter().any(|found| found.rule == &rule.id)
}

/// No rule stronger than a hint matches what another rule must keep. A built-in rule that matches an example of a user's rule is not a problem: the user
/// cannot change it, and it drops nothing alone.
fn check_keeps_of_others(set: &RuleSet) -> Vec<Problem> {
    let mut problems = Vec::new();
    for other in set.rules() {
        for text in &other.keeps {
            let found = set.match_text(text);
            let is_wrong = |found: &&RuleMatch<'_>| {
                found.strength > Strength::Hint && found.rule != &other.id && found.origin >= other.origin
            };
            let what = || format!("matches the story that {} must keep {text:?}", other.id);
            let wrong = found.iter().filter(is_wrong).filter_map(|found| set.rule(&found.rule.0));
            problems.extend(wrong.map(|rule| Problem::of(rule, what())));
        }
    }
    problems
}
