//! The trained models, embedded in the program: one for HTML pages, one for text dumps. `model/README.md` describes them and their training.

use std::sync::LazyLock;

use super::model::{Model, Scores};
use super::signals::PageSignals;
use crate::page::{Format, Page};

/// The model file for HTML pages.
const HTML: &[u8] = include_bytes!("../../model/html.bin");

/// The model file for text dumps.
const TEXT: &[u8] = include_bytes!("../../model/text.bin");

// An unreadable file would give a model without trees, which scores every block with one half; a test below rules that out.
static HTML_MODEL: LazyLock<Model> = LazyLock::new(|| Model::from_embedded(HTML).unwrap_or_default());
static TEXT_MODEL: LazyLock<Model> = LazyLock::new(|| Model::from_embedded(TEXT).unwrap_or_default());

/// The name of the models as sidecars record it: the first digits of their checksums, so that every model has a name of its own.
pub fn model_name() -> String {
    let sum = |bytes| super::model::checksum(bytes).and_then(|sum| sum.get(..8)).unwrap_or("none");
    format!("trees-{}-{}", sum(HTML), sum(TEXT))
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

    #[test]
    fn embedded_models_are_valid_and_small() {
        for bytes in [HTML, TEXT] {
            let model = Model::from_bytes(bytes).unwrap();
            assert!(!model.blocks.second.is_empty());
            assert_eq!(Model::from_embedded(bytes).unwrap().to_bytes(), bytes);
        }
        assert!(HTML.len() + TEXT.len() <= 6_000_000, "the model files may take 6 MB together");
        assert_eq!(model_name().len(), "trees-".len() + 17);
    }
}
