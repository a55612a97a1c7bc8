//! Round two: adds round one's probabilities of the blocks around, of containers, of the page, and of blocks with similar markup or words.

use super::input::FeatureInput;
use super::matrix::flag;
use super::parts::{Groups, branches};
use super::position::is_heading;
use super::table::Table;
use crate::base::fast_hash::FastMap;
use crate::document::Block;
use crate::label::block_signals::BlockSignals;
use crate::label::body;
use crate::page::Page;

/// The number of blocks on either side whose probability is part of a row.
const REACH: i8 = 6;

impl FeatureInput<'_> {
    /// Extends the rows of round one by columns of round one's probabilities.
    pub fn second_round(&self, rows: &mut Table, scores: &[f32]) {
        let signals = &self.page_signals.blocks;
        let weighted: Vec<f32> = scores.iter().zip(signals).map(|(score, signals)| score * signals.weighted_chars).collect();
        let total: f32 = weighted.iter().sum::<f32>().max(1.0);
        let sums = RunningSums::of(&weighted, signals);
        let containers = self.container_sums(scores);
        let similar = self.similar_means(scores);
        let confident: Vec<f32> = scores
            .iter()
            .zip(signals)
            .map(|(p, f)| if f.weighted_chars >= 40.0 { (2.0 * p - 1.0).max(0.0) } else { 0.0 })
            .collect();
        let likeness = self.terms.likeness(&confident);
        let longest = longest_run(scores, signals);
        let sections = self.section_means(scores);
        let parts = self.tree.as_ref().map(|tree| Parts::of(self.page, tree.groups(), &containers));
        let first = rows.push_rows(|index, out| {
            let Some(block) = self.page.blocks.get(index) else { return };
            let own = scores.get(index).copied().unwrap_or_default();
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
                sums.mean_after(index),
                sections.get(index).copied().unwrap_or(own),
            ]);
            if let Some(parts) = &parts {
                parts.push(block, out);
                let mut at = block.container;
                for _ in 0..5 {
                    out.push(containers.get(at.index()).map_or(own, ScoreSums::mean));
                    at = self.page.containers.get(at.index()).map_or(at, |container| container.parent);
                }
            }
        });
        (first..rows.columns()).for_each(|column| rows.push_feature(column, 0));
        // The first of these columns has the block's own probability.
        (1..=REACH).flat_map(|step| [-step, step]).for_each(|shift| rows.push_feature(first, shift));
    }

    /// The sums of each container's blocks.
    fn container_sums(&self, scores: &[f32]) -> Vec<ScoreSums> {
        let mut sums = vec![ScoreSums::default(); self.page.containers.len()];
        for ((block, signals), score) in self.page.blocks.iter().zip(&self.page_signals.blocks).zip(scores) {
            sums.get_mut(block.container.index()).into_iter().for_each(|slot| slot.add(ScoreSums::of(*score, signals)));
        }
        self.page.sum_upwards(&mut sums, ScoreSums::add);
        sums
    }

    /// For each block, the mean probability of the blocks between the heading above it and the next one.
    fn section_means(&self, scores: &[f32]) -> Vec<f32> {
        let blocks: Vec<_> = self.page_signals.blocks.iter().zip(scores).collect();
        let sections = blocks.chunk_by(|_, (next, _)| !is_heading(self.page, next));
        let means = sections.flat_map(|section| {
            let mut sums = ScoreSums::default();
            section.iter().for_each(|(signals, score)| sums.add(ScoreSums::of(**score, signals)));
            std::iter::repeat_n(sums.mean(), section.len())
        });
        means.collect()
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

/// Sums over blocks.
#[derive(Clone, Copy, Debug, Default)]
struct ScoreSums {
    /// Of probabilities, weighted by length.
    story: f32,
    /// Of lengths.
    chars: f32,
    /// Of what blocks add to a part of the page that is taken for the story.
    worth: f32,
}

impl ScoreSums {
    fn of(score: f32, signals: &BlockSignals<'_>) -> Self {
        Self { story: score * signals.weighted_chars, chars: signals.weighted_chars, worth: worth(score, signals) }
    }

    fn add(&mut self, other: Self) {
        self.story += other.story;
        self.chars += other.chars;
        self.worth += other.worth;
    }

    fn mean(&self) -> f32 {
        if self.chars > 0.0 { self.story / self.chars } else { 0.0 }
    }
}

/// The parts of the page around the container that holds the story by round one: of all, the one with the largest worth, like [`longest_run`] for the tree.
struct Parts<'a> {
    groups: &'a Groups,
    containers: &'a [ScoreSums],
    group_sums: Vec<ScoreSums>,
    densest: usize,
    branches: Vec<u32>,
    steps: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(page: &Page, groups: &'a Groups, containers: &'a [ScoreSums]) -> Self {
        // Of equal ones the innermost: containers come after those around them.
        let densest =
            containers.iter().enumerate().max_by(|(_, a), (_, b)| a.worth.total_cmp(&b.worth)).map_or(0, |(top, _)| top);
        Self {
            groups,
            containers,
            group_sums: groups.sums(containers, ScoreSums::add),
            densest,
            branches: branches(page, densest),
            steps: body::steps_from(page, densest),
        }
    }

    /// Appends a block's columns.
    fn push(&self, block: &Block, out: &mut Vec<f32>) {
        let all = self.containers.first().map_or(1.0, |whole| whole.story).max(1.0);
        let at = block.container;
        let branch = self.branches.get(at.index()).map_or(0, |branch| *branch as usize);
        let sums = self.containers.get(branch).copied().unwrap_or_default();
        let record = self.groups.record(at);
        let group = record.and_then(|record| self.group_sums.get(self.groups.group(record))).copied().unwrap_or_default();
        out.extend([
            self.steps.get(at.index()).map_or(-1.0, |steps| f32::from((*steps).min(20))),
            sums.mean(),
            sums.story / all,
            flag(branch > self.densest),
            record.map_or(-1.0, |_| group.mean()),
            group.story / all,
            record.and_then(|record| self.containers.get(record.index())).map_or(-1.0, ScoreSums::mean),
        ]);
    }
}

/// What a block adds to a part of the page that is taken for the story.
fn worth(score: f32, signals: &BlockSignals<'_>) -> f32 {
    (score - 0.5) * (signals.weighted_chars / 80.0).clamp(0.35, 4.0)
}

/// The first and last block of the run with the largest weighted sum of probability minus one half (Kadane's maximum subarray).
fn longest_run(scores: &[f32], signals: &[BlockSignals<'_>]) -> (usize, usize) {
    let (mut best, mut span, mut sum, mut start) = (0.0f32, (0, scores.len()), 0.0f32, 0);
    for (index, (score, signals)) in scores.iter().zip(signals).enumerate() {
        if sum <= 0.0 {
            (sum, start) = (0.0, index);
        }
        sum += worth(*score, signals);
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
        self.mean_of(index.saturating_sub(reach), (index + reach + 1).min(self.scores.len() - 1))
    }

    fn mean_of(&self, from: usize, to: usize) -> f32 {
        let span = |sums: &[f32]| sums.get(to).copied().unwrap_or_default() - sums.get(from).copied().unwrap_or_default();
        span(&self.scores) / span(&self.chars).max(1.0)
    }

    /// The mean of the block and all after it.
    fn mean_after(&self, index: usize) -> f32 {
        self.mean_of(index, self.scores.len() - 1)
    }

    fn page_mean(&self) -> f32 {
        self.scores.last().copied().unwrap_or_default() / self.chars.last().copied().unwrap_or_default().max(1.0)
    }
}
