//! Whether a visible line is a byline, names someone, or is only a name. Its parts are found once, on first use. Knows nothing of the lines around it.

use std::cell::OnceCell;

use super::name::{self, NameKind};
use super::pieces::{BylinePiece, Trust, classify, has_lead_in, pieces};

/// A visible line that may be a byline.
#[derive(Debug)]
pub(crate) struct BylineLine<'a> {
    text: &'a str,
    has_lead_in: OnceCell<bool>,
    pieces: OnceCell<Vec<BylinePiece>>,
}

impl<'a> BylineLine<'a> {
    /// The line with this text.
    pub fn of(text: &'a str) -> Self {
        Self { text, has_lead_in: OnceCell::new(), pieces: OnceCell::new() }
    }

    fn pieces(&self) -> &[BylinePiece] {
        self.pieces.get_or_init(|| pieces(self.text))
    }

    /// Whether it begins with a lead-in, or has one after a date or a word for posting, and names someone.
    pub fn is_byline(&self) -> bool {
        // Sentences in scripts without spaces end with these.
        !self.text.ends_with(['。', '！', '？', '」', '”', '…'])
            && *self.has_lead_in.get_or_init(|| has_lead_in(self.text))
            && self.pieces().iter().any(|piece| piece.after_lead_in && classify(piece, Trust::Text) != NameKind::NotAName)
    }

    /// Whether it begins with a lead-in and a colon or slash and is short: a byline wherever it is.
    pub fn is_marked_byline(&self) -> bool {
        self.text.chars().nth(60).is_none() && self.text.contains([':', '：', '/', '／']) && self.is_byline()
    }

    /// Whether it names someone, if markup says that it is a byline.
    pub fn contains_name(&self) -> bool {
        self.pieces().iter().any(|piece| classify(piece, Trust::Mark) != NameKind::NotAName)
    }

    /// Whether it is a full name without a lead-in and little else: `Jane Doe | Senior Writer`.
    pub fn is_bare_name(&self) -> bool {
        let is_name =
            |piece: &BylinePiece| name::looks_like_full_name(&piece.text) && classify(piece, Trust::Text) == NameKind::Person;
        !self.text.starts_with('#')
            && self.text.split(' ').count() <= 10
            && self.pieces().len() <= 3
            && self.pieces().iter().any(is_name)
    }

    /// Whether it is the full name of a person with a common first name, without a lead-in, and little else. A slash before an agency's name is the
    /// mark of a picture's credit: `Jane Doe/AFP`.
    pub fn is_known_name(&self) -> bool {
        let dated = is_dated(self.text);
        (dated || self.text.split(' ').count() <= 10)
            && !self.text.contains(['/', '／'])
            && (dated || self.pieces().len() <= 3)
            && self.pieces().first().is_some_and(is_person)
    }
}

/// Whether a part is only the full name of a person with a common first name.
fn is_person(piece: &BylinePiece) -> bool {
    name::is_known_name(&piece.text) && name::classify(&piece.text) == NameKind::Person
}

/// Whether a year follows within a few words, as in a line with a name and a date.
fn is_dated(text: &str) -> bool {
    /// The maximum number of words of such a line, and of words before the end of the date.
    const MAX_WORDS: (usize, usize) = (24, 8);
    let is_year = |word: &str| {
        let word = word.trim_matches([',', '.', '|', '·', '(', ')']);
        word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split(' ').take(MAX_WORDS.1).any(is_year) && text.split(' ').count() <= MAX_WORDS.0
}
