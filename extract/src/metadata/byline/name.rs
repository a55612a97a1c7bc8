//! Classifies one part of a byline as a person, an organisation or neither, and normalises names. Splits nothing.

use super::first_names::begins_with_first_name;
use super::kinds::Kinds;
use super::words::{self, WORDS};
use crate::base::text::is_unspaced;
use unicode_normalization::char::is_combining_mark;

/// The kind of name that a part of a byline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A person's name, as far as can be told.
    Person,
    /// An agency, a newsroom department, a company.
    Organisation,
    /// Not a name.
    NotAName,
}

/// The maximum length of a name, in characters and in words.
const MAX_CHARS: usize = 60;
const MAX_WORDS: usize = 7;

/// The text without surrounding punctuation and possessive endings.
pub fn trim(text: &str) -> &str {
    let edge = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '*' | ':'
                    | '：'
                    | ','
                    | '-'
                    | '–'
                    | '—'
                    | '|'
                    | '_'
                    | '"'
                    | '“'
                    | '”'
                    | '„'
                    | '«'
                    | '»'
                    | '†'
                    | '‡'
                    | '¹'
                    | '²'
                    | '³'
                    | '/'
                    | '>'
                    | '<'
                    | '~'
                    | '='
                    | '…'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '（'
                    | '）'
                    | '■'
                    | '●'
                    | '▶'
                    | '©'
                    | '!'
                    | '?'
                    | '#'
            )
    };
    let text = text.trim_matches(edge);
    let text = text.strip_suffix("'s").or_else(|| text.strip_suffix("’s")).unwrap_or(text);
    // A full stop belongs to an initial or `Jr.`; after a longer word it ends the sentence.
    match text.strip_suffix('.') {
        Some(rest) if rest.rsplit(' ').next().is_some_and(|word| word.chars().count() > 3 && !word.contains('.')) => rest,
        _ => text.trim_start_matches('.'),
    }
}

/// A name that elements with and without its link repeat, once: `Jane Doe Jane Doe`.
pub fn once(text: &str) -> &str {
    let half = text.get(..text.len() / 2).unwrap_or_default();
    let is_twice =
        text.len() % 2 == 1 && text.get(half.len() + 1..) == Some(half) && text.as_bytes().get(half.len()) == Some(&b' ');
    if is_twice { half } else { text }
}

/// A full name without the number of a footnote: `Jane Doe2`.
pub fn without_footnote(text: &str) -> &str {
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_number = (1..=2).contains(&(text.len() - bare.len()));
    let last = bare.rsplit(' ').next().unwrap_or_default();
    let is_name = bare.contains(' ') && last.starts_with(char::is_uppercase) && last.chars().skip(1).all(char::is_lowercase);
    if is_number && is_name && last.chars().count() > 1 { bare } else { text }
}

/// The kind of name that a part of a byline is, by its words alone.
pub fn classify(part: &str) -> NameKind {
    let known = WORDS.kinds(part);
    if known.is(Kinds::AGENCY) {
        return NameKind::Organisation;
    }
    // A heading, a caption or a line of code.
    if part.contains([':', '"', '{', '=', '→']) {
        return NameKind::NotAName;
    }
    let has_letters = part.chars().filter(|c| c.is_alphabetic()).nth(1).is_some();
    let is_noise =
        || known.is(Kinds::NOISE | Kinds::ACT | Kinds::CONTRIBUTOR) || words::is_lead_in(part) || WORDS.is_degree(part);
    if !has_letters || part.chars().nth(MAX_CHARS).is_some() || is_noise() {
        return NameKind::NotAName;
    }
    let words: Vec<(&str, Kinds)> = part.split(' ').map(|word| (word, WORDS.kinds(word))).collect();
    let organisation = words.iter().any(|word| names_organisation(*word)) && !is_person_nonetheless(part, &words);
    if words.iter().all(|(word, kinds)| WORDS.is_role_of(word, *kinds)) {
        return if organisation && words.len() > 1 { NameKind::Organisation } else { NameKind::NotAName };
    }
    if organisation
        || words.len() > MAX_WORDS
        || part.contains(".com")
        || looks_like_domain(part)
        || has_organisation_ending(part)
    {
        return NameKind::Organisation;
    }
    NameKind::Person
}

/// Whether a word marks a name as an organisation's, alone or as the last part of a compound: `Hans-Muster-Stiftung`.
fn names_organisation((word, kinds): (&str, Kinds)) -> bool {
    let last = word.rsplit('-').next().filter(|last| last.len() < word.len() && last.chars().count() >= 6);
    kinds.is(Kinds::ORGANISATION) || last.is_some_and(|last| WORDS.kinds(last).is(Kinds::ORGANISATION))
}

/// Whether a name is a person's although words in it also occur in names of organisations: a common first name (`Tim`) or a surname (`Emily Post`).
fn is_person_nonetheless(part: &str, words: &[(&str, Kinds)]) -> bool {
    let may_be_persons = |(index, word): (usize, &(&str, Kinds))| {
        index == 0 || !names_organisation(*word) || (index + 1 == words.len() && word.1.is(Kinds::SURNAME))
    };
    words.iter().enumerate().all(may_be_persons) && is_known_name(part)
}

/// Whether the text is two to four words of letters, capitalised where the script has capitals, and begins with a common first name.
pub fn is_known_name(part: &str) -> bool {
    let words = part.split(' ').count();
    let is_letter = |c: char| c.is_alphabetic() || is_combining_mark(c) || matches!(c, ' ' | '.' | '-' | '‑' | '\'' | '’');
    (2..=4).contains(&words) && part.chars().all(is_letter) && looks_like_name(part) && begins_with_first_name(part)
}

fn looks_like_domain(part: &str) -> bool {
    !part.contains(' ')
        && part.split_once('.').is_some_and(|(head, tail)| {
            head.len() >= 2 && (2..=4).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_lowercase())
        })
}

/// Whether a name in a script without spaces ends like an organisation's.
fn has_organisation_ending(part: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "編集部",
        "编辑部",
        "編輯部",
        "通信社",
        "通讯社",
        "通訊社",
        "新聞社",
        "新聞",
        "新闻",
        "日报",
        "日報",
        "晚报",
        "网",
        "網",
        "デジタル",
        "ニュース",
        "取材班",
        "뉴스",
        "뉴스팀",
        "편집부",
        "신문",
        "일보",
        "Web",
        "web",
        "NEWS",
    ];
    part.chars().next().is_some_and(is_unspaced) && ENDINGS.iter().any(|ending| part.ends_with(ending))
}

/// Whether the text is capitalised words (with particles between), or a few characters of a script without capitals.
pub fn looks_like_name(part: &str) -> bool {
    let words: Vec<&str> = part.split(' ').collect();
    let first = |word: &str| word.chars().find(|c| c.is_alphabetic());
    if part.chars().any(char::is_numeric) {
        return false;
    }
    if !part.chars().any(|c| c.is_uppercase() || c.is_lowercase()) {
        let chars: usize = words.iter().map(|word| word.chars().count()).sum();
        return if part.chars().any(is_unspaced) { (2..=6).contains(&chars) } else { (2..=4).contains(&words.len()) };
    }
    let capital = words.iter().filter(|word| first(word).is_some_and(char::is_uppercase)).count();
    let particles =
        words.iter().filter(|word| WORDS.is_particle(word) || word.starts_with("d'") || word.starts_with("d’")).count();
    (2..=6).contains(&words.len())
        && capital >= 2
        && capital + particles == words.len()
        && words.first().and_then(|word| first(word)).is_some_and(char::is_uppercase)
}

/// Whether a word before the last one is a possessive: `Jane Doe's Garden`.
pub fn has_possessive(part: &str) -> bool {
    part.rsplit_once(' ').is_some_and(|(before, _)| before.split(' ').any(|word| word.ends_with("'s") || word.ends_with("’s")))
}

/// Whether the text is two to four capitalised words of letters: a name even without a lead-in.
pub fn looks_like_full_name(part: &str) -> bool {
    let words: Vec<&str> = part.split(' ').collect();
    let is_word = |word: &&str| {
        let mut chars = word.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
    };
    let cased = words.iter().any(|word| word.chars().any(char::is_lowercase));
    looks_like_name(part)
        && cased
        && (2..=4).contains(&words.len())
        && words.iter().filter(|word| word.chars().count() > 3).all(is_word)
}

/// Whether the text is a first and last name in lower case, as some systems write them.
pub fn is_lower_name(part: &str) -> bool {
    let words = part.split(' ').count();
    (2..=3).contains(&words) && part.chars().all(|c| c.is_lowercase() || matches!(c, ' ' | '-'))
}

/// The name without all-capital words: `JANE DOE` → `Jane Doe`, `Bill MCCARTHY` → `Bill McCarthy`.
pub fn tidy(name: &str) -> String {
    let is_all_caps = |word: &str| {
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        letters.len() >= 2 && letters.iter().all(|c| c.is_uppercase())
    };
    let words: Vec<&str> = name.split(' ').collect();
    let all_caps = words.iter().filter(|word| is_all_caps(word)).count();
    // Initials (`JD Vance`, `BBC News`) and single words (`AFP`) stay as they are.
    let lowers = |word: &str| {
        is_all_caps(word)
            && (all_caps == words.len() && words.len() > 1 || word.chars().count() > 3)
            && words.len() > 1
            && !WORDS.is_agency(name)
    };
    let parts: Vec<String> =
        words.iter().map(|word| if lowers(word) { capitalised(word) } else { (*word).to_string() }).collect();
    parts.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut start = true;
    for c in word.chars() {
        if start {
            out.push(c)
        } else {
            out.extend(c.to_lowercase())
        }
        start = !c.is_alphabetic() || out == "Mc" || out == "O’" || out == "O'";
    }
    out
}
