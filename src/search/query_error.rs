//! What is wrong with a query, and where.

use std::fmt;

use gleaner_extract::base::text::is_unspaced;

/// A query that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The query.
    pub query: String,
    /// Where the problem is, in bytes of the query.
    pub at: usize,
    /// The problem.
    pub problem: QueryProblem,
}

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryProblem {
    /// There is nothing to look for.
    NoWord,
    /// A quotation mark has no second one.
    UnclosedQuote,
    /// Every word is to be left out.
    OnlyWithout,
    /// An `OR` is not between two words.
    LoneOr,
    /// A `*` is not at the end of a word.
    LoneStar,
    /// `title:` without a word.
    EmptyField,
    /// A filter is written as a part of the query.
    FilterField(String),
    /// A parenthesis.
    Parenthesis,
    /// There are too many words.
    TooLong,
}

impl QueryError {
    /// What the user can do.
    pub fn hint(&self) -> String {
        match &self.problem {
            QueryProblem::NoWord => "give a word of the texts; `gleaner list` lists documents without a query".to_owned(),
            QueryProblem::UnclosedQuote => "write a phrase as \"two words\"; in a shell, put it in single quotes".to_owned(),
            QueryProblem::OnlyWithout => "add a word to find: `-word` only takes away from what others find".to_owned(),
            QueryProblem::LoneOr => "write `one OR other`; to find the word itself, write `or`".to_owned(),
            QueryProblem::LoneStar => "write `ferr*` for all words that begin so; there are no other patterns".to_owned(),
            QueryProblem::EmptyField => "write `title:word` or `title:\"two words\"`, without a space".to_owned(),
            QueryProblem::FilterField(name) => format!("use the filter `--{name}`"),
            QueryProblem::Parenthesis => "`a b OR c` means a, and b or c; no parentheses are needed".to_owned(),
            QueryProblem::TooLong => "give fewer words: at most 200, or 10,000 bytes".to_owned(),
        }
    }

    /// The query, and below it a mark where the problem is.
    fn pointer(&self) -> String {
        let before = self.query.get(..self.at).unwrap_or_default();
        // Most of these are two columns wide on a terminal.
        let columns: usize = before.chars().map(|c| if is_unspaced(c) { 2 } else { 1 }).sum();
        format!("{}\n{}^", self.query, " ".repeat(columns))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match &self.problem {
            QueryProblem::NoWord => "it has no word",
            QueryProblem::UnclosedQuote => "the quotation mark is never closed",
            QueryProblem::OnlyWithout => "there is nothing to find, only to leave out",
            QueryProblem::LoneOr => "`OR` has no word on one side",
            QueryProblem::LoneStar => "`*` is not at the end of a word",
            QueryProblem::EmptyField => "no word follows `title:`",
            QueryProblem::FilterField(name) => return write!(f, "read the query: `{name}:` is a filter\n{}", self.pointer()),
            QueryProblem::Parenthesis => "parentheses have no meaning in it",
            QueryProblem::TooLong => return f.write_str("read the query: it is too long"),
        };
        write!(f, "read the query: {problem}\n{}", self.pointer())
    }
}

impl std::error::Error for QueryError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_below_the_mistake() {
        let error = QueryError { query: "中国 OR".to_owned(), at: 7, problem: QueryProblem::LoneOr };
        assert_eq!(error.to_string(), "read the query: `OR` has no word on one side\n中国 OR\n     ^");
    }
}
