//! What several sources need to know of the page: its locale, its headings, where its headline is, and which blocks are aside of the story.
//! Collects no candidates.

use std::cell::OnceCell;

use super::breadcrumb::is_breadcrumb;
use super::byline::BylineLine;
use super::date::{self, Locale, VisibleDate};
use super::input::MetadataInput;
use super::language::detect::detect;
use super::plain::plain;
use crate::base::fast_hash::FastSet;
use crate::base::overlap::overlap;
use crate::base::text::fold;
use crate::document::{Container, ContainerId, Tag};
use crate::page::Page;
use crate::page::aside::containers_aside;

/// Facts about the page that are computed once, before candidates are collected.
pub(crate) struct PageContext<'a> {
    /// The input of metadata extraction.
    pub input: MetadataInput<'a>,
    /// The page's language and country.
    pub locale: Locale,
    /// The folded `<title>` and `og:title`.
    pub names: Vec<String>,
    /// The main headings with text, most similar to the page's names first. Where the first one is the last breadcrumb, the heading that shows
    /// the headline is used instead.
    pub headings: Vec<PageHeading>,
    /// For each container, whether it or an ancestor is aside of the story.
    aside: Vec<bool>,
    /// The headline itself is hidden: scripts show the page once it is loaded.
    all_hidden: bool,
    /// The last block that was kept.
    story_end: Option<usize>,
    /// The language detected from the text, computed on first use.
    detected_language: OnceCell<Option<&'static str>>,
    /// The words that sentences of the page have in lower case, collected on first use.
    lower_case_words: OnceCell<FastSet<&'a str>>,
    /// What is known of each block, found on first use.
    facts: Vec<OnceCell<Box<BlockFacts<'a>>>>,
}

/// What several sources ask about a block.
struct BlockFacts<'a> {
    line: BylineLine<'a>,
    dates: OnceCell<Vec<VisibleDate>>,
}

/// A heading of the page.
pub(crate) struct PageHeading {
    /// Its text.
    pub text: String,
    /// Its first block.
    pub block: usize,
    /// How similar it is to the page's names, from 0 to 1.
    pub similarity: f32,
    /// Whether it is aside of the story, hidden, or marked up as the site's name.
    pub aside: bool,
    /// Whether it is an item of the page's breadcrumbs.
    breadcrumb: bool,
}

/// The minimum similarity to the page's names of a heading that shows the headline in place of the last breadcrumb.
const MIN_SIMILARITY: f32 = 0.5;

/// The minimum length of a sentence, in bytes.
const MIN_SENTENCE: usize = 60;

impl<'a> PageContext<'a> {
    /// Computes the facts about a page.
    pub fn of(input: MetadataInput<'a>) -> Self {
        let head = &input.page.head;
        let tag = head.lang.as_deref().filter(|lang| !lang.trim().is_empty()).or_else(|| head.meta("og:locale"));
        let detected_language = OnceCell::new();
        let guess = if tag.is_none() { detected(&detected_language, input) } else { None };
        let domain = head.url.as_ref().and_then(|url| url.host_str()?.rsplit('.').next());
        let names = [head.title.as_deref(), head.meta("og:title")];
        let mut context = Self {
            input,
            locale: Locale::of(tag.or(guess), domain),
            names: names.into_iter().flatten().map(|name| fold(&plain(name))).filter(|name| !name.is_empty()).collect(),
            headings: Vec::new(),
            aside: Vec::new(),
            all_hidden: false,
            story_end: None,
            detected_language,
            lower_case_words: OnceCell::new(),
            facts: std::iter::repeat_with(OnceCell::new).take(input.page.blocks.len()).collect(),
        };
        let removed: FastSet<usize> = input.removals.iter().map(|removal| removal.block).collect();
        context.story_end = (0..input.page.blocks.len()).rev().find(|index| !removed.contains(index));
        let best = context.main_headings().first().map(|heading| heading.block);
        context.all_hidden = best.and_then(|at| input.page.blocks.get(at)).is_some_and(|block| block.hidden);
        context.aside = containers_aside(input.page, best);
        context.headings = context.main_headings();
        context
    }

    /// The main headings. If the first one is the last breadcrumb, it and others like it give way to the heading that shows the headline: another
    /// main heading, else the first lower-level heading that is similar enough. If there is none, the breadcrumb is the headline.
    fn main_headings(&self) -> Vec<PageHeading> {
        let headings = self.headings_of(Tag::H1);
        if !headings.first().is_some_and(|first| first.breadcrumb) {
            return headings;
        }
        let is_shown = |heading: &PageHeading| !heading.breadcrumb && !heading.aside && heading.similarity >= MIN_SIMILARITY;
        let lower = || [Tag::H2, Tag::H3].into_iter().find_map(|tag| self.headings_of(tag).into_iter().find(is_shown));
        let shown = if headings.iter().any(is_shown) { None } else { lower() };
        if shown.is_none() && !headings.iter().any(is_shown) {
            return headings;
        }
        shown.into_iter().chain(headings.into_iter().filter(|heading| !heading.breadcrumb)).collect()
    }

    /// The language detected from the clean text, if detection is confident.
    pub fn detected_language(&self) -> Option<&'static str> {
        detected(&self.detected_language, self.input)
    }

    /// The page.
    pub fn page(&self) -> &'a Page {
        self.input.page
    }

    fn facts(&self, block: usize) -> Option<&BlockFacts<'a>> {
        let text = &self.input.page.blocks.get(block)?.text;
        let new = || Box::new(BlockFacts { line: BylineLine::of(text), dates: OnceCell::new() });
        self.facts.get(block).map(|facts| facts.get_or_init(new).as_ref())
    }

    /// A block as a line that may be a byline.
    pub fn line(&self, block: usize) -> Option<&BylineLine<'a>> {
        self.facts(block).map(|facts| &facts.line)
    }

    /// The dates in a block.
    pub fn dates(&self, block: usize) -> &[VisibleDate] {
        let text = self.page().blocks.get(block).map_or("", |block| &block.text);
        if !date::may_contain_date(text) {
            return &[];
        }
        self.facts(block).map_or(&[], |facts| facts.dates.get_or_init(|| date::visible(text, &self.locale)))
    }

    /// The block of the story's headline, if known.
    pub fn headline_at(&self) -> Option<usize> {
        self.headings.first().map(|heading| heading.block)
    }

    /// The story's last block: the last that was not removed.
    pub fn story_end(&self) -> Option<usize> {
        self.story_end
    }

    /// Whether a block is in comments, menus, teasers or the like, or hidden.
    pub fn is_aside(&self, block: usize) -> bool {
        let Some(block) = self.page().blocks.get(block) else { return false };
        (block.hidden && !self.all_hidden) || self.aside.get(block.container.index()).copied().unwrap_or(false)
    }

    /// Whether a block is in a figure or marked up as a caption or credit.
    pub fn is_caption(&self, block: usize) -> bool {
        let Some(block) = self.page().blocks.get(block) else { return false };
        let is_caption = |container: &Container| {
            matches!(container.tag, Tag::Figure | Tag::Figcaption)
                || container.tokens.split(' ').any(|word| matches!(word, "caption" | "credit" | "credits" | "figcaption"))
        };
        self.page().ancestors(block).take(4).any(is_caption)
    }

    /// How similar a text is to the page's names, from 0 to 1.
    pub fn similarity(&self, text: &str) -> f32 {
        let folded = fold(text);
        let best = self.names.iter().map(|name| overlap(&folded, name));
        best.fold(0.0, f32::max)
    }

    /// Whether sentences of the page have every word of a name in lower case: `Key Points`. Never in scripts without capitals.
    pub fn is_ordinary(&self, name: &str) -> bool {
        let words = self.lower_case_words.get_or_init(|| {
            let sentences = self.page().blocks.iter().filter(|block| block.text.len() >= MIN_SENTENCE);
            sentences.flat_map(|block| block.text.split(|c: char| !is_word(c))).filter(|word| is_lower_case(word)).collect()
        });
        let mut parts = name.split(|c: char| !is_word(c)).filter(|part| !part.is_empty()).peekable();
        parts.peek().is_some() && parts.all(|part| words.contains(part.to_lowercase().as_str()))
    }

    /// Whether the story mentions a person: a sentence does, other than one that begins with the name, as those of a biography do.
    pub fn is_about(&self, name: &str) -> bool {
        let is_mention = |line: &str| line.len() >= MIN_SENTENCE && line.match_indices(name).any(|(at, _)| at > 0);
        self.input.text.lines().any(is_mention)
    }

    /// The headings with text and this tag, most similar to the page's names first; ties in page order.
    pub fn headings_of(&self, tag: Tag) -> Vec<PageHeading> {
        let page = self.page();
        let mut found: Vec<(ContainerId, PageHeading)> = Vec::new();
        for (index, block) in page.blocks.iter().enumerate() {
            let Some(heading) = heading_around(page, block.container, tag).filter(|heading| !is_of_widget(page, *heading)) else {
                continue;
            };
            match found.last_mut().filter(|(last, _)| *last == heading) {
                Some((_, open)) if open.text.len() < 400 => {
                    open.text.push(' ');
                    open.text.push_str(&block.text);
                }
                Some(_) => {}
                None => {
                    let aside = self.is_aside(index) || names_site(page, heading);
                    let (text, breadcrumb) = (block.text.clone(), is_breadcrumb(page, heading));
                    found.push((heading, PageHeading { text, block: index, similarity: 0.0, aside, breadcrumb }));
                }
            }
        }
        let mut headings: Vec<PageHeading> = found.into_iter().map(|(_, heading)| heading).collect();
        for heading in &mut headings {
            heading.similarity = self.similarity(&heading.text);
        }
        headings.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.aside.cmp(&b.aside)).then(a.block.cmp(&b.block)));
        headings
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '\'' | '’')
}

fn is_lower_case(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_lowercase) && !word.contains(char::is_uppercase)
}

fn detected(cell: &OnceCell<Option<&'static str>>, input: MetadataInput<'_>) -> Option<&'static str> {
    *cell.get_or_init(|| detect(input.text))
}

/// The element with this tag among a container and its three nearest ancestors.
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

/// Whether a heading is part of a translation service's box, which adds its own to pages: `Original text`.
fn is_of_widget(page: &Page, heading: ContainerId) -> bool {
    let mut id = heading;
    for _ in 0..4 {
        let Some(container) = page.containers.get(id.index()) else { return false };
        let tokens = container.tokens.as_str();
        if ["skiptranslate", "goog te", "goog gt", "google translate"].iter().any(|name| tokens.contains(name)) {
            return true;
        }
        if id == ContainerId::ROOT {
            return false;
        }
        id = container.parent;
    }
    false
}

/// Whether a heading is marked up as the site's name or logo.
fn names_site(page: &Page, heading: ContainerId) -> bool {
    let own = page.containers.get(heading.index());
    let parent = own.and_then(|own| page.containers.get(own.parent.index()));
    let is_logo = |container: &Container| {
        let has_word = |words: &[&str]| container.tokens.split(' ').any(|word| words.contains(&word));
        has_word(&["logo", "brand", "masthead"])
            || container.tokens.contains("site title")
            || container.tokens.contains("blog title")
    };
    own.is_some_and(is_logo) || parent.is_some_and(is_logo)
}
