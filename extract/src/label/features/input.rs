//! What the rows of a page are computed from, and the rows of round one.

use super::matrix::flag;
use super::page_columns::page_columns;
use super::position::{self, Positions};
use super::shape;
use super::table::Table;
use super::terms::Terms;
use super::tree::{NameOdds, Tree};
use crate::document::{Block, Tag};
use crate::label::block_signals::BlockSignals;
use crate::label::lexicon::{Level, Lexicon, Summary, key, text_words};
use crate::label::signals::PageSignals;
use crate::page::{Format, Page};

/// What both rounds need to know about a page.
pub struct FeatureInput<'a> {
    pub(super) page: &'a Page,
    pub(super) page_signals: &'a PageSignals<'a>,
    pub(super) terms: Terms,
    positions: Positions<'a>,
    /// `None` for text dumps.
    pub(super) tree: Option<Tree<'a>>,
    /// The columns that all blocks share.
    pub(super) page_columns: Vec<f32>,
    words: WordKeys,
}

impl<'a> FeatureInput<'a> {
    /// Prepares a page.
    pub fn of(page: &'a Page, page_signals: &'a PageSignals<'a>) -> Self {
        let terms = Terms::of(page_signals.blocks.iter().map(|signals| signals.folded.as_str()));
        Self {
            page,
            page_signals,
            positions: Positions::of(page, page_signals, &terms),
            tree: (page.format == Format::Html).then(|| Tree::of(page, page_signals)),
            page_columns: page_columns(page, page_signals),
            words: WordKeys::of(page_signals.blocks.iter().map(|signals| signals.folded.as_str())),
            terms,
        }
    }

    /// One row per block, with the log-odds of the words of its text and names by a lexicon, and the probability that the page is an article.
    pub fn first_round(&self, lexicon: &Lexicon, article: f32) -> Table {
        let names = self.tree.as_ref().map(|_| NameOdds::of(self.page, lexicon));
        let mut table = Table::new(self.page.blocks.len());
        table.push_rows(|index, out| {
            let Some((block, signals)) = self.page.blocks.get(index).zip(self.page_signals.blocks.get(index)) else { return };
            let words = summarise(self.words.block(index), lexicon);
            self.push_row(index, block, signals, words, names.as_ref(), out);
            out.push(article);
            self.push_view(block, signals, words, out);
        });
        let own = table.columns().saturating_sub(VIEW);
        (0..own).for_each(|column| table.push_feature(column, 0));
        for shift in (1..=NEIGHBOURS).flat_map(|step| [-step, step]) {
            (own..table.columns()).for_each(|column| table.push_feature(column, shift));
        }
        table
    }

    fn push_row(
        &self,
        index: usize,
        block: &Block,
        signals: &BlockSignals<'_>,
        words: Summary,
        names: Option<&NameOdds>,
        out: &mut Vec<f32>,
    ) {
        shape::push(block, signals, out);
        out.extend([words.sum, words.low, words.high, words.mean(), words.count]);
        self.positions.push(index, block, out);
        match self.tree.as_ref().zip(names) {
            Some((tree, names)) => {
                tree.push(block, signals, out);
                names.push(self.page, block, out);
            }
            None => {
                out.push(block.gap as f32);
                out.push(self.page.blocks.get(index + 1).map_or(9, |next| next.gap) as f32);
                out.extend([Tag::H1, Tag::H2, Tag::Li, Tag::Blockquote, Tag::Figure].map(|tag| flag(signals.tag == tag)));
            }
        }
        out.extend_from_slice(&self.page_columns);
    }

    /// The columns of a block that are part of its neighbours' rows.
    fn push_view(&self, block: &Block, signals: &BlockSignals<'_>, words: Summary, out: &mut Vec<f32>) {
        let view: [f32; VIEW] = [
            (1.0 + signals.weighted_chars).ln(),
            signals.link_share,
            flag(signals.ends_sentence),
            words.sum,
            words.low,
            position::strength(signals.rule),
            match &self.tree {
                Some(_) => signals.tag.heading_level().map_or(0.0, f32::from),
                None => block.gap as f32,
            },
        ];
        out.extend(view);
    }
}

/// The number of blocks on either side whose view is part of a row.
const NEIGHBOURS: i8 = 4;

/// The number of columns of a view.
const VIEW: usize = 7;

/// The number of columns at the end of a row of round one that are the views of its neighbours.
pub const NEIGHBOUR_COLUMNS: usize = 2 * NEIGHBOURS as usize * VIEW;

/// The keys of the words of each block. Lexicons are much larger than the processor's caches; with the keys computed in advance it can overlap the
/// lookups.
struct WordKeys {
    keys: Vec<u32>,
    /// Where each block's keys end.
    ends: Vec<usize>,
}

impl WordKeys {
    fn of<'t>(folded: impl Iterator<Item = &'t str>) -> Self {
        let mut words = Self { keys: Vec::new(), ends: Vec::new() };
        for text in folded {
            text_words(text, |word| words.keys.push(key(Level::Text, word)));
            words.ends.push(words.keys.len());
        }
        words
    }

    fn block(&self, index: usize) -> &[u32] {
        let from = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let to = self.ends.get(index).copied().unwrap_or(from);
        self.keys.get(from..to).unwrap_or_default()
    }
}

/// The log-odds of the words with these keys.
fn summarise(keys: &[u32], lexicon: &Lexicon) -> Summary {
    let mut words = Summary::default();
    keys.iter().filter_map(|key| lexicon.odds_of(*key)).for_each(|odds| words.add(odds));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::page_signals;
    use crate::page::{self, ReadHints};
    use crate::rules::RuleSet;

    #[test]
    fn a_row_ends_with_the_views_of_its_neighbours() {
        let text = "One\n\nA second line that is longer\nThird";
        let page = page::read(text.as_bytes(), ReadHints::default(), &page::Config::default()).unwrap();
        let rules = RuleSet::default();
        let signals = page_signals(&page, &rules);
        let rows = FeatureInput::of(&page, &signals).first_round(&Lexicon::default(), 0.5).to_matrix();
        let neighbours = |row: usize| &rows.row(row)[rows.width - NEIGHBOUR_COLUMNS..];
        // The first column of a row and of a view is the logarithm of the length, the last one of a dump's view is the gap before the line.
        let length = |row: usize| rows.row(row)[0];
        assert_eq!((neighbours(1)[0], neighbours(1)[VIEW]), (length(0), length(2)));
        assert_eq!((neighbours(0)[VIEW], neighbours(0)[2 * VIEW - 1]), (length(1), 1.0));
        assert_eq!(neighbours(0)[..VIEW], [-1.0; VIEW]);
        assert_eq!(neighbours(1)[2 * VIEW..], [-1.0; NEIGHBOUR_COLUMNS - 2 * VIEW]);
        assert_eq!(rows.row(1)[rows.width - NEIGHBOUR_COLUMNS - 1], 0.5);
    }
}
