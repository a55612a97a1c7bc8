//! Finds an author whose name is the site's domain: blogs and home pages often name their author in the domain and masthead only.

use super::byline;
use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::page_context::PageContext;
use crate::base::text::{fold, is_settled, with_folded};
use crate::base::url::site;

/// The maximum length of a line that is searched, in bytes, and the maximum number of lines.
const MAX_LINE: usize = 200;
const MAX_LINES: usize = 400;

/// The adjustment of the name of a person with a common first name.
const KNOWN_NAME: f32 = 0.15;

/// The number of words of a name.
const WORDS: std::ops::RangeInclusive<usize> = 2..=3;

/// Collects a name from the title, site names and boilerplate: words that are a full name and, joined, are the site's domain.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let page = context.page();
    let Some(domain) = page.head.url.as_ref().and_then(site) else { return };
    let label = joined(domain.split('.').next().unwrap_or_default());
    let removed = context.input.removals.iter().filter_map(|removal| page.blocks.get(removal.block));
    let lines = page.head.title.as_deref().into_iter();
    let lines =
        lines.chain(candidates.sites.iter().map(|site| site.value.as_str())).chain(removed.map(|block| block.text.as_str()));
    let lines = || lines.clone().filter(|line| line.len() <= MAX_LINE).take(MAX_LINES);
    let known = lines().find_map(|line| known_owner(line, &label));
    let candidate = |name: String| Candidate::new(vec![RawAuthor::unknown(name)], MetadataSource::Host, "url:host (name)");
    let unknown = || lines().find_map(|line| name_in(line, &label)).map(candidate);
    candidates.authors.extend(known.map(|name| candidate(name).adjusted(KNOWN_NAME)).or_else(unknown));
}

/// The person with a common first name whose site it is: of a line that is only the name or begins with it, where the name is in the domain, or
/// after a copyright notice.
fn known_owner(line: &str, label: &str) -> Option<String> {
    if let Some(notice) = copyright_notice(line) {
        return Some(notice.to_string()).filter(|name| byline::is_person(name));
    }
    let words: Vec<&str> = words(line).take(*WORDS.end() + 1).collect();
    let is_in_domain = |name: &&[&str]| {
        let last = name.last().copied().unwrap_or_default();
        are_label(name, label)
            || (words.len() <= *WORDS.end() && last.chars().count() >= 4 && !is_foreign(last, label) && is_part(last, label))
    };
    let names = WORDS.filter_map(|count| words.get(..count)).filter(is_in_domain);
    names.map(|name| name.join(" ")).find(|name| byline::is_person(name))
}

/// What a copyright notice with a year names: `© 2024–2025 Jane Doe. All rights reserved` → `Jane Doe`.
fn copyright_notice(line: &str) -> Option<&str> {
    const MARKS: &[&str] = &["©", "Copyright", "COPYRIGHT", "copyright", "(c)", "(C)"];
    if !may_have_notice(line) {
        return None;
    }
    let (at, mark) = MARKS.iter().filter_map(|mark| Some((line.rfind(mark)?, mark))).max()?;
    let after = line.get(at + mark.len()..)?.trim_start();
    let dated = after.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '–' | ',' | '.'));
    let is_dated = dated.len() < after.len();
    let name = dated.strip_prefix("by ").unwrap_or(dated);
    let end = name.find(['|', '.', ',', '·', '•', '-', '–', '—', '!', '/', '(', '©']).unwrap_or(name.len());
    let name = name.get(..end)?;
    let name = name.find(" All ").or_else(|| name.find(" all ")).map_or(name, |end| name.get(..end).unwrap_or(name));
    (is_dated || *mark != "©").then_some(name.trim())
}

/// A cheap check whether a line has one of the marks of a copyright notice: most have none.
fn may_have_notice(line: &str) -> bool {
    let bytes = line.as_bytes();
    let is_copyright =
        |at: usize| bytes.get(at + 1..).is_some_and(|rest| rest.starts_with(b"right") || rest.starts_with(b"RIGHT"));
    memchr::memchr2(b'(', 0xc2, bytes).is_some() || memchr::memchr2_iter(b'y', b'Y', bytes).any(is_copyright)
}

/// Consecutive words of a line that, joined, are the domain label and a full name.
fn name_in(line: &str, label: &str) -> Option<String> {
    if !may_begin_label(line, label) {
        return None;
    }
    let words: Vec<&str> = words(line).collect();
    let windows = WORDS.flat_map(|count| words.windows(count));
    let mut names = windows.filter(|window| are_label(window, label)).map(|window| window.join(" "));
    names.find(|name| byline::is_full_name(name))
}

/// A cheap check whether a word of a line begins as the domain label does.
fn may_begin_label(line: &str, label: &str) -> bool {
    let Some(first) = label.bytes().next().filter(|first| first.is_ascii_alphanumeric() && line.is_ascii()) else { return true };
    let bytes = line.as_bytes();
    let follows_letter = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| !follows_letter(at))
}

/// Whether the words, joined, are the domain label.
fn are_label(words: &[&str], label: &str) -> bool {
    if !words.iter().all(|word| word.is_ascii()) {
        return !words.iter().any(|word| is_foreign(word, label)) && joined(&words.concat()) == label;
    }
    let letters = words.iter().flat_map(|word| word.bytes()).filter(u8::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).eq(label.bytes())
}

/// Whether a word, joined, is a part of the domain label.
fn is_part(word: &str, label: &str) -> bool {
    with_folded(word, |word| if word.contains(' ') { label.contains(&word.replace(' ', "")) } else { label.contains(word) })
}

/// A cheap check whether a word has a letter that an ASCII label cannot have, however it is folded.
fn is_foreign(word: &str, label: &str) -> bool {
    label.is_ascii() && word.chars().any(|c| !c.is_ascii() && is_settled(c) && c.is_alphabetic())
}

/// The words of a line up to the first possessive, which ends a name: `Jane Doe’s Garden`; none where it is the first word: `Jane's Garden`.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_possessive = |word: &str| word.ends_with("'s") || word.ends_with("’s");
    let mut is_over = line.split(' ').next().is_some_and(is_possessive);
    line.split(' ').map_while(move |word| {
        let was_over = is_over;
        is_over |= is_possessive(word);
        (!was_over).then(|| trim(word))
    })
}

fn trim(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

fn joined(text: &str) -> String {
    fold(text).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_the_domain_is_found() {
        assert_eq!(name_in("© 2026 Jane Doe. All rights reserved", "janedoe").as_deref(), Some("Jane Doe"));
        assert_eq!(name_in("Jane Doe’s Garden", "janedoe").as_deref(), Some("Jane Doe"));
        assert_eq!(name_in("jane doe", "janedoe"), None, "names have capitals");
        assert_eq!(name_in("Daily News", "dailynews"), None, "an outlet is not a person");
        assert_eq!(name_in("Jane's Garden", "janesgarden"), None, "a garden is not a person");
    }

    #[test]
    fn prefilters_reject_nothing_that_counts() {
        let line = "Über uns © Jane Doe (c) COPYRIGHT Copyright copyright (C) janedoe x-Jane 'Jane";
        for from in line.char_indices().map(|(at, _)| at) {
            for to in line.char_indices().map(|(at, _)| at).filter(|to| *to >= from) {
                let part = &line[from..to];
                let has_mark = ["©", "Copyright", "COPYRIGHT", "copyright", "(c)", "(C)"].iter().any(|mark| part.contains(mark));
                assert!(!has_mark || may_have_notice(part), "{part}");
                let words: Vec<&str> = words(part).collect();
                let is_label = (1..=3).flat_map(|count| words.windows(count)).any(|window| are_label(window, "janedoe"));
                assert!(!is_label || may_begin_label(part, "janedoe"), "{part}");
            }
        }
    }

    #[test]
    fn the_owner_of_a_site_is_named_in_its_copyright_notice() {
        let owner = |line: &str| known_owner(line, "garden-notes");
        assert_eq!(owner("© 2024–2026 Jane Doe. All rights reserved").as_deref(), Some("Jane Doe"));
        assert_eq!(owner("Impressum | Copyright Anna Meier | Kontakt").as_deref(), Some("Anna Meier"));
        assert_eq!(owner("© 2026 Иван Петров").as_deref(), Some("Иван Петров"));
        assert_eq!(owner("© Jane Doe"), None, "a picture's credit");
        assert_eq!(owner("© 2026 Jane Doe Media Group"), None);
        assert_eq!(owner("© 2026 Garden Notes"), None);
        assert_eq!(owner("Jane Doe"), None);
        assert_eq!(known_owner("Jane Doe", "doe-garden").as_deref(), None, "short surnames are in many domains");
        assert_eq!(known_owner("Anna Meier", "meiers-garten").as_deref(), Some("Anna Meier"));
    }
}
