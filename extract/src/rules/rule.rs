//! One rule: what it matches, what a match means, and its own examples. Plain data; matching is in `text_matcher` and `name_matcher`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::strength::{RuleOrigin, Strength};
use crate::document::{Category, RuleId};

/// Languages that phrases may be written in (ISO 639-1), and `any` for words that all languages share.
pub const LANGUAGES: &[&str] = &[
    "any", "ar", "be", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "gl", "he",
    "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "ko", "lt", "lv", "mk", "ms", "nl", "no", "pl", "pt", "ro",
    "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "zh",
];

/// Where in the block a phrase must be. Only whole words count, upper and lower case and accents do not matter, and a number in a phrase matches any
/// number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// Anywhere.
    Contains,
    /// At the beginning.
    Starts,
    /// At the end.
    Ends,
    /// The block is the phrase, or several phrases of the same rule one after another.
    #[default]
    Is,
}

impl Matching {
    /// The name used in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::Starts => "starts",
            Self::Ends => "ends",
            Self::Is => "is",
        }
    }
}

/// A rule.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// `<category>.<name>`.
    pub id: RuleId,
    /// The category of a matching block.
    pub category: Category,
    /// What a match does.
    pub strength: Strength,
    /// The reason, in one sentence.
    pub why: String,
    /// Where in the block the phrases must be.
    pub matching: Matching,
    /// Longer blocks, in words, never match. A character of a script without spaces counts as half a word.
    pub max_words: usize,
    /// Whether the blocks after a match belong to it too.
    pub opens_section: bool,
    /// Whether a match means that the story stops here (a paywall, not an offer).
    pub stops_story: bool,
    /// Phrases by language, see [`LANGUAGES`].
    pub phrases: BTreeMap<String, Vec<String>>,
    /// Regular expressions (syntax of the `regex` crate) that must match the whole block; case matters unless they begin with `(?i)`.
    pub patterns: Vec<String>,
    /// Whole words, or sequences of them, of an element's class, id and role.
    pub names: Vec<String>,
    /// Elements that `names` are limited to; without `names`, the element alone matches.
    pub tags: Vec<String>,
    /// Texts it must match.
    pub removes: Vec<String>,
    /// Sentences of real stories that it must not match.
    pub keeps: Vec<String>,
    /// Words of class, id and role that it must match.
    pub removes_names: Vec<String>,
    /// Words of class, id and role that it must not match.
    pub keeps_names: Vec<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "RuleOrigin::is_built_in")]
    pub origin: RuleOrigin,
    /// The file that it is in.
    #[serde(skip)]
    pub file: PathBuf,
    /// The line where it begins, counted from 1.
    #[serde(skip)]
    pub line: usize,
}

/// Where a rule is written, and by whom.
pub struct RulePlace {
    /// Who wrote it.
    pub origin: RuleOrigin,
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
}

impl Rule {
    /// Whether it looks at a block's text.
    pub fn reads_text(&self) -> bool {
        !self.phrases.is_empty() || !self.patterns.is_empty()
    }

    /// Whether it looks at an element and its names.
    pub fn reads_markup(&self) -> bool {
        !self.names.is_empty() || !self.tags.is_empty()
    }

    /// Every phrase with its language, in order of the languages.
    pub fn all_phrases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.phrases.iter().flat_map(|(language, list)| list.iter().map(move |phrase| (language.as_str(), phrase.as_str())))
    }
}
