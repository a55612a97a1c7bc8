//! Gradient-boosted trees: the learned part of the labeller. Only evaluates them; training is in `train/`.
//!
//! A model file starts with the magic `GLM2` and the SHA-256 of the rest. Then follow, little-endian, the lexicon and forest that recognise articles, and
//! a lexicon and two forests each for articles and for other pages. A lexicon is a count, `u32` keys and `i8` steps; a forest is a feature count, a bias,
//! a tree count and nodes. The magic is the version. A file with a wrong checksum or index is rejected.

use url::Url;

use super::features::matrix::Matrix;
use super::features::{FeatureInput, page_kind};
use super::lexicon::Lexicon;
use super::signals::PageSignals;
use crate::base::hash::ContentHash;
use crate::page::Page;

/// The first bytes of a model file.
const MAGIC: &[u8; 4] = b"GLM2";

/// One node of a tree, in pre-order: a leaf, or a split whose left child follows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// Adds a value to the log-odds.
    Leaf(f32),
    /// Goes to the next node if the feature is at most the threshold, otherwise to `right`.
    Split {
        /// Column of the feature.
        feature: u16,
        /// Largest value that goes left.
        threshold: f32,
        /// Index of the right child within the tree.
        right: u16,
    },
}

/// Trees whose leaf values add up to log-odds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    /// Width of the rows it was trained on.
    pub features: usize,
    /// Added to every sum.
    pub bias: f32,
    /// One list of nodes per tree.
    pub trees: Vec<Vec<Node>>,
}

impl Forest {
    /// The probability for one row. Missing values at the end of a row count as 0.
    pub fn probability(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| leaf_value(tree, row)).sum();
        sigmoid(self.bias + sum)
    }

    /// The probability for each row.
    pub fn probabilities(&self, rows: &Matrix) -> Vec<f32> {
        let mut sums = vec![self.bias; rows.rows()];
        // Tree by tree, so that each stays in the processor's cache for all rows.
        for tree in &self.trees {
            sums.iter_mut().enumerate().for_each(|(index, sum)| *sum += leaf_value(tree, rows.row(index)));
        }
        sums.into_iter().map(sigmoid).collect()
    }
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

fn leaf_value(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree.get(at) {
            Some(Node::Leaf(value)) => return *value,
            Some(Node::Split { feature, threshold, right }) => {
                let value = row.get(usize::from(*feature)).copied().unwrap_or_default();
                at = if value <= *threshold { at + 1 } else { usize::from(*right) };
            }
            None => return 0.0,
        }
    }
}

/// Scores the blocks of one kind of page: learned words, and the trees of two rounds.
#[derive(Clone, Debug, Default)]
pub struct BlockModel {
    /// Learned words.
    pub lexicon: Lexicon,
    /// Round one.
    pub first: Forest,
    /// Round two.
    pub second: Forest,
}

impl BlockModel {
    /// One probability per block, in page order.
    pub fn probabilities(&self, input: &FeatureInput<'_>) -> Vec<f32> {
        let first = input.first_round(&self.lexicon);
        let scores = self.first.probabilities(&first);
        self.second.probabilities(&input.second_round(&first, &scores))
    }
}

/// A trained model for one format.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Words of URLs and outermost element names: log-odds that the page is an article.
    pub kind_words: Lexicon,
    /// The probability that a page is an article. Without trees, every page counts as one.
    pub kind: Forest,
    /// Scores the blocks of articles.
    pub article: BlockModel,
    /// Scores the blocks of all other pages: threads, products, lists, documentation.
    pub other: BlockModel,
}

/// If the probability of being an article is within this distance of 0 or 1, only the model of the likelier kind scores the page; otherwise both do.
const CERTAIN_WITHIN: f32 = 0.1;

/// The scores of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// One probability per block, in page order.
    pub blocks: Vec<f32>,
    /// The probability that the page is an article.
    pub article: f32,
}

impl Model {
    /// Scores a page.
    pub fn scores(&self, page: &Page, page_signals: &PageSignals<'_>) -> Scores {
        let input = FeatureInput::of(page, page_signals);
        let article = self.article_probability(&input, page.head.url.as_ref());
        let blocks = if article >= 1.0 - CERTAIN_WITHIN {
            self.article.probabilities(&input)
        } else if article <= CERTAIN_WITHIN {
            self.other.probabilities(&input)
        } else {
            let (one, two) = (self.article.probabilities(&input), self.other.probabilities(&input));
            one.iter().zip(&two).map(|(one, two)| article * one + (1.0 - article) * two).collect()
        };
        Scores { blocks, article }
    }

    fn article_probability(&self, input: &FeatureInput<'_>, url: Option<&Url>) -> f32 {
        if self.kind.trees.is_empty() {
            return 1.0;
        }
        self.kind.probability(&page_kind::row(input, url, &self.kind_words))
    }
}

/// Why a model file was rejected.
#[derive(Debug, thiserror::Error)]
#[error("read the model: {0}")]
pub struct Error(&'static str);

impl Model {
    /// The model in its file format.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        write_words(&self.kind_words, &mut body);
        write_forest(&self.kind, &mut body);
        for part in [&self.article, &self.other] {
            write_words(&part.lexicon, &mut body);
            write_forest(&part.first, &mut body);
            write_forest(&part.second, &mut body);
        }
        let mut out = MAGIC.to_vec();
        out.extend(ContentHash::of(&body).to_string().as_bytes());
        out.extend(body);
        out
    }

    /// Reads a model file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Error("it does not begin with the magic of this version"))?;
        let (sum, body) = rest.split_at_checked(64).ok_or(Error("it is cut off"))?;
        if ContentHash::of(body).to_string().as_bytes() != sum {
            return Err(Error("its checksum is wrong"));
        }
        let mut reader = ModelReader(body);
        let (kind_words, kind) = (reader.words()?, reader.forest()?);
        let (article, other) = (reader.block_model()?, reader.block_model()?);
        if !reader.0.is_empty() {
            return Err(Error("there is data after its end"));
        }
        Ok(Self { kind_words, kind, article, other })
    }
}

/// The checksum in a model file, in hexadecimal.
pub(super) fn checksum(bytes: &[u8]) -> Option<&str> {
    let sum = bytes.strip_prefix(MAGIC)?.get(..64)?;
    std::str::from_utf8(sum).ok()
}

fn write_words(lexicon: &Lexicon, out: &mut Vec<u8>) {
    out.extend((lexicon.len() as u32).to_le_bytes());
    lexicon.steps().for_each(|(key, _)| out.extend(key.to_le_bytes()));
    lexicon.steps().for_each(|(_, steps)| out.extend(steps.to_le_bytes()));
}

fn write_forest(forest: &Forest, out: &mut Vec<u8>) {
    out.extend((forest.features as u32).to_le_bytes());
    out.extend(forest.bias.to_le_bytes());
    out.extend((forest.trees.len() as u32).to_le_bytes());
    for tree in &forest.trees {
        out.extend((tree.len() as u32).to_le_bytes());
        tree.iter().for_each(|node| write_node(*node, out));
    }
}

fn write_node(node: Node, out: &mut Vec<u8>) {
    match node {
        Node::Leaf(value) => {
            out.extend(u16::MAX.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        Node::Split { feature, threshold, right } => {
            out.extend(feature.to_le_bytes());
            out.extend(threshold.to_le_bytes());
            out.extend(right.to_le_bytes());
        }
    }
}

struct ModelReader<'a>(&'a [u8]);

impl ModelReader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Error("it is cut off"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn words(&mut self) -> Result<Lexicon, Error> {
        let count = self.u32()? as usize;
        let (keys, rest) = self.0.split_at_checked(4 * count).ok_or(Error("it is cut off"))?;
        let (steps, rest) = rest.split_at_checked(count).ok_or(Error("it is cut off"))?;
        self.0 = rest;
        let keys = keys.as_chunks::<4>().0.iter().map(|key| u32::from_le_bytes(*key));
        Ok(Lexicon::from_steps(keys.zip(steps.iter().map(|step| i8::from_le_bytes([*step])))))
    }

    fn block_model(&mut self) -> Result<BlockModel, Error> {
        Ok(BlockModel { lexicon: self.words()?, first: self.forest()?, second: self.forest()? })
    }

    fn forest(&mut self) -> Result<Forest, Error> {
        let features = self.u32()? as usize;
        let bias = f32::from_le_bytes(self.take()?);
        let trees = (0..self.u32()?).map(|_| self.tree(features)).collect::<Result<_, _>>()?;
        Ok(Forest { features, bias, trees })
    }

    fn tree(&mut self, features: usize) -> Result<Vec<Node>, Error> {
        let count = self.u32()? as usize;
        let mut nodes = Vec::with_capacity(count.min(1 << 12));
        for index in 0..count {
            let feature = u16::from_le_bytes(self.take()?);
            let value = f32::from_le_bytes(self.take()?);
            if feature == u16::MAX {
                nodes.push(Node::Leaf(value));
                continue;
            }
            let right = u16::from_le_bytes(self.take()?);
            // A child comes after its parent, so evaluation cannot loop.
            if usize::from(feature) >= features || usize::from(right) <= index || usize::from(right) >= count {
                return Err(Error("a tree points outside itself"));
            }
            nodes.push(Node::Split { feature, threshold: value, right });
        }
        Ok(nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        let tree = vec![Node::Split { feature: 1, threshold: 0.5, right: 2 }, Node::Leaf(-1.0), Node::Leaf(2.0)];
        let forest = Forest { features: 3, bias: 0.25, trees: vec![tree] };
        let lexicon = Lexicon::new([(7, 1.5), (3, -2.0)]);
        let part = BlockModel { lexicon: lexicon.clone(), first: forest.clone(), second: forest.clone() };
        Model { kind_words: lexicon, kind: forest, article: part.clone(), other: part }
    }

    #[test]
    fn a_model_survives_a_round_trip() {
        let bytes = model().to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert_eq!(read.article.first, model().article.first);
        assert!(read.other.lexicon.steps().eq(model().other.lexicon.steps()));
        assert_eq!(read.to_bytes(), bytes);
    }

    #[test]
    fn a_file_with_any_byte_flipped_is_rejected() {
        let bytes = model().to_bytes();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Model::from_bytes(&damaged).is_err(), "byte {at}");
        }
        assert!(Model::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn splits_send_small_values_left() {
        let forest = model().kind;
        assert!(forest.probability(&[0.0, 0.5, 0.0]) < 0.4);
        assert!(forest.probability(&[0.0, 0.6, 0.0]) > 0.8);
    }
}
