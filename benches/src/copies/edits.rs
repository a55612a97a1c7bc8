//! The ways in which copies of a story differ from it.

use super::invented;
use super::random::Random;
use super::script::Script;
use super::sentences::{beginning, sentences, words};

/// Words of a quote, and of what is between two quotes.
const QUOTE: usize = 18;
const TRANSLATED: usize = 24;

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Other punctuation and other line breaks.
    Punctuation,
    /// Another headline and another first sentence.
    Headline,
    /// Boilerplate before the text.
    BoilerplateBefore,
    /// Boilerplate behind it.
    BoilerplateBehind,
    /// A twentieth of the words changed.
    Words5,
    /// A tenth.
    Words10,
    /// A fifth.
    Words20,
    /// The first half.
    Half,
    /// The first fifth.
    Preview,
    /// A wire story with a local beginning.
    LocalTop,
    /// A fifth of the sentences left out.
    Dropped,
    /// A live blog that has grown by half, at the top.
    Grown,
    /// A translation that keeps the quotes.
    Quotes,
}

impl Class {
    /// Every way.
    pub const ALL: &[Self] = &[
        Self::Punctuation,
        Self::Headline,
        Self::BoilerplateBefore,
        Self::BoilerplateBehind,
        Self::Words5,
        Self::Words10,
        Self::Words20,
        Self::Half,
        Self::Preview,
        Self::LocalTop,
        Self::Dropped,
        Self::Grown,
        Self::Quotes,
    ];

    /// Whether such a copy belongs to the cluster of its original. `None` where that depends on chance: about half of the runs of words is left, so
    /// that it may be near the original, or another copy.
    pub fn is_one_story(self) -> Option<bool> {
        match self {
            Self::Words20 | Self::Half => None,
            Self::Preview | Self::Quotes => Some(false),
            _ => Some(true),
        }
    }
}

/// A copy of a text. What is added to it is invented, so that it is in no other text.
pub fn edit(class: Class, text: &str, random: &mut Random) -> String {
    let script = Script::of(text).unwrap_or(Script::Latin);
    let mut boilerplate = |count: usize| {
        let lines: Vec<String> = (0..count).map(|_| invented::sentence(script, 9, random).trim_end().to_owned()).collect();
        lines.join("\n")
    };
    match class {
        Class::Punctuation => reflow(text, random),
        Class::Headline => {
            let rest: String = sentences(text).into_iter().skip(1).collect();
            format!("{}\n\n{}{rest}", boilerplate(1), invented::sentence(script, 12, random))
        }
        Class::BoilerplateBefore => format!("{}\n\n{text}", boilerplate(4)),
        Class::BoilerplateBehind => format!("{text}\n\n{}", boilerplate(4)),
        Class::Words5 => change_words(text, script, 0.05, random),
        Class::Words10 => change_words(text, script, 0.1, random),
        Class::Words20 => change_words(text, script, 0.2, random),
        Class::Half => beginning(text, 0.48, script),
        Class::Preview => beginning(text, 0.2, script),
        Class::LocalTop => format!("{}\n\n{text}", invented_of_length(text.len() * 3 / 10, script, random)),
        Class::Dropped => drop_sentences(text, random),
        Class::Grown => format!("{}\n\n{text}", invented_of_length(text.len() / 2, script, random)),
        Class::Quotes => keep_quotes(text, script, random),
    }
}

fn invented_of_length(bytes: usize, script: Script, random: &mut Random) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        text.push_str(&invented::sentence(script, 12, random));
    }
    text.truncate(text.ceil_char_boundary(bytes));
    text
}

fn reflow(text: &str, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ',' => out.push_str(" –"),
            '"' | '“' | '”' => out.push('»'),
            '\n' => out.push(' '),
            ' ' if random.chance(0.08) => out.push_str("\n\n"),
            '.' | '。' if random.chance(0.3) => out.push('!'),
            c => out.push(c),
        }
    }
    out
}

/// Replaces this share of the words by invented ones.
fn change_words(text: &str, script: Script, share: f64, random: &mut Random) -> String {
    let words = words(text, script);
    let mut order: Vec<usize> = (0..words.len()).collect();
    random.shuffle(&mut order);
    order.truncate((words.len() as f64 * share).round() as usize);
    order.sort_unstable();
    let other = |word: &str, random: &mut Random| {
        let end = if word.ends_with(char::is_whitespace) { " " } else { "" };
        let other = invented::sentence(script, 1, random);
        other.trim_end_matches(['.', '。', '।', ' ']).to_owned() + end
    };
    let changed =
        |(at, word): (usize, &str)| if order.binary_search(&at).is_ok() { other(word, random) } else { word.to_owned() };
    words.into_iter().enumerate().map(changed).collect()
}

/// Leaves out a fifth of the text, in sentences.
fn drop_sentences(text: &str, random: &mut Random) -> String {
    let all = sentences(text);
    let (mut order, mut dropped, mut length): (Vec<usize>, Vec<usize>, usize) = ((0..all.len()).collect(), Vec::new(), 0);
    random.shuffle(&mut order);
    for at in order {
        let sentence = all.get(at).map_or(0, |sentence| sentence.len());
        if (length + sentence) * 4 <= text.len() {
            length += sentence;
            dropped.push(at);
        }
        if length * 5 >= text.len() {
            break;
        }
    }
    all.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at)).map(|(_, sentence)| sentence).collect()
}

/// Keeps quotes, which are three sevenths of the text, and translates the rest: its words are those of another script.
fn keep_quotes(text: &str, script: Script, random: &mut Random) -> String {
    let other = if script == Script::Latin { Script::Cyrillic } else { Script::Latin };
    let mut out = String::new();
    for passage in words(text, script).chunks(QUOTE + TRANSLATED) {
        let quote = passage.get(..QUOTE).unwrap_or(passage);
        out.extend(quote.iter().copied());
        out.push(' ');
        out.push_str(&invented::sentence(other, passage.len() - quote.len(), random));
    }
    out
}
