//! Tokens for full-text search, in every script: the same for what is indexed and for what is asked. Does not stem, and knows nothing of queries.
//!
//! A token is a run of letters and digits without case and accents. Of a script that is written without spaces ([`is_unspaced`]) it is two characters
//! that follow each other, so that words of two characters are found wherever they are; the last character of such a run is a token of its own. A
//! character there is a letter and its marks, and in Khmer and Burmese the letters stacked below it.
//!
//! - Latin, Greek, Cyrillic: accents are left out, but й, ї, ў, ѓ and ќ are letters. ß is ss, æ is ae, every i is i, ς is σ. A word with ä, ö, ü, å or ø has a
//!   variant spelled ae, oe, ue, aa or oe.
//! - Arabic and Hebrew: vowel marks are left out, alefs are one letter; so are the forms of yeh, of kaf, and of final heh. Quotation marks within a
//!   Hebrew acronym are left out.
//! - Digits of every script are 0 to 9. Letters with full stops between them (U.S.) are one token; an apostrophe ends one.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::text::is_unspaced;

/// Longest token in bytes; what follows in the same word is left out.
const MAX_TOKEN: usize = 128;

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchToken<'a> {
    /// Its folded characters, without spaces.
    pub text: &'a str,
    /// Its other spelling, of a word with ä, ö, ü, å or ø.
    pub variant: Option<&'a str>,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Where its first character ends, in an unspaced script; else the end of its bytes.
    pub first_end: usize,
    /// What its script is like.
    pub kind: SearchTokenKind,
}

/// What the script of a token is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchTokenKind {
    /// A word between spaces.
    Word,
    /// Two characters of an unspaced script that follow each other.
    Pair,
    /// The last character of a run in an unspaced script.
    Last,
}

/// What is indexed of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// Its tokens in order, separated by spaces.
    pub tokens: String,
    /// The other spellings of its words, sorted, each once, separated by spaces.
    pub variants: String,
}

impl SearchText {
    /// What is indexed of a text.
    pub fn of(text: &str) -> Self {
        let mut tokens = String::with_capacity(text.len() + text.len() / 8);
        let mut variants = BTreeSet::new();
        for_each_token(text, &mut |token| {
            if !tokens.is_empty() {
                tokens.push(' ');
            }
            tokens.push_str(token.text);
            if let Some(variant) = token.variant.filter(|variant| !variants.contains(*variant)) {
                variants.insert(variant.to_owned());
            }
        });
        Self { tokens, variants: variants.into_iter().collect::<Vec<_>>().join(" ") }
    }
}

/// The tokens of a text as one string, by which names are compared.
pub fn search_key(text: &str) -> String {
    SearchText::of(&super::text::nfc(text)).tokens
}

/// Calls a function with every token of a text in form NFC, in order.
pub fn for_each_token(text: &str, report: &mut dyn FnMut(SearchToken<'_>)) {
    let mut tokenizer = Tokenizer { text, report, word: Word::default(), unit: None };
    for (at, c) in text.char_indices() {
        tokenizer.push(at, c);
    }
    tokenizer.end_word();
    tokenizer.end_run();
}

/// A word in the making.
#[derive(Debug, Default)]
struct Word {
    folded: String,
    /// The other spelling; empty if it is the same.
    variant: String,
    range: Range<usize>,
    /// Letters since the last full stop within an acronym.
    letters: usize,
}

/// A character of an unspaced script: a letter with its marks.
#[derive(Debug)]
struct Unit {
    folded: String,
    range: Range<usize>,
    /// The next letter is stacked below this one.
    takes_next: bool,
}

struct Tokenizer<'t, 'r> {
    text: &'t str,
    report: &'r mut dyn FnMut(SearchToken<'_>),
    word: Word,
    /// The last character of an unspaced script, unless something ended its run, and the one before it if the two are not a token yet.
    unit: Option<(Unit, Option<Unit>)>,
}

impl Tokenizer<'_, '_> {
    fn push(&mut self, at: usize, c: char) {
        let end = at + c.len_utf8();
        match c {
            c if c.is_ascii_alphanumeric() => {
                self.end_run();
                self.begin_word(at..end);
                self.push_folded(c.to_ascii_lowercase());
            }
            '.' if self.is_within_acronym(end) => self.word.letters = 0,
            '"' | '\'' | '\u{2019}' | '\u{201d}' | '\u{5f3}' | '\u{5f4}' if self.is_within_hebrew(end) => {}
            c if c.is_ascii() => self.boundary(),
            c if is_ignored(c) => {}
            c if digit(c).is_some() => {
                self.end_run();
                self.begin_word(at..end);
                digit(c).into_iter().for_each(|digit| self.push_folded(digit));
            }
            c if is_unspaced(c) && (c.is_alphanumeric() || is_combining_mark(c)) => self.push_unspaced(c, at..end),
            '\u{ff66}'..='\u{ff9f}' => {
                // Half-width kana.
                std::iter::once(c).nfkc().for_each(|c| self.push_unspaced(c, at..end));
            }
            c if is_combining_mark(c) && !c.is_alphanumeric() => {
                if !self.word.folded.is_empty() {
                    self.word.range.end = end;
                    self.push_folded(c);
                }
            }
            c if c.is_alphanumeric() => self.push_letter(c, at..end),
            _ => self.boundary(),
        }
    }

    fn boundary(&mut self) {
        self.end_word();
        self.end_run();
    }

    /// Extends the word, or begins one.
    fn begin_word(&mut self, range: Range<usize>) {
        if self.word.folded.is_empty() {
            self.word.range.start = range.start;
        }
        self.word.range.end = range.end;
        self.word.letters += 1;
    }

    fn push_folded(&mut self, c: char) {
        push_limited(&mut self.word.folded, c);
        if !self.word.variant.is_empty() {
            push_limited(&mut self.word.variant, c);
        }
    }

    /// A letter or number outside ASCII.
    fn push_letter(&mut self, c: char, range: Range<usize>) {
        let Some(folded) = Folded::of(c) else { return self.boundary() };
        self.end_run();
        self.begin_word(range);
        if let Some(variant) = folded.variant {
            if self.word.variant.is_empty() {
                self.word.variant.clone_from(&self.word.folded);
            }
            variant.chars().for_each(|c| push_limited(&mut self.word.variant, c));
            folded.text.chars().for_each(|c| push_limited(&mut self.word.folded, c));
        } else {
            folded.text.chars().for_each(|c| self.push_folded(c));
        }
    }

    fn end_word(&mut self) {
        let Word { folded, variant, range, .. } = &self.word;
        if !folded.is_empty() {
            (self.report)(SearchToken {
                text: folded,
                variant: Some(variant.as_str()).filter(|variant| !variant.is_empty()),
                range: range.clone(),
                first_end: range.end,
                kind: SearchTokenKind::Word,
            });
        }
        self.word.folded.clear();
        self.word.variant.clear();
        self.word.letters = 0;
    }

    fn push_unspaced(&mut self, c: char, range: Range<usize>) {
        self.end_word();
        let stacks = matches!(c, '\u{17d2}' | '\u{1039}');
        if let Some((unit, _)) = &mut self.unit
            && (unit.takes_next || is_combining_mark(c))
        {
            push_limited(&mut unit.folded, c);
            if matches!(c, '\u{3099}' | '\u{309a}') {
                unit.folded = unit.folded.nfc().collect();
            }
            unit.takes_next = stacks;
            unit.range.end = range.end;
            return;
        }
        let unit = Unit { folded: c.to_string(), range, takes_next: stacks };
        let before = self.unit.take();
        let before = before.map(|(last, before_last)| {
            self.report_pair(before_last, &last);
            last
        });
        self.unit = Some((unit, before));
    }

    fn report_pair(&mut self, first: Option<Unit>, second: &Unit) {
        let Some(Unit { mut folded, range, .. }) = first else { return };
        folded.push_str(&second.folded);
        (self.report)(SearchToken {
            text: &folded,
            variant: None,
            range: range.start..second.range.end,
            first_end: range.end,
            kind: SearchTokenKind::Pair,
        });
    }

    /// Ends a run of an unspaced script.
    fn end_run(&mut self) {
        let Some((last, before)) = self.unit.take() else { return };
        self.report_pair(before, &last);
        let Unit { folded, range, .. } = last;
        (self.report)(SearchToken { text: &folded, variant: None, first_end: range.end, range, kind: SearchTokenKind::Last });
    }

    /// Whether the full stop before `next` is within an acronym: single letters on both sides.
    fn is_within_acronym(&self, next: usize) -> bool {
        let mut after = self.text.get(next..).unwrap_or_default().chars();
        self.word.letters == 1
            && self.word.folded.chars().all(char::is_alphabetic)
            && after.next().is_some_and(|c| c.is_alphabetic() && !is_unspaced(c))
            && !after.next().is_some_and(char::is_alphanumeric)
    }

    /// Whether the quotation mark before `next` is within a Hebrew word.
    fn is_within_hebrew(&self, next: usize) -> bool {
        let is_hebrew = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{5d0}'..='\u{5ea}'));
        is_hebrew(self.word.folded.chars().next_back()) && is_hebrew(self.text.get(next..).unwrap_or_default().chars().next())
    }
}

fn push_limited(out: &mut String, c: char) {
    if out.len() < MAX_TOKEN {
        out.push(c);
    }
}

/// Whether a character is left out wherever it is: vowel marks of Arabic and Hebrew, accents, the Arabic line that stretches a word, and invisible
/// characters.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}')
}

/// The zeros of the scripts whose digits are written with others in our texts; nine more follow each.
const ZEROS: [u32; 18] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0,
    0xff10,
];

/// The ASCII digit of a digit in another script.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// Letters whose folded form does not follow from Unicode's decompositions.
const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ς', "σ"),
    ('й', "й"),
    ('ї', "ї"),
    ('ў', "ў"),
    ('ѓ', "ѓ"),
    ('ќ', "ќ"),
    ('\u{671}', "\u{627}"),
    ('\u{649}', "\u{64a}"),
    ('\u{6cc}', "\u{64a}"),
    ('\u{6a9}', "\u{643}"),
    ('\u{629}', "\u{647}"),
    ('\u{6d5}', "\u{647}"),
    ('\u{6c1}', "\u{647}"),
    ('\u{6c0}', "\u{647}"),
    ('\u{6c3}', "\u{647}"),
];

/// The spelling of letters where they are missing on a keyboard.
const VARIANTS: &[(char, &str)] = &[('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('å', "aa"), ('ø', "oe")];

/// A letter, folded.
struct Folded {
    text: String,
    variant: Option<&'static str>,
}

impl Folded {
    /// `None` if the character ends a word: a fraction.
    fn of(c: char) -> Option<Self> {
        let mut lower = c.to_lowercase();
        let first = lower.next().unwrap_or(c);
        let known = |table: &[(char, &'static str)]| table.iter().find(|(letter, _)| *letter == first).map(|(_, text)| *text);
        let variant = known(VARIANTS);
        if let Some(text) = known(LETTERS) {
            return Some(Self { text: text.to_owned(), variant });
        }
        let has_accents = matches!(first, '\0'..='\u{6ff}' | '\u{1e00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{fb00}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}');
        let all = std::iter::once(first).chain(lower);
        let mut text = String::new();
        let mut add = |c: char| {
            // A decomposition may end in a letter of the table: of the presentation forms of Arabic.
            match LETTERS.iter().find(|(letter, _)| *letter == c) {
                Some((_, folded)) => text.push_str(folded),
                None => text.extend(c.to_lowercase()),
            }
        };
        if has_accents {
            all.nfkd().filter(|c| !is_ignored(*c)).for_each(&mut add);
        } else {
            all.nfkc().for_each(&mut add);
        }
        if text.contains('\u{2044}') {
            return None;
        }
        text.retain(|c| c.is_alphanumeric() || is_combining_mark(c));
        (!text.is_empty()).then_some(Self { text, variant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> String {
        search_key(text)
    }

    #[test]
    fn case_and_accents_are_left_out() {
        assert_eq!(tokens("Crème BRÛLÉE, naïve"), "creme brulee naive");
        assert_eq!(tokens("İstanbul ISPARTA ısı"), "istanbul isparta isi");
        assert_eq!(tokens("Straße STRASSE groẞ"), "strasse strasse gross");
        assert_eq!(tokens("Αθήνα ΑΘΗΝΑΣ Αθηνας"), "αθηνα αθηνασ αθηνασ");
        assert_eq!(tokens("Ёлка за\u{301}мок МОЙ Київ"), "елка замок мой київ");
        assert_eq!(tokens("Łódź Ærø Đà Nẵng"), "lodz aero da nang");
        assert_eq!(tokens("ｆｕｌｌ ﬁt m²"), "full fit m2");
    }

    #[test]
    fn words_with_umlauts_have_another_spelling() {
        let text = SearchText::of("Müller und Jørgensen über Müller, Ålesund");
        assert_eq!(text.tokens, "muller und jorgensen uber muller alesund");
        assert_eq!(text.variants, "aalesund joergensen mueller ueber");
    }

    #[test]
    fn unspaced_scripts_become_pairs() {
        assert_eq!(tokens("中国人民"), "中国 国人 人民 民");
        assert_eq!(tokens("東京の test 日"), "東京 京の の test 日");
        assert_eq!(tokens("한국 사람은"), "한국 국 사람 람은 은");
        assert_eq!(tokens("ﾄﾞﾅﾙﾄﾞ・トランプ"), tokens("ドナルド・トランプ"));
        // A letter and its marks are one character.
        assert_eq!(tokens("ที่นี่"), "ที่นี่ นี่");
        assert_eq!(tokens("ភាសា\u{200b}ខ្មែរ"), "ភាសា សាខ្មែ ខ្មែរ រ");
        assert_eq!(tokens("ลาว ๒๕"), "ลา าว ว 25");
    }

    #[test]
    fn marks_of_arabic_and_hebrew_are_left_out() {
        assert_eq!(tokens("مُحَمَّد"), tokens("محمد"));
        assert_eq!(tokens("أحمد إلى آخر"), tokens("احمد الي اخر"));
        assert_eq!(tokens("کتاب‌های"), tokens("كتابهاي"));
        assert_eq!(tokens("مـــدرسة"), tokens("مدرسه"));
        assert_eq!(tokens("שָׁלוֹם"), tokens("שלום"));
        assert_eq!(tokens("צה\"ל צה״ל"), "צהל צהל");
        assert_eq!(tokens("١٢٣ ۴"), "123 4");
    }

    #[test]
    fn words_are_split_as_readers_expect() {
        assert_eq!(tokens("Trump's l’homme don't"), "trump s l homme don t");
        assert_eq!(tokens("the U.S. and U.S.A. at 5 p.m. end.Next 3.5"), "the us and usa at 5 pm end next 3 5");
        assert_eq!(tokens("हिन्दी भाषा"), "हिन्दी भाषा");
        assert_eq!(tokens("2½ e-mail"), "2 e mail");
        assert_eq!(tokens(" … \u{301}"), "");
    }

    #[test]
    fn tokens_say_where_they_are() {
        let text = "Ein Über-中国人";
        let mut found = Vec::new();
        for_each_token(text, &mut |token| {
            found.push((text[token.range.clone()].to_owned(), token.first_end - token.range.start))
        });
        let expected = [("Ein", 3), ("Über", 5), ("中国", 3), ("国人", 3), ("人", 3)];
        assert_eq!(found, expected.map(|(text, first)| (text.to_owned(), first)));
    }

    #[test]
    fn a_token_has_a_largest_length() {
        for text in ["x".repeat(10_000), "ü".repeat(10_000), format!("ก{}", "\u{e48}".repeat(10_000)), "क".repeat(9_000)] {
            for_each_token(&text, &mut |token| assert!(token.text.len() < 300, "{}", token.text.len()));
        }
    }
}
