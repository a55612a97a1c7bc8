//! Gradient-boosted trees: the learned part of the labeller, with a [`Net`] as a third round. Only evaluates them; training is in `train/`.
//!
//! A model file starts with the magic `GLM4` and the SHA-256 of the rest. Then follow, little-endian, the lexicon and forest that recognise articles, and
//! the lexicon, two forests and net that score blocks. A lexicon is a count, `u32` keys and `i8` steps; a forest is a feature count, a bias, a tree count
//! and nodes; a net is a count of columns, 0 if there is none, the columns, and as many weights as follow from their count. The magic is the version. A
//! file with a wrong checksum, index or count is rejected.

use url::Url;

use super::features::table::Table;
use super::features::{FeatureInput, page_kind};
use super::forest::{FlatForest, MAX_LEAVES};
use super::lexicon::Lexicon;
use super::net::{self, Column, Net, sigmoid};
use super::node::{Node, leaf_value};
use super::signals::PageSignals;
use crate::base::hash::ContentHash;
use crate::page::Page;

/// The first bytes of a model file.
const MAGIC: &[u8; 4] = b"GLM4";

/// Trees whose leaf values add up to log-odds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    /// Width of the rows it was trained on.
    pub features: usize,
    bias: f32,
    trees: Vec<Vec<Node>>,
    flat: FlatForest,
}

impl Forest {
    /// A forest of trees, each a list of nodes in pre-order. `bias` is added to every sum.
    pub fn new(features: usize, bias: f32, trees: Vec<Vec<Node>>) -> Self {
        let flat = FlatForest::of(bias, &trees);
        Self { features, bias, trees, flat }
    }

    /// Whether it has no trees.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// The probability for one row. Missing values at the end of a row count as 0.
    pub fn probability(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| leaf_value(tree, row)).sum();
        sigmoid(self.bias + sum)
    }

    /// The probability for each row.
    pub fn probabilities(&self, rows: &Table) -> Vec<f32> {
        self.flat.probabilities(rows)
    }
}

/// Scores blocks: learned words, the trees of two rounds, and a net.
#[derive(Clone, Debug, Default)]
pub struct BlockModel {
    /// Learned words.
    pub lexicon: Lexicon,
    /// Round one.
    pub first: Forest,
    /// Round two.
    pub second: Forest,
    /// Round three, for text dumps.
    pub net: Option<Net>,
}

impl BlockModel {
    /// One probability per block, in page order. `article` is the probability that the page is an article.
    fn probabilities(&self, input: &FeatureInput<'_>, article: f32) -> Vec<f32> {
        let mut rows = input.first_round(&self.lexicon, article);
        let scores = self.first.probabilities(&rows);
        input.second_round(&mut rows, &scores);
        let scores = self.second.probabilities(&rows);
        match &self.net {
            Some(net) => net.probabilities(&rows, &scores),
            None => scores,
        }
    }
}

/// A trained model for one format.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Words of URLs and outermost element names: log-odds that the page is an article.
    pub kind_words: Lexicon,
    /// The probability that a page is an article. Without trees, every page counts as one.
    pub kind: Forest,
    /// Scores the blocks of a page.
    pub blocks: BlockModel,
}

/// The scores of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// One probability per block, in page order.
    pub blocks: Vec<f32>,
    /// The probability that the page is an article.
    pub article: f32,
}

impl Scores {
    /// Whether the page is taken for an article.
    pub fn is_story(&self) -> bool {
        self.article >= 0.5
    }
}

impl Model {
    /// Scores a page.
    pub fn scores(&self, page: &Page, page_signals: &PageSignals<'_>) -> Scores {
        let input = FeatureInput::of(page, page_signals);
        let article = self.article_probability(&input, page.head.url.as_ref());
        Scores { blocks: self.blocks.probabilities(&input, article), article }
    }

    fn article_probability(&self, input: &FeatureInput<'_>, url: Option<&Url>) -> f32 {
        if self.kind.is_empty() {
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
        write_words(&self.blocks.lexicon, &mut body);
        write_forest(&self.blocks.first, &mut body);
        write_forest(&self.blocks.second, &mut body);
        write_net(self.blocks.net.as_ref(), &mut body);
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
        Self::read(body)
    }

    /// Reads a model file in the program, where a test has compared the checksum: that takes ten times as long as the rest.
    pub(super) fn from_embedded(bytes: &[u8]) -> Result<Self, Error> {
        let body = bytes.get(MAGIC.len() + 64..).filter(|_| bytes.starts_with(MAGIC));
        Self::read(body.ok_or(Error("it is not of this version"))?)
    }

    fn read(body: &[u8]) -> Result<Self, Error> {
        let mut reader = ModelReader(body);
        let (kind_words, kind) = (reader.words()?, reader.forest()?);
        let (lexicon, first, second) = (reader.words()?, reader.forest()?, reader.forest()?);
        let net = reader.net(second.features)?;
        let blocks = BlockModel { lexicon, first, second, net };
        if !reader.0.is_empty() {
            return Err(Error("there is data after its end"));
        }
        Ok(Self { kind_words, kind, blocks })
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
    out.extend(if node.is_leaf() { u16::MAX } else { node.feature() }.to_le_bytes());
    out.extend(node.value().to_le_bytes());
    if let Some((_, right)) = node.children() {
        out.extend(right.to_le_bytes());
    }
}

fn write_net(net: Option<&Net>, out: &mut Vec<u8>) {
    let columns = net.map(|net| net.columns.as_slice()).unwrap_or_default();
    out.extend((columns.len() as u32).to_le_bytes());
    for column in columns {
        out.extend(column.index.to_le_bytes());
        out.extend([column.mean, column.scale].into_iter().flat_map(f32::to_le_bytes));
    }
    net.into_iter().flat_map(|net| &net.weights).for_each(|weight| out.extend(weight.to_le_bytes()));
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

    fn f32(&mut self) -> Result<f32, Error> {
        Ok(f32::from_le_bytes(self.take()?))
    }

    fn words(&mut self) -> Result<Lexicon, Error> {
        let count = self.u32()? as usize;
        let (keys, rest) = self.0.split_at_checked(4 * count).ok_or(Error("it is cut off"))?;
        let (steps, rest) = rest.split_at_checked(count).ok_or(Error("it is cut off"))?;
        self.0 = rest;
        let keys = keys.as_chunks::<4>().0.iter().map(|key| u32::from_le_bytes(*key));
        Ok(Lexicon::from_steps(keys.zip(steps.iter().map(|step| i8::from_le_bytes([*step])))))
    }

    fn forest(&mut self) -> Result<Forest, Error> {
        let features = self.u32()? as usize;
        let bias = self.f32()?;
        let trees = (0..self.u32()?).map(|_| self.tree(features)).collect::<Result<Vec<_>, _>>()?;
        if trees.iter().map(Vec::len).sum::<usize>() > usize::from(u16::MAX) {
            return Err(Error("a forest has too many nodes"));
        }
        Ok(Forest::new(features, bias, trees))
    }

    /// A net over rows of so many columns.
    fn net(&mut self, features: usize) -> Result<Option<Net>, Error> {
        let count = self.u32()? as usize;
        if count == 0 {
            return Ok(None);
        }
        if count > features {
            return Err(Error("its net has too many columns"));
        }
        let columns = (0..count).map(|_| self.column(features)).collect::<Result<_, _>>()?;
        let weights = (0..net::weight_count(count)).map(|_| self.f32()).collect::<Result<_, _>>()?;
        Ok(Some(Net { columns, weights }))
    }

    fn column(&mut self, features: usize) -> Result<Column, Error> {
        let column = Column { index: u16::from_le_bytes(self.take()?), mean: self.f32()?, scale: self.f32()? };
        if usize::from(column.index) < features { Ok(column) } else { Err(Error("its net has a column outside the rows")) }
    }

    fn tree(&mut self, features: usize) -> Result<Vec<Node>, Error> {
        let count = self.u32()? as usize;
        let count_of_nodes = u16::try_from(count).ok().filter(|_| count < 2 * MAX_LEAVES);
        let mut nodes = Vec::with_capacity(count.min(2 * MAX_LEAVES));
        for index in 0..count_of_nodes.ok_or(Error("a tree has too many nodes"))? {
            let feature = u16::from_le_bytes(self.take()?);
            let value = self.f32()?;
            if feature == u16::MAX {
                nodes.push(Node::leaf(index, value));
                continue;
            }
            let right = u16::from_le_bytes(self.take()?);
            // The left child comes next and the right one after it, so evaluation cannot loop.
            if usize::from(feature) >= features || right <= index + 1 || usize::from(right) >= count {
                return Err(Error("a tree points outside itself"));
            }
            nodes.push(Node::split(index, feature, value, right));
        }
        Ok(nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        let tree = vec![Node::split(0, 1, 0.5, 2), Node::leaf(1, -1.0), Node::leaf(2, 2.0)];
        let forest = Forest::new(3, 0.25, vec![tree]);
        let lexicon = Lexicon::new([(7, 1.5), (3, -2.0)]);
        let columns = vec![Column { index: 2, mean: 0.5, scale: 4.0 }];
        let weights = (0..net::weight_count(1)).map(|at| (at % 7) as f32 / 64.0 - 0.04).collect();
        let net = Some(Net { columns, weights });
        let blocks = BlockModel { lexicon: lexicon.clone(), first: forest.clone(), second: forest.clone(), net };
        Model { kind_words: lexicon, kind: forest, blocks }
    }

    #[test]
    fn a_model_survives_a_round_trip() {
        let bytes = model().to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert_eq!(read.blocks.first, model().blocks.first);
        assert_eq!(read.blocks.net, model().blocks.net);
        assert!(read.blocks.lexicon.steps().eq(model().blocks.lexicon.steps()));
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
    fn a_model_without_a_net_survives_a_round_trip() {
        let mut model = model();
        model.blocks.net = None;
        let read = Model::from_bytes(&model.to_bytes()).unwrap();
        assert_eq!(read.blocks.net, None);
        assert_eq!(read.blocks.second, model.blocks.second);
    }

    #[test]
    fn a_net_that_does_not_fit_the_rows_is_rejected() {
        let mut wide = model();
        wide.blocks.second = Forest::default();
        assert_eq!(Model::from_bytes(&wide.to_bytes()).unwrap_err().0, "its net has too many columns");
        let mut outside = model();
        outside.blocks.net.as_mut().unwrap().columns[0].index = 3;
        assert_eq!(Model::from_bytes(&outside.to_bytes()).unwrap_err().0, "its net has a column outside the rows");
    }

    #[test]
    fn splits_send_small_values_left() {
        let forest = model().kind;
        assert!(forest.probability(&[0.0, 0.5, 0.0]) < 0.4);
        assert!(forest.probability(&[0.0, 0.6, 0.0]) > 0.8);
    }
}
