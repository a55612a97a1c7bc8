//! Recognises texts in common languages by their function words: where these are a fifth of all words, and those of the other languages few, letter
//! statistics say the same at twenty times the work. Says nothing of other texts.

use std::sync::LazyLock;

use crate::base::fast_hash::FastMap;
use crate::base::literals::first_bytes;

/// Words of each language that related languages do not have, of at most [`MAX_WORD`] bytes, in lower case.
const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the of and to in is was that for with on as it by from at be are have this not or but they were which his been had has their",
    ),
    (
        "de",
        "der die und in den von das zu mit sich des auf für ist im dem nicht ein eine als auch es aus er hat dass sie nach bei einer \
         um sind noch wie einem einen zum haben nur oder aber vor zur bis mehr durch wurde",
    ),
    (
        "fr",
        "le et les des en du une est pour qui dans par au sur ne ce il sont avec mais ont ou aux nous leur été ses être cette elle",
    ),
];

/// The maximum length of a word, in bytes.
const MAX_WORD: usize = 8;

/// The minimum length of a text, in bytes: shorter ones have too few words.
const MIN_BYTES: usize = 600;

/// The minimum share of a text's words, the minimum number of distinct ones, and how many times more they are than those of any other language.
const MIN_SHARE: f32 = 0.2;
const MIN_DISTINCT: usize = 8;
const MIN_RATIO: usize = 3;

/// Each word as a number, with its index and the languages it is of, one bit each.
static INDEX: LazyLock<FastMap<u64, (usize, u8)>> = LazyLock::new(|| {
    let mut index: FastMap<u64, (usize, u8)> = FastMap::default();
    for (language, (_, words)) in WORDS.iter().enumerate() {
        for word in words.split(' ') {
            let next = index.len();
            index.entry(first_bytes(word.as_bytes())).or_insert((next, 0)).1 |= 1 << language;
        }
    }
    index
});

/// How often the words of a language occur, and how many distinct ones.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    total: usize,
    distinct: usize,
}

/// The language of a text about which its function words leave no doubt.
pub(super) fn detect(text: &str) -> Option<&'static str> {
    if text.len() < MIN_BYTES {
        return None;
    }
    let mut counts = [Count::default(); WORDS.len()];
    let mut seen = vec![false; INDEX.len()];
    let mut words = 0usize;
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        let Some((at, languages)) = look_up(word) else { continue };
        let is_new = seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
        for (_, count) in counts.iter_mut().enumerate().filter(|(language, _)| languages >> language & 1 == 1) {
            count.total += 1;
            count.distinct += usize::from(is_new);
        }
    }
    let best = (0..counts.len()).max_by_key(|language| counts.get(*language))?;
    let count = counts.get(best)?;
    let others = counts.iter().enumerate().filter(|(language, _)| *language != best).map(|(_, other)| other.total).max();
    let is_certain = count.total as f32 >= MIN_SHARE * words as f32
        && count.distinct >= MIN_DISTINCT
        && count.total >= MIN_RATIO * others.unwrap_or_default();
    WORDS.get(best).filter(|_| is_certain).map(|(code, _)| *code)
}

/// The index of a function word, and the languages it is of.
fn look_up(word: &str) -> Option<(usize, u8)> {
    if word.len() > MAX_WORD {
        return None;
    }
    let mut bytes = [0; MAX_WORD];
    if word.is_ascii() {
        bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
        bytes.make_ascii_lowercase();
    } else {
        let lower = word.to_lowercase();
        bytes.get_mut(..lower.len())?.copy_from_slice(lower.as_bytes());
    }
    INDEX.get(&u64::from_le_bytes(bytes)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_can_be_found() {
        for (language, (_, words)) in WORDS.iter().enumerate() {
            for word in words.split(' ') {
                assert!(word.len() <= MAX_WORD && *word == word.to_lowercase(), "{word}");
                assert!(look_up(&word.to_uppercase()).is_some_and(|(_, languages)| languages >> language & 1 == 1), "{word}");
            }
        }
    }

    #[test]
    fn only_long_texts_full_of_function_words_are_recognised() {
        let english =
            "The council said on Friday that the bridge over the river will be closed for two weeks, as it has to be repaired. ";
        let german = "Der Rat hat am Freitag beschlossen, dass die Brücke über den Fluss für zwei Wochen gesperrt ist und nicht nur im Sommer. ";
        assert_eq!(detect(&english.repeat(6)), Some("en"));
        assert_eq!(detect(&german.repeat(6)), Some("de"));
        assert_eq!(detect(english), None, "too short");
        assert_eq!(detect(&format!("{english}{german}").repeat(6)), None, "two languages");
        assert_eq!(detect(&"Bridges, rivers, mills: seven walks near town. ".repeat(30)), None, "no sentences");
        let dutch = "De raad heeft vrijdag besloten dat de brug over de rivier twee weken dicht gaat voor een reparatie. ";
        assert_eq!(detect(&dutch.repeat(8)), None);
    }
}
