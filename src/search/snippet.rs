//! Where a text has what a query asks for: the passage that shows most of it, and titles, with the hits marked. Pure and linear in the text, times the terms of
//! the query.

use std::ops::Range;

use serde::Serialize;

use super::query::Query;
use super::term::Term;
use gleaner_extract::base::search_tokens::{SearchToken, for_each_token};
use gleaner_extract::base::text::is_unspaced;

/// The length of a snippet in columns: letters, and half characters of Chinese and the like.
const COLUMNS: usize = 240;

/// Columns before the first hit.
const BEFORE: usize = 60;

/// A piece of a snippet or title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnippetPart {
    /// Its text, on one line.
    pub text: String,
    /// Whether the query asks for it.
    pub hit: bool,
}

/// A hit: its bytes in the text, and the term of the query.
#[derive(Clone, Debug)]
struct Hit {
    range: Range<usize>,
    term: usize,
}

/// The passage of a text that has most of the terms of a query, the first of several; the beginning of the text if it has none. An ellipsis stands for what is
/// left out before and after it.
pub fn snippet(text: &str, query: &Query) -> Vec<SnippetPart> {
    let hits = hits(text, query);
    let passage = passage(text, &hits);
    let mut parts = parts(text, &passage, &hits);
    if passage.start > 0 {
        match parts.first_mut() {
            Some(first) if !first.hit => first.text.insert_str(0, "… "),
            _ => parts.insert(0, SnippetPart { text: "… ".to_owned(), hit: false }),
        }
    }
    if passage.end < text.trim_end().len() {
        match parts.last_mut() {
            Some(last) if !last.hit => last.text.push_str(" …"),
            _ => parts.push(SnippetPart { text: " …".to_owned(), hit: false }),
        }
    }
    parts
}

/// A whole text, as of a title, with the hits marked.
pub fn marked(text: &str, query: &Query) -> Vec<SnippetPart> {
    parts(text, &(0..text.len()), &hits(text, query))
}

/// The hits of all terms, in order.
fn hits(text: &str, query: &Query) -> Vec<Hit> {
    let terms: Vec<&Term> = query.terms().collect();
    let longest = terms.iter().map(|term| term.tokens.len()).max().unwrap_or_default();
    // Of the last tokens, and for each term how many of its tokens end there: as many as it has make a hit.
    let mut recent: std::collections::VecDeque<Range<usize>> = std::collections::VecDeque::with_capacity(longest + 1);
    let mut under_way: Vec<Vec<usize>> = vec![Vec::new(); terms.len()];
    let mut hits = Vec::new();
    for_each_token(text, &mut |token| {
        recent.push_back(token.range.clone());
        if recent.len() > longest {
            recent.pop_front();
        }
        for (number, (term, lengths)) in terms.iter().zip(&mut under_way).enumerate() {
            advance(term, &token, lengths);
            if let Some(at) = lengths.iter().position(|length| *length == term.tokens.len()) {
                lengths.swap_remove(at);
                let start = recent.iter().rev().nth(term.tokens.len() - 1).map_or(token.range.start, |first| first.start);
                hits.push(Hit { range: start..end_of(term, &token), term: number });
            }
        }
    });
    hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
    hits
}

/// Continues the hits that are under way with a token, and begins one.
fn advance(term: &Term, token: &SearchToken<'_>, lengths: &mut Vec<usize>) {
    let fits = |length: usize| {
        term.tokens.get(length).is_some_and(|wanted| {
            let is_last = length + 1 == term.tokens.len();
            if is_last && term.is_prefix { wanted.begins(token) } else { wanted.is(token) }
        })
    };
    lengths.retain_mut(|length| {
        let goes_on = fits(*length);
        *length += 1;
        goes_on
    });
    if fits(0) {
        lengths.push(1);
    }
}

/// Where a hit ends: a pair that begins with one character of the query is more than that.
fn end_of(term: &Term, last: &SearchToken<'_>) -> usize {
    let is_whole = term.tokens.last().is_some_and(|wanted| wanted.is(last));
    if is_whole { last.range.end } else { last.first_end }
}

fn columns(c: char) -> usize {
    if is_unspaced(c) { 2 } else { 1 }
}

/// The passage with most different terms, then most hits.
fn passage(text: &str, hits: &[Hit]) -> Range<usize> {
    // A letter has up to four bytes, so that the window is not too short in any script.
    let reach = |from: usize| from + COLUMNS - BEFORE;
    let (mut best, mut best_score) = (None, (0, 0));
    let mut end = 0;
    let mut counts: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
    for (begin, first) in hits.iter().enumerate() {
        while let Some(hit) = hits.get(end).filter(|hit| hit.range.end <= reach(first.range.start).max(first.range.end)) {
            *counts.entry(hit.term).or_default() += 1;
            end += 1;
        }
        let score = (counts.len(), end.saturating_sub(begin));
        if score > best_score {
            (best, best_score) = (Some(first.range.clone()), score);
        }
        if end > begin
            && let Some(count) = counts.get_mut(&first.term)
        {
            *count -= 1;
            if *count == 0 {
                counts.remove(&first.term);
            }
        }
        end = end.max(begin + 1);
    }
    let Some(first) = best else { return extend(text, text.len() - text.trim_start().len(), COLUMNS) };
    let start = start_of(text, first.start);
    let used: usize = text.get(start..first.start).unwrap_or_default().chars().map(columns).sum();
    let mut passage = extend(text, start, COLUMNS.saturating_sub(used).max(COLUMNS / 2) + used);
    passage.end = passage.end.max(first.end);
    passage
}

/// Where a passage begins whose first hit is here: at the beginning of a paragraph or a word.
fn start_of(text: &str, hit: usize) -> usize {
    let before = text.get(..hit).unwrap_or_default();
    let (mut used, mut start, mut word) = (0, hit, hit);
    for (at, c) in before.char_indices().rev() {
        used += columns(c);
        if c == '\n' {
            return word.min(start);
        }
        if used > BEFORE {
            // In the middle of a word that has no space before it.
            return if word == hit { start } else { word };
        }
        start = at;
        if c.is_whitespace() || is_unspaced(c) {
            word = if c.is_whitespace() { at + c.len_utf8() } else { at };
        }
    }
    0
}

/// The passage that begins here: up to the last end of a word within a number of columns.
fn extend(text: &str, start: usize, columns_left: usize) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    let (mut used, mut end) = (0, None);
    for (at, c) in rest.char_indices() {
        used += columns(c);
        if used > columns_left {
            return start..start + end.unwrap_or(at);
        }
        if c.is_whitespace() || is_unspaced(c) {
            end = Some(if c.is_whitespace() { at } else { at + c.len_utf8() });
        }
    }
    start..start + rest.trim_end().len()
}

/// A passage, split at its hits. White space becomes single spaces.
fn parts(text: &str, passage: &Range<usize>, hits: &[Hit]) -> Vec<SnippetPart> {
    let mut parts = Vec::new();
    let mut add = |range: Range<usize>, hit: bool| {
        let piece = text.get(range).unwrap_or_default();
        if !piece.is_empty() {
            parts.push(SnippetPart { text: on_one_line(piece), hit });
        }
    };
    let mut at = passage.start;
    let mut open: Option<Range<usize>> = None;
    let within = hits.iter().filter(|hit| hit.range.start >= passage.start && hit.range.end <= passage.end);
    for hit in within {
        match &mut open {
            Some(range) if hit.range.start <= range.end => range.end = range.end.max(hit.range.end),
            _ => {
                if let Some(range) = open.replace(hit.range.clone()) {
                    add(at..range.start, false);
                    at = range.end;
                    add(range, true);
                }
            }
        }
    }
    if let Some(range) = open {
        add(at..range.start, false);
        at = range.end;
        add(range, true);
    }
    add(at..passage.end, false);
    parts
}

fn on_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() && out.ends_with(' ') => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, query: &str) -> String {
        let parts = snippet(text, &Query::parse(query).unwrap());
        parts.iter().map(|part| if part.hit { format!("[{}]", part.text) } else { part.text.clone() }).collect()
    }

    #[test]
    fn hits_are_marked_in_every_script() {
        for (text, query, expected) in [
            ("The old Harbour’s ferry.", "harbour FERRY", "The old [Harbour]’s [ferry]."),
            ("Frau Müller und Frau Mueller", "müller", "Frau [Müller] und Frau [Mueller]"),
            ("Frau Müller", "\"frau mueller\"", "[Frau Müller]"),
            ("Die Straße ist lang", "strasse", "Die [Straße] ist lang"),
            ("中国人民大学", "人民", "中国[人民]大学"),
            ("中国人民大学", "中国人民", "[中国人民]大学"),
            ("登山の山", "山", "登[山]の[山]"),
            ("ประเทศไทยสวย", "ไทย", "ประเทศ[ไทย]สวย"),
            ("قال مُحَمَّد اليوم", "محمد", "قال [مُحَمَّد] اليوم"),
            ("Ferries and ferry", "ferr* -boat", "[Ferries] and [ferry]"),
            ("a b a b c", "\"a b c\"", "a b [a b c]"),
        ] {
            assert_eq!(shown(text, query), expected, "{query}");
        }
    }

    #[test]
    fn the_passage_with_most_of_the_terms_is_shown() {
        let filler = "Nothing of interest happened on that day. ".repeat(20);
        let text = format!("The ferry was late. {filler}\n\nAt the pier the captain sold the ferry to a friend. {filler}");
        let shown = shown(&text, "ferry captain");
        assert!(shown.starts_with("… At the pier the [captain] sold the [ferry] to a friend. Nothing"), "{shown}");
        assert!(shown.ends_with(" …") && shown.chars().count() < COLUMNS + 20, "{shown}");
    }

    #[test]
    fn without_a_hit_the_text_begins() {
        assert_eq!(shown("One.\n\nTwo.", "absent"), "One. Two.");
        let long = shown(&"word ".repeat(200), "absent");
        assert!(long.starts_with("word word") && long.ends_with("word …"), "{long}");
        let chinese = shown(&"字".repeat(1_000), "absent");
        assert_eq!(chinese.chars().filter(|c| *c == '字').count(), COLUMNS / 2);
    }

    #[test]
    fn many_hits_take_linear_time() {
        let text = "a ".repeat(200_000);
        let query = Query::parse(&format!("\"{}\" a", "a ".repeat(100))).unwrap();
        assert!(snippet(&text, &query).len() < 300);
    }

    #[test]
    fn titles_are_whole() {
        let parts = marked("Ferry sinks", &Query::parse("sinks").unwrap());
        let expected = [("Ferry ", false), ("sinks", true)].map(|(text, hit)| SnippetPart { text: text.to_owned(), hit });
        assert_eq!(parts, expected);
    }
}
