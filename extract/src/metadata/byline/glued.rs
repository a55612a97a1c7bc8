//! Separates words of a byline that inline elements without a space between them have joined: a lead-in and a name (`ByJane Doe`), a name and a
//! role or date (`Jane DoeReporter`, `Jane Doe5 hours ago`). Classifies no names.

use super::super::date::is_month;
use super::words::WORDS;

/// Lead-ins that are separated from a capital after them.
const LEAD_INS: &[&str] = &["By", "by", "Von", "Par", "Por", "Door", "Di", "Af", "Av"];

/// The minimum length of a lead-in in several words of which the last one is joined to the name: `About the AuthorJane Doe`.
const MIN_LEAD_IN: usize = 4;

/// The text with a space or a separator wherever words were joined.
pub fn separate(text: String) -> String {
    if !may_be_joined(&text) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut words = text.split(' ').peekable();
    let mut index = 0;
    while let Some(word) = words.next() {
        let (at, separator) = joint(word, index, words.peek().copied()).unwrap_or((0, " "));
        let (head, tail) = word.split_at(at);
        for (part, before) in [(head, " "), (tail, if head.is_empty() { " " } else { separator })] {
            if part.is_empty() {
                continue;
            }
            if !out.is_empty() {
                out.push_str(before);
            }
            out.push_str(part);
        }
        index += 1;
    }
    out
}

/// A cheap check whether words of a squeezed text may be joined: most texts have none.
fn may_be_joined(text: &str) -> bool {
    let mut last = ' ';
    text.chars().any(|c| {
        let is_joint =
            (c.is_uppercase() && (last.is_lowercase() || last.is_ascii_digit())) || (c.is_ascii_digit() && last.is_lowercase());
        last = c;
        is_joint
    })
}

/// Where in a word a second one begins, and what separates them.
fn joint(word: &str, index: usize, next: Option<&str>) -> Option<(usize, &'static str)> {
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let starts_number = is_number(word);
    let number_follows = next.is_some_and(is_number);
    let mut before = None;
    word.char_indices().find_map(|(at, c)| {
        let last: char = before.replace(c)?;
        let (head, tail) = word.split_at(at);
        let joined = c.is_uppercase() && tail.chars().nth(1).is_some_and(char::is_alphabetic);
        if joined && last.is_ascii_digit() && starts_number && tail.chars().nth(1).is_some_and(char::is_lowercase) {
            // `2025Jane`
            return Some((at, " "));
        }
        if joined && last.is_lowercase() {
            if number_follows && tail.len() >= 3 && is_month(tail) {
                return Some((at, " "));
            }
            if (LEAD_INS.contains(&head) && (index == 0 || head == "by"))
                || (head.len() >= MIN_LEAD_IN && index > 0 && WORDS.is_lead_in(head))
            {
                return Some((at, " "));
            }
            // `Doe` in `Jane DoeReporter`: a word that is alone may be a user name.
            return (index > 0 && head.starts_with(char::is_uppercase) && WORDS.follows_names(tail, next)).then_some((at, " | "));
        }
        // `Doe5 hours ago`
        let is_count = c.is_ascii_digit() && last.is_lowercase() && tail.len() <= 2 && tail.bytes().all(|b| b.is_ascii_digit());
        let is_unit = || next.is_some_and(|next| next.starts_with(char::is_alphabetic) && next.chars().count() >= 3);
        (is_count && index > 0 && is_unit()).then_some((at, " | "))
    })
}
