//! What a block's text alone shows, in any script.

use super::flag;
use crate::document::Block;
use crate::label::signals::BlockSignals;

/// Appends the shape of a block's text.
pub fn push(block: &Block, facts: &BlockSignals<'_>, out: &mut Vec<f32>) {
    let counts = Counts::of(&block.text);
    let chars = counts.chars.max(1) as f32;
    let words = facts.words.max(1) as f32;
    let share = |count: u32| count as f32 / chars;
    let first = block.text.chars().next().unwrap_or(' ');
    let last = block.text.chars().next_back().unwrap_or(' ');
    out.extend([
        (1.0 + facts.weighted_chars).ln(),
        facts.link_share,
        flag(facts.ends_sentence),
        words.min(300.0),
        chars / words,
        facts.sentences.min(20) as f32,
        share(counts.commas),
        share(counts.upper),
        share(counts.digits),
        counts.capitals as f32 / words,
        counts.separators as f32,
        counts.symbols as f32,
        counts.ats as f32,
        counts.currency as f32,
        share(counts.marks),
        flag(facts.trails_off),
        flag(matches!(last, ':' | '：')),
        flag(matches!(last, '?' | '？' | '؟')),
        flag(first.is_lowercase()),
        flag(matches!(first, '"' | '“' | '«' | '„' | '「' | '『' | '‘' | '—' | '–')),
        flag(block.text.contains("http") || block.text.contains("www.")),
        flag(first.is_numeric()),
        share(counts.lower),
    ]);
}

/// Characters by kind.
#[derive(Default)]
struct Counts {
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

impl Counts {
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
