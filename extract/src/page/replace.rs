//! Replaces texts in markup before it is parsed, as rules of a site ask for. Bounded: what would grow beyond a multiple of the page is not done.

use std::borrow::Cow;

use memchr::memmem;

/// Most replacements of one page.
const MAX_REPLACEMENTS: usize = 100;

/// Largest growth of the markup: to this many times its size, and this many bytes more.
const MAX_GROWTH: (usize, usize) = (2, 64 << 10);

/// The markup with each text replaced by another, in this order. A replacement that would make it too large is left out.
pub fn replaced<'a>(markup: &'a str, replacements: &[(String, String)]) -> Cow<'a, str> {
    let most = markup.len().saturating_mul(MAX_GROWTH.0).saturating_add(MAX_GROWTH.1);
    let mut text = Cow::Borrowed(markup);
    for (find, replacement) in replacements.iter().take(MAX_REPLACEMENTS).filter(|(find, _)| !find.is_empty()) {
        let count = memmem::find_iter(text.as_bytes(), find).count();
        let size = text.len() - count * find.len() + count.saturating_mul(replacement.len());
        if count > 0 && size <= most {
            text = Cow::Owned(text.replace(find, replacement));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(find, replacement)| ((*find).to_owned(), (*replacement).to_owned())).collect()
    }

    #[test]
    fn replacements_follow_each_other() {
        let list = pairs(&[("<b>", "<i>"), ("<i>", "<em>"), ("", "x"), ("gone", "y")]);
        assert_eq!(replaced("<b>Mühle", &list), "<em>Mühle");
        assert!(matches!(replaced("<p>Mühle", &list), Cow::Borrowed(_)));
    }

    #[test]
    fn markup_does_not_grow_without_bound() {
        let markup = "a".repeat(10_000);
        let list = pairs(&[("a", &"a".repeat(1000)), ("a", "aa"), ("a", "aa"), ("a", "aa"), ("a", "aa"), ("a", "b")]);
        let text = replaced(&markup, &list);
        assert!(text.len() <= 2 * markup.len() + (64 << 10), "{}", text.len());
        assert!(text.starts_with('b'), "the others are still done");
    }
}
