//! Gradient-boosted trees for two classes: histograms of up to 64 bins, best-first growth, log-loss (Friedman 2001; Ke et al., LightGBM, 2017).
//! Deterministic: the same data and seed give the same trees on any number of threads.

use gleaner_extract::label::model::{Forest, Node};
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
    /// Seed of the choice of columns.
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

impl Binned {
    /// Bins rows, all of the same width, by quantiles.
    pub fn of(rows: &[&[f32]]) -> Self {
        let width = rows.first().map_or(0, |row| row.len());
        let (columns, edges) = (0..width)
            .into_par_iter()
            .map(|column| {
                let edges = edges(rows, column);
                let bins = rows.iter().map(|row| edges.partition_point(|edge| *edge < row[column]) as u8).collect();
                (bins, edges)
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
    column: usize,
    bin: u8,
}

/// A leaf that may still be split.
struct OpenLeaf {
    rows: Vec<u32>,
    sums: GradientSums,
    best: Option<Split>,
    histograms: Vec<[GradientSums; BINS]>,
    node: usize,
}

/// Trains on binned rows, each with a label of 0 or 1 and a weight.
pub fn train(data: &Binned, labels: &[f32], weights: &[f32], params: TreeParams) -> Forest {
    let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
    let positive: f64 = labels.iter().zip(weights).map(|(y, w)| f64::from(y * w)).sum();
    let bias = (positive / (total - positive).max(1e-9)).ln() as f32;
    let mut scores = vec![bias; data.rows];
    let mut forest = Forest { features: data.columns.len(), bias, trees: Vec::new() };
    for tree in 0..params.trees {
        let gradients: Vec<(f32, f32, f32)> = (0..data.rows)
            .into_par_iter()
            .map(|row| {
                let p = 1.0 / (1.0 + (-scores[row]).exp());
                let w = weights[row];
                ((p - labels[row]) * w, (p * (1.0 - p)).max(1e-6) * w, w)
            })
            .collect();
        let columns = choose(data.columns.len(), params, tree as u64);
        let nodes = grow(data, &gradients, &columns, params, &mut scores);
        forest.trees.push(nodes);
    }
    forest
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

fn histograms(data: &Binned, gradients: &[(f32, f32, f32)], columns: &[usize], rows: &[u32]) -> Vec<[GradientSums; BINS]> {
    columns
        .par_iter()
        .map(|column| {
            let bins = &data.columns[*column];
            let mut sums = [GradientSums::default(); BINS];
            for row in rows {
                let (gradient, hessian, weight) = gradients[*row as usize];
                let slot = &mut sums[bins[*row as usize] as usize];
                slot.gradient += f64::from(gradient);
                slot.hessian += f64::from(hessian);
                slot.weight += f64::from(weight);
            }
            sums
        })
        .collect()
}

fn best_split(
    data: &Binned,
    columns: &[usize],
    histograms: &[[GradientSums; BINS]],
    sums: GradientSums,
    params: TreeParams,
) -> Option<Split> {
    let lambda = f64::from(params.lambda);
    let whole = sums.gain(lambda);
    let mut best: Option<Split> = None;
    for (column, bins) in columns.iter().zip(histograms) {
        let mut left = GradientSums::default();
        for (bin, inside) in bins.iter().enumerate().take(data.edges[*column].len()) {
            left = left.plus(*inside);
            let right = sums.minus(left);
            if left.weight < f64::from(params.min_weight) || right.weight < f64::from(params.min_weight) {
                continue;
            }
            let gain = left.gain(lambda) + right.gain(lambda) - whole;
            if gain > 1e-6 && best.is_none_or(|best| gain > best.gain) {
                best = Some(Split { gain, column: *column, bin: bin as u8 });
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

fn grow(data: &Binned, gradients: &[(f32, f32, f32)], columns: &[usize], params: TreeParams, scores: &mut [f32]) -> Vec<Node> {
    let rows: Vec<u32> = (0..data.rows as u32).collect();
    let sums = gradients.iter().fold(GradientSums::default(), |sum, (gradient, hessian, weight)| {
        sum.plus(GradientSums { gradient: f64::from(*gradient), hessian: f64::from(*hessian), weight: f64::from(*weight) })
    });
    let first = histograms(data, gradients, columns, &rows);
    let best = best_split(data, columns, &first, sums, params);
    let mut drafts = vec![Draft::Leaf(0.0)];
    let mut leaves = vec![OpenLeaf { rows, sums, best, histograms: first, node: 0 }];
    while leaves.len() < params.leaves {
        let gain = |leaf: &OpenLeaf| leaf.best.map_or(f64::NEG_INFINITY, |best| best.gain);
        let Some(at) = (0..leaves.len()).max_by(|a, b| gain(&leaves[*a]).total_cmp(&gain(&leaves[*b])).then(b.cmp(a))) else {
            break;
        };
        let Some(split) = leaves[at].best else { break };
        let leaf = leaves.swap_remove(at);
        let bins = &data.columns[split.column];
        let (left, right): (Vec<u32>, Vec<u32>) = leaf.rows.iter().partition(|row| bins[**row as usize] <= split.bin);
        let (small, large, small_is_left) = if left.len() <= right.len() { (left, right, true) } else { (right, left, false) };
        let small_histograms = histograms(data, gradients, columns, &small);
        // The histograms of the larger child are those of the parent minus those of the smaller one.
        let large_histograms: Vec<[GradientSums; BINS]> = leaf
            .histograms
            .iter()
            .zip(&small_histograms)
            .map(|(all, part)| std::array::from_fn(|bin| all[bin].minus(part[bin])))
            .collect();
        let small_sums = small_histograms
            .first()
            .map_or(GradientSums::default(), |bins| bins.iter().fold(GradientSums::default(), |sum, bin| sum.plus(*bin)));
        let large_sums = leaf.sums.minus(small_sums);
        let (small_node, large_node) = (drafts.len(), drafts.len() + 1);
        drafts.extend([Draft::Leaf(0.0), Draft::Leaf(0.0)]);
        let (left, right) = if small_is_left { (small_node, large_node) } else { (large_node, small_node) };
        drafts[leaf.node] = Draft::Split { column: split.column, bin: split.bin, left, right };
        for (rows, sums, histograms, node) in
            [(small, small_sums, small_histograms, small_node), (large, large_sums, large_histograms, large_node)]
        {
            let best = best_split(data, columns, &histograms, sums, params);
            leaves.push(OpenLeaf { rows, sums, best, histograms, node });
        }
    }
    for leaf in &leaves {
        let value = (-leaf.sums.gradient / (leaf.sums.hessian + f64::from(params.lambda))) as f32 * params.rate;
        drafts[leaf.node] = Draft::Leaf(value);
        leaf.rows.iter().for_each(|row| scores[*row as usize] += value);
    }
    let mut nodes = Vec::new();
    write_out(data, &drafts, 0, &mut nodes);
    nodes
}

/// Writes the nodes in pre-order, the left child right after its parent.
fn write_out(data: &Binned, drafts: &[Draft], at: usize, nodes: &mut Vec<Node>) {
    match drafts[at] {
        Draft::Leaf(value) => nodes.push(Node::Leaf(value)),
        Draft::Split { column, bin, left, right } => {
            let here = nodes.len();
            nodes.push(Node::Leaf(0.0));
            write_out(data, drafts, left, nodes);
            let right_at = nodes.len() as u16;
            nodes[here] = Node::Split { feature: column as u16, threshold: data.edges[column][bin as usize], right: right_at };
            write_out(data, drafts, right, nodes);
        }
    }
}
