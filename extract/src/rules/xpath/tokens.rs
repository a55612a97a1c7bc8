//! The tokens of an XPath expression. Knows no grammar.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, which may be that of an element, an axis, a function or an operator.
    Name(String),
    /// A string in quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// A sign: one or two characters.
    Sign(&'static str),
}

/// Signs, the longest first.
const SIGNS: &[&str] =
    &["::", "//", "!=", "<=", ">=", "..", "(", ")", "[", "]", "@", ",", "/", "|", "=", "<", ">", "+", "-", "*", ".", "$", ":"];

/// Splits an expression into tokens, each with its place in characters from 1; the error is a place and what is wrong.
pub(super) fn tokens(source: &str) -> Result<Vec<(usize, Token)>, (usize, String)> {
    let mut found = Vec::new();
    let mut rest = source;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let Some(first) = rest.chars().next() else { return Ok(found) };
        let at = 1 + source.get(..source.len() - rest.len()).unwrap_or_default().chars().count();
        let (token, length) = match first {
            '"' | '\'' => {
                let inside = rest.get(1..).unwrap_or_default();
                let end = inside.find(first).ok_or_else(|| (at, "a string without its second quote".to_owned()))?;
                (Token::Text(inside.get(..end).unwrap_or_default().to_owned()), end + 2)
            }
            '0'..='9' => number(rest),
            '.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => number(rest),
            _ if is_name_start(first) => {
                let end = rest.find(|c: char| !is_name_part(c)).unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                // A point or hyphen at the end belongs to what follows.
                let name = name.trim_end_matches('.');
                (Token::Name(name.to_owned()), name.len())
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = *sign.ok_or_else(|| (at, format!("{first:?} is unexpected")))?;
                (Token::Sign(sign), sign.len())
            }
        };
        found.push((at, token));
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn number(rest: &str) -> (Token, usize) {
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let fraction = rest.get(digits..).and_then(|rest| rest.strip_prefix('.'));
    let length = fraction.map_or(digits, |rest| digits + 1 + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let text = rest.get(..length).unwrap_or_default();
    (Token::Number(text.trim_end_matches('.').parse().unwrap_or(f64::NAN)), length)
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_part(c: char) -> bool {
    is_name_start(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}')
}
