//! Site names from text: an agency before the first paragraph of a text dump, and names and domains in the boilerplate around the story.

use std::collections::BTreeMap;

use super::candidate::{Candidate, Candidates, MetadataSource, line_evidence};
use super::page_context::PageContext;
use super::pattern_lists::{SearchPattern, TOLD};
use super::patterns::PATTERNS;
use crate::base::fast_hash::FastSet;
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
        for pattern in PATTERNS.site_names.may_match(&block.text) {
            let name = PATTERNS.site_names.matches(pattern, &block.text).next().and_then(|found| found.group(1));
            if let Some((name, weight)) = name.zip(PATTERNS.site_name_weights.get(pattern)) {
                add(name, *weight);
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
    let has_word = |text: &str| TOLD.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some());
    if !has_word(text) {
        return Vec::new();
    }
    // No name goes on in another line.
    let matches = text
        .split('\n')
        .filter(|line| has_word(line))
        .flat_map(|line| PATTERNS.searched.matches(SearchPattern::Told as usize, line));
    let names: FastSet<String> = matches.filter_map(|found| proper(found.group(1)?)).collect();
    names.into_iter().collect()
}

/// The names of the domains in a text without spaces and hyphens: `news.daily-example.com` → `dailyexample`.
fn domain_labels(text: &str) -> Vec<String> {
    if !may_contain_domain(text) {
        return Vec::new();
    }
    let matches = PATTERNS.searched.matches(SearchPattern::DomainName as usize, text);
    let hosts = matches.filter_map(|found| Some(found.group(0)?.to_lowercase()));
    hosts.filter_map(|host| Some(joined(psl::domain_str(&host)?.split('.').next()?))).collect()
}

/// A cheap check whether [`SearchPattern::DomainName`] can match: whether a full stop is between two characters of domains.
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
    with_folded(name, |name| PATTERNS.generic_names.contains(name))
}

fn joined(name: &str) -> String {
    fold(name).replace(' ', "")
}

/// The text after the word for the home page at the start of a line: after its end (`Home > World`), or joined to a capital (`HomeWorld`).
pub(crate) fn after_home(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    PATTERNS.home_words.candidates(line).find_map(|word| {
        let head = line.get(..word.len())?;
        let rest = line.get(word.len()..).filter(|_| head.to_lowercase() == *word)?;
        (!rest.starts_with(|c: char| c.is_lowercase() || c.is_numeric())).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_with_a_domain_is_rejected(text in "[a-zA-Z0-9äſ. -]{0,12}") {
            let found = PATTERNS.searched.matches(SearchPattern::DomainName as usize, &text).next();
            prop_assert!(found.is_none() || may_contain_domain(&text));
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
