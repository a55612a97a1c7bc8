//! What a match of a rule means for the block, and where the rule comes from.

use serde::{Deserialize, Serialize};

/// How strong a rule is. What each strength does depends on the rule's [`RuleOrigin`].
///
/// A built-in rule is evidence for the model, which decides, and names the category of what is dropped. A user's rule acts on top of that decision:
/// see the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Names the category of a block that is dropped anyway. Never drops a block, whoever wrote the rule.
    Hint,
    /// A user's rule drops a block unless its score is high. A built-in one is evidence.
    Likely,
    /// A user's rule drops the block unless a guard spares it. A built-in one is strong evidence.
    Sure,
}

impl Strength {
    /// The name used in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// Who wrote a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOrigin {
    /// It ships with gleaner. The model was trained with it.
    #[default]
    BuiltIn,
    /// It comes from a file of the user's. The model does not see it.
    User,
}

impl RuleOrigin {
    /// Whether it ships with gleaner. Serialized built-in rules do not mention their origin, so that their hash depends on their content only.
    pub fn is_built_in(&self) -> bool {
        *self == Self::BuiltIn
    }
}
