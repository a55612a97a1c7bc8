//! What is favoured where it is unsure whether a block belongs to the story. Decides nothing.

use serde::{Deserialize, Serialize};

/// What is favoured where it is unsure whether a block belongs to the story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Favour {
    /// Both alike: the best expected F1.
    #[default]
    Balanced,
    /// That little is kept which does not belong to it: the best expected F0.5.
    Precision,
    /// That little of it is lost: the best expected F2.
    Recall,
}

impl Favour {
    /// Whether it is the default.
    pub fn is_balanced(&self) -> bool {
        *self == Self::Balanced
    }
}
