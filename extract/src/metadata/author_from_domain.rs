//! Finds an author whose name is the site's domain: blogs and home pages often name their author in the domain and masthead only.

use super::byline;
use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::page_context::PageContext;
use crate::base::text::fold;
use crate::base::url::site;

/// The maximum length of a line that is searched, in bytes, and the maximum number of lines.
const MAX_LINE: usize = 200;
const MAX_LINES: usize = 400;

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
    let name = lines.filter(|line| line.len() <= MAX_LINE).take(MAX_LINES).find_map(|line| name_in(line, &label));
    candidates
        .authors
        .extend(name.map(|name| Candidate::new(vec![RawAuthor::unknown(name)], MetadataSource::Host, "url:host (name)")));
}

/// Consecutive words of a line that, joined, are the domain label and a full name.
fn name_in(line: &str, label: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').map(trim).collect();
    let windows = WORDS.flat_map(|count| words.windows(count));
    let mut names = windows.filter(|window| are_label(window, label)).map(|window| window.join(" "));
    names.find(|name| byline::is_full_name(name))
}

/// Whether the words, joined, are the domain label.
fn are_label(words: &[&str], label: &str) -> bool {
    if !words.iter().all(|word| word.is_ascii()) {
        return joined(&words.concat()) == label;
    }
    let letters = words.iter().flat_map(|word| word.bytes()).filter(u8::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).eq(label.bytes())
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
    }
}
