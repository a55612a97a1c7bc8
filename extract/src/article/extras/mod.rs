//! What the output has besides the story where it is asked for: its links, its images, and the comments of readers. Pages are cleaned without it; it is
//! found by a second look at the page, at its elements.

mod comments;
mod elements;
mod images;

use url::Url;

use super::clean::{CleanContext, CleanedPage, elements_again};
use super::isolate::{self, isolate};
use crate::document::elements::ElementTree;
use crate::document::{Found, RawDocument};
use elements::{MAX_ADDRESS, attribute};

pub use comments::Comment;
pub use elements::address;
pub use images::StoryImage;

/// Attributes that the usual reading of a page leaves out.
const ATTRIBUTES: &[&str] = &[
    "alt",
    "content",
    "data-lazy-src",
    "data-original",
    "data-src",
    "data-srcset",
    "datetime",
    "height",
    "itemtype",
    "src",
    "srcset",
    "title",
    "width",
];

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Include {
    /// The links of the story, relative ones resolved as a browser does.
    pub links: bool,
    /// The images of the story.
    pub images: bool,
    /// The comments of readers.
    pub comments: bool,
}

impl Include {
    /// Whether nothing is asked for.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What a page has of it. The default adds nothing to any output.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// What was asked for.
    pub include: Include,
    /// The address that links are relative to: that of `<base>`, else the page's own, as given or as the page declares it.
    pub base: Option<Url>,
    /// The images of the story, by the block before which they stand.
    pub images: Vec<StoryImage>,
    /// The comments of readers, in page order.
    pub comments: Vec<Comment>,
}

/// Finds what is asked for on a cleaned page, within this context. Catches panics of a parser.
///
/// # Errors
/// Fails where cleaning would.
pub fn find(
    raw: &RawDocument,
    cleaned: &CleanedPage,
    context: CleanContext<'_>,
    include: Include,
) -> Result<Extras, isolate::Error> {
    let is_on_page = include.links || include.images || (include.comments && comments::may_have(cleaned));
    if !is_on_page {
        return Ok(Extras { include, ..Extras::default() });
    }
    isolate(|| {
        let names: Vec<String> = ATTRIBUTES.iter().map(|name| (*name).to_owned()).collect();
        let tree = elements_again(raw, &cleaned.page, context, &names)?;
        let base = base(&tree, cleaned);
        let mut images = if include.images { images::find(&tree, cleaned, context.rules, base.as_ref()) } else { Vec::new() };
        images.sort_by_key(|image| image.block);
        let comments = if include.comments { comments::find(&tree, cleaned, context.rules) } else { Vec::new() };
        Ok(Extras { include, base, images, comments })
    })?
}

/// The address that links are relative to.
fn base(tree: &ElementTree, cleaned: &CleanedPage) -> Option<Url> {
    let declared = |found: &Found<String>| Url::parse(&found.value).ok();
    let own = cleaned.page.head.url.clone().or_else(|| cleaned.article.metadata.canonical_url.as_ref().and_then(declared));
    let elements = (0..tree.len()).filter(|node| tree.name(*node) == "base");
    let href = elements.filter_map(|node| attribute(tree, node, "href")).next();
    let named = href.filter(|href| href.len() <= MAX_ADDRESS).and_then(|href| address(own.as_ref(), href));
    named.and_then(|named| Url::parse(&named).ok()).or(own)
}
