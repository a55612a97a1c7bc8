//! Features: each block as a row of numbers. One code path for training and use; nothing here reads one language only.
//!
//! Round one sees the block, its neighbours, its containers and the page. Round two sees all of that and round one's probabilities around it.

pub mod kind;
pub mod matrix;
mod place;
mod second;
mod shape;
mod terms;
mod tree;

use super::lexicon::{Level, Lexicon, Summary, key, text_words};
use super::signals::{BlockSignals, PageSignals};
use crate::document::{Block, Tag};
use crate::page::{Format, Page};
use matrix::Matrix;
use place::Places;
use terms::Terms;
use tree::{Names, Tree};

/// What both rounds need to know of a page.
pub struct LabelInput<'a> {
    page: &'a Page,
    evidence: &'a PageSignals<'a>,
    terms: Terms,
    places: Places<'a>,
    tree: Option<Tree<'a>>,
    whole: Vec<f32>,
    /// For each block the keys of its words.
    keys: Vec<Vec<u32>>,
}

impl<'a> LabelInput<'a> {
    /// Gathers what the rows of a page are made from.
    pub fn of(page: &'a Page, evidence: &'a PageSignals<'a>) -> Self {
        let terms = Terms::of(evidence.facts.iter().map(|facts| facts.folded.as_str()));
        Self {
            page,
            evidence,
            places: Places::of(page, evidence, &terms),
            tree: (page.format == Format::Html).then(|| Tree::of(page, evidence)),
            whole: kind::facts(page, evidence),
            keys: evidence.facts.iter().map(keys).collect(),
            terms,
        }
    }

    /// One row a block, with what the words of its text and names say by a lexicon.
    pub fn first_round(&self, lexicon: &Lexicon) -> Matrix {
        let words: Vec<Summary> = self.keys.iter().map(|keys| said(keys, lexicon)).collect();
        let names = self.tree.as_ref().map(|_| Names::of(self.page, lexicon));
        let mut own = Matrix::default();
        let mut views = Matrix::default();
        for (index, ((block, facts), words)) in self.page.blocks.iter().zip(&self.evidence.facts).zip(&words).enumerate() {
            own.push_row(|out| self.push_row(index, block, facts, *words, names.as_ref(), out));
            views.push_row(|out| self.push_view(block, facts, *words, out));
        }
        own.with_neighbours(&views, NEIGHBOURS)
    }

    fn push_row(
        &self,
        index: usize,
        block: &Block,
        facts: &BlockSignals<'_>,
        words: Summary,
        names: Option<&Names>,
        out: &mut Vec<f32>,
    ) {
        shape::push(block, facts, out);
        out.extend([words.sum, words.low, words.high, words.mean(), words.count]);
        self.places.push(index, block, out);
        match self.tree.as_ref().zip(names) {
            Some((tree, names)) => {
                tree.push(block, facts, out);
                names.push(self.page, block, out);
            }
            None => {
                out.push(block.gap as f32);
                out.push(self.page.blocks.get(index + 1).map_or(9, |next| next.gap) as f32);
                out.extend([Tag::H1, Tag::H2, Tag::Li, Tag::Blockquote, Tag::Figure].map(|tag| flag(facts.tag == tag)));
            }
        }
        out.extend_from_slice(&self.whole);
    }

    /// What a block's neighbours see of it.
    fn push_view(&self, block: &Block, facts: &BlockSignals<'_>, words: Summary, out: &mut Vec<f32>) {
        out.extend([
            (1.0 + facts.weighted_chars).ln(),
            facts.link_share,
            flag(facts.ends_sentence),
            words.sum,
            words.low,
            place::strength(facts.rule),
            match &self.tree {
                Some(_) => facts.tag.heading_level().map_or(0.0, f32::from),
                None => block.gap as f32,
            },
        ]);
    }
}

/// Blocks on either side whose view is part of a row.
const NEIGHBOURS: usize = 4;

/// The keys of a block's words. Lexicons are far larger than the processor's caches: with the keys at hand it can look up several at a time.
fn keys(facts: &BlockSignals<'_>) -> Vec<u32> {
    let mut keys = Vec::new();
    text_words(&facts.folded, |word| keys.push(key(Level::Text, word)));
    keys
}

/// Log-odds of the words with these keys.
fn said(keys: &[u32], lexicon: &Lexicon) -> Summary {
    let mut words = Summary::default();
    keys.iter().filter_map(|key| lexicon.odds_of(*key)).for_each(|odds| words.add(odds));
    words
}

fn flag(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}
