//! The headline of a page with markup: what its witnesses say, put together where they say the same, and a learned choice among them. No order
//! of witnesses is right everywhere: some sites put the headline into the main heading and words for search engines into `og:title`, others
//! the other way round. What tells them apart is measured by features and weighed by a linear model (`data/headline_page.toml`).

use std::sync::LazyLock;

use super::Weighed;
use super::candidate::{Candidate, Source};
use super::page_context::{PageContext, overlap};
use super::reliability::{Field, reliability};
use crate::base::fast_hash::FastSet;
use crate::base::linear::{self, Linear};
use crate::base::text::{fold, is_unspaced};
use crate::document::Block;

/// What an option is weighed by, in the order of [`Sheet::features`].
pub(crate) const FEATURES: &[&str] = &[
    "main heading",
    "another main heading",
    "only main heading",
    "heading aside",
    "heading linked",
    "lesser heading",
    "itemprop",
    "labelled line",
    "og",
    "twitter",
    "title element",
    "news headline",
    "article headline",
    "article name",
    "page name",
    "analytics",
    "other meta",
    "visible and head",
    "visible and structured",
    "head and structured",
    "og and heading",
    "og and title element",
    "heading and title element",
    "heading and news headline",
    "og and news headline",
    "heading and article headline",
    "og and article headline",
    "news page, heading",
    "news page, og",
    "plain page, heading",
    "plain page, og",
    "plain page, title element",
    "heading alone",
    "og alone",
    "title element alone",
    "under 3 words",
    "under 5 words",
    "over 12 words",
    "over 20 words",
    "log of words",
    "full stop",
    "question",
    "parted",
    "shouted",
    "capitals",
    "begins another",
    "ends another",
    "begins with another",
    "ends with another",
    "like og",
    "like heading",
    "like title element",
    "like structured",
    "likest other",
    "told",
    "in the path",
    "covers the path",
    "much longer than og",
    "much shorter than og",
    "is the site",
];

static MODEL: LazyLock<Linear> =
    LazyLock::new(|| Linear::read(include_str!("data/headline_page.toml"), FEATURES).unwrap_or_default());

/// An option: what one or several witnesses say.
pub(crate) struct Spoken {
    /// As the most reliable of them writes it.
    pub text: String,
    folded: String,
    /// The witnesses, by their place in the list.
    voices: Vec<usize>,
    /// What it is weighed by.
    pub features: Vec<f32>,
}

/// Puts together the witnesses that say the same, each option with its features.
pub(crate) fn options(candidates: &[Candidate<String>], context: &PageContext<'_>) -> Vec<Spoken> {
    let mut options: Vec<Spoken> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let folded = fold(&candidate.value);
        match options.iter_mut().find(|option| option.folded == folded) {
            Some(option) => option.voices.push(at),
            None if folded.is_empty() => {}
            None => options.push(Spoken { text: String::new(), folded, voices: vec![at], features: Vec::new() }),
        }
    }
    for option in &mut options {
        option.voices.sort_by(|a, b| trust(candidates.get(*b)).total_cmp(&trust(candidates.get(*a))));
        option.text =
            option.voices.first().and_then(|at| candidates.get(*at)).map_or_else(String::new, |best| best.value.clone());
    }
    let sheet = Sheet::of(candidates, &options, context);
    let features: Vec<Vec<f32>> = options.iter().map(|option| sheet.features(option, &options)).collect();
    for (option, features) in options.iter_mut().zip(features) {
        option.features = features;
    }
    options
}

fn trust(candidate: Option<&Candidate<String>>) -> f32 {
    candidate.map_or(0.0, |candidate| reliability(Field::Title, candidate.source).unwrap_or(0.0) + candidate.adjustment)
}

/// The candidates, best first: by the share of their option, then by their own reliability.
pub(crate) fn weigh(candidates: Vec<Candidate<String>>, context: &PageContext<'_>) -> Vec<Weighed<String>> {
    let options = options(&candidates, context);
    let scores: Vec<f32> = options.iter().map(|option| MODEL.score(&option.features)).collect();
    let mut ranked: Vec<(f32, &Spoken)> = linear::shares(&scores).into_iter().zip(&options).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let weighed = ranked.into_iter().flat_map(|(share, option)| option.voices.iter().map(move |at| (share, *at)));
    let weighed = weighed.filter_map(|(share, at)| {
        let candidate = candidates.get(at)?;
        let (value, witness) = (candidate.value.clone(), candidate.witness.clone());
        Some(Weighed { value, witness, score: share, confidence: (100.0 * share).round() as u8 })
    });
    weighed.collect()
}

/// What the options are weighed against.
struct Sheet<'a> {
    candidates: &'a [Candidate<String>],
    context: &'a PageContext<'a>,
    /// The folded texts of the witnesses that options are compared with.
    og: Option<&'a str>,
    heading: Option<&'a str>,
    title: Option<&'a str>,
    structured: Option<&'a str>,
    /// A story of a newsroom says so in its JSON-LD.
    news: bool,
    /// The words of the options that the story says too, and those of the path of its address, folded.
    told: FastSet<&'a str>,
    path: FastSet<String>,
}

/// What a witness is for the choice; those that are not told apart share a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    Heading,
    OtherHeading,
    Lesser,
    Itemprop,
    Line,
    Og,
    Twitter,
    Title,
    News,
    Article,
    Name,
    Page,
    Analytics,
    Meta,
}

impl<'a> Sheet<'a> {
    fn of(candidates: &'a [Candidate<String>], options: &'a [Spoken], context: &'a PageContext<'a>) -> Self {
        let mut sheet = Self {
            candidates,
            context,
            og: None,
            heading: None,
            title: None,
            structured: None,
            news: false,
            told: told(options, context.input.text),
            path: FastSet::default(),
        };
        let spoken = |wanted: &[Voice]| {
            let says = |option: &&Spoken| option.voices.iter().any(|at| wanted.contains(&sheet.voice(*at)));
            options.iter().find(says).map(|option| option.folded.as_str())
        };
        let (og, heading, title) = (spoken(&[Voice::Og]), spoken(&[Voice::Heading]), spoken(&[Voice::Title]));
        let (news, article) = (spoken(&[Voice::News]), spoken(&[Voice::Article]));
        (sheet.og, sheet.heading, sheet.title, sheet.news) = (og, heading, title, news.is_some());
        sheet.structured = news.or(article);
        let path =
            context.page().head.url.as_ref().map_or_else(String::new, |url| fold(&url.path().replace(['-', '_', '+', '/'], " ")));
        sheet.path =
            words(&path).filter(|word| is_telling(word) && !word.chars().any(char::is_numeric)).map(str::to_string).collect();
        sheet
    }

    fn voice(&self, at: usize) -> Voice {
        let Some(candidate) = self.candidates.get(at) else { return Voice::Meta };
        match candidate.source {
            Source::Heading => {
                let first = self.candidates.iter().position(|other| other.source == Source::Heading);
                if first == Some(at) { Voice::Heading } else { Voice::OtherHeading }
            }
            Source::Subheading => Voice::Lesser,
            Source::Microdata => Voice::Itemprop,
            Source::Labelled | Source::ShortLine => Voice::Line,
            Source::OpenGraph => Voice::Og,
            Source::Twitter => Voice::Twitter,
            Source::TitleTag => Voice::Title,
            Source::JsonLd if candidate.witness.ends_with(".name") => Voice::Name,
            Source::JsonLd if candidate.witness.ends_with("NewsArticle.headline") => Voice::News,
            Source::JsonLd => Voice::Article,
            Source::JsonLdPage => Voice::Page,
            Source::Analytics | Source::Citation => Voice::Analytics,
            _ => Voice::Meta,
        }
    }

    fn features(&self, option: &Spoken, options: &[Spoken]) -> Vec<f32> {
        let voices: Vec<Voice> = option.voices.iter().map(|at| self.voice(*at)).collect();
        let mut out = self.by_witness(&voices);
        out.extend(by_shape(option));
        out.extend(self.by_likeness(option, options));
        out
    }

    /// Who says it.
    fn by_witness(&self, voices: &[Voice]) -> Vec<f32> {
        use Voice as V;
        let has = |wanted: &[V]| voices.iter().any(|voice| wanted.contains(voice));
        let only = |wanted: &[V]| voices.iter().all(|voice| wanted.contains(voice));
        let (heading, og, title) = (has(&[V::Heading]), has(&[V::Og]), has(&[V::Title]));
        let visible = has(&[V::Heading, V::OtherHeading, V::Lesser, V::Itemprop, V::Line]);
        let head = has(&[V::Og, V::Twitter, V::Title, V::Page, V::Meta]);
        let structured = has(&[V::News, V::Article, V::Analytics]);
        let plain = self.structured.is_none();
        let mark = self.context.headings.first().filter(|_| heading);
        let link = |block: &Block| block.link_chars as usize * 10 >= block.chars() * 9;
        let linked = mark.and_then(|mark| self.context.page().blocks.get(mark.block)).is_some_and(link);
        let holds = [
            heading,
            has(&[V::OtherHeading]),
            heading && self.context.headings.len() == 1,
            mark.is_some_and(|mark| mark.aside),
            linked,
            has(&[V::Lesser]),
            has(&[V::Itemprop]),
            has(&[V::Line]),
            og,
            has(&[V::Twitter]),
            title,
            has(&[V::News]),
            has(&[V::Article]),
            has(&[V::Name]),
            has(&[V::Page]),
            has(&[V::Analytics]),
            has(&[V::Meta]),
            visible && head,
            visible && structured,
            head && structured,
            og && heading,
            og && title,
            heading && title,
            heading && has(&[V::News]),
            og && has(&[V::News]),
            heading && has(&[V::Article]),
            og && has(&[V::Article]),
            self.news && heading,
            self.news && og,
            plain && heading,
            plain && og,
            plain && title,
            heading && only(&[V::Heading, V::Line, V::Itemprop]),
            og && only(&[V::Og, V::Twitter]),
            title && only(&[V::Title, V::Page]),
        ];
        holds.into_iter().map(is).collect()
    }

    /// What else is said, and by the story and its address.
    fn by_likeness(&self, option: &Spoken, options: &[Spoken]) -> Vec<f32> {
        let own = option.folded.as_str();
        let others = || options.iter().map(|other| other.folded.as_str()).filter(|other| *other != own);
        let enough = |text: &str| text.split(' ').count() >= 3;
        let like = |other: Option<&str>| other.filter(|other| *other != own).map_or(0.0, |other| overlap(own, other));
        let tokens: Vec<&str> = words(own).filter(|word| is_telling(word)).collect();
        let told = share(&tokens, |token| self.told.contains(token));
        let known: FastSet<&str> = tokens.iter().copied().collect();
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let (in_path, covers) = if path.len() < 3 {
            (0.0, 0.0)
        } else {
            (share(&tokens, |token| self.path.contains(token)), share(&path, |part| known.contains(part)))
        };
        let longer = |factor: f32| self.og.is_some_and(|og| own.chars().count() as f32 > factor * og.chars().count() as f32);
        let shorter = self.og.is_some_and(|og| (own.chars().count() as f32) < 0.6 * og.chars().count() as f32);
        let host = self.context.page().head.url.as_ref().and_then(crate::base::url::site);
        let is_site = host
            .as_deref()
            .and_then(|host| host.split('.').next())
            .is_some_and(|label| own.replace(' ', "") == fold(label).replace(' ', ""));
        vec![
            is(others().any(|other| other.starts_with(&format!("{own} ")))),
            is(others().any(|other| other.ends_with(&format!(" {own}")))),
            is(others().any(|other| enough(other) && own.starts_with(&format!("{other} ")))),
            is(others().any(|other| enough(other) && own.ends_with(&format!(" {other}")))),
            like(self.og),
            like(self.heading),
            like(self.title),
            like(self.structured),
            others().map(|other| overlap(own, other)).fold(0.0, f32::max),
            told,
            in_path,
            covers,
            is(longer(1.6)),
            is(shorter),
            is(is_site),
        ]
    }
}

/// How it is written.
fn by_shape(option: &Spoken) -> Vec<f32> {
    let text = option.text.as_str();
    let count: usize =
        words(&option.folded).map(|word| if word.chars().any(is_unspaced) { word.chars().count().div_ceil(3) } else { 1 }).sum();
    let capitals = text.split(' ').filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    let parted = [" | ", " - ", " – ", " — ", " » "].iter().any(|mark| text.contains(mark));
    let shouted = !text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase);
    vec![
        is(count < 3),
        is(count < 5),
        is(count > 12),
        is(count > 20),
        (count as f32).ln_1p().min(4.0),
        is(text.ends_with(['.', '。'])),
        is(text.ends_with(['?', '？'])),
        is(parted),
        is(shouted),
        capitals as f32 / text.split(' ').count().max(1) as f32,
    ]
}

fn is(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

/// Words of one or two letters tell nothing.
fn is_telling(word: &str) -> bool {
    word.chars().count() > 2 || word.chars().any(is_unspaced)
}

/// The words of the options that stand in the story.
fn told<'a>(options: &'a [Spoken], text: &str) -> FastSet<&'a str> {
    let asked: FastSet<&str> = options.iter().flat_map(|option| words(&option.folded)).collect();
    words(&fold(text)).filter_map(|word| asked.get(word).copied()).collect()
}

/// The share of the words that pass.
fn share(tokens: &[&str], passes: impl Fn(&str) -> bool) -> f32 {
    let hits = tokens.iter().filter(|token| passes(token)).count();
    if tokens.is_empty() { 0.0 } else { hits as f32 / tokens.len() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_its_weight() {
        assert!(Linear::read(include_str!("data/headline_page.toml"), FEATURES).is_some());
    }
}
