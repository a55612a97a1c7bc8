//! Tries every rule on its own examples and on the stories of all others. Reports; repairs nothing.

use std::collections::HashSet;
use std::fmt;

use super::shape::Shape;
use super::{Rule, RuleSet, Strength};
use crate::document::RuleId;

/// Something wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The rule.
    pub rule: RuleId,
    /// What is wrong, as a clause: "does not match its own example …".
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule, self.what)
    }
}

/// Every problem of the rules, in order of their ids. That ids are unique, languages known, phrases not empty and patterns valid
/// is checked when they are read.
pub fn check(set: &RuleSet) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in set.rules() {
        let mut report = |what: String| problems.push(Problem { rule: rule.id.clone(), what });
        check_statement(rule, &mut report);
        check_phrases(rule, &mut report);
        check_removes(set, rule, &mut report);
        check_keeps(set, rule, &mut report);
    }
    problems.extend(check_stories(set));
    problems.sort_by(|a, b| a.rule.cmp(&b.rule));
    problems
}

/// It says why, and has examples of both kinds for all that it reads.
fn check_statement(rule: &Rule, report: &mut impl FnMut(String)) {
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
        report("has a `why` that does not end like a sentence".to_owned());
    }
}

/// No phrase is said twice in one language, none is longer than the blocks it may match.
fn check_phrases(rule: &Rule, report: &mut impl FnMut(String)) {
    let mut seen = HashSet::new();
    for (language, phrase) in rule.all_phrases() {
        let shape = Shape::of(phrase);
        if shape.weight > rule.max_words {
            report(format!("has the phrase {phrase:?} of more than max_words = {}", rule.max_words));
        }
        if !seen.insert((language, shape.text)) {
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

/// Whether the rule matches an element with these words, of the first kind it asks for. A rule for elements alone takes the
/// example as an element's name.
fn names_match(set: &RuleSet, rule: &Rule, names: &str) -> bool {
    let tag = match rule.tags.first() {
        Some(_) if rule.names.is_empty() => names,
        Some(tag) => tag,
        None => "div",
    };
    set.match_names(tag, names).iter().any(|found| found.rule == &rule.id)
}

/// No rule that lowers a block's score matches what another rule knows to be story.
fn check_stories(set: &RuleSet) -> Vec<Problem> {
    let mut problems = Vec::new();
    for owner in set.rules() {
        for text in &owner.keeps {
            let found = set.match_text(text);
            let wrong = found.iter().filter(|found| found.strength > Strength::Hint && found.rule != &owner.id);
            problems.extend(wrong.map(|found| Problem {
                rule: found.rule.clone(),
                what: format!("matches the story that {} must keep {text:?}", owner.id),
            }));
        }
    }
    problems
}
