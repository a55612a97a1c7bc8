//! The trained models, embedded in the program: one for pages, one for text dumps. What they are and how they were made: `model/README.md`.

use std::sync::LazyLock;

use super::model::{Model, Scores};
use super::signals::PageSignals;
use crate::page::{Format, Page};

/// The model for pages, as a file.
const HTML: &[u8] = include_bytes!("../../model/html.bin");

/// The model for text dumps, as a file.
const TEXT: &[u8] = include_bytes!("../../model/text.bin");

// A file that does not read gives a model without trees, for which every block is as likely as not; the tests below refuse such a build.
static HTML_MODEL: LazyLock<Model> = LazyLock::new(|| Model::from_bytes(HTML).unwrap_or_default());
static TEXT_MODEL: LazyLock<Model> = LazyLock::new(|| Model::from_bytes(TEXT).unwrap_or_default());

/// The name of the models in every sidecar: the beginnings of their checksums. Another model, another name.
pub fn model_name() -> String {
    let sum = |bytes| super::model::checksum(bytes).and_then(|sum| sum.get(..8)).unwrap_or("none");
    format!("trees-{}-{}", sum(HTML), sum(TEXT))
}

/// The scores of a page by the model for its format.
pub fn scores(page: &Page, evidence: &PageSignals<'_>) -> Scores {
    match page.format {
        Format::Html => HTML_MODEL.scores(page, evidence),
        Format::Text => TEXT_MODEL.scores(page, evidence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_models_read() {
        for bytes in [HTML, TEXT] {
            assert!(!Model::from_bytes(bytes).unwrap().article.second.trees.is_empty());
        }
        assert!(HTML.len() + TEXT.len() <= 6_000_000, "the model files may weigh 6 MB together");
        assert_eq!(model_name().len(), "trees-".len() + 17);
    }
}
