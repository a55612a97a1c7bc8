//! Scores pages with a trained model: trees and, for text dumps, a net.

use url::Url;

use super::features::{FeatureInput, page_kind};
pub use super::model_file::{BlockModel, Error, Forest, Model};
use super::signals::PageSignals;
use crate::base::hash::ContentHash;
use crate::page::Page;

/// The first bytes of a model file.
const MAGIC: &[u8; 4] = b"GLM4";

impl BlockModel {
    /// One probability per block, in page order. `article` is the probability that the page is an article.
    fn probabilities(&self, input: &FeatureInput<'_>, article: f32) -> Vec<f32> {
        let mut rows = input.first_round(&self.lexicon, article);
        let scores = self.first.probabilities(&rows);
        input.second_round(&mut rows, &scores);
        let scores = self.second.probabilities(&rows);
        match &self.net {
            Some(net) => net.probabilities(&rows, &scores),
            None => scores,
        }
    }
}

/// The scores of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// One probability per block, in page order.
    pub blocks: Vec<f32>,
    /// The probability that the page is an article.
    pub article: f32,
}

impl Scores {
    /// Whether the page is taken for an article.
    pub fn is_story(&self) -> bool {
        self.article >= 0.5
    }
}

impl Model {
    /// Scores a page.
    pub fn scores(&self, page: &Page, page_signals: &PageSignals<'_>) -> Scores {
        let input = FeatureInput::of(page, page_signals);
        let article = self.article_probability(&input, page.head.url.as_ref());
        Scores { blocks: self.blocks.probabilities(&input, article), article }
    }

    fn article_probability(&self, input: &FeatureInput<'_>, url: Option<&Url>) -> f32 {
        if self.kind.is_empty() {
            return 1.0;
        }
        self.kind.probability(&page_kind::row(input, url, &self.kind_words))
    }
}

impl Model {
    /// The model in its file format.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        self.write(&mut body);
        let mut out = MAGIC.to_vec();
        out.extend(ContentHash::of(&body).to_string().as_bytes());
        out.extend(body);
        out
    }

    /// Reads a model file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Error("it does not begin with the magic of this version"))?;
        let (sum, body) = rest.split_at_checked(64).ok_or(Error("it is cut off"))?;
        if ContentHash::of(body).to_string().as_bytes() != sum {
            return Err(Error("its checksum is wrong"));
        }
        Self::read(body)
    }
}

/// The checksum in a model file, in hexadecimal.
pub(super) fn checksum(bytes: &[u8]) -> Option<&str> {
    let sum = bytes.strip_prefix(MAGIC)?.get(..64)?;
    std::str::from_utf8(sum).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::lexicon::Lexicon;
    use crate::label::net::{self, Column, Net};
    use crate::label::node::Node;

    fn model() -> Model {
        let tree = vec![Node::split(0, 1, 0.5, 2), Node::leaf(1, -1.0), Node::leaf(2, 2.0)];
        let forest = Forest::new(3, 0.25, vec![tree]);
        let lexicon = Lexicon::new([(7, 1.5), (3, -2.0)]);
        let columns = vec![Column { index: 2, mean: 0.5, scale: 4.0 }];
        let weights = (0..net::weight_count(1)).map(|at| (at % 7) as f32 / 64.0 - 0.04).collect();
        let net = Some(Net { columns, weights });
        let blocks = BlockModel { lexicon: lexicon.clone(), first: forest.clone(), second: forest.clone(), net };
        Model { kind_words: lexicon, kind: forest, blocks }
    }

    #[test]
    fn a_model_survives_a_round_trip() {
        let bytes = model().to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert_eq!(read.blocks.first, model().blocks.first);
        assert_eq!(read.blocks.net, model().blocks.net);
        assert!(read.blocks.lexicon.steps().eq(model().blocks.lexicon.steps()));
        assert_eq!(read.to_bytes(), bytes);
    }

    #[test]
    fn a_file_with_any_byte_flipped_is_rejected() {
        let bytes = model().to_bytes();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Model::from_bytes(&damaged).is_err(), "byte {at}");
        }
        assert!(Model::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn a_model_without_a_net_survives_a_round_trip() {
        let mut model = model();
        model.blocks.net = None;
        let read = Model::from_bytes(&model.to_bytes()).unwrap();
        assert_eq!(read.blocks.net, None);
        assert_eq!(read.blocks.second, model.blocks.second);
    }

    #[test]
    fn a_net_that_does_not_fit_the_rows_is_rejected() {
        let mut wide = model();
        wide.blocks.second = Forest::default();
        assert_eq!(Model::from_bytes(&wide.to_bytes()).unwrap_err().0, "its net has too many columns");
        let mut outside = model();
        outside.blocks.net.as_mut().unwrap().columns[0].index = 3;
        assert_eq!(Model::from_bytes(&outside.to_bytes()).unwrap_err().0, "its net has a column outside the rows");
    }

    #[test]
    fn splits_send_small_values_left() {
        let forest = model().kind;
        assert!(forest.probability(&[0.0, 0.5, 0.0]) < 0.4);
        assert!(forest.probability(&[0.0, 0.6, 0.0]) > 0.8);
    }
}
