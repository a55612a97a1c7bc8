//! Chooses the headline of an HTML page: candidates with the same text are merged, and a learned model chooses among them. No fixed order of
//! sources is right everywhere: some sites put the headline into the main heading and search keywords into `og:title`, others do the
//! opposite. A linear model (`data/headline_page.toml`) scores the features of each option. Text dumps are handled by `dump`.

use std::sync::LazyLock;

use super::candidate::{Candidate, MetadataSource};
use super::page_context::PageContext;
use super::reliability::{MetadataField, reliability};
use super::scored::Scored;
use super::shown_heading::{self, Headline};
use crate::base::fast_hash::FastSet;
use crate::base::linear::{self, Linear};
use crate::base::overlap::overlap;
use crate::base::text::{fold, is_unspaced};
use crate::document::Block;

/// The names of the model's features, in the order of [`HeadlineFeatures::features`].
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

/// A possible headline, given by one or more candidates.
pub(crate) struct HeadlineOption {
    /// As the most reliable candidate writes it.
    pub text: String,
    folded: String,
    /// The indices of its candidates.
    candidates: Vec<usize>,
    /// The features by which the model scores it.
    pub features: Vec<f32>,
}

/// Most options: each is compared with all others. Candidates with further texts are dropped.
const MAX_OPTIONS: usize = 60;

/// Merges candidates with the same text into options with features.
pub(crate) fn options(candidates: &[Candidate<String>], context: &PageContext<'_>) -> Vec<HeadlineOption> {
    let mut options: Vec<HeadlineOption> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let folded = fold(&candidate.value);
        let is_full = options.len() >= MAX_OPTIONS;
        match options.iter_mut().find(|option| option.folded == folded) {
            Some(option) => option.candidates.push(at),
            None if folded.is_empty() || is_full => {}
            None => options.push(HeadlineOption { text: String::new(), folded, candidates: vec![at], features: Vec::new() }),
        }
    }
    for option in &mut options {
        option.candidates.sort_by(|a, b| own_score(candidates.get(*b)).total_cmp(&own_score(candidates.get(*a))));
        option.text =
            option.candidates.first().and_then(|at| candidates.get(*at)).map_or_else(String::new, |best| best.value.clone());
    }
    let known = HeadlineFeatures::of(candidates, &options, context);
    let features: Vec<Vec<f32>> = options.iter().map(|option| known.features(option, &options)).collect();
    for (option, features) in options.iter_mut().zip(features) {
        option.features = features;
    }
    options
}

fn own_score(candidate: Option<&Candidate<String>>) -> f32 {
    candidate.map_or(0.0, |candidate| reliability(MetadataField::Title, candidate.source).unwrap_or(0.0) + candidate.adjustment)
}

/// The candidates, best first: by the probability of their option, then by their own reliability.
pub(crate) fn score(candidates: Vec<Candidate<String>>, context: &PageContext<'_>) -> Vec<Scored<String>> {
    let options = options(&candidates, context);
    let mut scores: Vec<f32> = options.iter().map(|option| MODEL.score(&option.features)).collect();
    favour_main_heading(&options, &candidates, &mut scores);
    let mut ranked: Vec<(f32, &HeadlineOption)> = linear::shares(&scores).into_iter().zip(&options).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let scored = ranked.into_iter().flat_map(|(share, option)| by_writing(option, &candidates).map(move |at| (share, at)));
    let scored = scored.filter_map(|(share, at)| {
        let candidate = candidates.get(at)?;
        let (value, evidence, source) = (candidate.value.clone(), candidate.evidence.clone(), candidate.source);
        Some(Scored { value, evidence, source, score: share, confidence: (100.0 * share).round() as u8 })
    });
    scored.collect()
}

/// Raises the score of the main heading, which readers see, as far as `shown_heading` lets it.
fn favour_main_heading(options: &[HeadlineOption], candidates: &[Candidate<String>], scores: &mut [f32]) {
    use MetadataSource as S;
    let is_from = |option: &HeadlineOption, wanted: &[S]| {
        option.candidates.iter().filter_map(|at| candidates.get(*at)).any(|candidate| wanted.contains(&candidate.source))
    };
    let first = candidates.iter().position(|candidate| candidate.source == S::Heading);
    let Some(main) = options.iter().position(|option| first.is_some_and(|first| option.candidates.contains(&first))) else {
        return;
    };
    let told = options.iter().filter(|option| {
        is_from(option, &[S::OpenGraph, S::TitleTag, S::JsonLd, S::JsonLdName, S::JsonLdNewsHeadline, S::JsonLdPage])
    });
    let told: Vec<&str> = told.map(|option| option.folded.as_str()).collect();
    let is_news = options.iter().any(|option| is_from(option, &[S::JsonLdNewsHeadline]));
    let headline = |at: usize| {
        let option = options.get(at)?;
        Some(Headline { text: &option.text, folded: &option.folded, score: *scores.get(at)? })
    };
    let best = (0..scores.len()).max_by(|a, b| scores.get(*a).unwrap_or(&0.0).total_cmp(scores.get(*b).unwrap_or(&0.0)));
    let Some((heading, best)) = headline(main).zip(best.and_then(headline)) else { return };
    let raised = shown_heading::score(heading, best, &told, is_news);
    if let Some(score) = scores.get_mut(main) {
        *score = raised;
    }
}

/// The candidates of an option, best first: the most reliable one, unless another one separates the parts of the same words better.
fn by_writing<'a>(option: &'a HeadlineOption, candidates: &'a [Candidate<String>]) -> impl Iterator<Item = usize> + 'a {
    let text = |at: usize| candidates.get(at).map_or("", |candidate| candidate.value.as_str());
    let first = option.candidates.first().copied();
    let better = option.candidates.iter().copied().find(|at| first.is_some_and(|first| separates_better(text(*at), text(first))));
    let best = better.or(first);
    best.into_iter().chain(option.candidates.iter().copied().filter(move |at| Some(*at) != best))
}

/// Whether a text separates the parts of a headline better than another one with the same words: `Kicker: Headline` than `Kicker Headline` or
/// `Kicker : Headline`, as they stand in a heading with several lines.
fn separates_better(text: &str, other: &str) -> bool {
    let count = |text: &str| [": ", " – ", " — ", " - ", " | "].iter().map(|mark| text.matches(mark).count()).sum::<usize>();
    count(text) > count(other) || (count(text) == count(other) && other.contains(" : ") && !text.contains(" : "))
}

/// Computes the features of options: holds the page's facts that they are compared with.
struct HeadlineFeatures<'a, 'p> {
    candidates: &'a [Candidate<String>],
    context: &'a PageContext<'p>,
    /// The folded texts of single sources that options are compared with.
    og: Option<&'a str>,
    heading: Option<&'a str>,
    title: Option<&'a str>,
    structured: Option<&'a str>,
    /// The JSON-LD declares a news article.
    news: bool,
    /// The folded words of the options that also occur in the story.
    in_story: FastSet<&'a str>,
    /// The folded words of the URL's path.
    path: FastSet<String>,
}

/// The kinds of sources that the model distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TitleSource {
    MainHeading,
    OtherHeading,
    Subheading,
    Itemprop,
    LabelledLine,
    OpenGraph,
    Twitter,
    TitleTag,
    NewsHeadline,
    ArticleHeadline,
    ArticleName,
    WebPage,
    Analytics,
    OtherMeta,
}

impl<'a, 'p> HeadlineFeatures<'a, 'p> {
    fn of(candidates: &'a [Candidate<String>], options: &'a [HeadlineOption], context: &'a PageContext<'p>) -> Self {
        let mut features = Self {
            candidates,
            context,
            og: None,
            heading: None,
            title: None,
            structured: None,
            news: false,
            in_story: words_in_story(options, context.input.folded),
            path: FastSet::default(),
        };
        let text_of = |wanted: TitleSource| {
            let is_from = |option: &&HeadlineOption| option.candidates.iter().any(|at| features.title_source(*at) == wanted);
            options.iter().find(is_from).map(|option| option.folded.as_str())
        };
        let (og, heading, title) =
            (text_of(TitleSource::OpenGraph), text_of(TitleSource::MainHeading), text_of(TitleSource::TitleTag));
        let (news, article) = (text_of(TitleSource::NewsHeadline), text_of(TitleSource::ArticleHeadline));
        (features.og, features.heading, features.title, features.news) = (og, heading, title, news.is_some());
        features.structured = news.or(article);
        let path =
            context.page().head.url.as_ref().map_or_else(String::new, |url| fold(&url.path().replace(['-', '_', '+', '/'], " ")));
        features.path =
            words(&path).filter(|word| is_significant(word) && !word.chars().any(char::is_numeric)).map(str::to_string).collect();
        features
    }

    fn title_source(&self, at: usize) -> TitleSource {
        let Some(candidate) = self.candidates.get(at) else { return TitleSource::OtherMeta };
        match candidate.source {
            MetadataSource::Heading => {
                let first = self.candidates.iter().position(|other| other.source == MetadataSource::Heading);
                if first == Some(at) { TitleSource::MainHeading } else { TitleSource::OtherHeading }
            }
            MetadataSource::Subheading => TitleSource::Subheading,
            MetadataSource::Microdata => TitleSource::Itemprop,
            MetadataSource::Labelled | MetadataSource::ShortLine => TitleSource::LabelledLine,
            MetadataSource::OpenGraph => TitleSource::OpenGraph,
            MetadataSource::Twitter => TitleSource::Twitter,
            MetadataSource::TitleTag => TitleSource::TitleTag,
            MetadataSource::JsonLdName => TitleSource::ArticleName,
            MetadataSource::JsonLdNewsHeadline => TitleSource::NewsHeadline,
            MetadataSource::JsonLd => TitleSource::ArticleHeadline,
            MetadataSource::JsonLdPage => TitleSource::WebPage,
            MetadataSource::Analytics | MetadataSource::Citation => TitleSource::Analytics,
            _ => TitleSource::OtherMeta,
        }
    }

    fn features(&self, option: &HeadlineOption, options: &[HeadlineOption]) -> Vec<f32> {
        let sources: Vec<TitleSource> = option.candidates.iter().map(|at| self.title_source(*at)).collect();
        let mut features = self.source_features(&sources);
        features.extend(shape_features(option));
        features.extend(self.similarity_features(option, options));
        features
    }

    /// Which sources give this text.
    fn source_features(&self, sources: &[TitleSource]) -> Vec<f32> {
        use TitleSource as T;
        let has = |wanted: &[T]| sources.iter().any(|source| wanted.contains(source));
        let only = |wanted: &[T]| sources.iter().all(|source| wanted.contains(source));
        let (heading, og, title) = (has(&[T::MainHeading]), has(&[T::OpenGraph]), has(&[T::TitleTag]));
        let visible = has(&[T::MainHeading, T::OtherHeading, T::Subheading, T::Itemprop, T::LabelledLine]);
        let head = has(&[T::OpenGraph, T::Twitter, T::TitleTag, T::WebPage, T::OtherMeta]);
        let structured = has(&[T::NewsHeadline, T::ArticleHeadline, T::Analytics]);
        let plain = self.structured.is_none();
        let main_heading = self.context.headings.first().filter(|_| heading);
        let is_link = |block: &Block| block.link_chars as usize * 10 >= block.chars() * 9;
        let linked = main_heading.and_then(|heading| self.context.page().blocks.get(heading.block)).is_some_and(is_link);
        let flags = [
            heading,
            has(&[T::OtherHeading]),
            heading && self.context.headings.len() == 1,
            main_heading.is_some_and(|heading| heading.aside),
            linked,
            has(&[T::Subheading]),
            has(&[T::Itemprop]),
            has(&[T::LabelledLine]),
            og,
            has(&[T::Twitter]),
            title,
            has(&[T::NewsHeadline]),
            has(&[T::ArticleHeadline]),
            has(&[T::ArticleName]),
            has(&[T::WebPage]),
            has(&[T::Analytics]),
            has(&[T::OtherMeta]),
            visible && head,
            visible && structured,
            head && structured,
            og && heading,
            og && title,
            heading && title,
            heading && has(&[T::NewsHeadline]),
            og && has(&[T::NewsHeadline]),
            heading && has(&[T::ArticleHeadline]),
            og && has(&[T::ArticleHeadline]),
            self.news && heading,
            self.news && og,
            plain && heading,
            plain && og,
            plain && title,
            heading && only(&[T::MainHeading, T::LabelledLine, T::Itemprop]),
            og && only(&[T::OpenGraph, T::Twitter]),
            title && only(&[T::TitleTag, T::WebPage]),
        ];
        flags.into_iter().map(as_number).collect()
    }

    /// How similar the text is to the other options, the story and the URL.
    fn similarity_features(&self, option: &HeadlineOption, options: &[HeadlineOption]) -> Vec<f32> {
        let own = option.folded.as_str();
        let others = || options.iter().map(|other| other.folded.as_str()).filter(|other| *other != own);
        let enough = |text: &str| text.split(' ').count() >= 3;
        let similarity = |other: Option<&str>| other.filter(|other| *other != own).map_or(0.0, |other| overlap(own, other));
        let tokens: Vec<&str> = words(own).filter(|word| is_significant(word)).collect();
        let in_story = share(&tokens, |token| self.in_story.contains(token));
        let known: FastSet<&str> = tokens.iter().copied().collect();
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let (in_path, covers) = if path.len() < 3 {
            (0.0, 0.0)
        } else {
            (share(&tokens, |token| self.path.contains(token)), share(&path, |word| known.contains(word)))
        };
        let longer = |factor: f32| self.og.is_some_and(|og| own.chars().count() as f32 > factor * og.chars().count() as f32);
        let shorter = self.og.is_some_and(|og| (own.chars().count() as f32) < 0.6 * og.chars().count() as f32);
        let host = self.context.page().head.url.as_ref().and_then(crate::base::url::site);
        let is_site = host
            .as_deref()
            .and_then(|host| host.split('.').next())
            .is_some_and(|label| own.replace(' ', "") == fold(label).replace(' ', ""));
        vec![
            as_number(others().any(|other| other.starts_with(&format!("{own} ")))),
            as_number(others().any(|other| other.ends_with(&format!(" {own}")))),
            as_number(others().any(|other| enough(other) && own.starts_with(&format!("{other} ")))),
            as_number(others().any(|other| enough(other) && own.ends_with(&format!(" {other}")))),
            similarity(self.og),
            similarity(self.heading),
            similarity(self.title),
            similarity(self.structured),
            others().map(|other| overlap(own, other)).fold(0.0, f32::max),
            in_story,
            in_path,
            covers,
            as_number(longer(1.6)),
            as_number(shorter),
            as_number(is_site),
        ]
    }
}

/// Length, punctuation and capitals of the text.
fn shape_features(option: &HeadlineOption) -> Vec<f32> {
    let text = option.text.as_str();
    let count: usize =
        words(&option.folded).map(|word| if word.chars().any(is_unspaced) { word.chars().count().div_ceil(3) } else { 1 }).sum();
    let capitals = text.split(' ').filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    let has_separator = [" | ", " - ", " – ", " — ", " » "].iter().any(|separator| text.contains(separator));
    let all_caps = !text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase);
    vec![
        as_number(count < 3),
        as_number(count < 5),
        as_number(count > 12),
        as_number(count > 20),
        (count as f32).ln_1p().min(4.0),
        as_number(text.ends_with(['.', '。'])),
        as_number(text.ends_with(['?', '？'])),
        as_number(has_separator),
        as_number(all_caps),
        capitals as f32 / text.split(' ').count().max(1) as f32,
    ]
}

fn as_number(flag: bool) -> f32 {
    if flag { 1.0 } else { 0.0 }
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

/// Words of one or two letters are too common to compare.
fn is_significant(word: &str) -> bool {
    word.chars().count() > 2 || word.chars().any(is_unspaced)
}

/// The words of the options that occur in the folded story.
fn words_in_story<'a>(options: &'a [HeadlineOption], folded: &str) -> FastSet<&'a str> {
    let wanted: FastSet<&str> = options.iter().flat_map(|option| words(&option.folded)).collect();
    words(folded).filter_map(|word| wanted.get(word).copied()).collect()
}

/// The share of the words that pass.
fn share(tokens: &[&str], passes: impl Fn(&str) -> bool) -> f32 {
    let passed = tokens.iter().filter(|token| passes(token)).count();
    if tokens.is_empty() { 0.0 } else { passed as f32 / tokens.len() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_weight() {
        assert!(Linear::read(include_str!("data/headline_page.toml"), FEATURES).is_some());
    }
}
