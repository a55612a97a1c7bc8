//! Gradient-boosted trees for two classes: histograms of up to 64 bins, best-first growth, log-loss (Friedman 2001; Ke et al., LightGBM, 2017).
//! Deterministic: the same data and seed give the same trees on any number of threads.

use gleaner_extract::label::model::Forest;
use gleaner_extract::label::node::Node;
use rayon::prelude::*;

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub struct TreeParams {
    /// Number of trees.
    pub trees: usize,
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Learning rate.
    pub rate: f32,
    /// Least sum of weights in a leaf.
    pub min_weight: f32,
    /// L2 regularisation of leaf values.
    pub lambda: f32,
    /// Share of the columns that each tree uses.
    pub columns: f32,
    /// Share of the rows that each tree is grown on (Friedman, Stochastic Gradient Boosting, 2002).
    pub rows: f32,
    /// Seed of the choice of columns and rows.
    pub seed: u64,
}

const BINS: usize = 64;

/// Training rows, binned and stored by column.
pub struct Binned {
    columns: Vec<Vec<u8>>,
    /// Upper edge of each bin but the last, by column.
    edges: Vec<Vec<f32>>,
    rows: usize,
}

/// Columns that are binned together: as many values as a line of the processor's cache holds.
const TOGETHER: usize = 16;

impl Binned {
    /// Bins rows, all of the same width, by quantiles of those with a weight.
    pub fn of(rows: &[&[f32]], weights: &[f32]) -> Self {
        let width = rows.first().map_or(0, |row| row.len());
        let weighted: Vec<&[f32]> = rows.iter().zip(weights).filter(|(_, weight)| **weight > 0.0).map(|(row, _)| *row).collect();
        let starts: Vec<usize> = (0..width).step_by(TOGETHER).collect();
        let (columns, edges): (Vec<_>, Vec<_>) = starts
            .into_par_iter()
            .flat_map_iter(|start| {
                let range = start..(start + TOGETHER).min(width);
                let edges: Vec<Vec<f32>> = range.clone().map(|column| edges(&weighted, column)).collect();
                let mut columns = vec![Vec::with_capacity(rows.len()); range.len()];
                for row in rows {
                    for ((column, edges), value) in columns.iter_mut().zip(&edges).zip(&row[range.clone()]) {
                        column.push(edges.partition_point(|edge| edge < value) as u8);
                    }
                }
                columns.into_iter().zip(edges)
            })
            .unzip();
        Self { columns, edges, rows: rows.len() }
    }
}

fn edges(rows: &[&[f32]], column: usize) -> Vec<f32> {
    let step = (rows.len() / 60_000).max(1);
    let mut values: Vec<f32> = rows.iter().step_by(step).map(|row| row[column]).collect();
    values.sort_unstable_by(f32::total_cmp);
    let mut edges: Vec<f32> = Vec::new();
    for bin in 1..BINS {
        let at = values.len() * bin / BINS;
        let (Some(below), Some(above)) = (at.checked_sub(1).and_then(|at| values.get(at)), values.get(at)) else { continue };
        let edge = below + (above - below) / 2.0;
        if edges.last().is_none_or(|last| edge > *last) && *values.last().unwrap_or(&edge) > edge {
            edges.push(edge);
        }
    }
    edges
}

#[derive(Clone, Copy, Default)]
struct GradientSums {
    gradient: f64,
    hessian: f64,
    weight: f64,
}

impl GradientSums {
    fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
            weight: self.weight + other.weight,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            weight: self.weight - other.weight,
        }
    }

    fn gain(self, lambda: f64) -> f64 {
        self.gradient * self.gradient / (self.hessian + lambda)
    }
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    /// The column's place among the chosen ones.
    place: usize,
    bin: u8,
}

/// A leaf that may still be split.
struct OpenLeaf {
    rows: Vec<u32>,
    sums: GradientSums,
    best: Option<Split>,
    histograms: Vec<Histogram>,
    node: usize,
}

/// Trains on binned rows, each with a label of 0 or 1 and a weight. Returns the trees, and the probability that they give each row, those without a
/// weight as well.
pub fn train(data: &Binned, labels: &[f32], weights: &[f32], params: TreeParams) -> (Forest, Vec<f32>) {
    let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
    let positive: f64 = labels.iter().zip(weights).map(|(y, w)| f64::from(y * w)).sum();
    let bias = (positive / (total - positive).max(1e-9)).ln() as f32;
    let probability = |score: f32| 1.0 / (1.0 + (-score).exp());
    let mut scores = vec![bias; data.rows];
    let mut trees = Vec::new();
    for tree in 0..params.trees {
        let gradients: Vec<(f32, f32, f32)> = (0..data.rows)
            .into_par_iter()
            .map(|row| {
                let (p, w) = (probability(scores[row]), weights[row]);
                ((p - labels[row]) * w, (p * (1.0 - p)).max(1e-6) * w, w)
            })
            .collect();
        let columns = choose(data.columns.len(), params, tree as u64);
        let rows = choose_rows(weights, params, tree as u64);
        let drafts = grow(data, &GrowingData::of(data, &gradients, &columns, &rows), params);
        scores.par_iter_mut().enumerate().for_each(|(row, score)| *score += value_of(data, &drafts, row));
        let mut nodes = Vec::new();
        write_out(data, &drafts, 0, &mut nodes);
        trees.push(nodes);
    }
    let forest = Forest::new(data.columns.len(), bias, trees);
    (forest, scores.into_iter().map(probability).collect())
}

/// A pseudo-random choice of columns, in order.
fn choose(width: usize, params: TreeParams, tree: u64) -> Vec<usize> {
    let draw = |column: usize| xxhash_rust::xxh3::xxh3_64_with_seed(&(column as u64).to_le_bytes(), params.seed ^ (tree << 20));
    let mut columns: Vec<usize> = (0..width).collect();
    columns.sort_by_key(|column| draw(*column));
    columns.truncate(((width as f32 * params.columns) as usize).max(1));
    columns.sort_unstable();
    columns
}

/// A pseudo-random choice of the rows with a weight, in order.
fn choose_rows(weights: &[f32], params: TreeParams, tree: u64) -> Vec<u32> {
    let draw = |row: u32| xxhash_rust::xxh3::xxh3_64_with_seed(&row.to_le_bytes(), !params.seed ^ (tree << 20)) >> 40;
    let below = (f64::from(params.rows) * f64::from(1u32 << 24)) as u64;
    (0..weights.len() as u32).into_par_iter().filter(|row| weights[*row as usize] > 0.0 && draw(*row) < below).collect()
}

/// What one tree is grown on: the chosen rows and columns, stored by row, so that a row's bins are next to each other in memory.
struct GrowingData<'a> {
    columns: &'a [usize],
    bins: Vec<u8>,
    gradients: Vec<(f32, f32, f32)>,
}

/// Rows that are handled together. Fixed, so that sums are added in the same order on any number of threads.
const ROWS_TOGETHER: usize = 8192;

impl<'a> GrowingData<'a> {
    fn of(data: &Binned, gradients: &[(f32, f32, f32)], columns: &'a [usize], rows: &[u32]) -> Self {
        let mut bins = vec![0u8; rows.len() * columns.len()];
        bins.par_chunks_mut(ROWS_TOGETHER * columns.len()).zip(rows.par_chunks(ROWS_TOGETHER)).for_each(|(slots, rows)| {
            for (at, column) in columns.iter().enumerate() {
                let own = &data.columns[*column];
                let slots = slots.iter_mut().skip(at).step_by(columns.len());
                slots.zip(rows).for_each(|(slot, row)| *slot = own[*row as usize]);
            }
        });
        Self { columns, bins, gradients: rows.iter().map(|row| gradients[*row as usize]).collect() }
    }

    fn rows(&self) -> usize {
        self.gradients.len()
    }

    /// The bin of a row in the column at this place of the chosen ones.
    fn bin(&self, row: u32, place: usize) -> u8 {
        self.bins[row as usize * self.columns.len() + place]
    }

    /// The sums of some rows, by column and bin.
    fn histograms(&self, rows: &[u32]) -> Vec<Histogram> {
        let parts: Vec<Vec<Histogram>> = rows.par_chunks(ROWS_TOGETHER * 4).map(|rows| self.histograms_of_part(rows)).collect();
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_else(|| self.histograms_of_part(&[]));
        for part in parts {
            let slots = all.iter_mut().flatten().zip(part.iter().flatten());
            slots.for_each(|(slot, own)| *slot = slot.plus(*own));
        }
        all
    }

    fn histograms_of_part(&self, rows: &[u32]) -> Vec<Histogram> {
        let width = self.columns.len();
        let mut sums = vec![[GradientSums::default(); BINS]; width];
        for row in rows {
            let row = *row as usize;
            let (gradient, hessian, weight) = self.gradients[row];
            let own = GradientSums { gradient: gradient.into(), hessian: hessian.into(), weight: weight.into() };
            for (histogram, bin) in sums.iter_mut().zip(&self.bins[row * width..(row + 1) * width]) {
                let slot = &mut histogram[usize::from(*bin)];
                *slot = slot.plus(own);
            }
        }
        sums
    }
}

/// Sums by bin.
type Histogram = [GradientSums; BINS];

fn best_split(
    data: &Binned,
    columns: &[usize],
    histograms: &[Histogram],
    sums: GradientSums,
    params: TreeParams,
) -> Option<Split> {
    let lambda = f64::from(params.lambda);
    let whole = sums.gain(lambda);
    let mut best: Option<Split> = None;
    for (place, (column, bins)) in columns.iter().zip(histograms).enumerate() {
        let mut left = GradientSums::default();
        for (bin, inside) in bins.iter().enumerate().take(data.edges[*column].len()) {
            left = left.plus(*inside);
            let right = sums.minus(left);
            if left.weight < f64::from(params.min_weight) || right.weight < f64::from(params.min_weight) {
                continue;
            }
            let gain = left.gain(lambda) + right.gain(lambda) - whole;
            if gain > 1e-6 && best.is_none_or(|best| gain > best.gain) {
                best = Some(Split { gain, place, bin: bin as u8 });
            }
        }
    }
    best
}

/// A node under construction.
enum Draft {
    Leaf(f32),
    Split { column: usize, bin: u8, left: usize, right: usize },
}

fn grow(data: &Binned, growing: &GrowingData<'_>, params: TreeParams) -> Vec<Draft> {
    let rows: Vec<u32> = (0..growing.rows() as u32).collect();
    let first = growing.histograms(&rows);
    let sums = whole(&first);
    let best = best_split(data, growing.columns, &first, sums, params);
    let mut drafts = vec![Draft::Leaf(0.0)];
    let mut leaves = vec![OpenLeaf { rows, sums, best, histograms: first, node: 0 }];
    while leaves.len() < params.leaves {
        let gain = |leaf: &OpenLeaf| leaf.best.map_or(f64::NEG_INFINITY, |best| best.gain);
        let Some(at) = (0..leaves.len()).max_by(|a, b| gain(&leaves[*a]).total_cmp(&gain(&leaves[*b])).then(b.cmp(a))) else {
            break;
        };
        let Some(split) = leaves[at].best else { break };
        let leaf = leaves.swap_remove(at);
        let (left, right): (Vec<u32>, Vec<u32>) = leaf.rows.iter().partition(|row| growing.bin(**row, split.place) <= split.bin);
        let (small, large, small_is_left) = if left.len() <= right.len() { (left, right, true) } else { (right, left, false) };
        let small_histograms = growing.histograms(&small);
        // The histograms of the larger child are those of the parent minus those of the smaller one.
        let mut large_histograms = leaf.histograms;
        let slots = large_histograms.iter_mut().flatten().zip(small_histograms.iter().flatten());
        slots.for_each(|(slot, part)| *slot = slot.minus(*part));
        let small_sums = whole(&small_histograms);
        let large_sums = leaf.sums.minus(small_sums);
        let (small_node, large_node) = (drafts.len(), drafts.len() + 1);
        drafts.extend([Draft::Leaf(0.0), Draft::Leaf(0.0)]);
        let (left, right) = if small_is_left { (small_node, large_node) } else { (large_node, small_node) };
        drafts[leaf.node] = Draft::Split { column: growing.columns[split.place], bin: split.bin, left, right };
        for (rows, sums, histograms, node) in
            [(small, small_sums, small_histograms, small_node), (large, large_sums, large_histograms, large_node)]
        {
            let best = best_split(data, growing.columns, &histograms, sums, params);
            leaves.push(OpenLeaf { rows, sums, best, histograms, node });
        }
    }
    for leaf in &leaves {
        let value = (-leaf.sums.gradient / (leaf.sums.hessian + f64::from(params.lambda))) as f32 * params.rate;
        drafts[leaf.node] = Draft::Leaf(value);
    }
    drafts
}

/// The sums over all bins.
fn whole(histograms: &[Histogram]) -> GradientSums {
    let bins = histograms.first().into_iter().flatten();
    bins.fold(GradientSums::default(), |sum, bin| sum.plus(*bin))
}

/// The value of the leaf that a row falls into.
fn value_of(data: &Binned, drafts: &[Draft], row: usize) -> f32 {
    let mut at = 0;
    loop {
        match drafts[at] {
            Draft::Leaf(value) => return value,
            Draft::Split { column, bin, left, right } => at = if data.columns[column][row] <= bin { left } else { right },
        }
    }
}

/// Writes the nodes in pre-order, the left child right after its parent.
fn write_out(data: &Binned, drafts: &[Draft], at: usize, nodes: &mut Vec<Node>) {
    match drafts[at] {
        Draft::Leaf(value) => nodes.push(Node::leaf(nodes.len() as u16, value)),
        Draft::Split { column, bin, left, right } => {
            let here = nodes.len();
            nodes.push(Node::leaf(here as u16, 0.0));
            write_out(data, drafts, left, nodes);
            let right_at = nodes.len() as u16;
            nodes[here] = Node::split(here as u16, column as u16, data.edges[column][bin as usize], right_at);
            write_out(data, drafts, right, nodes);
        }
    }
}
