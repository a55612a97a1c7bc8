//! The author whose name the site bears: blogs and home pages name their writer in the address and the masthead, and in no byline.

use super::byline;
use super::candidate::{Candidate, Candidates, RawAuthor, Source};
use super::page_context::PageContext;
use crate::base::text::fold;
use crate::base::url::site;

/// Longest line that is searched, in bytes, and most lines.
const MAX_LINE: usize = 200;
const MAX_LINES: usize = 400;

/// Words of a name.
const WORDS: std::ops::RangeInclusive<usize> = 2..=3;

/// Hears the masthead and the furniture: words that, run together, are the site's domain, and read as a name.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let page = context.page();
    let Some(domain) = page.head.url.as_ref().and_then(site) else { return };
    let label = run_together(domain.split('.').next().unwrap_or_default());
    let removed = context.input.removals.iter().filter_map(|removal| page.blocks.get(removal.block));
    let lines = page.head.title.as_deref().into_iter();
    let lines = lines.chain(found.sites.iter().map(|site| site.value.as_str())).chain(removed.map(|block| block.text.as_str()));
    let name = lines.filter(|line| line.len() <= MAX_LINE).take(MAX_LINES).find_map(|line| name_in(line, &label));
    found.authors.extend(name.map(|name| Candidate::new(vec![RawAuthor::unknown(name)], Source::Host, "url:host (name)")));
}

/// Neighbouring words of a line that make up the label.
fn name_in(line: &str, label: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').map(trim).collect();
    let windows = WORDS.flat_map(|count| words.windows(count));
    let name = windows.filter(|window| make_up(window, label)).map(|window| window.join(" "));
    name.into_iter().find(|name| byline::is_full_name(name))
}

/// Whether the words, run together, are the label.
fn make_up(words: &[&str], label: &str) -> bool {
    if !words.iter().all(|word| word.is_ascii()) {
        return run_together(&words.concat()) == label;
    }
    let letters = words.iter().flat_map(|word| word.bytes()).filter(u8::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).eq(label.bytes())
}

fn trim(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

fn run_together(text: &str) -> String {
    fold(text).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_the_address() {
        assert_eq!(name_in("© 2026 Jane Doe. All rights reserved", "janedoe").as_deref(), Some("Jane Doe"));
        assert_eq!(name_in("Jane Doe’s Garden", "janedoe").as_deref(), Some("Jane Doe"));
        assert_eq!(name_in("jane doe", "janedoe"), None, "names have capitals");
        assert_eq!(name_in("Daily News", "dailynews"), None, "an outlet is nobody");
    }
}
