//! Writes proposed rules as the file of a site. Proposes none.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use super::profile::PageProfile;
use super::toml_text::{list, text};
use crate::document::Category;
use crate::rules::RuleSet;

/// Rules that are proposed for a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The rules as the text of a file, `sites/<host>.toml`, with the evidence in comments.
    pub toml: String,
    /// The number of rules in it.
    pub rules: usize,
}

/// What a proposal is made from.
pub struct Subject<'a> {
    /// The pages.
    pub pages: &'a [PageProfile],
    /// Rules that name categories.
    pub rules: &'a RuleSet,
    /// The lines that recur, by their keys.
    pub recurring: BTreeSet<u64>,
}

/// A rule that is proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProposedRule {
    /// The table: `drop`, `body`, `title`, …
    pub table: &'static str,
    /// What its id is made of.
    pub name: String,
    /// The reason, with the evidence.
    pub why: String,
    /// The category of a drop.
    pub category: Option<Category>,
    /// Phrases that a block is.
    pub phrases: Vec<String>,
    /// Words of names of elements.
    pub names: Vec<String>,
    /// The elements.
    pub tags: Vec<String>,
    /// Expressions.
    pub xpath: Vec<String>,
    /// Examples.
    pub removes: Vec<String>,
    /// Examples.
    pub keeps: Vec<String>,
    /// Examples.
    pub removes_names: Vec<String>,
    /// Examples.
    pub keeps_names: Vec<String>,
}

/// The file of a site with these rules.
pub fn write(host: &str, pages: usize, rules: Vec<ProposedRule>) -> Proposal {
    let mut out = format!(
        "# Rules for {host}, proposed by `gleaner rules suggest` from {pages} of its pages. Read them before you use them;\n\
         # `gleaner rules test {host} --rules FILE` shows what they change. Then save them as sites/{host}.toml in your rules_dir.\n"
    );
    let mut ids: HashMap<String, usize> = HashMap::new();
    for rule in &rules {
        let id = id_of(&rule.name, &mut ids);
        // Writing to a string does not fail.
        let _ = write!(out, "\n[[{}]]\nid = {}\nwhy = {}\n", rule.table, text(&id), text(&rule.why));
        if let Some(category) = rule.category {
            let _ = writeln!(out, "category = {}", text(category.name()));
        }
        let lists = [
            ("phrases", &rule.phrases),
            ("names", &rule.names),
            ("tags", &rule.tags),
            ("xpath", &rule.xpath),
            ("removes", &rule.removes),
            ("keeps", &rule.keeps),
            ("removes_names", &rule.removes_names),
            ("keeps_names", &rule.keeps_names),
        ];
        for (key, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
            let _ = writeln!(out, "{key} = {}", list(items));
        }
    }
    Proposal { toml: out, rules: rules.len() }
}

/// An id of lower-case letters, digits and hyphens that no rule before has.
fn id_of(name: &str, ids: &mut HashMap<String, usize>) -> String {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).take(6).collect();
    let id = if words.is_empty() { "rule".to_owned() } else { words.join("-") };
    let count = ids.entry(id.clone()).or_default();
    *count += 1;
    if *count == 1 { id } else { format!("{id}-x{count}") }
}
