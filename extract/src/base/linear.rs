//! Linear models: weights by the names of features, learned by `train/` (`train/recipe`) and kept as data. Knows nothing of what is weighed.

use std::collections::BTreeMap;

/// Learned weights, in the order of the features.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    weights: Vec<f32>,
}

impl Linear {
    /// Reads a table (TOML) of one weight for each feature; `None` where a feature has none, or a weight has no feature.
    pub fn read(table: &str, features: &[&str]) -> Option<Self> {
        let table: BTreeMap<String, f32> = toml::from_str(table).ok()?;
        let weights = features.iter().map(|name| table.get(*name).copied()).collect::<Option<Vec<f32>>>()?;
        (weights.len() == table.len()).then_some(Self { weights })
    }

    /// The weighed sum of an option's features.
    pub fn score(&self, features: &[f32]) -> f32 {
        features.iter().zip(&self.weights).map(|(feature, weight)| feature * weight).sum()
    }
}

/// The scores of several options as shares of one: a conditional logit.
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
    fn weights_and_features_are_the_same() {
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
