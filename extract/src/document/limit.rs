//! The caps on the size of a page that an article's page exceeded. Enforces none; that is done where a page is parsed.

use serde::{Deserialize, Serialize};

/// A cap that a page exceeded. Its text is all there; what is lost is named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Elements were nested too deep: the deeper ones were dissolved.
    Depth,
    /// There was too much markup: after some point, it was read without its elements.
    Markup,
    /// There were too many blocks: after some point, several were merged into one.
    Blocks,
    /// The head declared too much: some JSON-LD, `<meta>` and `<link>` elements were ignored.
    Head,
    /// The page was too large for the expressions of its site's rules: some select nothing, or not all.
    Rules,
}

impl Limit {
    /// The name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Depth => "depth",
            Self::Markup => "markup",
            Self::Blocks => "blocks",
            Self::Head => "head",
            Self::Rules => "rules",
        }
    }

    /// What became of the page, for people.
    pub fn effect(self) -> &'static str {
        match self {
            Self::Depth => "elements that were nested too deep were dissolved",
            Self::Markup => "the rest of the page was read without its elements, as there were too many",
            Self::Blocks => "blocks were merged, as there were too many",
            Self::Rules => "expressions of the site's rules took too many steps, and select nothing or not all",
            Self::Head => "some JSON-LD, `meta` and `link` elements were ignored, as there were too many",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_serialised_form() {
        for limit in [Limit::Depth, Limit::Markup, Limit::Blocks, Limit::Head, Limit::Rules] {
            assert_eq!(serde_json::to_value(limit).unwrap(), limit.name());
        }
    }
}
