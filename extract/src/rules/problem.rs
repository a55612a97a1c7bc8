//! Something wrong with a rule. Finds nothing.

use std::fmt;
use std::path::PathBuf;

use super::rule::Rule;
use crate::base::path_text::{self, path_text};
use crate::document::RuleId;

/// Something wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The rule.
    pub rule: RuleId,
    /// The file that it is in.
    #[serde(serialize_with = "path_text::serialize")]
    pub file: PathBuf,
    /// The line where it begins, counted from 1.
    pub line: usize,
    /// What is wrong, to follow the rule's id: "does not match its own example …".
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}, line {})", self.rule, self.what, path_text(&self.file), self.line)
    }
}

impl Problem {
    pub(super) fn of(rule: &Rule, what: String) -> Self {
        Self { rule: rule.id.clone(), file: rule.file.clone(), line: rule.line, what }
    }
}
