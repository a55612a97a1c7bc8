//! A word or phrase of a query: its tokens, how the index takes them, and where a text has them.

use gleaner_extract::base::search_tokens::{SearchToken, SearchTokenKind, for_each_token};

/// Most umlauts of one term that are looked for in both spellings each.
const MAX_SPELLINGS: usize = 3;

/// A word or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub(super) tokens: Vec<Token>,
    in_title: bool,
    /// The last token is the beginning of a word.
    pub(super) is_prefix: bool,
}

/// A token of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    text: String,
    variant: Option<String>,
    kind: SearchTokenKind,
}

/// How a word can be spelled without umlauts where they are missing on a keyboard.
const DIGRAPHS: &[(&str, char)] = &[("ae", 'a'), ("oe", 'o'), ("ue", 'u'), ("aa", 'a')];

impl Term {
    /// The term of a word; `None` if it has no letters or digits.
    pub(super) fn of_word(word: &str, in_title: bool, is_prefix: bool) -> Option<Self> {
        let mut tokens = Vec::new();
        for_each_token(word, &mut |token| tokens.push(Token::of(&token)));
        // The pair before a last character has it already. A single one may be followed by any other.
        let mut is_prefix = is_prefix;
        if tokens.last().is_some_and(|last| last.kind == SearchTokenKind::Last) {
            let is_in_pair = tokens.iter().rev().nth(1).is_some_and(|before| before.kind == SearchTokenKind::Pair);
            if is_in_pair { drop(tokens.pop()) } else { is_prefix = true }
        }
        (!tokens.is_empty()).then_some(Self { tokens, in_title, is_prefix })
    }

    /// The term of a phrase, which may end with a `*`.
    pub(super) fn of_phrase(phrase: &str, in_title: bool) -> Option<Self> {
        let letters = phrase.trim_end().strip_suffix('*');
        Self::of_word(letters.unwrap_or(phrase), in_title, letters.is_some())
    }

    /// The number of its tokens.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The term in the syntax of FTS5.
    pub(super) fn to_fts5(&self) -> String {
        let mut ways: Vec<String> = self.spellings().iter().map(|words| self.phrase(words)).collect();
        ways.extend(self.with_umlauts());
        match ways.as_slice() {
            [one] => one.clone(),
            // A group of its own, unless it is all that is in one.
            _ => ways.join(" OR "),
        }
    }

    fn phrase(&self, words: &[&str]) -> String {
        let star = if self.is_prefix { " *" } else { "" };
        let phrase = format!("\"{}\"{star}", words.join(" "));
        if self.in_title { format!("title : ({phrase})") } else { phrase }
    }

    /// The tokens with every combination of the spellings of those that have an umlaut.
    fn spellings(&self) -> Vec<Vec<&str>> {
        let mut all: Vec<Vec<&str>> = vec![Vec::new()];
        let mut count = 0;
        for token in &self.tokens {
            let variant = token.variant.as_deref().filter(|_| count < MAX_SPELLINGS);
            count += usize::from(variant.is_some());
            let mut more = Vec::new();
            if let Some(variant) = variant {
                more.extend(all.iter().map(|words| [words.as_slice(), &[variant]].concat()));
            }
            all.iter_mut().for_each(|words| words.push(&token.text));
            all.extend(more);
        }
        all
    }

    /// Where a word spelled without umlauts is one with them in the text: a single word is found among the variants, but a phrase or title is not.
    fn with_umlauts(&self) -> Vec<String> {
        let is_found = self.tokens.len() == 1 && !self.in_title;
        let spelled: Vec<usize> = (0..self.tokens.len()).filter(|at| self.digraphs(*at).next().is_some()).collect();
        let [at] = spelled.as_slice() else { return Vec::new() };
        let places: Vec<(usize, char)> = self.digraphs(*at).collect();
        if is_found || places.len() > MAX_SPELLINGS {
            return Vec::new();
        }
        let Some(token) = self.tokens.get(*at) else { return Vec::new() };
        let star = if self.is_prefix && at + 1 == self.tokens.len() { " *" } else { "" };
        let ways = 1..1usize << places.len();
        ways.map(|way| {
            let chosen = places.iter().enumerate().filter(|(place, _)| way & (1 << place) != 0).map(|(_, place)| *place);
            let word = collapsed(&token.text, &chosen.collect::<Vec<_>>());
            let words = self.tokens.iter().enumerate();
            let words: Vec<&str> =
                words.map(|(other, token)| if other == *at { word.as_str() } else { token.text.as_str() }).collect();
            format!("({} AND variants : \"{}\"{star})", self.phrase(&words), token.text)
        })
        .collect()
    }

    /// The places in a token where an umlaut may be spelled out.
    fn digraphs(&self, at: usize) -> impl Iterator<Item = (usize, char)> {
        let text = self.tokens.get(at).filter(|token| token.variant.is_none()).map_or("", |token| token.text.as_str());
        let mut end = 0;
        text.char_indices().filter_map(move |(at, _)| {
            let (digraph, letter) =
                DIGRAPHS.iter().find(|(digraph, _)| at >= end && text.get(at..).is_some_and(|rest| rest.starts_with(digraph)))?;
            end = at + digraph.len();
            Some((at, *letter))
        })
    }
}

/// A word with letters in place of the digraphs at these places.
fn collapsed(word: &str, places: &[(usize, char)]) -> String {
    let (mut out, mut from) = (String::new(), 0);
    for (at, letter) in places {
        out.push_str(word.get(from..*at).unwrap_or_default());
        out.push(*letter);
        from = at + 2;
    }
    out + word.get(from..).unwrap_or_default()
}

impl Token {
    fn of(token: &SearchToken<'_>) -> Self {
        Self { text: token.text.to_owned(), variant: token.variant.map(str::to_owned), kind: token.kind }
    }

    /// Whether a token of a text is this one, in one spelling or the other.
    pub(super) fn is(&self, token: &SearchToken<'_>) -> bool {
        let variant = self.variant.as_deref();
        token.text == self.text || variant == Some(token.text) || token.variant == Some(self.text.as_str())
    }

    /// Whether a token of a text begins with this one.
    pub(super) fn begins(&self, token: &SearchToken<'_>) -> bool {
        let spellings = [Some(self.text.as_str()), self.variant.as_deref()].into_iter().flatten();
        let of_text =
            |spelling: &str| token.text.starts_with(spelling) || token.variant.is_some_and(|text| text.starts_with(spelling));
        spellings.into_iter().any(of_text)
    }
}
