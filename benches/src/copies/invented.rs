//! Invented texts: words of a vocabulary in which, as in any language, few words are very frequent.

use super::random::Random;
use super::script::Script;

/// Words of the vocabulary.
const VOCABULARY: usize = 1_500;

/// A word of a script's vocabulary, the same for the same number.
fn word(script: Script, number: usize) -> String {
    let alphabet = script.alphabet();
    let mut random = Random::new(0x6177_0000 + number as u64);
    let length = if number < 60 { script.word_length().div_ceil(2) } else { script.word_length() - 1 + random.below(3) };
    (0..length.max(1)).filter_map(|_| random.pick(&alphabet)).collect()
}

/// The number of a word: Zipf's law, roughly.
fn zipf(random: &mut Random) -> usize {
    let uniform = (random.below(1 << 20) + 1) as f64 / f64::from(1 << 20);
    ((VOCABULARY as f64).powf(uniform) - 1.0) as usize
}

/// A sentence of so many words.
pub fn sentence(script: Script, words: usize, random: &mut Random) -> String {
    let words: Vec<String> = (0..words).map(|_| word(script, zipf(random))).collect();
    let space = if script.is_spaced() { " " } else { "" };
    words.join(space) + script.full_stop()
}

/// A text of about so many words, in paragraphs.
pub fn text(script: Script, words: usize, random: &mut Random) -> String {
    let (mut text, mut count, mut sentences) = (String::new(), 0, 0);
    while count < words {
        let length = 8 + random.below(18);
        text.push_str(&sentence(script, length, random));
        (count, sentences) = (count + length, sentences + 1);
        if sentences % 4 == 0 {
            text.truncate(text.trim_end().len());
            text.push_str("\n\n");
        }
    }
    text.trim_end().to_owned()
}
