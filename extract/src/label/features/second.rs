//! Round two: round one's probabilities around each block, of neighbours, containers, the page, and blocks that are built or worded alike.

use super::LabelInput;
use super::matrix::Matrix;
use crate::base::fast_hash::FastMap;
use crate::label::body;
use crate::label::signals::BlockSignals;

/// Blocks on either side whose probability is part of a row.
const REACH: usize = 6;

impl LabelInput<'_> {
    /// Rows of round one with what round one's probabilities add.
    pub fn second_round(&self, first: &Matrix, scores: &[f32]) -> Matrix {
        let facts = &self.evidence.facts;
        let weighted: Vec<f32> = scores.iter().zip(facts).map(|(score, facts)| score * facts.weighted_chars).collect();
        let total: f32 = weighted.iter().sum::<f32>().max(1.0);
        let sums = Prefix::of(&weighted, facts);
        let containers = self.container_means(scores);
        let alike = self.alike_means(scores);
        let sure: Vec<f32> = scores
            .iter()
            .zip(facts)
            .map(|(p, f)| if f.weighted_chars >= 40.0 { (2.0 * p - 1.0).max(0.0) } else { 0.0 })
            .collect();
        let likeness = self.terms.likeness(&sure);
        let longest = longest_run(scores, facts);
        let mut out = Matrix { width: 0, values: Vec::with_capacity((first.width + 32) * facts.len()) };
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
                    alike.get(index).copied().unwrap_or(own),
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

    /// Mass-weighted mean probability of each container.
    fn container_means(&self, scores: &[f32]) -> Vec<f32> {
        let mut sums = vec![(0.0f32, 0.0f32); self.page.containers.len()];
        for ((block, facts), score) in self.page.blocks.iter().zip(&self.evidence.facts).zip(scores) {
            if let Some(slot) = sums.get_mut(block.container.index()) {
                slot.0 += score * facts.weighted_chars;
                slot.1 += facts.weighted_chars;
            }
        }
        body::sum_upwards(self.page, &mut sums, |above, own| {
            above.0 += own.0;
            above.1 += own.1;
        });
        sums.iter().map(|(score, weighted_chars)| if *weighted_chars > 0.0 { score / weighted_chars } else { 0.0 }).collect()
    }

    /// For each block the mean probability of the blocks that are built like it, by weighted_chars.
    fn alike_means(&self, scores: &[f32]) -> Vec<f32> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let mut sums: FastMap<u64, (f32, f32)> = FastMap::default();
        for ((block, facts), score) in self.page.blocks.iter().zip(&self.evidence.facts).zip(scores) {
            let slot = sums.entry(tree.build(block)).or_default();
            slot.0 += score * facts.weighted_chars;
            slot.1 += facts.weighted_chars;
        }
        let mean = |build: u64| sums.get(&build).map_or(0.0, |(score, weighted_chars)| score / weighted_chars.max(1.0));
        self.page.blocks.iter().map(|block| mean(tree.build(block))).collect()
    }
}

/// First and last block of the stretch with the largest sum of probability over or under one half, by weighted_chars (Kadane's maximum subarray).
fn longest_run(scores: &[f32], facts: &[BlockSignals<'_>]) -> (usize, usize) {
    let (mut best, mut span, mut sum, mut start) = (0.0f32, (0, scores.len()), 0.0f32, 0);
    for (index, (score, facts)) in scores.iter().zip(facts).enumerate() {
        if sum <= 0.0 {
            (sum, start) = (0.0, index);
        }
        sum += (score - 0.5) * (facts.weighted_chars / 80.0).clamp(0.35, 4.0);
        if sum > best {
            (best, span) = (sum, (start, index));
        }
    }
    span
}

/// Running sums of weighted probabilities and of masses.
struct Prefix {
    scores: Vec<f32>,
    masses: Vec<f32>,
}

impl Prefix {
    fn of(weighted: &[f32], facts: &[BlockSignals<'_>]) -> Self {
        let run = |values: &mut dyn Iterator<Item = f32>| {
            let mut sums = vec![0.0];
            let mut sum = 0.0;
            for value in values {
                sum += value;
                sums.push(sum);
            }
            sums
        };
        Self { scores: run(&mut weighted.iter().copied()), masses: run(&mut facts.iter().map(|facts| facts.weighted_chars)) }
    }

    fn before(&self, index: usize) -> f32 {
        self.scores.get(index).copied().unwrap_or_default()
    }

    fn mean(&self, index: usize, reach: usize) -> f32 {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(self.scores.len() - 1));
        let span = |sums: &[f32]| sums.get(to).copied().unwrap_or_default() - sums.get(from).copied().unwrap_or_default();
        span(&self.scores) / span(&self.masses).max(1.0)
    }

    fn page_mean(&self) -> f32 {
        self.scores.last().copied().unwrap_or_default() / self.masses.last().copied().unwrap_or_default().max(1.0)
    }
}
