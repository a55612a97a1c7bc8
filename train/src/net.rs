//! Trains the net of round three by AdamW (Loshchilov and Hutter, 2019), with the learning rate falling along a cosine. `backprop` gives the gradients.
//!
//! Deterministic: the same data and seed give the same weights on any number of threads. `extract/src/label/net.rs` describes the net.

use std::f32::consts::PI;

use gleaner_extract::label::net::{self, Column, DISTANCES, Net, OTHER_INPUTS, WIDTH};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::backprop::{Draws, LossParams, NetPage, Window, slope};

/// How a net is trained.
#[derive(Clone, Copy, Debug)]
pub struct NetParams {
    /// Number of steps.
    pub steps: usize,
    /// The learning rate at its highest.
    pub rate: f32,
    /// Share of the weights that is taken away per step, times the rate.
    pub decay: f32,
    /// What is hidden, and the loss.
    pub loss: LossParams,
    /// Seed of the first weights and of what is hidden.
    pub seed: u64,
}

/// Most lines that are seen together; longer pages are divided.
const WINDOW: usize = 1024;

/// Lines per step.
const STEP_LINES: usize = 8192;

/// Steps until the learning rate is at its highest.
const WARM_UP: f32 = 200.0;

/// The largest length of a gradient; longer ones are shortened to it.
const MOST_GRADIENT: f32 = 1.0;

/// How slowly the mean of the gradients and that of their squares follow.
const MOMENTS: (f32, f32) = (0.9, 0.98);

/// Trains a net that sees the given columns of the rows, apart from those that are the same everywhere.
pub fn train(pages: &[NetPage<'_>], columns: impl Iterator<Item = usize>, params: NetParams) -> Net {
    let columns: Vec<Column> = columns.filter_map(|index| column(pages, index)).collect();
    let mut net = Net { weights: first_weights(columns.len(), params.seed), columns };
    let windows: Vec<Window<'_>> = pages.iter().flat_map(windows).collect();
    let batches = (0..).flat_map(|epoch| batches(&windows, params.seed, epoch)).take(params.steps);
    let mut adam = Adam::new(net.weights.len());
    for (step, batch) in batches.enumerate() {
        let (_, mut gradient) = slope(&net, &batch, params.loss, Some(params.seed ^ !(step as u64)));
        let length = gradient.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > MOST_GRADIENT {
            gradient.iter_mut().for_each(|value| *value *= MOST_GRADIENT / length);
        }
        let falling = 0.5 * (1.0 + (PI * step as f32 / params.steps as f32).cos());
        adam.step(&mut net.weights, &gradient, params.rate * falling * (step as f32 / WARM_UP + 0.01).min(1.0), params.decay);
    }
    net
}

/// The mean and deviation of a column; `None` if it is the same everywhere.
fn column(pages: &[NetPage<'_>], index: usize) -> Option<Column> {
    let (mut lines, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for page in pages {
        for value in page.rows.values.iter().skip(index).step_by(page.rows.width.max(1)) {
            let value = f64::from(*value);
            (lines, sum, squares) = (lines + 1.0, sum + value, squares + value * value);
        }
    }
    let mean = sum / f64::max(lines, 1.0);
    let deviation = (squares / f64::max(lines, 1.0) - mean * mean).max(0.0).sqrt();
    (deviation > 1e-4).then(|| Column { index: index as u16, mean: mean as f32, scale: (1.0 / deviation) as f32 })
}

fn windows<'a>(page: &'a NetPage<'a>) -> impl Iterator<Item = Window<'a>> {
    let lines = page.labels.len();
    let parts = lines.div_ceil(WINDOW);
    (0..parts).map(move |part| Window { page, lines: lines * part / parts..lines * (part + 1) / parts })
}

/// All windows in a pseudo-random order, in batches.
fn batches<'a>(windows: &'a [Window<'a>], seed: u64, epoch: u64) -> Vec<Vec<&'a Window<'a>>> {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|index| xxh3_64_with_seed(&(*index as u64).to_le_bytes(), seed ^ (epoch << 20)));
    let (mut batches, mut lines) = (vec![Vec::new()], 0);
    for window in order.into_iter().map(|index| &windows[index]) {
        if lines + window.lines.len() > STEP_LINES && lines > 0 {
            batches.push(Vec::new());
            lines = 0;
        }
        lines += window.lines.len();
        batches.last_mut().into_iter().for_each(|batch| batch.push(window));
    }
    batches
}

/// Weights to begin with: pseudo-random, smaller the more values they are for. The last layer gives the trees' log-odds, a little smaller.
fn first_weights(columns: usize, seed: u64) -> Vec<f32> {
    let mut draws = Draws(seed);
    let mut weights = Vec::new();
    let mut draw = |rows: usize, values: usize| {
        let most = 1.0 / (values as f32).sqrt();
        weights.extend((0..rows * WIDTH).map(|_| (2.0 * draws.share() - 1.0) * most));
    };
    draw(columns + OTHER_INPUTS, columns + 1);
    for _ in DISTANCES {
        draw(3 * WIDTH, 3 * WIDTH);
        draw(2 * WIDTH, 2 * WIDTH);
        draw(1, 2 * WIDTH);
    }
    weights.resize(net::weight_count(columns) - 1, 0.0);
    weights.push(0.7);
    weights
}

/// Steps along the gradient, by running means of it and of its squares.
struct Adam {
    means: Vec<f32>,
    squares: Vec<f32>,
    steps: i32,
}

impl Adam {
    fn new(weights: usize) -> Self {
        Self { means: vec![0.0; weights], squares: vec![0.0; weights], steps: 0 }
    }

    fn step(&mut self, weights: &mut [f32], gradient: &[f32], rate: f32, decay: f32) {
        self.steps += 1;
        let (keep, keep_squares) = MOMENTS;
        let (mean_scale, square_scale) = (1.0 - keep.powi(self.steps), 1.0 - keep_squares.powi(self.steps));
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((weight, slope), (mean, square)) in weights.iter_mut().zip(gradient).zip(moments) {
            *mean = keep * *mean + (1.0 - keep) * slope;
            *square = keep_squares * *square + (1.0 - keep_squares) * slope * slope;
            *weight -= rate * (decay * *weight + *mean / mean_scale / ((*square / square_scale).sqrt() + 1e-8));
        }
    }
}

#[cfg(test)]
mod tests {
    use gleaner_extract::label::features::matrix::Matrix;
    use gleaner_extract::label::features::table::Table;

    use super::*;

    const LOSS: LossParams = LossParams { dropout: 0.1, column_dropout: 0.1, f1: 0.5 };

    const PARAMS: NetParams = NetParams { steps: 30, rate: 0.02, decay: 0.01, loss: LOSS, seed: 5 };

    /// Pages of three columns, the second of which is the same everywhere. The story is what lies between two lines that the first column marks.
    fn matrices() -> Vec<Matrix> {
        let page = |seed: u64| {
            let mut draws = Draws(seed);
            let (from, to) = (3 + seed as usize % 5, 14 + seed as usize % 7);
            let row = |line: usize| [f32::from(u8::from(line == from || line == to)), 4.0, draws.share()];
            Matrix { width: 3, values: (0..30).flat_map(row).collect() }
        };
        (0..40).map(page).collect()
    }

    fn labels(rows: &Matrix) -> Vec<f32> {
        let mut is_story = false;
        let label = |line: usize| {
            is_story ^= rows.row(line)[0] > 0.5;
            f32::from(u8::from(is_story))
        };
        (0..rows.rows()).map(label).collect()
    }

    fn page<'a>(rows: &'a Matrix, labels: &'a [f32]) -> NetPage<'a> {
        let lines = labels.len();
        let logits = (0..lines).map(|line| if line % 3 == 0 { 0.4 } else { -0.2 }).collect();
        NetPage { rows, logits, labels, weights: vec![1.5; lines], chars: vec![30.0; lines], weight: 2.0 }
    }

    #[test]
    fn a_net_learns_what_lies_between_two_lines() {
        let matrices = matrices();
        let labels: Vec<Vec<f32>> = matrices.iter().map(labels).collect();
        let pages: Vec<NetPage<'_>> = matrices.iter().zip(&labels).map(|(rows, labels)| page(rows, labels)).collect();
        let params = NetParams { steps: 400, loss: LossParams { dropout: 0.0, column_dropout: 0.0, ..LOSS }, ..PARAMS };
        let net = train(&pages, 0..3, params);
        let (mut right, mut lines) = (0, 0);
        for page in &pages {
            let found = net.log_odds(&Table::from(page.rows), &page.logits);
            right += found.iter().zip(page.labels).filter(|(found, label)| (**found > 0.0) == (**label > 0.5)).count();
            lines += found.len();
        }
        assert!(right * 20 > lines * 19, "{right} of {lines}");
    }

    #[test]
    fn the_number_of_threads_does_not_change_the_weights() {
        let matrices = matrices();
        let labels: Vec<Vec<f32>> = matrices.iter().map(labels).collect();
        let pages: Vec<NetPage<'_>> = matrices.iter().zip(&labels).map(|(rows, labels)| page(rows, labels)).collect();
        let train_on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| train(&pages, 0..3, PARAMS))
        };
        assert_eq!(train_on(1), train_on(3));
    }

    #[test]
    fn a_column_that_is_the_same_everywhere_is_left_out() {
        let matrices = matrices();
        let labels = labels(&matrices[0]);
        let net = train(&[page(&matrices[0], &labels)], 0..3, NetParams { steps: 1, ..PARAMS });
        assert_eq!(net.columns.iter().map(|column| column.index).collect::<Vec<_>>(), [0, 2]);
    }
}
