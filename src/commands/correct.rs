//! `correct`: corrections of documents by hand. A correction is written beside the document's sidecar; then the document is cleaned again, which applies
//! it, as every later cleaning does.

use std::ffi::OsStr;

use serde::Serialize;

use super::explain::{BlockVerdict, ExplainTarget, ExplainedCorrection, Explanation, explain};
use super::notified::notified;
use super::report_block::block_name;
use super::verify::tasks_of;
use crate::engine::options::{EngineOptions, Mode};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::store::{AppliedCorrections, CorpusReader, corrections, reader::StoredDocument};
use gleaner_extract::article::corrections::{BlockKey, Correction, MAX_CORRECTIONS, ReaderVerdict, keys};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::text::{fold, squeeze};
use gleaner_extract::document::DocumentId;

/// Most characters of a block's text that a correction keeps for people.
const MAX_SHOWN: usize = 200;

/// Which block is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockName {
    /// By its number on the page, from 1, as `correct --blocks` shows it.
    Number(usize),
    /// By words of its text.
    Text(String),
    /// By its number and its text, as [`block_name`] names it: if the page has changed since, there is no such block.
    Named(String),
}

impl BlockName {
    /// Reads a command-line argument: a number, or words.
    pub fn from_arg(arg: &str) -> Self {
        arg.parse().map_or_else(|_| Self::Text(arg.to_owned()), Self::Number)
    }
}

/// A change of a document's corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrectionChange {
    /// A block gets a reader's verdict.
    Set(ReaderVerdict, BlockName),
    /// The correction with this number, from 1, is taken back.
    Undo(usize),
    /// The correction of a block is.
    UndoBlock(BlockName),
    /// All are.
    UndoAll,
}

/// Why a document was not corrected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectError {
    /// There is no such block.
    #[error("there is no block {0}; the page has {1}")]
    NoBlock(usize, usize),
    /// No block has the words.
    #[error("no block to {verdict} has these words: {words}", verdict = .0.name(), words = .1)]
    NoSuchText(ReaderVerdict, String),
    /// Several blocks have the words.
    #[error("several blocks have these words: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    SeveralBlocks(Vec<usize>),
    /// There is no such correction.
    #[error("there is no correction {0}; the document has {1}")]
    NoCorrection(usize, usize),
    /// The page has another block in its place by now.
    #[error("the page has no such block any more")]
    OtherBlock,
    /// Nothing of the document would be left.
    #[error("nothing of its text would be left")]
    NothingLeft,
    /// There are too many.
    #[error("a document has at most {MAX_CORRECTIONS} corrections")]
    TooMany,
}

impl CorrectError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::OtherBlock => "it may have been cleaned again since it was shown: load it again",
            Self::NoBlock(..) | Self::NoSuchText(..) | Self::SeveralBlocks(_) => {
                "`gleaner correct ID --blocks` numbers the blocks"
            }
            Self::NoCorrection(..) => "`gleaner correct ID` lists the corrections",
            Self::NothingLeft => "`gleaner forget ID` removes the document",
            Self::TooMany => "write a rule: docs/commands.md says how",
        }
    }
}

/// A document that was corrected by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CorrectedDocument {
    /// The document.
    pub id: DocumentId,
    /// The headline.
    pub title: Option<String>,
    /// What became of its corrections when it was cleaned last; `None` if it was not since they were made.
    pub applied: Option<AppliedCorrections>,
}

/// Corrections that are to be written.
#[derive(Debug)]
pub struct CorrectionPlan {
    document: StoredDocument,
    /// Hash of the file that they replace.
    before: Option<ContentHash>,
    corrections: Vec<Correction>,
}

/// A page of a document, and the corrections of it.
struct CorrectedPage {
    document: StoredDocument,
    /// Hash of their file.
    sha256: Option<ContentHash>,
    explanation: Explanation,
    keys: Vec<BlockKey>,
    /// The corrections, each with the block that it was applied to.
    corrections: Vec<(Correction, Option<usize>)>,
}

/// Calls a function with every document that was corrected by hand, in the order of the files.
pub fn for_each_corrected(setup: &Setup, report: &mut dyn FnMut(CorrectedDocument)) -> Result<(), Error> {
    for document in CorpusReader::open(&setup.layout)?.corrected()? {
        let sidecar = document?.sidecar;
        let title = sidecar.title.map(|title| title.value);
        report(CorrectedDocument { id: sidecar.id, title, applied: sidecar.corrections });
    }
    Ok(())
}

/// The page of a document with the verdict on every block, and the corrections of it.
pub fn page(setup: &Setup, name: &OsStr) -> Result<Explanation, Error> {
    Ok(corrected_page(setup, name)?.explanation)
}

/// Works out the corrections of a document after some changes. The outer error is that of the corpus.
pub fn plan(setup: &Setup, name: &OsStr, changes: &[CorrectionChange]) -> Result<Result<CorrectionPlan, CorrectError>, Error> {
    let page = corrected_page(setup, name)?;
    Ok(page.changed(changes).map(|corrections| CorrectionPlan { document: page.document, before: page.sha256, corrections }))
}

/// Writes the corrections of a document, and cleans it again, under one lock.
pub fn correct(setup: &Setup, plan: CorrectionPlan, progress: &dyn Progress) -> Result<RunReport, Error> {
    let CorrectionPlan { document: StoredDocument { sidecar, sidecar_path, .. }, before, corrections } = plan;
    setup.under_lock::<_, Error>(|lock| {
        Ok(corrections::replace(lock, &setup.layout, (&sidecar.id, &sidecar_path), before, corrections)?)
    })?;
    progress.total(1);
    let mut tasks = tasks_of(setup, vec![sidecar.raw.path]);
    notified(setup, "correct", Mode::Write, || engine::run(setup, EngineOptions::default(), &mut tasks, progress))
}

fn corrected_page(setup: &Setup, name: &OsStr) -> Result<CorrectedPage, Error> {
    let reader = CorpusReader::open(&setup.layout)?;
    let document = reader.find(name)?.ok_or_else(|| Error::Unknown(path_text(name.as_ref())))?;
    let id = document.sidecar.id;
    let (sha256, corrections) = reader.corrections(&id)?.into_read()?;
    let explanation = explain(setup, &ExplainTarget::Id(id.to_string()))?;
    let keys = keys(explanation.blocks.iter().map(|block| block.text.as_str()));
    let found = explanation.corrections.iter().map(|correction: &ExplainedCorrection| correction.block.map(|block| block - 1));
    let corrections = corrections.into_iter().zip(found).collect();
    Ok(CorrectedPage { document, sha256, explanation, keys, corrections })
}

impl CorrectedPage {
    /// The corrections after some changes.
    fn changed(&self, changes: &[CorrectionChange]) -> Result<Vec<Correction>, CorrectError> {
        let mut undone = vec![false; self.corrections.len()];
        let mut set: Vec<(Correction, Option<usize>)> = Vec::new();
        for change in changes {
            match change {
                CorrectionChange::UndoAll => undone.fill(true),
                CorrectionChange::Undo(number) => {
                    let slot = number.checked_sub(1).and_then(|at| undone.get_mut(at));
                    *slot.ok_or(CorrectError::NoCorrection(*number, self.corrections.len()))? = true;
                }
                CorrectionChange::UndoBlock(name) => {
                    let at = self.block(ReaderVerdict::Cut, name)?;
                    let of_block = self.corrections.iter().zip(&mut undone).filter(|((_, block), _)| *block == Some(at));
                    of_block.for_each(|(_, slot)| *slot = true);
                }
                CorrectionChange::Set(verdict, name) => {
                    let at = self.block(*verdict, name)?;
                    set.retain(|(_, other)| *other != Some(at));
                    set.extend(self.correction(*verdict, at).map(|correction| (correction, Some(at))));
                }
            }
        }
        let is_replaced = |at: &Option<usize>| at.is_some() && set.iter().any(|(_, other)| other == at);
        let left = self.corrections.iter().zip(&undone).filter(|((_, at), undone)| !**undone && !is_replaced(at));
        let all: Vec<(Correction, Option<usize>)> = left.map(|(correction, _)| correction.clone()).chain(set.clone()).collect();
        if all.len() > MAX_CORRECTIONS {
            return Err(CorrectError::TooMany);
        }
        if !set.is_empty() && !self.has_text_with(&all) {
            return Err(CorrectError::NothingLeft);
        }
        Ok(all.into_iter().map(|(correction, _)| correction).collect())
    }

    /// Whether a block is kept with these corrections. What was corrected before counts as it is.
    fn has_text_with(&self, corrections: &[(Correction, Option<usize>)]) -> bool {
        self.explanation.blocks.iter().enumerate().any(|(at, block)| {
            let correction = corrections.iter().find(|(_, block)| *block == Some(at));
            let is_kept = matches!(block.verdict, BlockVerdict::Kept { .. });
            correction.map_or(is_kept, |(correction, _)| correction.verdict == ReaderVerdict::Restore)
        })
    }

    fn correction(&self, verdict: ReaderVerdict, at: usize) -> Option<Correction> {
        let text = squeeze(&self.explanation.blocks.get(at)?.text).chars().take(MAX_SHOWN).collect();
        Some(Correction { verdict, block: self.keys.get(at)?.clone(), text })
    }

    /// The block that is meant. By words, only one whose verdict would change.
    fn block(&self, verdict: ReaderVerdict, name: &BlockName) -> Result<usize, CorrectError> {
        let blocks = &self.explanation.blocks;
        let words = match name {
            BlockName::Number(number) => {
                let at = number.checked_sub(1).filter(|at| *at < blocks.len());
                return at.ok_or(CorrectError::NoBlock(*number, blocks.len()));
            }
            BlockName::Named(name) => {
                let is_it = |(at, block)| block_name(at + 1, block) == *name;
                return blocks.iter().enumerate().position(is_it).ok_or(CorrectError::OtherBlock);
            }
            BlockName::Text(text) => fold(text),
        };
        let is_kept = |verdict: &BlockVerdict| matches!(verdict, BlockVerdict::Kept { .. });
        let could_be = blocks.iter().enumerate().filter(|(_, block)| is_kept(&block.verdict) == (verdict == ReaderVerdict::Cut));
        let folded: Vec<(usize, String)> = could_be.map(|(at, block)| (at, fold(&block.text))).collect();
        let of = |is_it: &dyn Fn(&str) -> bool| -> Vec<usize> {
            folded.iter().filter(|(_, text)| is_it(text)).map(|(at, _)| *at).collect()
        };
        let mut found = of(&|text| text == words);
        if found.is_empty() && !words.is_empty() {
            found = of(&|text| text.contains(&words));
        }
        match found.as_slice() {
            [] => Err(CorrectError::NoSuchText(verdict, words)),
            [at] => Ok(*at),
            several => Err(CorrectError::SeveralBlocks(several.iter().map(|at| at + 1).collect())),
        }
    }
}
