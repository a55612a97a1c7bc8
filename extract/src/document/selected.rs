//! What an expression of a site's rules selects on a page. Selects nothing itself.

use super::removal::RuleId;

/// What the selected elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteAction {
    /// Not part of the story.
    Drop,
    /// Part of the story.
    Keep,
    /// What the story is in: outside of it, nothing is part of it.
    Body,
    /// The headline.
    Title,
    /// The authors.
    Author,
    /// The date of publication.
    Date,
    /// A link to the next page of the story.
    NextPage,
    /// A link to a page with the whole story.
    SinglePage,
}

impl SiteAction {
    /// The name used in rule files and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Keep => "keep",
            Self::Body => "body",
            Self::Title => "title",
            Self::Author => "author",
            Self::Date => "date",
            Self::NextPage => "next_page",
            Self::SinglePage => "single_page",
        }
    }
}

/// What the expressions of one rule select on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The rule.
    pub rule: RuleId,
    /// What is selected.
    pub action: SiteAction,
    /// The blocks that are wholly inside of the selected elements, by their index on the page, sorted.
    pub blocks: Vec<usize>,
    /// The text of each selected element, the value of each selected attribute, or the target of each selected link; squeezed.
    pub texts: Vec<String>,
}
