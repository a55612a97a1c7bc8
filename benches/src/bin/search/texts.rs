//! Invented news in several scripts: words of large vocabularies in which, as in any language, few words are very frequent (Zipf's law).

use gleaner_bench::copies::Random;

/// Words of a vocabulary.
pub const VOCABULARY: usize = 60_000;

/// A language: its code, its letters, the letters of a word, whether words have spaces between them, and its share of the documents in percent.
pub struct Language {
    pub code: &'static str,
    letters: &'static str,
    length: usize,
    is_spaced: bool,
    share: usize,
}

pub const LANGUAGES: &[Language] = &[
    Language { code: "en", letters: "eeettaaooiinnsshhrrddllcumwfgypbvk", length: 6, is_spaced: true, share: 45 },
    Language { code: "de", letters: "eeennniiissrraatthddguullcmoöüäßbzk", length: 7, is_spaced: true, share: 12 },
    Language {
        code: "ru", letters: "ооеаинтсрвлкмдпуяызбгчйхжшюцщёъ", length: 7, is_spaced: true, share: 10
    },
    Language {
        code: "ar", letters: "اليمونترهبسدعكقفجحشصةخطذزثضغءأ", length: 5, is_spaced: true, share: 8
    },
    Language { code: "zh", letters: "", length: 2, is_spaced: false, share: 10 },
    Language {
        code: "ja",
        letters: "のにはをたがでてとしれさいるなもんかこうらすアイウエオカキクコサシ",
        length: 3,
        is_spaced: false,
        share: 5,
    },
    Language {
        code: "th", letters: "กขคงจชซดตถทนบปผพมยรลวสหอ", length: 4, is_spaced: false, share: 5
    },
    Language { code: "ko", letters: "", length: 3, is_spaced: true, share: 5 },
];

impl Language {
    /// The language of a document.
    pub fn of(number: usize) -> &'static Self {
        let mut place = Random::new(number as u64).below(100);
        let mut languages = LANGUAGES.iter();
        let found = languages.find(|language| {
            let is_here = place < language.share;
            place = place.saturating_sub(language.share);
            is_here
        });
        found.unwrap_or(&LANGUAGES[0])
    }

    /// A word of the vocabulary, the same for the same number; frequent ones are short.
    pub fn word(&self, number: usize) -> String {
        let mut random = Random::new(0x6177_0000 + number as u64);
        let length = if number < 60 { self.length.div_ceil(2) } else { self.length - 1 + random.below(4) };
        let letters: Vec<char> = self.letters.chars().collect();
        let letter = |random: &mut Random| match self.code {
            // Frequent characters are few, too.
            "zh" => char::from_u32(0x4e00 + 3_000f64.powf(random.below(1 << 20) as f64 / f64::from(1 << 20)) as u32),
            "ko" => char::from_u32(0xac00 + 7 * random.below(1_500) as u32),
            _ => random.pick(&letters).copied(),
        };
        (0..length.max(1)).filter_map(|_| letter(&mut random)).collect()
    }

    /// A text of so many words, in paragraphs.
    pub fn text(&self, words: usize, random: &mut Random) -> String {
        let mut text = String::new();
        for at in 0..words {
            text.push_str(&self.word(zipf(random)));
            text.push_str(match (at % 60, at % 15, self.is_spaced) {
                (59, ..) => ".\n\n",
                (_, 14, true) => ". ",
                (_, 14, false) => "。",
                (_, _, true) => " ",
                (_, _, false) => "",
            });
        }
        text.trim_end().to_owned()
    }
}

/// The number of a word as texts use them.
pub fn zipf(random: &mut Random) -> usize {
    let uniform = (random.below(1 << 24) + 1) as f64 / f64::from(1 << 24);
    ((VOCABULARY as f64).powf(uniform) - 1.0) as usize
}

/// The number of a word as people ask for them: seldom one of the most frequent.
pub fn asked_for(random: &mut Random) -> usize {
    if random.chance(0.05) { random.below(50) } else { 50 + zipf(random) }
}
