//! Features of round two: those of round one, and round one's probabilities around the block: of neighbours, containers and the page.

use super::evidence::{Evidence, Facts};
use super::matrix::Matrix;
use crate::page::Page;

/// Features of round two: those of round one, and round one's probabilities around the block.
pub fn second_round(page: &Page, evidence: &Evidence<'_>, first: &Matrix, scores: &[f32]) -> Matrix {
    let facts = &evidence.facts;
    let weighted: Vec<f32> = scores.iter().zip(facts).map(|(score, facts)| score * facts.mass).collect();
    let total: f32 = weighted.iter().sum::<f32>().max(1.0);
    let means = container_means(page, evidence, scores);
    let sums = Prefix::of(&weighted, facts);
    let width = first.width + 6 + 5 + 12;
    let mut out = Matrix { width, values: Vec::with_capacity(width * facts.len()) };
    for (index, block) in page.blocks.iter().enumerate() {
        out.values.extend_from_slice(first.row(index));
        let own = scores.get(index).copied().unwrap_or_default();
        out.values.extend([
            own,
            sums.before(index) / total,
            sums.mean(index, 5),
            sums.mean(index, 15),
            sums.page_mean(),
            total.ln(),
        ]);
        let mut at = block.container;
        for _ in 0..5 {
            out.values.push(means.get(at.index()).copied().unwrap_or(own));
            at = page.containers.get(at.index()).map_or(at, |container| container.parent);
        }
        for offset in (1..=6usize).flat_map(|step| [step.wrapping_neg(), step]) {
            out.values.push(scores.get(index.wrapping_add(offset)).copied().unwrap_or(-1.0));
        }
    }
    out
}

/// Mass-weighted mean score of each container.
fn container_means(page: &Page, evidence: &Evidence<'_>, scores: &[f32]) -> Vec<f32> {
    let mut sums = vec![(0.0f32, 0.0f32); page.containers.len()];
    for ((block, facts), score) in page.blocks.iter().zip(&evidence.facts).zip(scores) {
        if let Some(slot) = sums.get_mut(block.container.index()) {
            slot.0 += score * facts.mass;
            slot.1 += facts.mass;
        }
    }
    super::body::sum_upwards(page, &mut sums, |above, own| {
        above.0 += own.0;
        above.1 += own.1;
    });
    sums.iter().map(|(score, mass)| if *mass > 0.0 { score / mass } else { 0.0 }).collect()
}

/// Running sums of weighted scores and of masses.
struct Prefix {
    scores: Vec<f32>,
    masses: Vec<f32>,
}

impl Prefix {
    fn of(weighted: &[f32], facts: &[Facts<'_>]) -> Self {
        let run = |values: &mut dyn Iterator<Item = f32>| {
            let mut sums = vec![0.0];
            let mut sum = 0.0;
            for value in values {
                sum += value;
                sums.push(sum);
            }
            sums
        };
        Self { scores: run(&mut weighted.iter().copied()), masses: run(&mut facts.iter().map(|facts| facts.mass)) }
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
