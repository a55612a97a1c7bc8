//! Turns metadata values into plain text: without markup and entities. Interprets nothing.

use std::borrow::Cow;

use super::pattern_lists::SearchPattern;
use super::patterns::PATTERNS;
use crate::base::entities::decode_entities;
use crate::base::text::{into_nfc, squeeze};

/// The maximum length of a value, in characters.
const MAX_CHARS: usize = 2_000;

/// The plain, squeezed NFC text of a value: entities decoded (doubly encoded ones too), tags and soft hyphens dropped.
pub(crate) fn plain(value: &str) -> String {
    let is_short = value.len() <= MAX_CHARS && !value.contains('\u{ad}');
    let text = || value.chars().filter(|c| *c != '\u{ad}').take(MAX_CHARS).collect();
    let mut text: Cow<'_, str> = if is_short { Cow::Borrowed(value) } else { Cow::Owned(text()) };
    for _ in 0..2 {
        if !text.contains('&') {
            break;
        }
        text = Cow::Owned(decode_entities(&text));
    }
    if text.contains('<') {
        text = Cow::Owned(PATTERNS.searched.replaced(SearchPattern::Tag as usize, &text, " ", usize::MAX).into_owned());
    }
    into_nfc(squeeze(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_and_tags_stripped() {
        assert_eq!(plain("Tom &amp; Jerry&#8217;s  <b>best</b>"), "Tom & Jerry’s best");
        assert_eq!(plain("&amp;quot;x&amp;quot; &unknown; & so on"), "\"x\" &unknown; & so on");
        assert_eq!(plain("a < b and c > d"), "a < b and c > d");
        assert_eq!(plain("&#x41;&#0;"), "A&#0;");
    }
}
