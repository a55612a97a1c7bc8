//! A collection in memory: for tests, measurements, and sets of texts that fit.

use std::collections::HashMap;
use std::convert::Infallible;

use gleaner_extract::article::fingerprint::{Sketch, describe};
use gleaner_extract::base::hash::ContentHash;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::capacity::MAX_TEXTS;
use super::judge::MIN_SHARED;
use super::settle::{Changes, Pair, settle};
use super::texts::{Content, HotSet, TextRow, Texts};

/// Texts and their relations, in memory. Those beyond [`MAX_TEXTS`] are related to none.
#[derive(Debug, Default)]
pub struct MemoryTexts {
    texts: Vec<Text>,
    by_tokens: HashMap<ContentHash, u32>,
    hot: HotSet,
    pairs: Vec<Pair>,
    added: Vec<u32>,
}

/// A text as its shingles, which are all that is compared.
#[derive(Debug)]
struct Text {
    key: u64,
    sketch: Sketch,
    /// The hashes of its fingerprint.
    hashes: Vec<u64>,
}

impl MemoryTexts {
    /// Adds texts. Gives the number of each: texts with the same words have the same number; `None` for a text without words.
    pub fn add<T: AsRef<str> + Sync>(&mut self, texts: &[T]) -> Vec<Option<u32>> {
        let text = |text: &T| {
            let (tokens, sketch) = describe(text.as_ref())?;
            Some((tokens, Text { key: tokens.leading(), hashes: sketch.fingerprint().hashes, sketch }))
        };
        let described: Vec<Option<(ContentHash, Text)>> = texts.par_iter().map(text).collect();
        described.into_iter().map(|described| described.map(|(tokens, text)| self.number(tokens, text))).collect()
    }

    fn number(&mut self, tokens: ContentHash, text: Text) -> u32 {
        if let Some(number) = self.by_tokens.get(&tokens) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.by_tokens.insert(tokens, number);
        self.added.push(number);
        self.texts.push(text);
        number
    }

    /// Settles the relations of all texts that were added since it was called last.
    pub fn settle(&mut self) {
        let changes = Changes { added: std::mem::take(&mut self.added), removed: Vec::new() };
        let mut hot = std::mem::take(&mut self.hot);
        let Ok(settled) = settle(self, &mut hot, &changes);
        self.hot = hot;
        let is_judged = |number: &u32| settled.judged.binary_search(number).is_ok();
        self.pairs.retain(|pair| !is_judged(&pair.a) && !is_judged(&pair.b));
        self.pairs.extend(settled.pairs);
    }

    /// Every relation, in no particular order.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }
}

impl Texts for MemoryTexts {
    type Error = Infallible;

    fn for_each(&self, visit: &mut dyn FnMut(TextRow<'_>)) -> Result<(), Infallible> {
        for (number, text) in (0..MAX_TEXTS).zip(&self.texts) {
            let shingles = text.sketch.shingles().len();
            if shingles >= MIN_SHARED {
                visit(TextRow { number, key: text.key, shingles: shingles as u32, hashes: &text.hashes });
            }
        }
        Ok(())
    }

    fn hashes(&self, number: u32) -> Result<Vec<u64>, Infallible> {
        Ok(self.texts.get(number as usize).map(|text| text.hashes.clone()).unwrap_or_default())
    }

    fn content(&self, number: u32) -> Result<Option<Content<'_>>, Infallible> {
        Ok(self.texts.get(number as usize).map(|text| Content::Sketch(&text.sketch)))
    }
}
