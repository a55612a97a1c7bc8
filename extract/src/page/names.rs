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
    }
}
