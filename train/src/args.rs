//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Train the labeller on labelled pages.
#[derive(Parser)]
pub struct Args {
    /// Folders with a manifest.jsonl; `DIR=WEIGHT` sets the weight of the pages.
    #[arg(required = true)]
    pub datasets: Vec<String>,
    /// Write the model to this file.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Write cross-validated predictions to this file, one JSON line per page.
    #[arg(long)]
    pub predictions: Option<PathBuf>,
    /// Use the scores of an earlier run's predictions instead of training, to try out decisions.
    #[arg(long)]
    pub replay: Option<PathBuf>,
    /// Predictions of an earlier run on pages. Pages without gold that it was confident about become training data, for text dumps with one line per block.
    #[arg(long)]
    pub silver: Option<PathBuf>,
    /// Train without modified copies of the pages: faster, and good enough for `--silver`.
    #[arg(long)]
    pub plain: bool,
    /// Learn to choose headlines instead, and write the weights to this file. Uses the scores of `--replay`, or else those of the embedded model.
    #[arg(long)]
    pub headlines: Option<PathBuf>,
    /// Learn to recognise lists of teasers instead, and write the weights to this file. Uses the scores of `--replay`.
    #[arg(long)]
    pub lists: Option<PathBuf>,
    /// Penalty on large weights for `--headlines` and `--lists`, for features scaled to a standard deviation of one.
    #[arg(long, default_value_t = 0.06)]
    pub penalty: f64,
    /// Write the text of the blocks that are labelled as story to this file, one JSON line per page, and stop: its score is the most that a model can reach.
    #[arg(long)]
    pub ceiling: Option<PathBuf>,
    /// Hold out whole languages in cross-validation, not sites: the score says how good the model is in languages that it was not trained on.
    #[arg(long)]
    pub by_language: bool,
    /// Number of folds.
    #[arg(long, default_value_t = 4)]
    pub folds: usize,
    /// Trees per round.
    #[arg(long, default_value_t = 150)]
    pub trees: usize,
    /// Leaves per tree.
    #[arg(long, default_value_t = 32)]
    pub leaves: usize,
    /// Share of the columns that each tree uses.
    #[arg(long, default_value_t = 0.25)]
    pub columns: f32,
    /// Share of the rows that each tree is grown on.
    #[arg(long, default_value_t = 0.5)]
    pub rows: f32,
    /// Share of pages that are trained on without the learned words.
    #[arg(long, default_value_t = 0.4)]
    pub dropout: f32,
    /// Learning rate of the trees.
    #[arg(long, default_value_t = 0.1)]
    pub rate: f32,
    /// Steps in which the net of text dumps is trained.
    #[arg(long, default_value_t = 6000)]
    pub steps: usize,
    /// Weight of pages with labels for only some blocks, or with labels from their own JSON-LD.
    #[arg(long, default_value_t = 1.0)]
    pub partial: f32,
}
