//! The trained models and their files, and their tables in the program. Scores nothing.
//!
//! A model file starts with the magic `GLM4` and the SHA-256 of the rest, which `model.rs` checks. Then follow, little-endian, the lexicon and forest that
//! recognise articles, and the lexicon, two forests and net that score blocks. A lexicon is a count, `u32` keys and `i8` steps; a forest is a feature count, a
//! bias, a tree count and nodes; a net is a count of columns, 0 if there is none, the columns, and as many weights as follow from their count. The magic is the
//! version. A file with a wrong checksum, index or count is rejected.

use super::features::table::Table;
use super::forest::{FlatForest, MAX_LEAVES};
use super::lexicon::Lexicon;
use super::net::{self, Column, Net, sigmoid};
use super::node::{Node, leaf_value};
use super::tables::TableReader;

/// Trees whose leaf values add up to log-odds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    /// Width of the rows it was trained on.
    pub features: usize,
    bias: f32,
    /// None of a forest that is read in place: only `flat` evaluates it.
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
        self.flat.is_empty()
    }

    /// The probability for one row, of a forest that is not read in place. Missing values at the end of a row count as 0.
    pub fn probability(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| leaf_value(tree, row)).sum();
        sigmoid(self.bias + sum)
    }

    /// The probability for each row.
    pub fn probabilities(&self, rows: &Table) -> Vec<f32> {
        self.flat.probabilities(rows)
    }

    fn write_tables(&self, out: &mut Vec<u8>) {
        out.extend((self.features as u32).to_le_bytes());
        self.flat.write_tables(out);
    }

    fn of_tables(tables: &mut TableReader) -> Option<Self> {
        let (features, flat) = (tables.number()? as usize, FlatForest::of_tables(tables)?);
        Some(Self { features, bias: 0.0, trees: Vec::new(), flat })
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

/// Why a model file was rejected.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("read the model: {0}")]
pub struct Error(pub(super) &'static str);

impl Model {
    /// The model as a file has it, after the checksum.
    pub fn write(&self, out: &mut Vec<u8>) {
        write_words(&self.kind_words, out);
        write_forest(&self.kind, out);
        write_words(&self.blocks.lexicon, out);
        write_forest(&self.blocks.first, out);
        write_forest(&self.blocks.second, out);
        write_net(self.blocks.net.as_ref(), out);
    }

    /// Reads what [`Model::write`] writes.
    pub fn read(body: &[u8]) -> Result<Self, Error> {
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

    /// The model as tables that can be read in place. The trees that tell the kind of a page and the net are few, and are written as in a file.
    pub fn to_tables(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.kind_words.write_tables(&mut out);
        write_forest(&self.kind, &mut out);
        self.blocks.lexicon.write_tables(&mut out);
        self.blocks.first.write_tables(&mut out);
        self.blocks.second.write_tables(&mut out);
        write_net(self.blocks.net.as_ref(), &mut out);
        out
    }

    /// A model whose tables are read in place: those that [`Model::to_tables`] writes.
    pub fn of_tables(tables: &'static [u8]) -> Result<Self, Error> {
        let mut tables = TableReader(tables);
        let cut_off = Error("it is cut off");
        let kind_words = Lexicon::of_tables(&mut tables).ok_or(cut_off)?;
        let mut reader = ModelReader(tables.0);
        let kind = reader.forest()?;
        tables = TableReader(reader.0);
        let parts = (Lexicon::of_tables(&mut tables), Forest::of_tables(&mut tables), Forest::of_tables(&mut tables));
        let (Some(lexicon), Some(first), Some(second)) = parts else { return Err(cut_off) };
        let net = ModelReader(tables.0).net(second.features)?;
        Ok(Self { kind_words, kind, blocks: BlockModel { lexicon, first, second, net } })
    }
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
