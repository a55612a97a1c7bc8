//! Which parts of a page are aside of its story (comments, menus, sidebars, teasers), judged by element and by words of class, id and role.
//!
//! One list of words (`aside.toml`) serves three uses, each with a few words of its own:
//! - metadata ignores authors, dates and headings in such containers ([`containers_aside`]). Its list is the broadest: losing a teaser's
//!   byline costs nothing.
//! - pagination ignores page links among comments ([`is_comment_word`]). A sidebar may well link to the story's next page.
//! - front pages lower the score of links in menus, sidebars and footers ([`area_of`]). Comments, cards and teasers must not count there:
//!   they are what a front page consists of.
//!
//! The labeller judges containers by rules (`rules/boilerplate`) and a model instead, because it has to name the category of what it drops.
//! Removes nothing itself.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Page;
use crate::base::fast_hash::{FastMap, FastSet};
use crate::document::{Container, Tag};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordLists {
    comments: FastSet<String>,
    navigation: FastSet<String>,
    footer: FastSet<String>,
    sidebar: FastSet<String>,
    metadata: MetadataWords,
    paging: PagingWords,
    links: LinkWords,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct MetadataWords {
    aside: FastSet<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PagingWords {
    comments: FastSet<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LinkWords {
    navigation: FastSet<String>,
}

const TABLE: &str = include_str!("aside.toml");

/// The words of each use.
struct AsideWords {
    metadata: FastSet<String>,
    paging: FastSet<String>,
    links: FastMap<String, NamedArea>,
}

/// Empty if the table cannot be parsed, which a test rules out.
static WORDS: LazyLock<AsideWords> = LazyLock::new(|| {
    let lists: WordLists = toml::from_str(TABLE).unwrap_or_default();
    let areas = [
        (&lists.navigation, NamedArea::Navigation),
        (&lists.links.navigation, NamedArea::Navigation),
        (&lists.footer, NamedArea::Footer),
        (&lists.sidebar, NamedArea::Sidebar),
    ];
    let links = areas.into_iter().flat_map(|(words, area)| words.iter().map(move |word| (word.clone(), area))).collect();
    let paging = lists.comments.union(&lists.paging.comments).cloned().collect();
    let shared = [lists.comments, lists.navigation, lists.footer, lists.sidebar];
    AsideWords { metadata: shared.into_iter().flatten().chain(lists.metadata.aside).collect(), paging, links }
});

/// An area of a page that is named by a word of class, id or role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedArea {
    /// Menus, breadcrumbs, pagination.
    Navigation,
    /// The page's footer.
    Footer,
    /// A column beside the story.
    Sidebar,
}

/// The area that a lower-case word names.
pub fn area_of(word: &str) -> Option<NamedArea> {
    WORDS.links.get(word).copied()
}

/// Whether a lower-case word names a container of comments, whose page links do not lead through the story.
pub fn is_comment_word(word: &str) -> bool {
    WORDS.paging.contains(word)
}

/// For each container, whether it or an ancestor is aside of the story. A container that holds the headline's block or more than half of
/// the page's text never is.
pub fn containers_aside(page: &Page, headline: Option<usize>) -> Vec<bool> {
    let text_bytes = text_bytes(page);
    let half = text_bytes.first().copied().unwrap_or(0) / 2;
    let around_headline = ancestor_indices(page, headline);
    let mut aside: Vec<bool> = Vec::with_capacity(page.containers.len());
    for (index, (container, bytes)) in page.containers.iter().zip(text_bytes).enumerate() {
        let inherited = aside.get(container.parent.index()).copied().unwrap_or(false);
        let holds_story = bytes > half || around_headline.contains(&index);
        aside.push(inherited || (!holds_story && is_aside(container)));
    }
    aside
}

/// The bytes of text in each container, including its descendants.
fn text_bytes(page: &Page) -> Vec<usize> {
    let mut bytes: Vec<usize> = vec![0; page.containers.len()];
    for block in &page.blocks {
        if let Some(own) = bytes.get_mut(block.container.index()) {
            *own += block.text.len();
        }
    }
    // Parents come before their children.
    for (index, container) in page.containers.iter().enumerate().skip(1).rev() {
        let own = bytes.get(index).copied().unwrap_or(0);
        if let Some(parent) = bytes.get_mut(container.parent.index()) {
            *parent += own;
        }
    }
    bytes
}

/// The indices of the containers around a block.
fn ancestor_indices(page: &Page, block: Option<usize>) -> FastSet<usize> {
    let mut indices = FastSet::default();
    let mut next = block.and_then(|at| page.blocks.get(at)).map(|block| block.container);
    while let Some(id) = next.filter(|id| indices.insert(id.index())) {
        next = page.containers.get(id.index()).map(|container| container.parent);
    }
    indices
}

fn is_aside(container: &Container) -> bool {
    // The outermost elements may be named after anything that they contain.
    if matches!(container.tag, Tag::Html | Tag::Body | Tag::Main | Tag::Text) || container.depth < 2 {
        return false;
    }
    matches!(container.tag, Tag::Nav | Tag::Aside | Tag::Footer)
        || container.tokens.split(' ').any(|word| WORDS.metadata.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_lower_case_and_listed_once() {
        let words: WordLists = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        let lists = [&words.comments, &words.navigation, &words.footer, &words.sidebar, &words.metadata.aside];
        let own = [&words.paging.comments, &words.links.navigation];
        let mut seen = FastSet::default();
        for word in lists.into_iter().chain(own).flatten() {
            assert_eq!(*word, word.to_lowercase());
            assert!(seen.insert(word), "{word} is listed twice");
        }
    }

    #[test]
    fn words_name_areas() {
        assert_eq!(area_of("pager"), Some(NamedArea::Navigation));
        assert_eq!((area_of("sidebar"), area_of("card")), (Some(NamedArea::Sidebar), None));
        assert!(is_comment_word("disqus") && is_comment_word("respond") && !is_comment_word("sidebar"));
        assert!(WORDS.metadata.contains("disqus") && WORDS.metadata.contains("card") && !WORDS.metadata.contains("respond"));
    }
}
