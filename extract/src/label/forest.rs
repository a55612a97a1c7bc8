//! Evaluates gradient-boosted trees on all rows of a page: 64 rows go down a tree together, as a set of bits that every split divides in two.
//!
//! Each distinct threshold of a feature is compared with the rows once, whatever the number of splits that have it, and thresholds outside the range of the
//! rows' values not at all. No step depends on data by a branch that the processor could mispredict. The values of leaves are added in the order of the
//! trees, so each row gets to the bit what it would get alone.

use super::features::table::{LANES, Table};
use super::net::sigmoid;
use super::node::Node;
use super::tables::{Quad, TableReader, write_list};
use crate::base::list::List;

/// Rows that go down a tree together: the bits of a set.
const TOGETHER: usize = 64;

/// Most leaves of a tree.
pub const MAX_LEAVES: usize = 128;

/// Bits of the number of a leaf.
const LEAF_BITS: usize = MAX_LEAVES.ilog2() as usize;

/// Trees in the form that is fast to evaluate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlatForest {
    bias: f32,
    /// In order of the features: [`FeatureTests`].
    features: List<Quad>,
    /// The thresholds of each feature, in ascending order.
    thresholds: List<Quad>,
    /// [`FlatTree`]s.
    trees: List<Quad>,
    /// The splits of each tree, each before those below it: [`Split`]s.
    splits: List<Quad>,
    /// The values of each tree's leaves.
    leaves: List<Quad>,
}

/// A forest while it is built.
#[derive(Default)]
struct ForestBuilder {
    features: Vec<FeatureTests>,
    thresholds: Vec<f32>,
    trees: Vec<FlatTree>,
    splits: Vec<Split>,
    leaves: Vec<f32>,
}

/// A feature, and the number of its thresholds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct FeatureTests {
    feature: u16,
    thresholds: u16,
}

impl FeatureTests {
    fn of([a, b, c, d]: Quad) -> Self {
        Self { feature: u16::from_le_bytes([a, b]), thresholds: u16::from_le_bytes([c, d]) }
    }

    fn quad(self) -> Quad {
        let ([a, b], [c, d]) = (self.feature.to_le_bytes(), self.thresholds.to_le_bytes());
        [a, b, c, d]
    }
}

/// The number of a tree's splits and leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
struct FlatTree {
    splits: u8,
    leaves: u8,
}

/// A split: the threshold that it compares with, and where the rows on either side go: to a split of the tree, or a leaf, by [`LEAF`] and its number.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Split {
    threshold: u16,
    below: u8,
    above: u8,
}

impl Split {
    fn of([a, b, below, above]: Quad) -> Self {
        Self { threshold: u16::from_le_bytes([a, b]), below, above }
    }

    fn quad(self) -> Quad {
        let [a, b] = self.threshold.to_le_bytes();
        [a, b, self.below, self.above]
    }
}

/// The bit that distinguishes leaves from splits.
const LEAF: u8 = MAX_LEAVES as u8;

impl FlatForest {
    /// Flattens trees, given as nodes in pre-order. A tree with more than [`MAX_LEAVES`] leaves counts as none.
    pub fn of(bias: f32, trees: &[Vec<Node>]) -> Self {
        let mut flat = ForestBuilder::default();
        // For each split its feature and threshold in the upper bits, so that equal ones come together.
        let mut tests = Vec::new();
        trees.iter().for_each(|tree| flat.push(tree, &mut tests));
        tests.sort_unstable();
        let mut last = None;
        for test in tests {
            let (feature, threshold) = ((test >> 48) as u16, (test >> 16) as u32);
            if last.replace((feature, threshold)) != Some((feature, threshold)) {
                flat.push_test(feature, in_order(threshold));
            }
            if let Some(split) = flat.splits.get_mut(usize::from(test as u16)) {
                split.threshold = (flat.thresholds.len() - 1) as u16;
            }
        }
        let numbers = |numbers: &[f32]| numbers.iter().map(|number| number.to_le_bytes()).collect();
        Self {
            bias,
            features: flat.features.iter().map(|tests| tests.quad()).collect(),
            thresholds: numbers(&flat.thresholds),
            trees: flat.trees.iter().map(|tree| [tree.splits, tree.leaves, 0, 0]).collect(),
            splits: flat.splits.iter().map(|split| split.quad()).collect(),
            leaves: numbers(&flat.leaves),
        }
    }

    /// Whether it has no trees.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// Appends its tables.
    pub fn write_tables(&self, out: &mut Vec<u8>) {
        out.extend(self.bias.to_le_bytes());
        let lists = [&self.features, &self.thresholds, &self.trees, &self.splits, &self.leaves];
        lists.into_iter().for_each(|list| write_list(list, out));
    }

    /// A forest whose tables are read in place.
    pub fn of_tables(tables: &mut TableReader) -> Option<Self> {
        Some(Self {
            bias: f32::from_bits(tables.number()?),
            features: tables.list()?,
            thresholds: tables.list()?,
            trees: tables.list()?,
            splits: tables.list()?,
            leaves: tables.list()?,
        })
    }

    /// The probability for each row.
    pub fn probabilities(&self, rows: &Table) -> Vec<f32> {
        let mut found = vec![0.0; rows.rows()];
        let mut fits = vec![0; self.thresholds.len()];
        for (chunk, found) in found.chunks_mut(TOGETHER).enumerate() {
            self.compare(rows, chunk * TOGETHER, &mut fits);
            let mut sums = [self.bias; TOGETHER];
            self.add_leaves(&fits, &mut sums);
            found.iter_mut().enumerate().for_each(|(row, found)| *found = sigmoid(sums[bit_of(row)]));
        }
        found
    }

    /// Finds, for each threshold, the rows from `start` on whose value is at most as large.
    fn compare(&self, rows: &Table, start: usize, fits: &mut [u64]) {
        let (mut thresholds, mut fits) = (&*self.thresholds, fits);
        for tests in self.features.iter().map(|tests| FeatureTests::of(*tests)) {
            let count = usize::from(tests.thresholds);
            let Some((own, rest)) = thresholds.split_at_checked(count) else { return };
            let Some((own_fits, rest_fits)) = fits.split_at_mut_checked(count) else { return };
            compare_feature(rows.quads(usize::from(tests.feature), start, TOGETHER), own, own_fits);
            (thresholds, fits) = (rest, rest_fits);
        }
    }

    /// Adds the value of the leaf that each row falls into, tree after tree. The sums are in the order of the bits of a set.
    fn add_leaves(&self, fits: &[u64], sums: &mut [f32; TOGETHER]) {
        let (mut splits, mut leaves) = (&*self.splits, &*self.leaves);
        let mut sets = [0u64; 2 * MAX_LEAVES];
        let mut values = [0.0f32; MAX_LEAVES];
        for [own_splits, own_leaves, ..] in self.trees.iter().copied() {
            let Some((own_splits, rest_splits)) = splits.split_at_checked(usize::from(own_splits)) else { return };
            let Some((own_leaves, rest_leaves)) = leaves.split_at_checked(usize::from(own_leaves)) else { return };
            (splits, leaves) = (rest_splits, rest_leaves);
            // A tree may be a single leaf, with all rows in it.
            sets[if own_splits.is_empty() { usize::from(LEAF) } else { 0 }] = u64::MAX;
            for (at, split) in own_splits.iter().map(|split| Split::of(*split)).enumerate() {
                let rows = sets[at % MAX_LEAVES];
                let fits = fits.get(usize::from(split.threshold)).copied().unwrap_or_default();
                sets[usize::from(split.below)] = rows & fits;
                sets[usize::from(split.above)] = rows & !fits;
            }
            values.iter_mut().zip(own_leaves).for_each(|(slot, value)| *slot = f32::from_le_bytes(*value));
            let [_, leaf_sets] = sets.as_chunks_mut().0 else { return };
            add_values(leaf_sets, own_leaves.len(), &values, sums);
        }
    }
}

impl ForestBuilder {
    fn push_test(&mut self, feature: u16, threshold: f32) {
        self.thresholds.push(threshold);
        match self.features.last_mut().filter(|last| last.feature == feature) {
            Some(last) => last.thresholds += 1,
            None => self.features.push(FeatureTests { feature, thresholds: 1 }),
        }
    }

    /// Appends a tree. Its thresholds are numbered when those of all trees are known.
    fn push(&mut self, tree: &[Node], tests: &mut Vec<u64>) {
        let leaves = tree.iter().filter(|node| node.is_leaf()).count();
        if leaves > MAX_LEAVES || self.splits.len() + tree.len() > usize::from(u16::MAX) {
            return;
        }
        // The number of each node among those of its kind; leaves have a bit more.
        let mut next = (0u8, LEAF);
        let number = |node: &Node| {
            let next = if node.is_leaf() { &mut next.1 } else { &mut next.0 };
            std::mem::replace(next, next.wrapping_add(1))
        };
        let numbers: Vec<u8> = tree.iter().map(number).collect();
        let number = |at: u16| numbers.get(usize::from(at)).copied().unwrap_or(LEAF);
        for node in tree {
            match node.children() {
                None => self.leaves.push(node.value()),
                Some((below, above)) => {
                    let test = u64::from(node.feature()) << 48 | u64::from(order(node.value())) << 16;
                    tests.push(test | self.splits.len() as u64);
                    self.splits.push(Split { threshold: 0, below: number(below), above: number(above) });
                }
            }
        }
        self.trees.push(FlatTree { splits: (tree.len() - leaves) as u8, leaves: leaves as u8 });
    }
}

/// A number's bits in an order that is that of the numbers; both zeros are one.
fn order(value: f32) -> u32 {
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// The number with this place in the [`order`].
fn in_order(place: u32) -> f32 {
    f32::from_bits(if place >> 31 == 0 { !place } else { place & !(1 << 31) })
}

/// The bit of a row in the sets: rows are compared four at a time, and each of the four has sixteen bits of its own.
fn bit_of(row: usize) -> usize {
    (row % LANES * (TOGETHER / LANES) + row / LANES) % TOGETHER
}

/// Finds, for each threshold of a feature, the rows whose value is at most as large.
fn compare_feature(values: &[[f32; LANES]], thresholds: &[Quad], fits: &mut [u64]) {
    // Finding the range takes about as long as two comparisons.
    let (low, high) = if thresholds.len() > 2 { range(values) } else { (f32::NEG_INFINITY, f32::INFINITY) };
    for (threshold, fits) in thresholds.iter().map(|threshold| f32::from_le_bytes(*threshold)).zip(fits) {
        *fits = if threshold < low {
            0
        } else if threshold >= high {
            u64::MAX
        } else {
            at_most(values, threshold)
        };
    }
}

/// The smallest and the largest value, or a wider range if there are values that are no numbers.
fn range(values: &[[f32; LANES]]) -> (f32, f32) {
    let (mut low, mut high) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    // The product with zero is zero for every finite number.
    let mut products = [0.0; LANES];
    for values in values {
        for lane in 0..LANES {
            low[lane] = if values[lane] < low[lane] { values[lane] } else { low[lane] };
            high[lane] = if values[lane] > high[lane] { values[lane] } else { high[lane] };
            products[lane] += values[lane] * 0.0;
        }
    }
    if products != [0.0; LANES] {
        return (f32::NEG_INFINITY, f32::INFINITY);
    }
    (low.into_iter().fold(f32::INFINITY, f32::min), high.into_iter().fold(f32::NEG_INFINITY, f32::max))
}

/// The rows whose value is at most the threshold, as a set.
fn at_most(values: &[[f32; LANES]], threshold: f32) -> u64 {
    let mut lanes = [0u32; LANES];
    // The last values first, so that each step makes space for one more bit at the lower end. The compiler turns this into vector instructions.
    for values in values.iter().rev() {
        let mut next = [0; LANES];
        for lane in 0..LANES {
            next[lane] = lanes[lane] + lanes[lane] + u32::from(values[lane] <= threshold);
        }
        lanes = next;
    }
    lanes.into_iter().rev().fold(0, |set, lane| set << (TOGETHER / LANES) | u64::from(lane))
}

/// Adds to each row's sum the value of its leaf, given the rows of each of `count` leaves. The sets are overwritten; those of further leaves are left over
/// from other trees.
fn add_values(sets: &mut [u64; MAX_LEAVES], count: usize, values: &[f32; MAX_LEAVES], sums: &mut [f32; TOGETHER]) {
    let places = count.next_power_of_two();
    sets.iter_mut().take(places).skip(count).for_each(|set| *set = 0);
    let mut planes = [0u64; LEAF_BITS];
    let bits = number_bits(sets, places, &mut planes);
    for (at, sums) in sums.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        // The numbers of the leaves of eight rows, in a byte each.
        let mut numbers = 0;
        for (bit, plane) in planes.iter().enumerate().take(bits) {
            numbers |= SPREAD[usize::from((plane >> (8 * at)) as u8)] << bit;
        }
        for (sum, number) in sums.iter_mut().zip(numbers.to_le_bytes()) {
            *sum += values[usize::from(number) % MAX_LEAVES];
        }
    }
}

/// For each bit of a leaf's number, the rows in leaves whose number has it, of so many leaves, a power of two. Returns the count of bits.
fn number_bits(sets: &mut [u64; MAX_LEAVES], mut places: usize, planes: &mut [u64; LEAF_BITS]) -> usize {
    for (bits, plane) in planes.iter_mut().enumerate() {
        if places <= 1 {
            return bits;
        }
        places /= 2;
        for at in 0..places {
            let (even, odd) = (sets[2 * at % MAX_LEAVES], sets[(2 * at + 1) % MAX_LEAVES]);
            *plane |= odd;
            sets[at % MAX_LEAVES] = even | odd;
        }
    }
    LEAF_BITS
}

/// For each byte, its bits as one byte each, the lowest first.
static SPREAD: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let mut bit = 0;
        while bit < 8 {
            table[byte] |= ((byte as u64 >> bit) & 1) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::features::matrix::Matrix;
    use crate::label::node::leaf_value;

    /// Pseudo-random numbers (Knuth's MMIX constants).
    struct Draws(u64);

    impl Draws {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % end
        }

        /// Few distinct values, so that some are equal to thresholds.
        fn value(&mut self) -> f32 {
            match self.below(40) {
                0 => f32::NAN,
                1 => -0.0,
                value => (value as f32 - 20.0) / 4.0,
            }
        }

        /// A tree in pre-order, of random shape.
        fn tree(&mut self, nodes: &mut Vec<Node>, depth: usize) {
            let at = nodes.len() as u16;
            if depth == 0 || self.below(4) == 0 {
                nodes.push(Node::leaf(at, self.value().max(-5.0) / 3.0));
                return;
            }
            nodes.push(Node::leaf(at, 0.0));
            self.tree(nodes, depth - 1);
            nodes[usize::from(at)] = Node::split(at, self.below(5) as u16, self.value().max(-5.0), nodes.len() as u16);
            self.tree(nodes, depth - 1);
        }
    }

    #[test]
    fn rows_together_get_what_each_gets_alone() {
        let mut draws = Draws(7);
        for rows in [0, 1, 15, 16, 17, 64, 65, 150] {
            let mut trees = vec![Vec::new(); 30];
            trees.iter_mut().for_each(|tree| draws.tree(tree, 7));
            let forest = FlatForest::of(0.25, &trees);
            let matrix = Matrix { width: 5, values: (0..5 * rows).map(|_| draws.value()).collect() };
            let alone = |row: usize| {
                let leaf = |tree: &Vec<Node>| leaf_value(tree, matrix.row(row));
                sigmoid(trees.iter().fold(0.25, |sum, tree| sum + leaf(tree)))
            };
            assert_eq!(forest.probabilities(&Table::from(&matrix)), (0..rows).map(alone).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_have_an_order_that_can_be_undone() {
        let numbers = [f32::NEG_INFINITY, -3.5, -1e-30, 0.0, 1e-30, 0.25, f32::INFINITY];
        assert!(numbers.windows(2).all(|pair| order(pair[0]) < order(pair[1])));
        assert_eq!(numbers.map(|number| in_order(order(number))), numbers);
        assert_eq!(order(-0.0), order(0.0));
    }

    #[test]
    fn a_byte_is_spread_to_its_bits() {
        assert_eq!(SPREAD[0b1000_0101].to_le_bytes(), [1, 0, 1, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_comparison_finds_the_rows_with_small_values() {
        let mut values = [[3.0; LANES]; TOGETHER / LANES];
        let rows = [0, 9, 15, 38, 63];
        rows.into_iter().for_each(|row| values[row / LANES][row % LANES] = 1.0);
        assert_eq!(at_most(&values, 1.0), rows.into_iter().fold(0, |set, row| set | 1 << bit_of(row)));
        assert_eq!(range(&values), (1.0, 3.0));
        values[7][2] = f32::NAN;
        assert_eq!(range(&values), (f32::NEG_INFINITY, f32::INFINITY));
    }
}
