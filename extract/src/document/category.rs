//! The categories of removed blocks. Their names are used in rules, sidecars and `explain`. Assigns none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! categories {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// The category of a removal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category { $($(#[doc = $doc])* $variant,)* }

        impl Category {
            /// Every category, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in rules, sidecars and output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// A description for people.
            pub fn describe(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*).trim_ascii(),)* }
            }
        }
    };
}

categories! {
    /// Subscription prompts, log-in walls, membership offers.
    Paywall = "paywall",
    /// Newsletter sign-up boxes.
    Newsletter = "newsletter",
    /// Reader comments and comment forms.
    Comments = "comments",
    /// Teasers and links to other stories.
    Related = "related",
    /// Share, print and follow buttons.
    Share = "share",
    /// Advertisements and sponsored content.
    Advertising = "advertising",
    /// Cookie and consent notices.
    Consent = "consent",
    /// Menus, breadcrumbs, skip links, paging.
    Navigation = "navigation",
    /// Site footers: copyright, imprint, legal links.
    Footer = "footer",
    /// Lines about the author.
    AuthorBio = "author_bio",
    /// Lines about the site or company.
    SiteInfo = "site_info",
    /// Appeals for donations and support.
    Donation = "donation",
    /// Generated boxes: weather, stock quotes, players, polls, reading time.
    Widget = "widget",
    /// Tracking code and technical leftovers.
    Tracking = "tracking",
    /// The headline, which is metadata.
    Title = "title",
    /// The line naming the authors.
    Byline = "byline",
    /// Publication and modification dates.
    Date = "date",
    /// The line naming the source or agency.
    Source = "source",
    /// The line naming the section or topic.
    Section = "section",
    /// Captions of pictures, videos and tables.
    Caption = "caption",
    /// Photo and contributor credits.
    Credit = "credit",
    /// Pull quotes that repeat the body.
    Pullquote = "pullquote",
    /// Text that occurs elsewhere on the page already.
    Duplicate = "duplicate",
    /// Anything else that is not the story.
    Other = "other",
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is not the name of a category.
#[derive(Debug, thiserror::Error)]
#[error("no such category: {0:?}")]
pub struct ParseCategoryError(String);

impl FromStr for Category {
    type Err = ParseCategoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|category| category.name() == text);
        found.copied().ok_or_else(|| ParseCategoryError(text.chars().take(80).collect()))
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_round_trip() {
        for category in Category::ALL {
            assert_eq!(category.name().parse::<Category>().unwrap(), *category);
            assert!(category.describe().ends_with('.'), "{category}");
        }
        assert!("spam".parse::<Category>().is_err());
    }
}
