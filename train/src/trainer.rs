//! From samples to a model: words, the forest that recognises articles, and two rounds of trees each for articles and other pages.

use gleaner_extract::label::features::matrix::Matrix;
use gleaner_extract::label::features::{FeatureInput, page_kind};
use gleaner_extract::label::lexicon::Lexicon;
use gleaner_extract::label::model::{BlockModel, Forest, Model};
use gleaner_extract::label::signals::PageSignals;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::args::Args;
use crate::gbdt::{self, Binned, TreeParams};
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

/// The index of a sample that is trained on, and its weight.
type Chosen = (usize, f32);

impl Trainer<'_> {
    /// Trains a model on the samples that pass.
    pub fn train(&self, passes: impl Fn(&Sample) -> bool) -> Model {
        let chosen = |weight: &dyn Fn(&Sample) -> f32| -> Vec<Chosen> {
            let all = self.samples.iter().enumerate().filter(|(_, sample)| sample.weight > 0.0 && passes(sample));
            all.map(|(index, sample)| (index, weight(sample))).filter(|(_, weight)| *weight > 0.0).collect()
        };
        let article = self.train_block_model(&chosen(&|sample| if sample.article { 1.0 } else { 0.0 }));
        if self.args.mixed == 0.0 || self.samples.iter().all(|sample| sample.article) {
            return Model { article, ..Model::default() };
        }
        let other = self.train_block_model(&chosen(&|sample| if sample.article { self.args.mixed } else { 1.0 }));
        let (kind_words, kind) = self.train_kind(&chosen(&|sample| if sample.is_copy { augment::WEIGHT } else { 1.0 }));
        Model { kind_words, kind, article, other }
    }

    /// The inner fold of a sample, drawn from its site by another seed than the outer one, so that leaving out an outer fold keeps the inner folds even.
    fn inner_fold(&self, index: usize) -> usize {
        (xxh3_64_with_seed(self.samples[index].site().as_bytes(), 7) % self.args.folds as u64) as usize
    }

    fn train_kind(&self, chosen: &[Chosen]) -> (Lexicon, Forest) {
        let samples = |fold: Option<usize>| {
            let outside = chosen.iter().filter(move |(index, _)| Some(self.inner_fold(*index)) != fold);
            outside.map(|(index, _)| &self.samples[*index])
        };
        let lexicons: Vec<Lexicon> = (0..self.args.folds).map(|fold| log_odds::learn_kinds(samples(Some(fold)))).collect();
        // Each page with its URL and without: many files come without one.
        let rows: Vec<Vec<f32>> = chosen
            .par_iter()
            .flat_map_iter(|(index, _)| {
                let (input, url) = (self.input(*index), self.samples[*index].page.head.url.as_ref());
                [url, None].map(|url| page_kind::row(&input, url, &lexicons[self.inner_fold(*index)]))
            })
            .collect();
        let is_article = |index: usize| f32::from(u8::from(self.samples[index].article));
        let labels: Vec<f32> = chosen.iter().flat_map(|(index, _)| [is_article(*index); 2]).collect();
        let weights: Vec<f32> = chosen.iter().flat_map(|(_, weight)| [*weight; 2]).collect();
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let params = TreeParams { trees: 60, leaves: 6, rate: 0.1, min_weight: 30.0, lambda: 2.0, columns: 0.6, seed: 3 };
        (log_odds::learn_kinds(samples(None)), gbdt::train(&Binned::of(&rows), &labels, &weights, params))
    }

    /// Trains words and two rounds. The words and the scores of round one that a page gets come from the other inner folds.
    fn train_block_model(&self, chosen: &[Chosen]) -> BlockModel {
        let folds: Vec<usize> = chosen.iter().map(|(index, _)| self.inner_fold(*index)).collect();
        let outside = |fold: usize| chosen.iter().zip(&folds).filter(move |(_, own)| **own != fold).map(|(chosen, _)| chosen);
        let lexicons: Vec<Lexicon> = (0..self.args.folds)
            .into_par_iter()
            .map(|fold| log_odds::learn(outside(fold).map(|(index, _)| &self.samples[*index])))
            .collect();
        let empty = Lexicon::default();
        let first: Vec<Matrix> = chosen
            .par_iter()
            .zip(&folds)
            .map(|((index, _), fold)| {
                let draw = xxh3_64_with_seed(self.samples[*index].id.as_bytes(), 11) as f32 / u64::MAX as f32;
                self.input(*index).first_round(if draw < self.args.dropout { &empty } else { &lexicons[*fold] })
            })
            .collect();
        let mut scores = vec![Vec::new(); chosen.len()];
        for fold in 0..self.args.folds {
            let forest = self.fit(chosen, &first, |index| folds[index] != fold, 1);
            let inside = scores.iter_mut().zip(&first).zip(&folds).filter(|(_, own)| **own == fold);
            inside.for_each(|((slot, matrix), _)| *slot = forest.probabilities(matrix));
        }
        let second: Vec<Matrix> = chosen
            .par_iter()
            .zip(first.par_iter().zip(&scores))
            .map(|((index, _), (first, scores))| self.input(*index).second_round(first, scores))
            .collect();
        BlockModel {
            lexicon: log_odds::learn(chosen.iter().map(|(index, _)| &self.samples[*index])),
            first: self.fit(chosen, &first, |_| true, 1),
            second: self.fit(chosen, &second, |_| true, 2),
        }
    }

    fn input(&self, index: usize) -> FeatureInput<'_> {
        FeatureInput::of(&self.samples[index].page, &self.signals[index])
    }

    fn fit(&self, chosen: &[Chosen], matrices: &[Matrix], passes: impl Fn(usize) -> bool, round: u64) -> Forest {
        let (mut rows, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        let taken = chosen.iter().zip(matrices).enumerate().filter(|(at, _)| passes(*at));
        for ((index, share), matrix) in taken.map(|(_, pair)| pair) {
            let sample = &self.samples[*index];
            for (row, weight) in sample.block_weights().into_iter().enumerate().filter(|(_, weight)| *weight > 0.0) {
                rows.push(matrix.row(row));
                labels.push(sample.labels.story[row]);
                weights.push(weight * share);
            }
        }
        let params = TreeParams {
            trees: self.args.trees,
            leaves: self.args.leaves,
            rate: self.args.rate,
            min_weight: 20.0,
            lambda: 1.0,
            columns: 0.6,
            seed: round,
        };
        gbdt::train(&Binned::of(&rows), &labels, &weights, params)
    }
}
