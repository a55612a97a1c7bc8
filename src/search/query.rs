//! What is asked of the full text, as the user wrote it and as the index takes it. Searches nothing.
//!
//! Words are all to be found; `"…"` is a phrase; `-` leaves out; `a OR b` is either, and binds more closely than the space between words; `word*` is the beginning
//! of a word; `title:` looks at titles only. A word with other marks in it (`e-mail`) is a phrase.

use std::fmt;
use std::str::FromStr;

use super::query_error::{QueryError, QueryProblem};
use super::scan::{Scanned, scan};
use super::term::Term;

/// Most words of a query, those of phrases included; characters count as words in scripts without spaces.
const MAX_TOKENS: usize = 200;

/// Largest query in bytes.
const MAX_BYTES: usize = 10_000;

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    text: String,
    /// Of each group one has to be found.
    pub(super) groups: Vec<Vec<Term>>,
    /// None of these may be found.
    without: Vec<Term>,
}

impl Query {
    /// Reads what the user wrote.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let error = |at, problem| QueryError { query: text.to_owned(), at, problem };
        if text.len() > MAX_BYTES {
            return Err(error(0, QueryProblem::TooLong));
        }
        let text_nfc = gleaner_extract::base::text::nfc(text);
        if text_nfc != text {
            return Self::parse(&text_nfc);
        }
        let mut query = Self { text: text.to_owned(), groups: Vec::new(), without: Vec::new() };
        let mut state = Joining::Start;
        let mut first_without = None;
        let mut tokens = 0;
        for item in scan(text).map_err(|(at, problem)| error(at, problem))? {
            let (at, term, is_without) = match item {
                Scanned::Or(at) if state == Joining::Group => {
                    state = Joining::Or(at);
                    continue;
                }
                Scanned::Or(at) => return Err(error(at, QueryProblem::LoneOr)),
                Scanned::Term { at, term, is_without } => (at, term, is_without),
            };
            tokens += term.len();
            if tokens > MAX_TOKENS {
                return Err(error(at, QueryProblem::TooLong));
            }
            match (is_without, state) {
                (true, Joining::Or(_)) => return Err(error(at, QueryProblem::LoneOr)),
                (true, _) => {
                    first_without.get_or_insert(at);
                    query.without.push(term);
                    state = Joining::Start;
                    continue;
                }
                (false, Joining::Or(_)) => query.groups.last_mut().into_iter().for_each(|group| group.push(term.clone())),
                (false, _) => query.groups.push(vec![term]),
            }
            state = Joining::Group;
        }
        match (state, first_without) {
            (Joining::Or(at), _) => Err(error(at, QueryProblem::LoneOr)),
            (_, Some(at)) if query.groups.is_empty() => Err(error(at, QueryProblem::OnlyWithout)),
            _ if query.groups.is_empty() => Err(error(0, QueryProblem::NoWord)),
            _ => Ok(query),
        }
    }

    /// The query in the syntax of SQLite's FTS5, for the columns title, body and variants. Contains no text of the user but folded letters and digits.
    pub fn to_fts5(&self) -> String {
        let any = |terms: &[Term]| terms.iter().map(Term::to_fts5).collect::<Vec<_>>().join(" OR ");
        let found: Vec<String> = self.groups.iter().map(|group| format!("({})", any(group))).collect();
        let found = found.join(" AND ");
        if self.without.is_empty() { found } else { format!("({found}) NOT ({})", any(&self.without)) }
    }

    /// The same in titles only.
    pub fn to_fts5_of_titles(&self) -> String {
        format!("title : ({})", self.to_fts5())
    }

    /// The terms that are to be found.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.groups.iter().flatten()
    }
}

/// What the next term of a query is joined to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joining {
    /// Nothing.
    Start,
    /// A group, if an `OR` follows.
    Group,
    /// A group, by the `OR` here.
    Or(usize),
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fts5(text: &str) -> String {
        Query::parse(text).unwrap().to_fts5()
    }

    fn problem(text: &str) -> (usize, QueryProblem) {
        let error = Query::parse(text).unwrap_err();
        (error.at, error.problem)
    }

    #[test]
    fn words_phrases_and_operators_are_understood() {
        assert_eq!(fts5("Harbour ferry"), r#"("harbour") AND ("ferry")"#);
        assert_eq!(fts5("\"Old Harbour\" -ferry"), r#"(("old harbour")) NOT ("ferry")"#);
        assert_eq!(fts5("a b OR c OR d AND e"), r#"("a") AND ("b" OR "c" OR "d") AND ("e")"#);
        assert_eq!(fts5("a NOT b -\"c d\""), r#"(("a")) NOT ("b" OR "c d")"#);
        assert_eq!(fts5("fer* \"old har*\""), r#"("fer" *) AND ("old har" *)"#);
        assert_eq!(fts5("title:ferry title:\"a b\""), r#"(title : ("ferry")) AND (title : ("a b"))"#);
        assert_eq!(fts5("e-mail 3.5 re:invent or"), r#"("e mail") AND ("3 5") AND ("re invent") AND ("or")"#);
        assert_eq!(fts5("“Old Harbour„ — & x"), r#"("old harbour") AND ("x")"#);
    }

    #[test]
    fn every_spelling_is_asked_for() {
        assert_eq!(fts5("Müller"), r#"("muller" OR "mueller")"#);
        assert_eq!(fts5("Mueller"), r#"("mueller")"#);
        assert_eq!(fts5("title:Mueller"), r#"(title : ("mueller") OR (title : ("muller") AND variants : "mueller"))"#);
        assert_eq!(fts5("\"frau mueller\""), r#"("frau mueller" OR ("frau muller" AND variants : "mueller"))"#);
        assert_eq!(fts5("\"Müller Öl\""), r#"("muller ol" OR "mueller ol" OR "muller oel" OR "mueller oel")"#);
    }

    #[test]
    fn words_of_unspaced_scripts_are_phrases_of_pairs() {
        assert_eq!(fts5("中国"), r#"("中国")"#);
        assert_eq!(fts5("中国人民"), r#"("中国 国人 人民")"#);
        assert_eq!(fts5("山"), r#"("山" *)"#);
        assert_eq!(fts5("\"東京 test\""), r#"("東京 京 test")"#);
        assert_eq!(fts5("צה\"ל"), r#"("צהל")"#);
    }

    #[test]
    fn mistakes_are_explained_where_they_are() {
        use QueryProblem::{EmptyField, FilterField, LoneOr, LoneStar, NoWord, OnlyWithout, Parenthesis, TooLong, UnclosedQuote};
        assert_eq!(problem("a \"b c"), (2, UnclosedQuote));
        assert_eq!(problem(""), (0, NoWord));
        assert_eq!(problem("… -- *"), (7, LoneStar));
        assert_eq!(problem("-a -b"), (0, OnlyWithout));
        assert_eq!(problem("a OR"), (2, LoneOr));
        assert_eq!(problem("OR a"), (0, LoneOr));
        assert_eq!(problem("a OR -b"), (5, LoneOr));
        assert_eq!(problem("a wo*d"), (4, LoneStar));
        assert_eq!(problem("(a b)"), (0, Parenthesis));
        assert_eq!(problem("a title:"), (2, EmptyField));
        assert_eq!(problem("a site:example.com"), (2, FilterField("site".to_owned())));
        assert_eq!(problem(&"a ".repeat(500)), (400, TooLong));
        assert_eq!(problem(&"a".repeat(20_000)), (0, TooLong));
    }
}
