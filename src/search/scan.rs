//! Splits a query into terms and operators. Does not judge how they are joined.

use super::query_error::QueryProblem;
use super::term::Term;

/// A part of a query, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    Or(usize),
    Term { at: usize, term: Term, is_without: bool },
}

/// Names of filters that people know from other searches, and the options that do the same.
const FILTERS: &[(&str, &str)] = &[
    ("site", "site"),
    ("domain", "site"),
    ("source", "site"),
    ("author", "author"),
    ("by", "author"),
    ("language", "language"),
    ("lang", "language"),
    ("tag", "tag"),
    ("since", "since"),
    ("after", "since"),
    ("until", "until"),
    ("before", "until"),
    ("completeness", "completeness"),
];

const QUOTES: &[char] = &['"', '\u{201c}', '\u{201d}', '\u{201e}'];

/// The parts of a query in form NFC. Parts without letters and digits are left out.
pub(super) fn scan(text: &str) -> Result<Vec<Scanned>, (usize, QueryProblem)> {
    let mut parts = Vec::new();
    let mut rest = Rest { text, at: 0 };
    let mut is_negated = false;
    while rest.skip_spaces() {
        let at = rest.at;
        let is_without = rest.take('-') || is_negated;
        let in_title = rest.take_title();
        let term = match rest.phrase()? {
            Some(phrase) => Term::of_phrase(phrase, in_title),
            None => {
                let begin = rest.at;
                let word = rest.word();
                match word {
                    "OR" if !in_title && !is_without => {
                        parts.push(Scanned::Or(at));
                        continue;
                    }
                    "AND" if !in_title && !is_without => continue,
                    "NOT" if !in_title && !is_without => {
                        is_negated = true;
                        continue;
                    }
                    _ => term_of_word(word, begin, in_title)?,
                }
            }
        };
        is_negated = false;
        match term {
            Some(term) => parts.push(Scanned::Term { at, term, is_without }),
            None if in_title => return Err((at, QueryProblem::EmptyField)),
            None => {}
        }
    }
    Ok(parts)
}

fn term_of_word(word: &str, at: usize, in_title: bool) -> Result<Option<Term>, (usize, QueryProblem)> {
    if word.starts_with('(') {
        return Err((at, QueryProblem::Parenthesis));
    }
    if let Some((name, value)) = word.split_once(':')
        && !value.is_empty()
        && let Some((_, option)) = FILTERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))
    {
        return Err((at, QueryProblem::FilterField((*option).to_owned())));
    }
    let letters = word.strip_suffix('*').unwrap_or(word);
    if let Some(star) = letters.find('*') {
        return Err((at + star, QueryProblem::LoneStar));
    }
    match Term::of_word(letters, in_title, letters.len() < word.len()) {
        None if letters.len() < word.len() => Err((at, QueryProblem::LoneStar)),
        term => Ok(term),
    }
}

struct Rest<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Rest<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Whether anything follows.
    fn skip_spaces(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        !self.rest().is_empty()
    }

    fn take(&mut self, c: char) -> bool {
        let is_next = self.rest().starts_with(c);
        self.at += if is_next { c.len_utf8() } else { 0 };
        is_next
    }

    fn take_title(&mut self) -> bool {
        const TITLE: &str = "title:";
        let is_next = self.rest().get(..TITLE.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(TITLE));
        self.at += if is_next { TITLE.len() } else { 0 };
        is_next
    }

    /// What is between the next two quotation marks, if one is next.
    fn phrase(&mut self) -> Result<Option<&'t str>, (usize, QueryProblem)> {
        let Some(quote) = self.rest().chars().next().filter(|c| QUOTES.contains(c)) else { return Ok(None) };
        let begin = self.at;
        self.at += quote.len_utf8();
        let rest = self.rest();
        let Some(end) = self.closing_quote(rest) else { return Err((begin, QueryProblem::UnclosedQuote)) };
        let length = rest.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.at += end + length;
        Ok(rest.get(..end))
    }

    /// The next quotation mark that is not within a Hebrew acronym.
    fn closing_quote(&self, rest: &str) -> Option<usize> {
        let is_hebrew = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{5d0}'..='\u{5ea}'));
        let mut marks = rest.match_indices(QUOTES);
        marks.find_map(|(at, mark)| {
            let before = rest.get(..at).and_then(|before| before.chars().next_back());
            let after = rest.get(at + mark.len()..).and_then(|after| after.chars().next());
            (!(is_hebrew(before) && is_hebrew(after))).then_some(at)
        })
    }

    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }
}
