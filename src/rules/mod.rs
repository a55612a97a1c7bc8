//! Rules as data: phrases in many languages and names in markup that say what a block is. Finds matches; decides nothing.

use std::path::Path;

use crate::document::{Block, Category, Container, RuleId};

/// How sure a match makes us that a block is not the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Names the category of a block that is dropped anyway; never drops by itself.
    Hint,
    /// Lowers the block's score.
    Likely,
    /// Drops the block unless a guard spares it.
    Sure,
}

/// One rule that matched a block.
#[derive(Clone, Copy, Debug)]
pub struct RuleMatch<'a> {
    /// The rule's identity.
    pub rule: &'a RuleId,
    /// What it says the block is.
    pub category: Category,
    /// How sure.
    pub strength: Strength,
    /// The rule's reason, in one sentence.
    pub why: &'a str,
    /// Whether blocks after this one belong to it too (a section heading such as "Related articles").
    pub opens_section: bool,
    /// Folded words of the block that the rule's phrase covers, over all of the block's words; 1 for markup matches.
    pub coverage: f32,
}

/// All rules, compiled for matching.
#[derive(Debug, Default)]
pub struct RuleSet {}

/// Why rules could not be read.
#[derive(Debug, thiserror::Error)]
#[error("read rules: {0}")]
pub struct Error(String);

impl RuleSet {
    /// The rules that ship with gleaner.
    pub fn embedded() -> Result<Self, Error> {
        Ok(Self::default())
    }

    /// The rules that ship with gleaner, and those of every `*.toml` below the folder.
    pub fn with_dir(dir: &Path) -> Result<Self, Error> {
        let _ = dir;
        Ok(Self::default())
    }

    /// Every rule that the block's own text matches, strongest first, ties in order of the rules' ids.
    pub fn match_text(&self, text: &str) -> Vec<RuleMatch<'_>> {
        let _ = text;
        Vec::new()
    }

    /// Every rule that the container's own tag and tokens match (not its ancestors'), strongest first.
    pub fn match_container(&self, container: &Container) -> Vec<RuleMatch<'_>> {
        let _ = container;
        Vec::new()
    }

    /// The site's own rules that match the block, for the registrable domain or host `site`.
    pub fn match_site(&self, site: &str, block: &Block, container: &Container) -> Vec<RuleMatch<'_>> {
        let _ = (site, block, container);
        Vec::new()
    }

    /// SHA-256 over all rules: part of the cleaner's stamp in every sidecar.
    pub fn hash(&self) -> crate::base::hash::ContentHash {
        crate::base::hash::ContentHash::of("")
    }
}
