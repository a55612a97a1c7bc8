//! Conditional logits: learns weights by which the correct options of each group are the likeliest.

use std::fmt::Write as _;
use std::path::Path;

use rayon::prelude::*;

/// Steps and learning rate of the gradient descent (Adam, Kingma and Ba 2015).
const STEPS: i32 = 400;
const RATE: f64 = 0.03;

/// The options of one page or dump.
pub struct Group {
    /// The name that its figures are counted under.
    pub set: String,
    /// Its site's fold.
    pub fold: usize,
    /// Its weight in learning.
    pub weight: f64,
    /// The features of each option, and whether it is correct.
    pub options: Vec<(Vec<f64>, bool)>,
}

impl Group {
    /// Whether the weights choose a correct option. Of equal scores, the first wins.
    pub fn is_right(&self, weights: &[f64]) -> bool {
        let scored = self.options.iter().map(|(features, right)| (dot(features, weights), *right));
        scored.rev().max_by(|a, b| a.0.total_cmp(&b.0)).is_some_and(|(_, right)| right)
    }
}

/// The weighted sum of features.
pub fn dot(features: &[f64], weights: &[f64]) -> f64 {
    features.iter().zip(weights).map(|(feature, weight)| feature * weight).sum()
}

/// Writes weights by the names of their features.
pub fn write(out: &Path, features: &[&str], weights: &[f64]) {
    let mut text = "# Learned: `train/recipe` writes this file.\n".to_string();
    for (name, weight) in features.iter().zip(weights) {
        let _ = writeln!(text, "\"{name}\" = {weight:.3}");
    }
    std::fs::write(out, text).expect("the weights can be written");
}

/// The weights that make the correct options likeliest, by full gradients: the same groups give the same weights.
pub fn descend(groups: Vec<&Group>, penalty: f64) -> Vec<f64> {
    let groups: Vec<&Group> = groups.into_iter().filter(|group| group.options.iter().any(|(_, right)| *right)).collect();
    let width = groups.first().map_or(0, |group| group.options[0].0.len());
    let scale = deviations(&groups, width);
    let all: f64 = groups.iter().map(|group| group.weight).sum();
    let (mut weights, mut first, mut second) = (vec![0.0; width], vec![0.0; width], vec![0.0; width]);
    for step in 1..=STEPS {
        let own: Vec<f64> = weights.iter().zip(&scale).map(|(weight, scale): (&f64, &f64)| weight / scale).collect();
        // Summed in order, as the sum of floating-point numbers depends on it.
        let parts: Vec<Vec<f64>> = groups.par_iter().map(|group| gradient(group, &own)).collect();
        for at in 0..width {
            let sum: f64 = parts.iter().zip(&groups).map(|(part, group)| part[at] * group.weight).sum();
            let slope = sum / all / scale[at] + penalty * weights[at];
            first[at] = 0.9 * first[at] + 0.1 * slope;
            second[at] = 0.999 * second[at] + 0.001 * slope * slope;
            let (mean, spread) = (first[at] / (1.0 - 0.9f64.powi(step)), second[at] / (1.0 - 0.999f64.powi(step)));
            weights[at] -= RATE * mean / (spread.sqrt() + 1e-8);
        }
    }
    weights.iter().zip(&scale).map(|(weight, scale)| weight / scale).collect()
}

/// The standard deviation of each feature over all options.
fn deviations(groups: &[&Group], width: usize) -> Vec<f64> {
    let rows: Vec<&Vec<f64>> = groups.iter().flat_map(|group| group.options.iter().map(|(features, _)| features)).collect();
    let count = rows.len().max(1) as f64;
    let deviation = |at: usize| {
        let mean = rows.iter().map(|row| row[at]).sum::<f64>() / count;
        let spread = rows.iter().map(|row| (row[at] - mean).powi(2)).sum::<f64>() / count;
        spread.sqrt().max(1e-3)
    };
    (0..width).into_par_iter().map(deviation).collect()
}

/// The gradient of a group's loss: the expected features of all options minus those of the correct ones.
fn gradient(group: &Group, weights: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> = group.options.iter().map(|(features, _)| dot(features, weights)).collect();
    let best = scores.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
    let all: f64 = powers.iter().sum();
    let right: f64 = powers.iter().zip(&group.options).filter(|(_, (_, right))| *right).map(|(power, _)| power).sum();
    let mut out = vec![0.0; weights.len()];
    for ((features, is_right), power) in group.options.iter().zip(&powers) {
        let share = power / all - if *is_right { power / right.max(f64::MIN_POSITIVE) } else { 0.0 };
        for (slope, feature) in out.iter_mut().zip(features) {
            *slope += share * feature;
        }
    }
    out
}
