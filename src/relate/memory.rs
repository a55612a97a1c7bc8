//! A collection in memory: for tests, measurements, and sets of texts that fit.

use std::collections::HashMap;
use std::convert::Infallible;

use gleaner_extract::article::fingerprint::{Fingerprint, fingerprint, tokens_sha256};
use gleaner_extract::base::hash::ContentHash;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::judge::MIN_SHARED;
use super::settle::{Changes, Pair, settle};
use super::texts::{HotSet, TextRow, Texts};

/// Texts and their relations, in memory.
#[derive(Debug, Default)]
pub struct MemoryTexts {
    texts: Vec<Text>,
    by_tokens: HashMap<ContentHash, u32>,
    hot: HotSet,
    pairs: Vec<Pair>,
    added: Vec<u32>,
}

#[derive(Debug)]
struct Text {
    text: String,
    key: u64,
    fingerprint: Fingerprint,
}

impl MemoryTexts {
    /// Adds texts. Gives the number of each: texts with the same words have the same number; `None` for a text without words.
    pub fn add(&mut self, texts: Vec<String>) -> Vec<Option<u32>> {
        let describe = |text: &String| Some((tokens_sha256(text)?, fingerprint(text)));
        let described: Vec<Option<(ContentHash, Fingerprint)>> = texts.par_iter().map(describe).collect();
        texts.into_iter().zip(described).map(|(text, described)| described.map(|found| self.number(text, found))).collect()
    }

    fn number(&mut self, text: String, (tokens, fingerprint): (ContentHash, Fingerprint)) -> u32 {
        if let Some(number) = self.by_tokens.get(&tokens) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.by_tokens.insert(tokens, number);
        self.added.push(number);
        self.texts.push(Text { text, key: tokens.leading(), fingerprint });
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
        for (number, text) in (0u32..).zip(&self.texts).filter(|(_, text)| text.fingerprint.shingles >= MIN_SHARED) {
            let (shingles, hashes) = (text.fingerprint.shingles as u32, text.fingerprint.hashes.as_slice());
            visit(TextRow { number, key: text.key, shingles, hashes });
        }
        Ok(())
    }

    fn hashes(&self, number: u32) -> Result<Vec<u64>, Infallible> {
        Ok(self.texts.get(number as usize).map(|text| text.fingerprint.hashes.clone()).unwrap_or_default())
    }

    fn text(&self, number: u32) -> Result<Option<String>, Infallible> {
        Ok(self.texts.get(number as usize).map(|text| text.text.clone()))
    }
}
