//! A small convolutional net over the lines of a text dump: round three. It sees runs of lines and the page as a whole, where trees see one row at a
//! time. Only evaluates it; training is in `train/`.
//!
//! A line starts as [`WIDTH`] values computed from its columns. Each layer adds to them what it computes from the line, the lines at its distance before
//! and after, and the page's means. Sums are added in a fixed order, so the result does not depend on the processor. Time is linear in the lines.

use super::features::table::{LANES, Table};

/// Values per line.
pub const WIDTH: usize = 16;

/// For each layer, the distance in lines to the line before and the line after that it sees.
pub const DISTANCES: [usize; 4] = [1, 2, 4, 8];

/// The values of a line, or the weights that one value has for the values of the next layer.
pub type Row = [f32; WIDTH];

/// Rows of weights of the first layer that belong to no column: of the log-odds by the trees, and what is added to every line.
pub const OTHER_INPUTS: usize = 2;

/// Rows of weights of a layer: of three lines, of two means, and what is added to every line.
pub const LAYER_ROWS: usize = 5 * WIDTH + 1;

/// Probabilities count as at least this and at most one minus this.
const LEAST: f32 = 0.003;

/// The largest distance from the mean that a column's value counts with, in standard deviations.
const MOST_DEVIATIONS: f32 = 3.0;

/// Log-odds by the trees are divided by this, to be of the size of the columns.
const LOGIT_SCALE: f32 = 3.0;

/// The share of the net's log-odds, and of the trees', in the result. A little less than half, so that probabilities are as sure as cross-validation finds
/// them right.
const SHARE: f32 = 0.4;

/// Smallest sum of probabilities that a mean weighted by them is divided by.
const LEAST_STORY: f32 = 0.1;

/// A column of round two that the net sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its place in a row.
    pub index: u16,
    /// Its mean in training.
    pub mean: f32,
    /// One by its standard deviation in training.
    pub scale: f32,
}

impl Column {
    /// The value in a row, in standard deviations from the mean.
    pub fn value(&self, row: &[f32]) -> f32 {
        self.scaled(row.get(usize::from(self.index)).copied().unwrap_or(self.mean))
    }

    fn scaled(&self, value: f32) -> f32 {
        ((value - self.mean) * self.scale).clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS)
    }
}

/// A trained net.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Net {
    /// The columns that it sees.
    pub columns: Vec<Column>,
    /// All weights, as [`Weights`] divides them; [`weight_count`] of them.
    pub weights: Vec<f32>,
}

/// The number of weights of a net with so many columns.
pub fn weight_count(columns: usize) -> usize {
    (columns + OTHER_INPUTS + DISTANCES.len() * LAYER_ROWS + 1) * WIDTH + 2
}

/// A net's weights by layer.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// Of each column, of the log-odds by the trees, and what is added to every line.
    pub input: &'a [Row],
    /// Those of all layers, one after the other.
    layers: &'a [Row],
    /// Of the values of the last layer, for the log-odds of the line.
    pub output: Row,
    /// Added to the log-odds.
    pub bias: f32,
    /// Of the log-odds by the trees.
    pub carried: f32,
}

/// A layer's weights.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Of the line before, the line itself and the line after.
    pub lines: [&'a [Row]; 3],
    /// Of the page's mean and its mean weighted by probability, one after the other.
    pub means: &'a [Row],
    /// Added to every line.
    pub bias: Row,
}

impl<'a> Weights<'a> {
    /// Divides weights, [`weight_count`] of them.
    pub fn of(weights: &'a [f32]) -> Self {
        let (rows, rest) = weights.as_chunks::<WIDTH>();
        let (rows, output) = rows.split_last().map_or((rows, Row::default()), |(output, rows)| (rows, *output));
        let (input, layers) = rows.split_at(rows.len().saturating_sub(DISTANCES.len() * LAYER_ROWS));
        let scalar = |at: usize| rest.get(at).copied().unwrap_or_default();
        Self { input, layers, output, bias: scalar(0), carried: scalar(1) }
    }

    /// The layers, in order.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = Layer<'a>> + ExactSizeIterator + use<'a> {
        self.layers.chunks(LAYER_ROWS).map(|rows| {
            let part = |from: usize, to: usize| rows.get(from * WIDTH..to * WIDTH).unwrap_or_default();
            let bias = rows.last().copied().unwrap_or_default();
            Layer { lines: [part(0, 1), part(1, 2), part(2, 3)], means: part(3, 5), bias }
        })
    }
}

/// The log-odds of a probability, limited on either side.
pub fn logit(probability: f32) -> f32 {
    let probability = probability.clamp(LEAST, 1.0 - LEAST);
    (probability / (1.0 - probability)).ln()
}

/// Adds the product of some values and their weights.
pub fn add_product(sum: &mut Row, values: &[f32], weights: &[Row]) {
    for (value, weights) in values.iter().zip(weights) {
        sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += value * weight);
    }
}

/// How much each line of a page counts in its two means: all alike, and by their probabilities.
pub fn shares(probabilities: &[f32]) -> impl Iterator<Item = [f32; 2]> {
    let story = probabilities.iter().sum::<f32>().max(LEAST_STORY);
    let lines = probabilities.len() as f32;
    probabilities.iter().map(move |probability| [1.0 / lines, probability / story])
}

/// The page's mean and its mean weighted by probability, one after the other.
pub fn means(lines: &[Row], shares: &[[f32; 2]]) -> [f32; 2 * WIDTH] {
    let mut means = [0.0; 2 * WIDTH];
    for (line, shares) in lines.iter().zip(shares) {
        for (means, share) in means.chunks_exact_mut(WIDTH).zip(shares) {
            means.iter_mut().zip(line).for_each(|(mean, value)| *mean += share * value);
        }
    }
    means
}

/// What a layer computes for a line, before negative values are set to zero. `page` is what the layer adds to every line of the page.
pub fn convolve(layer: &Layer<'_>, distance: usize, page: Row, lines: &[Row], index: usize) -> Row {
    let mut sum = page;
    for (at, weights) in [index.wrapping_sub(distance), index, index + distance].into_iter().zip(layer.lines) {
        lines.get(at).into_iter().for_each(|line| add_product(&mut sum, line, weights));
    }
    sum
}

impl Net {
    /// The values of a line that the first layer sees: its columns, the log-odds by the trees, and 1.
    pub fn input_of(&self, row: &[f32], logit: f32, out: &mut Vec<f32>) {
        out.clear();
        out.extend(self.columns.iter().map(|column| column.value(row)));
        out.extend([logit / LOGIT_SCALE, 1.0]);
    }

    /// The probability for each line, from the rows of round two and the probabilities by its trees. Both count alike.
    pub fn probabilities(&self, rows: &Table, trees: &[f32]) -> Vec<f32> {
        let logits: Vec<f32> = trees.iter().map(|probability| logit(*probability)).collect();
        let found = self.log_odds(rows, &logits);
        found.iter().zip(&logits).map(|(net, trees)| sigmoid(SHARE * (net + trees))).collect()
    }

    /// The values of each line after the first layer, as [`Net::input_of`] gives them.
    fn input(&self, rows: &Table, logits: &[f32], weights: &[Row]) -> Vec<Row> {
        let mut lines = vec![Row::default(); logits.len()];
        // For each column, the values of the lines that are computed together.
        let mut columns = vec![[0.0; LANES]; self.columns.len() + OTHER_INPUTS];
        let mut values = Vec::with_capacity(columns.len());
        for (quad, (lines, logits)) in lines.chunks_mut(LANES).zip(logits.chunks(LANES)).enumerate() {
            for (slot, column) in columns.iter_mut().zip(&self.columns) {
                let values = rows.quads(usize::from(column.index), quad * LANES, LANES).first().copied();
                *slot = values.unwrap_or([column.mean; LANES]).map(|value| column.scaled(value));
            }
            let mut logit = [0.0; LANES];
            logit.iter_mut().zip(logits).for_each(|(slot, logit)| *slot = logit / LOGIT_SCALE);
            let others = columns.iter_mut().skip(self.columns.len());
            others.zip([logit, [1.0; LANES]]).for_each(|(slot, values)| *slot = values);
            for (lane, line) in lines.iter_mut().enumerate() {
                values.clear();
                values.extend(columns.iter().map(|column| column[lane % LANES]));
                let mut sum = Row::default();
                add_product(&mut sum, &values, weights);
                *line = sum.map(|value| value.max(0.0));
            }
        }
        lines
    }

    /// The net's own log-odds for each line, from the rows of round two and the log-odds by its trees.
    pub fn log_odds(&self, rows: &Table, logits: &[f32]) -> Vec<f32> {
        let weights = Weights::of(&self.weights);
        let probabilities: Vec<f32> = logits.iter().map(|logit| sigmoid(*logit)).collect();
        let shares: Vec<[f32; 2]> = shares(&probabilities).collect();
        let mut lines = self.input(rows, logits, weights.input);
        let mut next = lines.clone();
        for (layer, distance) in weights.layers().zip(DISTANCES) {
            let mut page = layer.bias;
            add_product(&mut page, &means(&lines, &shares), layer.means);
            for (index, out) in next.iter_mut().enumerate() {
                *out = lines.get(index).copied().unwrap_or_default();
                let added = convolve(&layer, distance, page, &lines, index);
                out.iter_mut().zip(added).for_each(|(value, added)| *value += added.max(0.0));
            }
            std::mem::swap(&mut lines, &mut next);
        }
        lines.iter().zip(logits).map(|(line, logit)| weights.score(line, *logit)).collect()
    }
}

impl Weights<'_> {
    /// The log-odds of a line, from its values after the last layer and the log-odds by the trees.
    pub fn score(&self, line: &Row, logit: f32) -> f32 {
        let own: f32 = line.iter().zip(&self.output).map(|(value, weight)| value * weight).sum();
        own + self.bias + self.carried * logit
    }
}

/// The probability with these log-odds.
pub fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::features::matrix::Matrix;

    /// A net of one column whose weights are all zero.
    fn blank() -> Net {
        Net { columns: vec![Column { index: 1, mean: 2.0, scale: 0.5 }], weights: vec![0.0; weight_count(1)] }
    }

    /// Where a layer's rows of weights begin.
    fn rows_of_layer(layer: usize) -> usize {
        1 + OTHER_INPUTS + layer * LAYER_ROWS
    }

    fn rows(values: &[f32]) -> Table {
        Table::from(&Matrix { width: 2, values: values.iter().flat_map(|value| [9.0, *value]).collect() })
    }

    #[test]
    fn a_column_is_in_standard_deviations_and_limited() {
        let column = blank().columns[0];
        assert_eq!(column.value(&[9.0, 4.0]), 1.0);
        assert_eq!(column.value(&[9.0, 900.0]), 3.0);
        assert_eq!(column.value(&[9.0]), 0.0);
    }

    #[test]
    fn a_net_without_weights_leaves_the_share_of_the_trees() {
        let found = blank().probabilities(&rows(&[1.0, 2.0]), &[0.9, 0.5]);
        assert!((found[0] - sigmoid(SHARE * logit(0.9))).abs() < 1e-6);
        assert_eq!(found[1], 0.5);
        assert!(blank().probabilities(&rows(&[]), &[]).is_empty());
    }

    #[test]
    fn a_layer_sees_the_lines_at_its_distance_and_the_page() {
        let mut net = blank();
        // The first value of a line is its column, if that is positive; the output is the second value.
        net.weights[0] = 1.0;
        let end = net.weights.len() - 2;
        net.weights[end - WIDTH + 1] = 1.0;
        // The second layer adds the line before twice, the line after five times, and the page's mean.
        let layer = rows_of_layer(1) * WIDTH;
        net.weights[layer + 1] = 2.0;
        net.weights[layer + 2 * WIDTH * WIDTH + 1] = 5.0;
        net.weights[layer + 3 * WIDTH * WIDTH + 1] = 4.0;
        let found = net.log_odds(&rows(&[4.0, 2.0, 2.0, 6.0]), &[0.0; 4]);
        // The columns are 1, 0, 0 and 2 standard deviations above the mean, .75 on average.
        assert_eq!(found, [3.0, 13.0, 5.0, 3.0]);
    }

    #[test]
    fn the_weighted_mean_counts_lines_by_probability() {
        let lines = [[1.0; WIDTH], [0.0; WIDTH]];
        let shares: Vec<[f32; 2]> = shares(&[0.75, 0.25]).collect();
        let means = means(&lines, &shares);
        assert_eq!((means[0], means[WIDTH]), (0.5, 0.75));
    }
}
