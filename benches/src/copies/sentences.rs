//! Texts as sentences and words, in any script.

use super::script::Script;

/// Characters that end a sentence.
const ENDS: &[char] = &['.', '!', '?', '。', '！', '？', '।', '؟', '\n', ';'];

/// Characters of a sentence, at least: abbreviations end none.
const MIN_CHARS: usize = 18;

/// Characters of a sentence, at most: Thai has no full stops.
const MAX_CHARS: usize = 260;

/// The sentences of a text, each with what ends it. Together they are the text.
pub fn sentences(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut length) = (Vec::new(), 0, 0);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        length += 1;
        let next = chars.peek().map(|(_, c)| *c);
        let ends = ENDS.contains(&c) && !next.is_some_and(|next| ENDS.contains(&next) || next.is_alphanumeric() && c == '.');
        if (ends && length >= MIN_CHARS) || (length >= MAX_CHARS && c == ' ') {
            let end = at + c.len_utf8();
            found.extend(text.get(start..end));
            (start, length) = (end, 0);
        }
    }
    found.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    found
}

/// Pieces of a text that are about a word each, with the spaces and punctuation after them. Together they are the text.
pub fn words(text: &str, script: Script) -> Vec<&str> {
    if script.is_spaced() {
        return text.split_inclusive(char::is_whitespace).collect();
    }
    let (mut found, mut start, mut length) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        length += 1;
        if length >= script.word_length() || c.is_whitespace() {
            let end = at + c.len_utf8();
            found.extend(text.get(start..end));
            (start, length) = (end, 0);
        }
    }
    found.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    found
}

/// The beginning of a text that is this share of it; it ends with a word.
pub fn beginning(text: &str, share: f64, script: Script) -> String {
    let limit = text.len() as f64 * share;
    let mut beginning = String::new();
    for word in words(text, script) {
        if (beginning.len() + word.len()) as f64 > limit {
            break;
        }
        beginning.push_str(word);
    }
    beginning.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text() {
        for text in [
            "The mill burnt down. Nobody was hurt in the fire! Who knows?",
            "磨坊昨晚烧毁了，没有人在火灾中受伤。谁知道呢？",
            "โรงสีไฟไหม้เมื่อคืนนี้",
        ] {
            let script = Script::of(text).unwrap();
            assert_eq!(sentences(text).concat(), text);
            assert_eq!(words(text, script).concat(), text);
        }
        assert_eq!(sentences("The mill burnt down. Nobody was hurt in the fire!").len(), 2);
    }
}
