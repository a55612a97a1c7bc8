//! The context that all witnesses stand on: the page's habits of language, where its headline stands, what lies aside of the story.

use std::cell::OnceCell;
use std::sync::LazyLock;

use serde::Deserialize;

use super::MetadataInput;
use super::date::Locale;
use super::plain::plain;
use crate::base::fast_hash::FastSet;
use crate::base::text::fold;
use crate::document::{Container, ContainerId, Tag};
use crate::page::Page;

/// What is known before the witnesses are heard.
pub(crate) struct PageContext<'a> {
    /// What metadata is found from.
    pub input: MetadataInput<'a>,
    /// Habits of the page's language and country.
    pub locale: Locale,
    /// Folded `<title>` and `og:title`: what the page calls itself.
    pub names: Vec<String>,
    /// The main headings with text, likest to the page's own names first.
    pub headings: Vec<Heading>,
    /// For each container, whether it or one around it is aside of the story.
    aside: Vec<bool>,
    /// The headline itself is hidden: scripts show the page once it is loaded.
    all_hidden: bool,
    /// The last block that was kept.
    end: Option<usize>,
    /// What the letters and words of the text say, once somebody has asked.
    statistics: OnceCell<Option<&'static str>>,
}

/// A heading of the page.
pub(crate) struct Heading {
    /// Its text.
    pub text: String,
    /// Its first block.
    pub block: usize,
    /// How far it is what the page calls itself, 0 to 1.
    pub likeness: f32,
    /// Whether it stands aside of the story, is hidden, or is the site's own name by its markup.
    pub aside: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Places {
    aside: FastSet<String>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| toml::from_str(include_str!("data/places.toml")).unwrap_or_default());

impl<'a> PageContext<'a> {
    /// Looks the page over.
    pub fn of(input: MetadataInput<'a>) -> Self {
        let head = &input.page.head;
        let tag = head.lang.as_deref().filter(|lang| !lang.trim().is_empty()).or_else(|| head.meta("og:locale"));
        let statistics = OnceCell::new();
        let guess = if tag.is_none() { guess(&statistics, input) } else { None };
        let domain = head.url.as_ref().and_then(|url| url.host_str()?.rsplit('.').next());
        let names = [head.title.as_deref(), head.meta("og:title")];
        let mut context = Self {
            input,
            locale: Locale::of(tag.or(guess), domain),
            names: names.into_iter().flatten().map(|name| fold(&plain(name))).filter(|name| !name.is_empty()).collect(),
            headings: Vec::new(),
            aside: Vec::new(),
            all_hidden: false,
            end: None,
            statistics,
        };
        let removed: FastSet<usize> = input.removals.iter().map(|removal| removal.block).collect();
        context.end = (0..input.page.blocks.len()).rev().find(|index| !removed.contains(index));
        let best = context.main_headings(Tag::H1).first().map(|heading| heading.block);
        context.all_hidden = best.and_then(|at| input.page.blocks.get(at)).is_some_and(|block| block.hidden);
        context.aside = aside(input.page, best);
        context.headings = context.main_headings(Tag::H1);
        context
    }

    /// The language that the clean text's letters and words show, if they are sure of it.
    pub fn by_statistics(&self) -> Option<&'static str> {
        guess(&self.statistics, self.input)
    }

    /// The page.
    pub fn page(&self) -> &'a Page {
        self.input.page
    }

    /// The block of the story's headline, if one is known.
    pub fn headline_at(&self) -> Option<usize> {
        self.headings.first().map(|heading| heading.block)
    }

    /// The story's last block: the last that was not removed.
    pub fn story_end(&self) -> Option<usize> {
        self.end
    }

    /// Whether a block stands in comments, menus, teasers or the like.
    pub fn is_aside(&self, block: usize) -> bool {
        let Some(block) = self.page().blocks.get(block) else { return false };
        (block.hidden && !self.all_hidden) || self.aside.get(block.container.index()).copied().unwrap_or(false)
    }

    /// Whether a block stands in a figure or is a caption or credit by its markup.
    pub fn is_caption(&self, block: usize) -> bool {
        let Some(block) = self.page().blocks.get(block) else { return false };
        let marked = |container: &Container| {
            matches!(container.tag, Tag::Figure | Tag::Figcaption)
                || container.tokens.split(' ').any(|word| matches!(word, "caption" | "credit" | "credits" | "figcaption"))
        };
        self.page().ancestors(block).take(4).any(marked)
    }

    /// How far a text is what the page calls itself: the share of its words found there, and of those words covered by it.
    pub fn likeness(&self, text: &str) -> f32 {
        let folded = fold(text);
        let best = self.names.iter().map(|name| overlap(&folded, name));
        best.fold(0.0, f32::max)
    }

    /// Headings of a kind with text, likest to the page's names first; ties in page order.
    pub fn main_headings(&self, tag: Tag) -> Vec<Heading> {
        let page = self.page();
        let mut out: Vec<(ContainerId, Heading)> = Vec::new();
        for (index, block) in page.blocks.iter().enumerate() {
            let Some(heading) = heading_around(page, block.container, tag) else { continue };
            match out.last_mut().filter(|(last, _)| *last == heading) {
                Some((_, open)) if open.text.len() < 400 => {
                    open.text.push(' ');
                    open.text.push_str(&block.text);
                }
                Some(_) => {}
                None => {
                    let aside = self.is_aside(index) || names_site(page, heading);
                    out.push((heading, Heading { text: block.text.clone(), block: index, likeness: 0.0, aside }));
                }
            }
        }
        let mut headings: Vec<Heading> = out.into_iter().map(|(_, heading)| heading).collect();
        for heading in &mut headings {
            heading.likeness = self.likeness(&heading.text);
        }
        headings.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.aside.cmp(&b.aside)).then(a.block.cmp(&b.block)));
        headings
    }
}

fn guess(known: &OnceCell<Option<&'static str>>, input: MetadataInput<'_>) -> Option<&'static str> {
    *known.get_or_init(|| super::language::by_statistics(input.text))
}

/// The heading element of this kind at or within four containers around.
fn heading_around(page: &Page, from: ContainerId, tag: Tag) -> Option<ContainerId> {
    let mut id = from;
    for _ in 0..4 {
        let container = page.containers.get(id.index())?;
        if container.tag == tag {
            return Some(id);
        }
        if id == ContainerId::ROOT {
            return None;
        }
        id = container.parent;
    }
    None
}

/// Whether a heading is marked up as the site's name or logo.
fn names_site(page: &Page, heading: ContainerId) -> bool {
    let own = page.containers.get(heading.index());
    let around = own.and_then(|own| page.containers.get(own.parent.index()));
    let marked = |container: &Container| {
        let words = |set: &[&str]| container.tokens.split(' ').any(|word| set.contains(&word));
        words(&["logo", "brand", "masthead"])
            || container.tokens.contains("site title")
            || container.tokens.contains("blog title")
    };
    own.is_some_and(marked) || around.is_some_and(marked)
}

/// Marks containers aside of the story: by name, but never one that holds the headline or half of the page's text.
fn aside(page: &Page, headline: Option<usize>) -> Vec<bool> {
    let mut chars: Vec<usize> = vec![0; page.containers.len()];
    for block in &page.blocks {
        if let Some(own) = chars.get_mut(block.container.index()) {
            *own += block.text.len();
        }
    }
    // Parents stand in front of their children: one pass backwards sums, one forwards inherits.
    for (index, container) in page.containers.iter().enumerate().skip(1).rev() {
        let own = chars.get(index).copied().unwrap_or(0);
        if let Some(parent) = chars.get_mut(container.parent.index()) {
            *parent += own;
        }
    }
    let half = chars.first().copied().unwrap_or(0) / 2;
    let around_headline = around(page, headline);
    let mut out: Vec<bool> = Vec::with_capacity(page.containers.len());
    for (index, (container, chars)) in page.containers.iter().zip(chars).enumerate() {
        let inherited = out.get(container.parent.index()).copied().unwrap_or(false);
        let frames_story = chars > half || around_headline.contains(&index);
        out.push(inherited || (!frames_story && stands_aside(container)));
    }
    out
}

/// The indices of the containers around a block.
fn around(page: &Page, block: Option<usize>) -> FastSet<usize> {
    let mut out = FastSet::default();
    let mut next = block.and_then(|at| page.blocks.get(at)).map(|block| block.container);
    while let Some(id) = next.filter(|id| out.insert(id.index())) {
        next = page.containers.get(id.index()).map(|container| container.parent);
    }
    out
}

fn stands_aside(container: &Container) -> bool {
    // The page's own frame may be named after anything that stands in it.
    if matches!(container.tag, Tag::Html | Tag::Body | Tag::Main | Tag::Text) || container.depth < 2 {
        return false;
    }
    matches!(container.tag, Tag::Nav | Tag::Aside | Tag::Footer)
        || container.tokens.split(' ').any(|word| PLACES.aside.contains(word))
}

/// The Dice coefficient of two folded texts' tokens, each token counted once; containment of the shorter in the longer counts for most.
pub(crate) fn overlap(one: &str, other: &str) -> f32 {
    fn set(text: &str) -> FastSet<&str> {
        text.split(' ').filter(|token| !token.is_empty()).collect()
    }
    let (one, other) = (set(one), set(other));
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let shared = one.intersection(&other).count() as f32;
    let dice = 2.0 * shared / (one.len() + other.len()) as f32;
    let contained = shared / one.len().min(other.len()) as f32;
    if one.len().min(other.len()) >= 3 { 0.5 * dice + 0.5 * contained } else { dice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_whole() {
        assert!(toml::from_str::<Places>(include_str!("data/places.toml")).unwrap().aside.contains("comments"));
    }

    #[test]
    fn overlap_favours_containment() {
        assert_eq!(overlap("", "a"), 0.0);
        assert_eq!(overlap("a b c", "a b c"), 1.0);
        assert!(overlap("a b c", "a b c site name") > overlap("a x c", "a b c site name"));
    }
}
