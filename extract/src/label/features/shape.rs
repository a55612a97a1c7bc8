//! The shape of a block's text, in any script.

use super::matrix::flag;
use crate::document::Block;
use crate::label::block_signals::BlockSignals;

/// Appends the columns of a block's text.
pub fn push(block: &Block, signals: &BlockSignals<'_>, out: &mut Vec<f32>) {
    let counts = CharCounts::of(&block.text);
    let chars = counts.chars.max(1) as f32;
    let words = signals.words.max(1) as f32;
    let share = |count: u32| count as f32 / chars;
    let first = block.text.chars().next().unwrap_or(' ');
    let last = block.text.chars().next_back().unwrap_or(' ');
    out.extend([
        (1.0 + signals.weighted_chars).ln(),
        signals.link_share,
        flag(signals.ends_sentence),
        words.min(300.0),
        chars / words,
        signals.sentences.min(20) as f32,
        share(counts.commas),
        share(counts.upper),
        share(counts.digits),
        counts.capitals as f32 / words,
        counts.separators as f32,
        counts.symbols as f32,
        counts.ats as f32,
        counts.currency as f32,
        share(counts.marks),
        flag(signals.trails_off),
        flag(matches!(last, ':' | '：')),
        flag(matches!(last, '?' | '？' | '؟')),
        flag(first.is_lowercase()),
        flag(matches!(first, '"' | '“' | '«' | '„' | '「' | '『' | '‘' | '—' | '–')),
        flag(block.text.contains("http") || block.text.contains("www.")),
        flag(first.is_numeric()),
        share(counts.lower),
    ]);
}

/// The number of characters of each kind.
#[derive(Default)]
struct CharCounts {
    chars: u32,
    upper: u32,
    lower: u32,
    digits: u32,
    commas: u32,
    separators: u32,
    symbols: u32,
    ats: u32,
    currency: u32,
    marks: u32,
    /// Words that begin with a capital.
    capitals: u32,
}

impl CharCounts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let mut starts = true;
        for c in text.chars() {
            counts.chars += 1;
            let slot = match c {
                'a'..='z' => &mut counts.lower,
                'A'..='Z' => &mut counts.upper,
                '0'..='9' => &mut counts.digits,
                ' ' => {
                    starts = true;
                    continue;
                }
                ',' | '，' | '、' | '،' => &mut counts.commas,
                '|' | '›' | '»' | '>' | '·' | '•' | '/' | '→' => &mut counts.separators,
                '©' | '®' | '™' => &mut counts.symbols,
                '@' => &mut counts.ats,
                '$' | '€' | '£' | '¥' | '₽' | '₩' | '₹' => &mut counts.currency,
                c if c.is_uppercase() => &mut counts.upper,
                c if c.is_lowercase() => &mut counts.lower,
                c if c.is_numeric() => &mut counts.digits,
                c if !c.is_alphanumeric() && !c.is_whitespace() => &mut counts.marks,
                _ => {
                    starts = false;
                    continue;
                }
            };
            *slot += 1;
            counts.capitals += u32::from(starts && c.is_uppercase());
            starts = false;
        }
        counts
    }
}
