//! From samples to a model: words, the forest that recognises articles, and for blocks two rounds of trees and a net.

use gleaner_extract::label::features::matrix::Matrix;
use gleaner_extract::label::features::table::Table;
use gleaner_extract::label::features::{FeatureInput, NEIGHBOUR_COLUMNS, page_kind};
use gleaner_extract::label::lexicon::Lexicon;
use gleaner_extract::label::model::{BlockModel, Forest, Model};
use gleaner_extract::label::net::{Net, logit};
use gleaner_extract::label::signals::PageSignals;
use gleaner_extract::page::Format;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::args::Args;
use crate::backprop::{LossParams, NetPage};
use crate::gbdt::{self, Binned, TreeParams};
use crate::net::{self, NetParams};
use crate::sample::Sample;
use crate::{augment, log_odds};

/// What a model is trained on.
pub struct Trainer<'a> {
    /// The command's arguments.
    pub args: &'a Args,
    /// The pages.
    pub samples: &'a [Sample],
    /// The signals of each page.
    pub signals: &'a [PageSignals<'a>],
}

/// Weight of pages that are no articles in the forest that tells them apart: there are five times as many articles.
const OTHER_WEIGHT: f32 = 2.0;

/// A pseudo-random number for a page.
fn draw(sample: &Sample, seed: u64) -> u64 {
    xxh3_64_with_seed(sample.id.as_bytes(), seed)
}

impl Trainer<'_> {
    /// Trains a model on the samples that pass.
    pub fn train(&self, passes: impl Fn(&Sample) -> bool) -> Model {
        let is_chosen = |sample: &Sample| sample.weight > 0.0 && passes(sample);
        let chosen: Vec<usize> = (0..self.samples.len()).filter(|index| is_chosen(&self.samples[*index])).collect();
        let (kind_words, kind, articles) = self.train_kind(&chosen);
        Model { kind_words, kind, blocks: self.train_block_model(&chosen, &articles) }
    }

    /// The inner fold of a sample, drawn from its site by another seed than the outer one, so that leaving out an outer fold keeps the inner folds even.
    fn inner_fold(&self, index: usize) -> usize {
        (xxh3_64_with_seed(self.samples[index].site().as_bytes(), 7) % self.args.folds as u64) as usize
    }

    /// Trains the words and the forest that recognise articles. Also returns the probability that each page is one, by trees that were grown without its
    /// inner fold; for one of three pages without its URL.
    fn train_kind(&self, chosen: &[usize]) -> (Lexicon, Forest, Vec<f32>) {
        if self.samples.iter().all(|sample| sample.article) {
            return (Lexicon::default(), Forest::default(), vec![1.0; chosen.len()]);
        }
        let samples = |fold: Option<usize>| {
            let outside = chosen.iter().filter(move |index| Some(self.inner_fold(**index)) != fold);
            outside.map(|index| &self.samples[*index])
        };
        let lexicons: Vec<Lexicon> = (0..self.args.folds).map(|fold| log_odds::learn_kinds(samples(Some(fold)))).collect();
        // Each page with its URL and without: many files come without one.
        let rows: Vec<Vec<f32>> = chosen
            .par_iter()
            .flat_map_iter(|index| {
                let (input, url) = (self.input(*index), self.samples[*index].page.head.url.as_ref());
                [url, None].map(|url| page_kind::row(&input, url, &lexicons[self.inner_fold(*index)]))
            })
            .collect();
        let of_rows = |value: &dyn Fn(&Sample) -> f32| -> Vec<f32> {
            chosen.iter().flat_map(|index| [value(&self.samples[*index]); 2]).collect()
        };
        let labels = of_rows(&|sample| f32::from(u8::from(sample.article)));
        let weights = of_rows(&|sample| {
            (if sample.is_copy { augment::WEIGHT } else { 1.0 }) * if sample.article { 1.0 } else { OTHER_WEIGHT }
        });
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let params =
            TreeParams { trees: 60, leaves: 6, rate: 0.1, min_weight: 30.0, lambda: 2.0, columns: 0.6, rows: 1.0, seed: 3 };
        let data = Binned::of(&rows, &weights);
        let folds: Vec<usize> = chosen.iter().flat_map(|index| [self.inner_fold(*index); 2]).collect();
        let found = self.out_of_fold(&data, &labels, &weights, &folds, params);
        let with_url = |index: usize| !draw(&self.samples[index], 13).is_multiple_of(3);
        let articles = chosen.iter().zip(found.chunks_exact(2)).map(|(index, pair)| pair[usize::from(!with_url(*index))]);
        (log_odds::learn_kinds(samples(None)), gbdt::train(&data, &labels, &weights, params).0, articles.collect())
    }

    /// The probability of each row by trees that were grown without its fold.
    fn out_of_fold(&self, data: &Binned, labels: &[f32], weights: &[f32], folds: &[usize], params: TreeParams) -> Vec<f32> {
        let mut scores = vec![0.0; labels.len()];
        for fold in 0..self.args.folds {
            let outside: Vec<f32> =
                weights.iter().zip(folds).map(|(weight, own)| if *own == fold { 0.0 } else { *weight }).collect();
            let (_, found) = gbdt::train(data, labels, &outside, params);
            let inside = scores.iter_mut().zip(found).zip(folds).filter(|(_, own)| **own == fold);
            inside.for_each(|((slot, score), _)| *slot = score);
        }
        scores
    }

    /// Trains words and all rounds. The words and the scores of earlier rounds that a page gets come from the other inner folds. `articles` are the
    /// probabilities that the chosen pages are articles.
    fn train_block_model(&self, chosen: &[usize], articles: &[f32]) -> BlockModel {
        let folds: Vec<usize> = chosen.iter().map(|index| self.inner_fold(*index)).collect();
        let outside = |fold: usize| chosen.iter().zip(&folds).filter(move |(_, own)| **own != fold).map(|(index, _)| *index);
        let lexicons: Vec<Lexicon> = (0..self.args.folds)
            .into_par_iter()
            .map(|fold| log_odds::learn(outside(fold).map(|index| &self.samples[index])))
            .collect();
        let empty = Lexicon::default();
        let mut tables: Vec<Table> = chosen
            .par_iter()
            .zip(folds.par_iter().zip(articles))
            .map(|(index, (fold, article))| {
                let draw = draw(&self.samples[*index], 11) as f32 / u64::MAX as f32;
                self.input(*index).first_round(if draw < self.args.dropout { &empty } else { &lexicons[*fold] }, *article)
            })
            .collect();
        let first = matrices(&tables);
        let (rows, labels, weights) = self.rows(chosen, &first);
        let data = Binned::of(&rows, &weights);
        let fold_of_row: Vec<usize> = first.iter().zip(&folds).flat_map(|(matrix, fold)| vec![*fold; matrix.rows()]).collect();
        let scores = self.out_of_fold(&data, &labels, &weights, &fold_of_row, self.params(1));
        let (first_trees, _) = gbdt::train(&data, &labels, &weights, self.params(1));
        drop(data);
        let own_columns = first.first().map_or(0, |first| first.width.saturating_sub(NEIGHBOUR_COLUMNS));
        let scores = by_page(&scores, &first);
        chosen
            .par_iter()
            .zip(tables.par_iter_mut().zip(scores))
            .for_each(|(index, (table, scores))| self.input(*index).second_round(table, scores));
        drop(first);
        let second = matrices(&tables);
        let (rows, labels, weights) = self.rows(chosen, &second);
        let data = Binned::of(&rows, &weights);
        let is_dump = self.samples.iter().all(|sample| sample.page.format == Format::Text);
        let scores = is_dump.then(|| self.out_of_fold(&data, &labels, &weights, &fold_of_row, self.params(2)));
        BlockModel {
            lexicon: log_odds::learn(chosen.iter().map(|index| &self.samples[*index])),
            first: first_trees,
            second: gbdt::train(&data, &labels, &weights, self.params(2)).0,
            net: scores.map(|scores| self.train_net(chosen, &second, own_columns, &by_page(&scores, &second))),
        }
    }

    /// Trains the net on rows of round two and on scores of round two that come from the other inner folds. It sees neighbours by itself, so it does not get
    /// the columns that describe them, which come after a row's `own_columns`.
    fn train_net(&self, chosen: &[usize], second: &[Matrix], own_columns: usize, scores: &[&[f32]]) -> Net {
        let pages: Vec<NetPage<'_>> = chosen
            .iter()
            .zip(second.iter().zip(scores))
            .map(|(index, (rows, scores))| {
                let sample = &self.samples[*index];
                let lengths = self.signals[*index].blocks.iter().zip(&sample.labels.known);
                NetPage {
                    rows,
                    logits: scores.iter().map(|score| logit(*score)).collect(),
                    labels: &sample.labels.story,
                    weights: sample.block_weights(),
                    chars: lengths.map(|(block, known)| block.weighted_chars * known).collect(),
                    weight: sample.weight,
                }
            })
            .collect();
        let width = second.first().map_or(0, |rows| rows.width);
        let params = NetParams {
            steps: self.args.steps,
            rate: 3e-3,
            decay: 0.02,
            loss: LossParams { dropout: 0.1, column_dropout: 0.08, f1: 0.2 },
            seed: 3,
        };
        net::train(&pages, (0..own_columns).chain(own_columns + NEIGHBOUR_COLUMNS..width), params)
    }

    fn input(&self, index: usize) -> FeatureInput<'_> {
        FeatureInput::of(&self.samples[index].page, &self.signals[index])
    }

    /// The rows, labels and weights of all blocks of the chosen samples.
    fn rows<'m>(&self, chosen: &[usize], matrices: &'m [Matrix]) -> (Vec<&'m [f32]>, Vec<f32>, Vec<f32>) {
        let (mut rows, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (index, matrix) in chosen.iter().zip(matrices) {
            let sample = &self.samples[*index];
            rows.extend((0..matrix.rows()).map(|row| matrix.row(row)));
            labels.extend(&sample.labels.story);
            weights.extend(sample.block_weights());
        }
        (rows, labels, weights)
    }

    fn params(&self, round: u64) -> TreeParams {
        TreeParams {
            trees: self.args.trees,
            leaves: self.args.leaves,
            rate: self.args.rate,
            min_weight: 20.0,
            lambda: 1.0,
            columns: self.args.columns,
            rows: self.args.rows,
            seed: round,
        }
    }
}

/// The rows of each page.
fn matrices(tables: &[Table]) -> Vec<Matrix> {
    tables.par_iter().map(Table::to_matrix).collect()
}

/// The scores of each page, given those of all rows.
fn by_page<'s>(mut scores: &'s [f32], pages: &[Matrix]) -> Vec<&'s [f32]> {
    let of_page = |matrix: &Matrix| {
        let (own, after) = scores.split_at(matrix.rows());
        scores = after;
        own
    };
    pages.iter().map(of_page).collect()
}
