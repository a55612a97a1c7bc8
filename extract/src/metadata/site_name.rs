//! Site names from text: an agency before the first paragraph of a text dump, and names and domains in the boilerplate around the story.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::candidate::{Candidate, Candidates, MetadataSource, line_evidence};
use super::page_context::PageContext;
use crate::base::fast_hash::{FastMap, FastSet};
use crate::base::pattern::LazyPatterns;
use crate::base::text::{fold, with_folded};
use crate::document::Category;
use crate::page::Format;

/// Categories of lines in which a site mentions its own name.
const SELF_REFERENCES: &[Category] = &[
    Category::Paywall,
    Category::Newsletter,
    Category::SiteInfo,
    Category::Donation,
    Category::Footer,
    Category::Comments,
    Category::Share,
    Category::Consent,
    Category::Advertising,
];

/// Words that occur inside names but never end one.
const PARTICLES: &[&str] = &["of", "the", "de", "del", "der", "des", "&"];

/// The minimum total weight of a site name.
const MIN_WEIGHT: f32 = 2.0;

/// The weight of a domain with the same name.
const DOMAIN_WEIGHT: f32 = 3.0;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SiteNameTable {
    pattern: Vec<PatternGroup>,
    generic: WordList,
    home: WordList,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PatternGroup {
    weight: f32,
    forms: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordList {
    words: Vec<String>,
}

/// The words of the table.
struct SiteNameWords {
    generic: FastSet<String>,
    /// Lower-case words for the home page by their first characters, longer ones first.
    home: FastMap<char, Vec<String>>,
}

/// Patterns of sentences in which a site names itself, with their weights.
struct SiteNamePatterns {
    weights: Vec<f32>,
    /// For texts with [ASCII words](has_ascii_words), as most are: compiled with a hundredth of the work.
    ascii: LazyPatterns,
    /// For all other texts.
    unicode: LazyPatterns,
}

impl SiteNamePatterns {
    /// The patterns that may match the text, each with its weight.
    fn on(&self, text: &str) -> impl Iterator<Item = (f32, &Regex)> {
        let patterns = if has_ascii_words(text) { &self.ascii } else { &self.unicode };
        let weight = |index: usize| self.weights.get(index).copied().unwrap_or_default();
        self.ascii.may_match(text).into_iter().filter_map(move |index| Some((weight(index), patterns.compiled(index)?)))
    }
}

/// Whether all letters and digits of a text are ASCII, as far as common punctuation shows.
fn has_ascii_words(text: &str) -> bool {
    text.is_ascii()
        || !text
            .contains(|c: char| !c.is_ascii() && !matches!(c, '\u{a0}' | '©' | '®' | '·' | '«' | '»' | '\u{2010}'..='\u{2027}'))
}

/// A capitalised name of up to five words.
const NAME: &str = r"(?-i:((?:[\p{Lu}\d][\p{L}\p{N}'’.-]*)(?: (?:\p{Lu}[\p{L}\p{N}'’-]*|(?:of|the|de|del|der|des)\b|&)){0,4}))";

/// Any words up to a punctuation mark.
const ANY_WORDS: &str = r"([^.,;:|–—()©\d][^.,;:|–—()©]{1,40}?)";

/// The pattern of a form, not within a word.
fn pattern_of(form: &str) -> String {
    format!(r"(?i)(?:^|[^\p{{L}}]){}", form.replace("{N}", NAME).replace("{LINE}", ANY_WORDS))
}

/// A pattern that matches the same in texts with [ASCII words](has_ascii_words).
fn ascii_pattern(pattern: &str) -> String {
    const CLASSES: &[(&str, &str)] = &[
        (r"[\p{Lu}\d]", "[A-Z0-9]"),
        (r"\p{Lu}", "[A-Z]"),
        (r"\p{L}\p{N}", "A-Za-z0-9"),
        (r"\p{L}", "A-Za-z"),
        (r"\b", r"(?-u:\b)"),
    ];
    CLASSES.iter().fold(pattern.to_owned(), |pattern, (class, ascii)| pattern.replace(class, ascii))
}

const TABLE: &str = include_str!("data/site_names.toml");

// Lazily, one by one: most pages use few of them, and analysing the patterns takes as long as reading a page.

static WORDS: LazyLock<SiteNameWords> = LazyLock::new(|| {
    let table: SiteNameTable = toml::from_str(TABLE).unwrap_or_default();
    let mut words: Vec<String> = table.home.words.iter().map(|word| word.to_lowercase()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut home: FastMap<char, Vec<String>> = FastMap::default();
    for word in words {
        home.entry(word.chars().next().unwrap_or_default()).or_default().push(word);
    }
    SiteNameWords { generic: table.generic.words.iter().map(|word| fold(word)).collect(), home }
});

static FORMS: LazyLock<SiteNamePatterns> = LazyLock::new(|| {
    let table: SiteNameTable = toml::from_str(TABLE).unwrap_or_default();
    let patterns: Vec<String> = table.pattern.iter().flat_map(|pattern| &pattern.forms).map(|form| pattern_of(form)).collect();
    SiteNamePatterns {
        weights: table.pattern.iter().flat_map(|pattern| pattern.forms.iter().map(|_| pattern.weight)).collect(),
        ascii: LazyPatterns::new(patterns.iter().map(|pattern| ascii_pattern(pattern))),
        unicode: LazyPatterns::without_prefilter(patterns),
    }
});

static DOMAIN_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b((?:[a-z0-9-]+\.)+[a-z]{2,10})\b").ok());

/// The words before an interviewer's name.
const TOLD: &[&str] = &["told ", "tells "];

/// For texts with [ASCII words](has_ascii_words), and for others.
static INTERVIEWERS: LazyLock<LazyPatterns> = LazyLock::new(|| {
    let pattern = format!(r"\b(?:{}){NAME}", TOLD.join("|"));
    LazyPatterns::without_prefilter([ascii_pattern(&pattern), pattern])
});

/// Collects site names from boilerplate and, in dumps, from the dateline. HTML pages name their site in the head, which beats an agency.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    if context.page().format == Format::Text
        && let Some((name, line)) = dateline(context)
    {
        candidates.sites.push(Candidate::new(name, MetadataSource::Boilerplate, format!("text:line {line} (dateline)")));
    }
    if let Some((name, evidence)) = in_boilerplate(context) {
        candidates.sites.push(Candidate::new(name, MetadataSource::Boilerplate, evidence).adjusted(0.1));
    }
}

/// The agency or outlet in brackets at the start of the story.
fn dateline(context: &PageContext<'_>) -> Option<(String, u32)> {
    let removed: FastSet<usize> = context.input.removals.iter().map(|removal| removal.block).collect();
    let kept =
        context.page().blocks.iter().enumerate().filter(|(index, block)| !removed.contains(index) && block.text.len() > 60);
    kept.take(2).find_map(|(_, block)| {
        let start = block.text.get(..block.text.floor_char_boundary(200))?;
        let name = in_brackets(start)?;
        let is_sentence = name.split(' ').count() > 4 || name.chars().any(|c| matches!(c, ';' | ':' | '!' | '?'));
        (!is_sentence && !is_generic(name)).then(|| (name.to_string(), block.line))
    })
}

/// The name in brackets at the start of a story, alone or between a place and a dash: `(Reuters) Text`, `BERLIN, May 3 (Reuters) – Text`.
fn in_brackets(start: &str) -> Option<&str> {
    let (place, rest) = start.split_once('(')?;
    let (name, after) = rest.split_once(')')?;
    let is_name = name.starts_with(char::is_uppercase)
        && (2..=31).contains(&name.chars().count())
        && !name.contains(|c: char| c == '(' || c.is_numeric());
    let is_dash = |word: &str| matches!(word.chars().count(), 1..=2) && word.chars().all(|c| matches!(c, '-' | '–' | '—'));
    let dashed = || after.strip_prefix(' ').unwrap_or(after).split_once(' ').is_some_and(|(dash, _)| is_dash(dash));
    let without_space = place.strip_suffix(' ').unwrap_or(place);
    let begins_story =
        if place.is_empty() { !after.trim().is_empty() } else { dashed() && (is_place(place) || is_place(without_space)) };
    (is_name && begins_story).then(|| name.trim())
}

/// Whether the text is a capitalised place, with a date or a region after a comma or without: `BERLIN`, `Paris, 3 May`.
fn is_place(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_letter = |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | ',' | '\'' | '’' | '/' | '-');
        name.starts_with(char::is_uppercase) && (3..=61).contains(&name.chars().count()) && name.chars().all(is_letter)
    };
    let is_detail = |detail: &str| (2..=30).contains(&detail.chars().count()) && !detail.contains(')');
    let mut commas = text.match_indices(", ");
    is_name(text)
        || commas.any(|(at, comma)| {
            let (place, detail) = (text.get(..at), text.get(at + comma.len()..));
            place.is_some_and(is_name) && detail.is_some_and(is_detail)
        })
}

/// The name with the highest total weight in the boilerplate, and the line that mentions it first.
fn in_boilerplate(context: &PageContext<'_>) -> Option<(String, String)> {
    let mut names: BTreeMap<String, (f32, String, usize)> = BTreeMap::new();
    let mut domains: FastSet<String> = FastSet::default();
    for removal in context.input.removals.iter().filter(|removal| SELF_REFERENCES.contains(&removal.category)) {
        let Some(block) = context.page().blocks.get(removal.block).filter(|block| block.text.len() < 2_000) else { continue };
        domains.extend(domain_labels(&block.text));
        let mut add = |name: &str, weight: f32| {
            if let Some(name) = proper(name) {
                names.entry(joined(&name)).or_insert((0.0, name, removal.block)).0 += weight;
            }
        };
        for (weight, pattern) in FORMS.on(&block.text) {
            if let Some(name) = pattern.captures(&block.text).and_then(|hit| hit.get(1)) {
                add(name.as_str(), weight);
            }
        }
        // A line that is only a name.
        if removal.category == Category::SiteInfo && block.chars() <= 30 && block.text.split(' ').count() <= 3 {
            add(&block.text, 1.0);
        }
    }
    let interviewers = if names.is_empty() { Vec::new() } else { interviewers(context.input.text) };
    for name in interviewers {
        if let Some(known) = names.get_mut(&joined(&name)) {
            known.0 += 1.0;
        }
    }
    for (key, entry) in &mut names {
        entry.0 += if domains.contains(key) { DOMAIN_WEIGHT } else { 0.0 };
    }
    let best =
        names.into_values().filter(|(weight, ..)| *weight >= MIN_WEIGHT).max_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)));
    best.and_then(|(_, name, at)| Some((name, line_evidence(context.page().blocks.get(at)?, at))))
}

/// The names in the story after "told" (`she told the Daily Example`), each once.
fn interviewers(text: &str) -> Vec<String> {
    if !TOLD.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
        return Vec::new();
    }
    let Some(pattern) = INTERVIEWERS.compiled(usize::from(!has_ascii_words(text))) else { return Vec::new() };
    let names: FastSet<String> = pattern.captures_iter(text).filter_map(|hit| proper(hit.get(1)?.as_str())).collect();
    names.into_iter().collect()
}

/// The names of the domains in a text without spaces and hyphens: `news.daily-example.com` → `dailyexample`.
fn domain_labels(text: &str) -> Vec<String> {
    if !may_contain_domain(text) {
        return Vec::new();
    }
    let Some(pattern) = DOMAIN_NAME.as_ref() else { return Vec::new() };
    let hosts = pattern.captures_iter(text).filter_map(|hit| hit.get(1)).map(|hit| hit.as_str().to_lowercase());
    hosts.filter_map(|host| Some(joined(psl::domain_str(&host)?.split('.').next()?))).collect()
}

/// A cheap check whether [`DOMAIN_NAME`] can match: whether a full stop is between two characters of domains.
fn may_contain_domain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_joined = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || !byte.is_ascii())
            && bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || !byte.is_ascii())
    };
    memchr::memchr_iter(b'.', bytes).any(is_joined)
}

/// A name without generic words at its end and without a domain suffix; `None` if nothing is left.
fn proper(name: &str) -> Option<String> {
    let mut name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name = name.strip_suffix("’s").or_else(|| name.strip_suffix("'s")).unwrap_or(name);
    while let Some((rest, last)) = name.rsplit_once(' ')
        && (is_generic(last) || PARTICLES.contains(&last))
    {
        name = rest.trim();
    }
    let lower = name.to_lowercase();
    if !name.contains(' ')
        && name.contains('.')
        && let Some(domain) = psl::domain_str(&lower)
        && domain == lower
        && let Some((label, _)) = name.split_once('.')
    {
        name = label;
    }
    (name.chars().count() >= 2 && !is_generic(name) && name.chars().any(char::is_alphabetic)).then(|| name.to_string())
}

fn is_generic(name: &str) -> bool {
    with_folded(name, |name| WORDS.generic.contains(name))
}

fn joined(name: &str) -> String {
    fold(name).replace(' ', "")
}

/// The text after the word for the home page at the start of a line: after its end (`Home > World`), or joined to a capital (`HomeWorld`).
pub(crate) fn after_home(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = line.chars().next()?.to_lowercase().next()?;
    WORDS.home.get(&first)?.iter().find_map(|word| {
        let head = line.get(..word.len())?;
        let rest = line.get(word.len()..).filter(|_| head.to_lowercase() == *word)?;
        (!rest.starts_with(|c: char| c.is_lowercase() || c.is_numeric())).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_pattern_compiles() {
        let table: SiteNameTable = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        for form in table.pattern.iter().flat_map(|pattern| &pattern.forms) {
            assert!(form.contains("{N}") || form.contains("{LINE}"), "{form}");
        }
        for (at, form) in table.pattern.iter().flat_map(|pattern| &pattern.forms).enumerate() {
            assert!(FORMS.ascii.compiled(at).is_some() && FORMS.unicode.compiled(at).is_some(), "{form}");
        }
        assert!((0..2).all(|pattern| INTERVIEWERS.compiled(pattern).is_some()));
    }

    proptest! {
        #[test]
        fn patterns_for_ascii_words_match_the_same(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "The", "Daily", "Example", "of", "des", "&", "’s", "'s", "2024", "©", "© ", "Copyright", "is", "a", "newsletter", "subscribe to", "welcome to",
                    "with", "Plus", "app", "join", "all rights reserved", "x", ".", ", ", " – ", "-", "–", "\u{a0}", "support", "on", "_", " ", " ", " ", " ",
                ]),
                0..14,
            ),
        ) {
            let text = parts.concat();
            prop_assert!(has_ascii_words(&text));
            let name = |patterns: &LazyPatterns, at: usize| {
                let hit = patterns.compiled(at)?.captures(&text)?;
                Some(hit.get(1)?.as_str().to_owned())
            };
            let may_match = FORMS.ascii.may_match(&text);
            for at in 0..FORMS.unicode.len() {
                let found = name(&FORMS.unicode, at);
                prop_assert_eq!(name(&FORMS.ascii, at), found.clone(), "{}", &text);
                prop_assert!(found.is_none() || may_match.contains(&at), "{}", &text);
            }
        }

        #[test]
        fn no_text_with_a_domain_is_rejected(text in "[a-zA-Z0-9äſ. -]{0,12}") {
            let is_match = DOMAIN_NAME.as_ref().is_some_and(|pattern| pattern.is_match(&text));
            prop_assert!(!is_match || may_contain_domain(&text));
        }
    }

    #[test]
    fn the_home_page_is_a_word_of_its_own() {
        assert_eq!(after_home("Home > World"), Some(" > World"));
        assert_eq!(after_home("HomeWorld"), Some("World"));
        assert_eq!(after_home("首页 > 社会"), Some(" > 社会"));
        for line in ["Homeowners", "Startups", "Hemeroteca", "Inicios de Europa"] {
            assert_eq!(after_home(line), None, "{line}");
        }
    }

    #[test]
    fn the_agency_is_named_in_brackets_at_the_start() {
        for start in [
            "(Reuters) Text",
            "(Reuters) – Text",
            "BERLIN (Reuters) - Text",
            "Paris, 3 May (Reuters) — Text",
            "NEW YORK/LONDON, Jan. 5, 2024(Reuters)– Text",
        ] {
            assert_eq!(in_brackets(start), Some("Reuters"), "{start}");
        }
        for start in [
            "(Reuters)",
            "(reuters) Text",
            "(May 3) Text",
            "BERLIN (Reuters) Text",
            "BERLIN (Reuters) --- Text",
            "berlin (Reuters) - Text",
            "Q (Reuters) - Text",
            "He told us: well (Reuters) - Text",
            "Paris, a sentence that goes on for much longer than any date does (Reuters) – Text",
        ] {
            assert_eq!(in_brackets(start), None, "{start}");
        }
    }

    #[test]
    fn generic_words_and_suffixes_are_cut() {
        assert_eq!(proper("Dailyexample.com").as_deref(), Some("Dailyexample"));
        assert_eq!(proper("Daily Example PRO").as_deref(), Some("Daily Example"));
        assert_eq!(proper("Patreon"), None);
    }
}
