//! Round two: adds round one's probabilities of the blocks around, of containers, of the page, and of blocks with similar markup or words.

use super::input::FeatureInput;
use super::matrix::Matrix;
use crate::base::fast_hash::FastMap;
use crate::label::block_signals::BlockSignals;

/// The number of blocks on either side whose probability is part of a row.
const REACH: usize = 6;

impl FeatureInput<'_> {
    /// The rows of round one, extended by columns of round one's probabilities.
    pub fn second_round(&self, first: &Matrix, scores: &[f32]) -> Matrix {
        let signals = &self.page_signals.blocks;
        let weighted: Vec<f32> = scores.iter().zip(signals).map(|(score, signals)| score * signals.weighted_chars).collect();
        let total: f32 = weighted.iter().sum::<f32>().max(1.0);
        let sums = RunningSums::of(&weighted, signals);
        let containers = self.container_means(scores);
        let similar = self.similar_means(scores);
        let confident: Vec<f32> = scores
            .iter()
            .zip(signals)
            .map(|(p, f)| if f.weighted_chars >= 40.0 { (2.0 * p - 1.0).max(0.0) } else { 0.0 })
            .collect();
        let likeness = self.terms.likeness(&confident);
        let longest = longest_run(scores, signals);
        let mut out = Matrix { width: 0, values: Vec::with_capacity((first.width + 32) * signals.len()) };
        for (index, block) in self.page.blocks.iter().enumerate() {
            let own = scores.get(index).copied().unwrap_or_default();
            let fill = |out: &mut Vec<f32>| {
                out.extend_from_slice(first.row(index));
                out.extend([
                    own,
                    sums.before(index) / total,
                    sums.mean(index, 5),
                    sums.mean(index, 15),
                    sums.page_mean(),
                    total.ln(),
                    likeness.get(index).copied().unwrap_or(-1.0),
                    similar.get(index).copied().unwrap_or(own),
                    (index as f32 - longest.0 as f32).clamp(-40.0, 40.0),
                    (index as f32 - longest.1 as f32).clamp(-40.0, 40.0),
                ]);
                let mut at = block.container;
                if self.tree.is_some() {
                    for _ in 0..5 {
                        out.push(containers.get(at.index()).copied().unwrap_or(own));
                        at = self.page.containers.get(at.index()).map_or(at, |container| container.parent);
                    }
                }
                for offset in (1..=REACH).flat_map(|step| [step.wrapping_neg(), step]) {
                    out.push(scores.get(index.wrapping_add(offset)).copied().unwrap_or(-1.0));
                }
            };
            out.push_row(fill);
        }
        out
    }

    /// The mean probability of each container's blocks, weighted by length.
    fn container_means(&self, scores: &[f32]) -> Vec<f32> {
        let mut sums = vec![(0.0f32, 0.0f32); self.page.containers.len()];
        for ((block, signals), score) in self.page.blocks.iter().zip(&self.page_signals.blocks).zip(scores) {
            if let Some(slot) = sums.get_mut(block.container.index()) {
                slot.0 += score * signals.weighted_chars;
                slot.1 += signals.weighted_chars;
            }
        }
        self.page.sum_upwards(&mut sums, |above, own| {
            above.0 += own.0;
            above.1 += own.1;
        });
        sums.iter().map(|(score, weighted_chars)| if *weighted_chars > 0.0 { score / weighted_chars } else { 0.0 }).collect()
    }

    /// For each block, the mean probability of the blocks with the same markup, weighted by length.
    fn similar_means(&self, scores: &[f32]) -> Vec<f32> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let mut sums: FastMap<u64, (f32, f32)> = FastMap::default();
        for ((block, signals), score) in self.page.blocks.iter().zip(&self.page_signals.blocks).zip(scores) {
            let slot = sums.entry(tree.markup(block)).or_default();
            slot.0 += score * signals.weighted_chars;
            slot.1 += signals.weighted_chars;
        }
        let mean = |markup: u64| sums.get(&markup).map_or(0.0, |(score, weighted_chars)| score / weighted_chars.max(1.0));
        self.page.blocks.iter().map(|block| mean(tree.markup(block))).collect()
    }
}

/// The first and last block of the run with the largest weighted sum of probability minus one half (Kadane's maximum subarray).
fn longest_run(scores: &[f32], signals: &[BlockSignals<'_>]) -> (usize, usize) {
    let (mut best, mut span, mut sum, mut start) = (0.0f32, (0, scores.len()), 0.0f32, 0);
    for (index, (score, signals)) in scores.iter().zip(signals).enumerate() {
        if sum <= 0.0 {
            (sum, start) = (0.0, index);
        }
        sum += (score - 0.5) * (signals.weighted_chars / 80.0).clamp(0.35, 4.0);
        if sum > best {
            (best, span) = (sum, (start, index));
        }
    }
    span
}

/// Running sums of weighted probabilities and of lengths.
struct RunningSums {
    scores: Vec<f32>,
    chars: Vec<f32>,
}

impl RunningSums {
    fn of(weighted: &[f32], signals: &[BlockSignals<'_>]) -> Self {
        let run = |values: &mut dyn Iterator<Item = f32>| {
            let mut sums = vec![0.0];
            let mut sum = 0.0;
            for value in values {
                sum += value;
                sums.push(sum);
            }
            sums
        };
        Self { scores: run(&mut weighted.iter().copied()), chars: run(&mut signals.iter().map(|signals| signals.weighted_chars)) }
    }

    fn before(&self, index: usize) -> f32 {
        self.scores.get(index).copied().unwrap_or_default()
    }

    fn mean(&self, index: usize, reach: usize) -> f32 {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(self.scores.len() - 1));
        let span = |sums: &[f32]| sums.get(to).copied().unwrap_or_default() - sums.get(from).copied().unwrap_or_default();
        span(&self.scores) / span(&self.chars).max(1.0)
    }

    fn page_mean(&self) -> f32 {
        self.scores.last().copied().unwrap_or_default() / self.chars.last().copied().unwrap_or_default().max(1.0)
    }
}
