//! Linear models: weights by feature name, learned by `train/` (`train/recipe`) and stored as data. Pure; knows nothing of what is scored.

use std::collections::BTreeMap;

/// Learned weights, in the order of the features.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    weights: Vec<f32>,
}

impl Linear {
    /// Parses a TOML table with one weight for each feature; `None` if a feature has no weight or a weight no feature.
    pub fn read(table: &str, features: &[&str]) -> Option<Self> {
        let table: BTreeMap<String, f32> = toml::from_str(table).ok()?;
        let weights = features.iter().map(|name| table.get(*name).copied()).collect::<Option<Vec<f32>>>()?;
        (weights.len() == table.len()).then_some(Self { weights })
    }

    /// The weighted sum of an option's features.
    pub fn score(&self, features: &[f32]) -> f32 {
        features.iter().zip(&self.weights).map(|(feature, weight)| feature * weight).sum()
    }
}

/// The scores of several options as probabilities that sum to 1: a conditional logit (softmax).
pub fn shares(scores: &[f32]) -> Vec<f32> {
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - best).exp()).collect();
    let all: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / all.max(f32::EPSILON)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_features_must_match() {
        let table = "b = 2.0\n\"a a\" = 0.5\n";
        assert!((Linear::read(table, &["a a", "b"]).unwrap().score(&[1.0, 3.0]) - 6.5).abs() < 1e-6);
        assert!(Linear::read(table, &["b"]).is_none() && Linear::read(table, &["a a", "b", "c"]).is_none());
    }

    #[test]
    fn shares_sum_to_one() {
        let shares = shares(&[1.0, 1.0, -30.0]);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6 && (shares[0] - 0.5).abs() < 1e-6);
    }
}
