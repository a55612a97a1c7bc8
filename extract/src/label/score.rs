//! The trained models, embedded in the program: one for HTML pages, one for text dumps. `model/README.md` describes them and their training.

use std::sync::LazyLock;

use super::model::{Model, Scores};
use super::signals::PageSignals;
use crate::page::{Format, Page};

/// The first bytes of the model file for HTML pages, with its checksum.
const HTML_HEAD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/html.head"));

/// The same for text dumps.
const TEXT_HEAD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/text.head"));

// build.rs writes the tables of the model files. Without them a model would have no trees and score every block with one half; a test below rules that out.
static HTML_MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::of_tables(include_bytes!(concat!(env!("OUT_DIR"), "/html.tables"))).unwrap_or_default());
static TEXT_MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::of_tables(include_bytes!(concat!(env!("OUT_DIR"), "/text.tables"))).unwrap_or_default());

/// The name of the models as sidecars record it: the first digits of their checksums, so that every model has a name of its own.
pub fn model_name() -> String {
    let sum = |bytes| super::model::checksum(bytes).and_then(|sum| sum.get(..8)).unwrap_or("none");
    format!("trees-{}-{}", sum(HTML_HEAD), sum(TEXT_HEAD))
}

/// Scores a page with the model for its format.
pub fn scores(page: &Page, page_signals: &PageSignals<'_>) -> Scores {
    match page.format {
        Format::Html => HTML_MODEL.scores(page, page_signals),
        Format::Text => TEXT_MODEL.scores(page, page_signals),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &[u8] = include_bytes!("../../model/html.bin");
    const TEXT: &[u8] = include_bytes!("../../model/text.bin");

    #[test]
    fn the_models_in_the_program_are_those_of_the_files() {
        for (bytes, head, model) in [(HTML, HTML_HEAD, &HTML_MODEL), (TEXT, TEXT_HEAD, &TEXT_MODEL)] {
            let read = Model::from_bytes(bytes).unwrap();
            assert!(!read.blocks.second.is_empty() && bytes.starts_with(head));
            assert_eq!(model.to_tables(), read.to_tables());
        }
        assert!(HTML.len() + TEXT.len() <= 6_000_000, "the model files may take 6 MB together");
        assert_eq!(model_name().len(), "trees-".len() + 17);
    }
}
