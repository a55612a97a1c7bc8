//! Splits the names of an element (class, id, role and similar) into words. Does not interpret them.

/// Longest text of the words of an element's names, in bytes.
pub const MAX_NAME_BYTES: usize = 240;

/// The words of a name, as in [`crate::document::Container::tokens`].
pub fn words_of_name(value: &str) -> String {
    let mut words = String::new();
    push_words(value, 0, &mut words);
    words
}

/// Appends the words of a name: `relatedArticles-box2` becomes `related articles box`. The text of the words of all names begins at `start`.
pub fn push_words(value: &str, start: usize, out: &mut String) {
    // Each character adds itself and at most one space.
    if value.is_ascii() && out.len() - start + 2 * value.len() <= MAX_NAME_BYTES {
        push_ascii_words(value, start, out);
        return;
    }
    let mut previous_lower = false;
    let mut in_word = false;
    for c in value.chars() {
        if out.len() - start > MAX_NAME_BYTES {
            return;
        }
        if c.is_ascii() {
            if !c.is_ascii_alphabetic() {
                (in_word, previous_lower) = (false, false);
                continue;
            }
            if (!in_word || (previous_lower && c.is_ascii_uppercase())) && out.len() > start {
                out.push(' ');
            }
            out.push(c.to_ascii_lowercase());
            (in_word, previous_lower) = (true, c.is_ascii_lowercase());
            continue;
        }
        if !c.is_alphabetic() {
            in_word = false;
            previous_lower = false;
            continue;
        }
        if (!in_word || (c.is_uppercase() && previous_lower)) && out.len() > start {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
        in_word = true;
        previous_lower = c.is_lowercase();
    }
}

/// [`push_words`] of a name in ASCII, none of whose words are left out.
fn push_ascii_words(value: &str, start: usize, out: &mut String) {
    let (before, bytes) = (out.len(), value.as_bytes());
    let mut at = 0;
    while let Some(skipped) = bytes.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_alphabetic)) {
        let from = at + skipped;
        at = from + 1;
        let mut is_after_lower = bytes.get(from).is_some_and(u8::is_ascii_lowercase);
        while let Some(byte) =
            bytes.get(at).filter(|byte| byte.is_ascii_lowercase() || (byte.is_ascii_uppercase() && !is_after_lower))
        {
            (is_after_lower, at) = (byte.is_ascii_lowercase(), at + 1);
        }
        if out.len() > start {
            out.push(' ');
        }
        out.push_str(value.get(from..at).unwrap_or_default());
    }
    if let Some(added) = out.get_mut(before..) {
        added.make_ascii_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> String {
        let mut out = String::new();
        push_words(name, 0, &mut out);
        out
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("relatedArticles-box2"), "related articles box");
        assert_eq!(words("XMLHttp_a1B2cD"), "xmlhttp a b c d");
        assert_eq!(words("größeÜber --"), "größe über");
        assert_eq!(words(" -x9Yz"), "x yz");
        let long = "aB-".repeat(100);
        assert!(words(&long).len() <= MAX_NAME_BYTES + 2 && words(&long).starts_with("a b a b "));
    }
}
