//! Backpropagation through the net of round three: the loss of some pages, and its gradient.
//!
//! The loss is the log-loss of the lines plus one minus the pages' F1, in which probabilities count as shares of lines. `net` takes the steps.

use std::ops::Range;

use gleaner_extract::label::features::matrix::Matrix;
use gleaner_extract::label::net::{
    self, DISTANCES, LAYER_ROWS, Net, OTHER_INPUTS, Row, WIDTH, Weights, add_product, convolve, sigmoid,
};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What is hidden in training, so that the net does not depend on single values, and what counts in the loss.
#[derive(Clone, Copy, Debug)]
pub struct LossParams {
    /// Share of values that are hidden, in each line and layer.
    pub dropout: f32,
    /// Share of columns that are hidden on a whole page.
    pub column_dropout: f32,
    /// The weight of one minus F1 next to the log-loss.
    pub f1: f32,
}

/// A page to train on.
pub struct NetPage<'a> {
    /// Its rows of round two.
    pub rows: &'a Matrix,
    /// For each line, the log-odds by trees of round two that were grown without the page; see [`net::logit`].
    pub logits: Vec<f32>,
    /// For each line, the share of it that is story.
    pub labels: &'a [f32],
    /// For each line, its weight in the log-loss.
    pub weights: Vec<f32>,
    /// For each line, its weight in F1.
    pub chars: Vec<f32>,
    /// The page's weight.
    pub weight: f32,
}

/// A part of a page.
pub struct Window<'a> {
    /// The page.
    pub page: &'a NetPage<'a>,
    /// Its lines.
    pub lines: Range<usize>,
}

/// Windows whose gradients are summed up by one task. Fixed, so that sums are added in the same order on any number of threads.
const TOGETHER: usize = 8;

/// Pseudo-random numbers (Steele, Lea and Flood, `SplitMix64`, 2014).
pub struct Draws(pub u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Hides a share of the values and enlarges the others, so that their sum is about the same.
    fn hide(&mut self, values: &mut [f32], share: f32) {
        let below = (share * 65536.0) as u64;
        for values in values.chunks_mut(4) {
            let mut drawn = self.next();
            for value in values {
                *value *= if drawn & 0xffff < below { 0.0 } else { 1.0 / (1.0 - share) };
                drawn >>= 16;
            }
        }
    }
}

/// The loss of a batch and its gradient. The seed draws what is hidden; without one, nothing is.
pub fn slope(net: &Net, batch: &[&Window<'_>], params: LossParams, seed: Option<u64>) -> (f32, Vec<f32>) {
    let turned = turned(net);
    let lines = batch.iter().map(|window| window.page.weights[window.lines.clone()].iter().sum::<f32>()).sum::<f32>();
    let pages = batch.iter().map(|window| window.page.weight).sum::<f32>();
    let parts: Vec<(f32, Vec<f32>)> = batch
        .par_chunks(TOGETHER)
        .enumerate()
        .map(|(chunk, windows)| {
            let (mut loss, mut gradient) = (0.0, vec![0.0; net.weights.len()]);
            let mut draws = seed.map(|seed| Draws(xxh3_64_with_seed(&(chunk as u64).to_le_bytes(), seed)));
            for window in windows {
                let pass = Pass::of(net, window, params, draws.as_mut());
                let scale = (1.0 / lines.max(1.0), params.f1 * window.page.weight / pages.max(1e-6));
                let slopes = pass.loss(window, scale, &mut loss);
                pass.add_gradient(net, &turned, window, &slopes, &mut gradient);
            }
            (loss, gradient)
        })
        .collect();
    let (mut loss, mut sum) = (0.0, vec![0.0; net.weights.len()]);
    for (part, gradient) in parts {
        loss += part;
        sum.iter_mut().zip(gradient).for_each(|(sum, own)| *sum += own);
    }
    (loss, sum)
}

/// For each layer, the weights of the three lines with inputs and outputs swapped.
fn turned(net: &Net) -> Vec<[[Row; WIDTH]; 3]> {
    let turn = |rows: &[Row]| std::array::from_fn(|output| std::array::from_fn(|input| rows[input][output]));
    Weights::of(&net.weights).layers().map(|layer| layer.lines.map(turn)).collect()
}

/// A window on its way through the net: what is needed to go back.
struct Pass {
    /// What the first layer sees, line after line.
    input: Vec<f32>,
    shares: Vec<[f32; 2]>,
    /// The values of the lines before each layer and after the last one.
    values: Vec<Vec<Row>>,
    /// For each layer and line, how much the values grow with what the layer computes: 0 where that is negative or hidden.
    growth: Vec<Vec<Row>>,
    /// The page's means before each layer.
    means: Vec<[f32; 2 * WIDTH]>,
    /// The log-odds of each line.
    log_odds: Vec<f32>,
}

impl Pass {
    fn of(net: &Net, window: &Window<'_>, params: LossParams, mut draws: Option<&mut Draws>) -> Self {
        let weights = Weights::of(&net.weights);
        let logits = &window.page.logits[window.lines.clone()];
        let probabilities: Vec<f32> = logits.iter().map(|logit| sigmoid(*logit)).collect();
        let shares: Vec<[f32; 2]> = net::shares(&probabilities).collect();
        let mut shown = vec![1.0; net.columns.len()];
        draws.as_mut().into_iter().for_each(|draws| draws.hide(&mut shown, params.column_dropout));
        shown.iter_mut().for_each(|shown| *shown = f32::from(u8::from(*shown > 0.0)));
        let (mut input, mut line) = (Vec::new(), Vec::new());
        for (index, logit) in window.lines.clone().zip(logits) {
            net.input_of(window.page.rows.row(index), *logit, &mut line);
            line.iter_mut().zip(&shown).for_each(|(value, shown)| *value *= shown);
            draws.as_mut().into_iter().for_each(|draws| draws.hide(&mut line[..shown.len()], params.dropout));
            input.extend_from_slice(&line);
        }
        let first = input.chunks_exact(shown.len() + OTHER_INPUTS).map(|line| {
            let mut values = Row::default();
            add_product(&mut values, line, weights.input);
            values.map(|value| value.max(0.0))
        });
        let mut pass = Self { values: vec![first.collect()], input, shares, growth: vec![], means: vec![], log_odds: vec![] };
        for (layer, distance) in weights.layers().zip(DISTANCES) {
            let lines = pass.values.last().map(Vec::as_slice).unwrap_or_default();
            let means = net::means(lines, &pass.shares);
            let mut page = layer.bias;
            add_product(&mut page, &means, layer.means);
            let (mut next, mut growth) = (lines.to_vec(), vec![[1.0; WIDTH]; lines.len()]);
            for (index, (out, growth)) in next.iter_mut().zip(&mut growth).enumerate() {
                let added = convolve(&layer, distance, page, lines, index);
                draws.as_mut().into_iter().for_each(|draws| draws.hide(growth, params.dropout));
                growth.iter_mut().zip(&added).for_each(|(growth, added)| *growth *= f32::from(u8::from(*added > 0.0)));
                out.iter_mut().zip(added).zip(growth).for_each(|((value, added), growth)| *value += added * *growth);
            }
            pass.means.push(means);
            pass.growth.push(growth);
            pass.values.push(next);
        }
        let last = pass.values.last().into_iter().flatten();
        pass.log_odds = last.zip(logits).map(|(line, logit)| weights.score(line, *logit)).collect();
        pass
    }

    /// Adds the window's share of the loss, and returns how it grows with the log-odds of each line. `scale` are the weights of the log-loss and of F1.
    fn loss(&self, window: &Window<'_>, scale: (f32, f32), loss: &mut f32) -> Vec<f32> {
        let page = window.page;
        let of_line = |(index, log_odds): (usize, &f32)| (*log_odds, page.labels[index], page.weights[index], page.chars[index]);
        let lines: Vec<(f32, f32, f32, f32)> = window.lines.clone().zip(&self.log_odds).map(of_line).collect();
        let (mut hits, mut both) = (0.0, 0.0);
        for (log_odds, label, _, chars) in &lines {
            hits += sigmoid(*log_odds) * label * chars;
            both += (sigmoid(*log_odds) + label) * chars;
        }
        let both = f32::max(both, 1.0);
        *loss += scale.1 * (1.0 - 2.0 * hits / both);
        let slopes = lines.into_iter().map(|(log_odds, label, weight, chars)| {
            let probability = sigmoid(log_odds);
            // The log-loss, in a form that does not overflow.
            *loss += scale.0 * weight * (log_odds.max(0.0) - log_odds * label + (-log_odds.abs()).exp().ln_1p());
            let f1 = 2.0 * chars * (label - hits / both) / both;
            scale.0 * weight * (probability - label) - scale.1 * f1 * probability * (1.0 - probability)
        });
        slopes.collect()
    }

    /// Adds the gradient of the weights, given how the loss grows with the log-odds of each line.
    fn add_gradient(&self, net: &Net, turned: &[[[Row; WIDTH]; 3]], window: &Window<'_>, slopes: &[f32], gradient: &mut [f32]) {
        let weights = Weights::of(&net.weights);
        let (rows, scalars) = gradient.as_chunks_mut::<WIDTH>();
        let (input_rows, rows) = rows.split_at_mut(net.columns.len() + OTHER_INPUTS);
        let (layer_rows, output_rows) = rows.split_at_mut(DISTANCES.len() * LAYER_ROWS);
        let logits = &window.page.logits[window.lines.clone()];
        let mut values_slopes = Vec::with_capacity(slopes.len());
        for ((line, slope), logit) in self.values[DISTANCES.len()].iter().zip(slopes).zip(logits) {
            add_product(&mut output_rows[0], &[*slope], std::slice::from_ref(line));
            scalars[0] += slope;
            scalars[1] += slope * logit;
            values_slopes.push(weights.output.map(|weight| weight * slope));
        }
        for (at, layer) in weights.layers().enumerate().rev() {
            let rows = &mut layer_rows[at * LAYER_ROWS..(at + 1) * LAYER_ROWS];
            self.add_layer(at, layer.means, &turned[at], &mut values_slopes, rows);
        }
        let lines = self.input.chunks_exact(net.columns.len() + OTHER_INPUTS);
        for ((line, values), slopes) in lines.zip(&self.values[0]).zip(&values_slopes) {
            let slopes = std::array::from_fn(|at| if values[at] > 0.0 { slopes[at] } else { 0.0 });
            add_outer(input_rows, line, &slopes);
        }
    }

    /// Adds the gradient of a layer's weights, and turns slopes by the values after it into slopes by those before it.
    fn add_layer(&self, at: usize, means: &[Row], turned: &[[Row; WIDTH]; 3], slopes: &mut [Row], rows: &mut [Row]) {
        let (values, distance) = (&self.values[at], DISTANCES[at]);
        let added: Vec<Row> = slopes
            .iter()
            .zip(&self.growth[at])
            .map(|(slopes, growth)| std::array::from_fn(|at| slopes[at] * growth[at]))
            .collect();
        let mut page = Row::default();
        for (index, own) in added.iter().enumerate() {
            page.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            for (place, from) in [index.wrapping_sub(distance), index, index + distance].into_iter().enumerate() {
                let Some(line) = values.get(from) else { continue };
                add_outer(&mut rows[place * WIDTH..(place + 1) * WIDTH], line, own);
                add_product(&mut slopes[from], own, &turned[place]);
            }
        }
        add_outer(&mut rows[3 * WIDTH..5 * WIDTH], &self.means[at], &page);
        rows[5 * WIDTH].iter_mut().zip(&page).for_each(|(sum, own)| *sum += own);
        let by_mean: Vec<f32> =
            means.iter().map(|row| row.iter().zip(&page).map(|(weight, slope)| weight * slope).sum()).collect();
        let (by_mean, _) = by_mean.as_chunks::<WIDTH>();
        for (slopes, shares) in slopes.iter_mut().zip(&self.shares) {
            add_product(slopes, shares, by_mean);
        }
    }
}

/// Adds the product of each value with the slopes.
fn add_outer(rows: &mut [Row], values: &[f32], slopes: &Row) {
    for (row, value) in rows.iter_mut().zip(values) {
        row.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += value * slope);
    }
}

#[cfg(test)]
mod tests {
    use gleaner_extract::label::features::table::Table;
    use gleaner_extract::label::net::{Column, weight_count};

    use super::*;

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let mut draws = Draws(1);
        let rows = Matrix { width: 2, values: (0..60).map(|_| draws.share()).collect() };
        let labels: Vec<f32> = (0..30).map(|line| if (4..20).contains(&line) { 0.9 } else { 0.0 }).collect();
        let logits = (0..30).map(|line| if line % 3 == 0 { 0.4 } else { -0.2 }).collect();
        let page = NetPage { rows: &rows, logits, labels: &labels, weights: vec![1.5; 30], chars: vec![30.0; 30], weight: 2.0 };
        let windows = [0..20, 20..30].map(|lines| Window { page: &page, lines });
        let batch = windows.each_ref();
        let columns = [0, 1].map(|index| Column { index, mean: 0.5, scale: 3.0 }).to_vec();
        let net = Net { columns, weights: (0..weight_count(2)).map(|_| draws.share() * 0.4 - 0.2).collect() };
        let params = LossParams { dropout: 0.1, column_dropout: 0.1, f1: 0.5 };
        for seed in [None, Some(3)] {
            let (_, gradient) = slope(&net, &batch, params, seed);
            for at in (0..net.weights.len()).step_by(7).chain(net.weights.len() - WIDTH - 2..net.weights.len()) {
                let loss_at = |change: f32| {
                    let mut moved = net.clone();
                    moved.weights[at] += change;
                    slope(&moved, &batch, params, seed).0
                };
                let measured = (loss_at(5e-4) - loss_at(-5e-4)) / 1e-3;
                assert!((measured - gradient[at]).abs() < 1e-3 + 0.03 * measured.abs(), "{at}: {measured} {}", gradient[at]);
            }
        }
    }

    #[test]
    fn without_anything_hidden_the_pass_gives_what_the_labeller_gives() {
        let mut draws = Draws(2);
        let rows = Matrix { width: 1, values: (0..25).map(|_| draws.share()).collect() };
        let (labels, logits) = (vec![0.0; 25], (0..25).map(|line| line as f32 / 9.0 - 1.0).collect());
        let page = NetPage { rows: &rows, logits, labels: &labels, weights: vec![1.0; 25], chars: vec![1.0; 25], weight: 1.0 };
        let columns = vec![Column { index: 0, mean: 0.5, scale: 3.0 }];
        let net = Net { columns, weights: (0..weight_count(1)).map(|_| draws.share() - 0.5).collect() };
        let params = LossParams { dropout: 0.1, column_dropout: 0.1, f1: 0.2 };
        let pass = Pass::of(&net, &Window { page: &page, lines: 0..25 }, params, None);
        assert_eq!(pass.log_odds, net.log_odds(&Table::from(&rows), &page.logits));
    }
}
