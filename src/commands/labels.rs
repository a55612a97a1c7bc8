//! `correct --labels`: documents that were corrected by hand as training labels, a JSON object a line. Writes nothing else.

use serde::Serialize;

use super::explain::{BlockVerdict, ExplainTarget, ExplainedBlock, Explanation, explain};
use crate::engine::{Error, Setup};
use crate::store::CorpusReader;
use crate::store::sidecar::RawSource;
use gleaner_extract::document::DocumentId;

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// The labels of a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageLabels {
    /// The version of this format.
    pub schema: u32,
    /// The document.
    pub id: DocumentId,
    /// Its URL, or the path of its file.
    pub source: String,
    /// The page: path and SHA-256 of the body, and those of later pages.
    pub raw: RawSource,
    /// Number of corrections whose block is not on the page any more.
    pub unmatched: usize,
    /// Every block of the page, in order, and of the later pages of its story.
    pub blocks: Vec<BlockLabel>,
}

/// The label of a block.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockLabel {
    /// Its text.
    pub text: String,
    /// Whether it belongs to the article.
    pub kept: bool,
    /// True if a reader said so; otherwise the labeller did, and a reader of the page has let it stand.
    pub by_hand: bool,
}

/// Calls a function with the labels of every document that was corrected by hand, in the order of the files.
pub fn labels(setup: &Setup, report: &mut dyn FnMut(PageLabels)) -> Result<(), Error> {
    for document in CorpusReader::open(&setup.layout)?.corrected()? {
        let sidecar = document?.sidecar;
        let explanation = explain(setup, &ExplainTarget::Id(sidecar.id.to_string()))?;
        report(of_page(sidecar.id, sidecar.source.0, sidecar.raw, explanation));
    }
    Ok(())
}

fn of_page(id: DocumentId, source: String, raw: RawSource, explanation: Explanation) -> PageLabels {
    let Explanation { corrections, blocks, .. } = explanation;
    let by_hand: Vec<usize> = corrections.iter().filter_map(|correction| correction.block?.checked_sub(1)).collect();
    let unmatched = corrections.len() - by_hand.len();
    let mut is_by_hand = vec![false; blocks.len()];
    for at in by_hand {
        is_by_hand.get_mut(at).into_iter().for_each(|slot| *slot = true);
    }
    let label = |(block, by_hand): (ExplainedBlock, bool)| {
        let kept = matches!(block.verdict, BlockVerdict::Kept { .. });
        BlockLabel { text: block.text, kept, by_hand }
    };
    let blocks = blocks.into_iter().zip(is_by_hand).map(label).collect();
    PageLabels { schema: SCHEMA, id, source, raw, unmatched, blocks }
}
