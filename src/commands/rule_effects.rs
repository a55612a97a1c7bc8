//! `rules check --on`: what rules do to a page, by cleaning it with them and without them. Writes nothing.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use url::Url;

use super::explain::{BlockVerdict, ExplainedBlock, explained};
use super::extract::{self, extract_with};
use crate::engine::{Error, Setup};
use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::document::RuleId;
use gleaner_extract::label::{Labelled, MatchedPart, RuleHit, rule_hits};
use gleaner_extract::rules::{RuleOrigin, RuleSet, Strength};

/// The rules whose effect is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSelection {
    /// Every rule that matches. The page is compared with how it is without the user's rules.
    All,
    /// The rules that the user added.
    Mine,
    /// One rule, which may be a built-in one.
    One(RuleId),
}

impl RuleSelection {
    /// Whether matches of this rule are shown.
    fn shows(&self, rule: &RuleId, origin: RuleOrigin) -> bool {
        match self {
            Self::All => true,
            Self::Mine => origin == RuleOrigin::User,
            Self::One(id) => rule == id,
        }
    }

    /// Whether the rule is left out of the page that the real one is compared with.
    fn leaves_out(&self, rule: &RuleId, origin: RuleOrigin) -> bool {
        match self {
            Self::All | Self::Mine => origin == RuleOrigin::User,
            Self::One(id) => rule == id,
        }
    }
}

/// What rules do to one page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageEffects {
    /// The page, as the user named it.
    pub page: String,
    /// Every match, the user's rules first, then in order of rules and blocks.
    pub matches: Vec<RuleEffect>,
    /// Blocks that no shown rule matches and that become kept, removed or of another category nevertheless.
    pub side_effects: Vec<BlockEffect>,
    /// The clean text without the rules.
    pub without: TextSize,
    /// The clean text with them.
    pub with: TextSize,
}

/// A rule that matches a block, and the block.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleEffect {
    /// The rule.
    pub rule: RuleId,
    /// Who wrote it.
    pub origin: RuleOrigin,
    /// What it does; `None` for a site's `keep`.
    pub strength: Option<Strength>,
    /// What it matches.
    pub matched: MatchedPart,
    /// What became of the block.
    pub block: BlockEffect,
}

/// What becomes of a block without the rules and with them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockEffect {
    /// The source line, from 1, for text; `None` for HTML.
    pub line: Option<u32>,
    /// The block's text.
    pub text: String,
    /// What becomes of it without the rules.
    pub without: BlockVerdict,
    /// What becomes of it with them.
    pub with: BlockVerdict,
}

impl BlockEffect {
    /// Whether the rules change more than the score: the block is kept or removed because of them, or gets another category.
    pub fn is_changed(&self) -> bool {
        match (&self.without, &self.with) {
            (BlockVerdict::Kept { .. }, BlockVerdict::Kept { .. }) => false,
            (BlockVerdict::Removed { category: without, .. }, BlockVerdict::Removed { category: with, .. }) => without != with,
            _ => true,
        }
    }
}

/// The size of a clean text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TextSize {
    /// Kept blocks.
    pub blocks: usize,
    /// Words.
    pub words: usize,
}

impl TextSize {
    fn of(cleaned: &CleanedPage) -> Self {
        Self { blocks: cleaned.labelled.kept().count(), words: cleaned.article.words }
    }
}

/// Shows what the selected rules do to the page in a file. `url` is the page's address; without it, rules of
/// a site apply only if they know the page by its folder or by the site's name.
pub fn rule_effects(setup: &Setup, path: &Path, url: Option<&Url>, selection: &RuleSelection) -> Result<PageEffects, Error> {
    let raw = extract::read_file(setup, path)?;
    let rest = setup.rules.without(|rule, origin| selection.leaves_out(rule, origin));
    let (with, without) = (extract_with(setup, &setup.rules, &raw, url)?, extract_with(setup, &rest, &raw, url)?);
    let (size_without, size_with) = (TextSize::of(&without), TextSize::of(&with));
    let mut hits = rule_hits(&with.page, &setup.rules);
    hits.retain(|hit| selection.shows(&hit.rule, hit.origin));
    let blocks: Vec<BlockEffect> = blocks(without).into_iter().zip(blocks(with)).map(compared).collect();
    let hit_blocks: BTreeSet<usize> = hits.iter().map(|hit| hit.block).collect();
    let others = blocks.iter().enumerate().filter(|(index, block)| !hit_blocks.contains(index) && block.is_changed());
    let side_effects = others.map(|(_, block)| block.clone()).collect();
    let effect = |hit: &RuleHit| {
        let (rule, origin, strength, matched) = (hit.rule.clone(), hit.origin, hit.strength, hit.matched);
        Some(RuleEffect { rule, origin, strength, matched, block: blocks.get(hit.block)?.clone() })
    };
    let matches = hits.iter().filter_map(effect).collect();
    Ok(PageEffects { page: raw.origin.to_string(), matches, side_effects, without: size_without, with: size_with })
}

/// The user's rules, those of single sites included, that match nothing on the pages.
pub fn unmatched_user_rules(rules: &RuleSet, pages: &[PageEffects]) -> Vec<RuleId> {
    let own = rules.user().rules().map(|rule| &rule.id);
    let sites = rules.sites().filter(|site| site.origin == RuleOrigin::User);
    // What a rule says of the title, the authors or the date is no match of a block.
    let of_sites = sites.flat_map(|site| site.drops.iter().map(|drop| &drop.id).chain(site.keeps.iter().map(|keep| &keep.id)));
    let is_matched = |id: &RuleId| pages.iter().flat_map(|page| &page.matches).any(|effect| effect.rule == *id);
    own.chain(of_sites).filter(|id| !is_matched(id)).cloned().collect()
}

fn blocks(cleaned: CleanedPage) -> Vec<ExplainedBlock> {
    let CleanedPage { page, labelled: Labelled { verdicts, spared, .. }, .. } = cleaned;
    let blocks = page.blocks.into_iter().zip(verdicts).enumerate();
    blocks.map(|(at, (block, verdict))| explained(block, verdict, spared.iter().find(|spared| spared.block == at))).collect()
}

/// Rules do not change how a page is cut into blocks, so both are the same block.
fn compared((without, with): (ExplainedBlock, ExplainedBlock)) -> BlockEffect {
    BlockEffect { line: with.line, text: with.text, without: without.verdict, with: with.verdict }
}
