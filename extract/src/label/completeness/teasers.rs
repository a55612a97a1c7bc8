//! Detects lists of teasers: front pages, sections, tags, search results. Recognised by their linked headlines if the page does not declare itself a
//! story, otherwise by a linear model (`list.toml`, learned by `train/`).

use std::sync::LazyLock;

use url::Url;

use super::input::VerdictInput;
use crate::base::linear::Linear;
use crate::base::text::fold;
use crate::document::Tag;
use crate::page::Format;

/// Fewest teasers of a list.
const MIN_TEASERS: usize = 6;

/// Fewest words of a run of prose without a teaser that make it a story.
const STORY_WORDS: usize = 130;

/// The score from which the model takes a page for a list. In cross-validation by site that happens to at most one story in two hundred.
const THRESHOLD: f32 = 1.0;

/// The score from which the model is certain of a page whose address looks like that of a section.
const CERTAIN: f32 = 1.5;

/// Fewest teasers of a page that is certainly a list.
const CERTAIN_TEASERS: usize = 10;

/// The names of the model's features, in the order in which they are computed.
pub const FEATURES: &[&str] = &[
    "always",
    "likely an article",
    "says story",
    "says article to networks",
    "says list",
    "teasers",
    "teasers a block",
    "longest run",
    "words",
    "words a block",
    "words in paragraphs",
    "blocks with links",
    "words in links",
    "headings",
    "front page",
    "short path",
    "long slug",
    "next page",
    "articles",
];

static MODEL: LazyLock<Linear> = LazyLock::new(|| Linear::read(include_str!("../data/list.toml"), FEATURES).unwrap_or_default());

/// The linked headlines of a page, and the words between them.
struct Teasers {
    count: usize,
    /// Those between the first kept block and the last.
    among: usize,
    /// The longest run of kept words without a teaser.
    longest: usize,
}

impl Teasers {
    fn of(input: &VerdictInput<'_>) -> Self {
        let teasers: Vec<usize> = input.visible().map(|(at, _)| at).filter(|at| is_teaser(input, *at)).collect();
        let (mut run, mut longest, mut next) = (0, 0, teasers.iter().peekable());
        for kept in &input.kept {
            while next.peek().is_some_and(|teaser| **teaser <= kept.at) {
                next.next();
                run = 0;
            }
            run += input.signals(kept.at).map_or(0, |signals| signals.words);
            longest = longest.max(run);
        }
        let first = input.kept.first().map_or(0, |kept| kept.at);
        let last = input.kept.last().map_or(0, |kept| kept.at);
        let among = teasers.iter().filter(|at| (first.saturating_sub(2)..=last + 2).contains(*at)).count();
        Self { count: teasers.len(), among, longest }
    }
}

/// What shows that a page is a list of teasers.
pub struct List {
    /// The evidence.
    pub reasons: Vec<String>,
    /// Its address is that of a front page or section too: it is no story.
    pub is_front_page: bool,
}

/// The evidence for a list of teasers; `None` if the page is none.
pub fn list(input: &VerdictInput<'_>) -> Option<List> {
    let teasers = Teasers::of(input);
    let by_teasers = !input.claims.is_story
        && teasers.count >= MIN_TEASERS
        && teasers.longest < STORY_WORDS
        && (teasers.among * 2 >= input.kept.len() || input.words < 60);
    let is_scored = input.page.format == Format::Html && input.words > 0;
    let score = if is_scored { MODEL.score(&features_with(input, &teasers)) } else { f32::MIN };
    let by_model = score >= THRESHOLD;
    (by_teasers || by_model).then(|| {
        let longest = format!("the longest run of text between them has {} words", teasers.longest);
        let mut reasons = vec![format!("{} linked headlines stand on the page", teasers.count), longest];
        reasons.extend(by_model.then(|| "its shape and address are those of a list".to_owned()));
        let has_no_story = !input.claims.is_story && teasers.count >= CERTAIN_TEASERS && !has_headline(input);
        let is_front_page = match input.page.head.url.as_ref().map(ListAddress::of) {
            Some(ListAddress::FrontPage) => by_model && has_no_story,
            Some(ListAddress::Section) => score >= CERTAIN && has_no_story && teasers.longest < STORY_WORDS,
            Some(ListAddress::Other) | None => false,
        };
        List { reasons, is_front_page }
    })
}

/// Whether the page's title is on the page too, and no link: as the headline of a story, or of a list that has a name.
fn has_headline(input: &VerdictInput<'_>) -> bool {
    input.visible().any(|(_, signals)| signals.titled && signals.words >= 4 && signals.link_share < 0.5)
}

/// What an address says about its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListAddress {
    /// A site's, or that of one of its languages.
    FrontPage,
    /// Short words without numbers, as those of sections.
    Section,
    /// That of a story, perhaps.
    Other,
}

impl ListAddress {
    fn of(url: &Url) -> Self {
        let path = url.path().to_ascii_lowercase();
        let mut names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        if names.last().is_some_and(|last| ["index", "home", "default"].contains(&last.split('.').next().unwrap_or_default())) {
            names.pop();
        }
        let is_short = |name: &&str| {
            let words = name.split(['-', '_', '+', '.']).filter(|word| !word.is_empty()).count();
            words <= 2 && name.len() <= 24 && !name.bytes().any(|byte| byte.is_ascii_digit() || byte == b'%')
        };
        match names.as_slice() {
            _ if url.query().is_some_and(|query| query.bytes().any(|byte| byte.is_ascii_digit())) => Self::Other,
            [] => Self::FrontPage,
            [language] if language.len() == 2 => Self::FrontPage,
            [..] if names.len() <= 3 && names.iter().all(is_short) => Self::Section,
            _ => Self::Other,
        }
    }
}

/// The model's features of a page.
pub fn features(input: &VerdictInput<'_>) -> Vec<f32> {
    features_with(input, &Teasers::of(input))
}

fn features_with(input: &VerdictInput<'_>, teasers: &Teasers) -> Vec<f32> {
    let is = |condition: bool| if condition { 1.0 } else { 0.0 };
    let log = |count: usize| (count as f32).ln_1p();
    let blocks = input.kept.len().max(1) as f32;
    let words = input.words.max(1) as f32;
    let claims = &input.claims;
    let linked = input.kept_signals().filter(|signals| signals.link_share > 0.3).count() as f32;
    let in_links: f32 = input.kept_signals().map(|signals| signals.link_share * signals.words as f32).sum();
    let headings = input.kept_signals().filter(|signals| signals.tag.heading_level().is_some()).count() as f32;
    let prose: usize =
        input.kept_signals().filter(|signals| signals.is_paragraph() && signals.words >= 40).map(|signals| signals.words).sum();
    let path = input.page.head.url.as_ref().map(|url| url.path().trim_matches('/').to_string());
    let last = path.as_deref().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let slug = fold(&last.replace(['-', '_', '+'], " ")).split(' ').count();
    let next = input.page.head.links.iter().any(|link| link.rel.split_ascii_whitespace().any(|rel| rel == "next"));
    let articles = input.page.containers.iter().filter(|container| container.tag == Tag::Article).count();
    let odds = (input.article.clamp(0.01, 0.99) / (1.0 - input.article.clamp(0.01, 0.99))).ln();
    vec![
        1.0,
        odds,
        is(claims.is_story && !claims.og_only),
        is(claims.og_only),
        is(claims.is_list),
        log(teasers.count),
        (teasers.among as f32 / blocks).min(2.0),
        log(teasers.longest),
        log(input.words),
        log(input.words / input.kept.len().max(1)),
        prose as f32 / words,
        linked / blocks,
        in_links / words,
        headings / blocks,
        is(path.as_deref() == Some("")),
        is(path.as_deref().is_some_and(|path| !path.is_empty()) && slug <= 2),
        is(slug >= 4),
        is(next),
        log(articles),
    ]
}

/// Whether the block is a linked headline: a heading or line of at least four words that is a link, outside menus and footers.
fn is_teaser(input: &VerdictInput<'_>, at: usize) -> bool {
    let (Some(signals), Some(block)) = (input.signals(at), input.page.blocks.get(at)) else { return false };
    let inside = input.page_signals.container(block).inside;
    let linked = signals.link_share >= 0.7 && signals.weighted_chars >= 20.0 && signals.words >= 4;
    let heading = signals.tag.heading_level().is_some();
    linked && !inside.nav && !inside.footer && (heading || signals.tag != Tag::Td)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_lists_are_short() {
        for (url, expected) in [
            ("https://news.example/", ListAddress::FrontPage),
            ("https://news.example/index.html", ListAddress::FrontPage),
            ("https://news.example/fr/", ListAddress::FrontPage),
            ("https://news.example/world/south-asia", ListAddress::Section),
            ("https://news.example/2024/05/mill-burns-down", ListAddress::Other),
            ("https://news.example/the-mill-burns-down", ListAddress::Other),
            ("https://news.example/?id=4711", ListAddress::Other),
            ("https://news.example/%E6%B0%B4%E8%BB%8A", ListAddress::Other),
        ] {
            assert_eq!(ListAddress::of(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn every_feature_has_a_weight() {
        assert!(Linear::read(include_str!("../data/list.toml"), FEATURES).is_some());
    }
}
