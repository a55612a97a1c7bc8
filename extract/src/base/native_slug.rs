//! Slugs in a text's own script, for file names. The ASCII ones are in [`super::text`].

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The words of a text in lower case, joined by hyphens: letters, digits and combining marks of any script, NFC, at most `max_bytes` bytes. It ends
/// after a whole word, or, in a script without spaces and for a very long word, after a whole character with its marks.
pub fn native_slug(text: &str, max_bytes: usize) -> String {
    let lower: String = text.chars().filter(|c| !matches!(c, '\'' | '’')).flat_map(char::to_lowercase).nfc().collect();
    let mut out = String::new();
    // A word that begins with a mark would change the hyphen before it; many vowel signs are both marks and letters.
    let words = lower.split(|c| !is_part(c)).map(|word| word.trim_start_matches(is_combining_mark));
    for word in words.filter(|word| word.chars().any(char::is_alphanumeric)) {
        let space = max_bytes.saturating_sub(out.len() + usize::from(!out.is_empty()));
        if word.len() > space {
            if out.is_empty() {
                out.push_str(beginning(word, space));
            }
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(word);
    }
    out
}

/// Whether [`native_slug`] can have made this text.
pub fn is_native_slug(text: &str) -> bool {
    let is_lower = |c: char| !c.is_ascii_uppercase() && (c == '-' || is_part(c));
    !text.is_empty() && text.chars().all(is_lower) && is_nfc(text)
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// The longest beginning of a word that has at most `max_bytes` bytes and does not part a character from its marks.
fn beginning(word: &str, max_bytes: usize) -> &str {
    let ends = word.char_indices().map(|(at, c)| (at, is_combining_mark(c))).filter(|(_, is_mark)| !is_mark).map(|(at, _)| at);
    let end = ends.chain([word.len()]).take_while(|end| *end <= max_bytes).last().unwrap_or(0);
    word.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_keep_their_script() {
        for (text, slug) in [
            ("Погода в Москве!", "погода-в-москве"),
            ("渡口的最后一班船", "渡口的最后一班船"),
            ("L’été à  Paris", "lété-à-paris"),
            ("हिन्दी समाचार", "हिन्दी-समाचार"),
            ("Cafe\u{301} — 2", "café-2"),
            ("İstanbul", "i\u{307}stanbul"),
            ("../..\\\0 \u{202e}a_b", "a-b"),
            ("…", ""),
            // A vowel sign alone is no word.
            ("a \u{11630} b \u{11630}", "a-b"),
        ] {
            assert_eq!(native_slug(text, 120), slug);
            assert!(slug.is_empty() || is_native_slug(slug), "{slug}");
        }
    }

    #[test]
    fn a_slug_ends_at_a_whole_word_or_character() {
        assert_eq!(native_slug("погода сегодня", 20), "погода");
        assert_eq!(native_slug("渡口的最后", 8), "渡口");
        assert_eq!(native_slug("हिन्दी", 8), "हि");
        assert_eq!(native_slug("ab", 0), "");
    }

    proptest! {
        #[test]
        fn every_slug_is_one_and_within_its_bytes(text in ".{0,200}", max in 0usize..150) {
            let slug = native_slug(&text, max);
            prop_assert!(slug.len() <= max && (slug.is_empty() || is_native_slug(&slug)), "{slug:?}");
        }
    }
}
