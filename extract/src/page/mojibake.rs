//! Repairs text that was decoded with the wrong charset before it was written: UTF-8 read as windows-1252 or ISO 8859-1, once or several times, so
//! that `Hamas’s` is `Hamasâ€™s`. Other charsets are left alone.
//!
//! A line, or the text between two tags or quotes, is repaired only if all of it that is not ASCII becomes valid UTF-8 when it is encoded again, and if
//! some of it cannot be meant as it is (the idea of ftfy, Speer 2019). `É»` in `LIBERTÉ»` would become valid UTF-8 too, and stays.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// How often text may have been decoded wrongly.
const MAX_PASSES: usize = 5;

/// So many wrongly decoded characters show that the whole page was: those that could be meant as they are then count too.
const MANY: usize = 5;

/// Text between two of these is repaired or left alone as a whole.
fn ends_segment(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'<' | b'>' | b'"')
}

/// The repaired text, and how many characters of it were repaired.
pub fn repair(text: &str) -> (Cow<'_, str>, usize) {
    let segments = suspect_segments(text);
    let repaired: Vec<Repair> = segments.iter().filter_map(|(from, to)| Repair::of(text.get(*from..*to)?, *from)).collect();
    let is_wrong_throughout = repaired.iter().map(|repair| repair.evidence.certain).sum::<usize>() >= MANY;
    let (mut out, mut at, mut count) = (String::new(), 0, 0);
    for repair in &repaired {
        let Evidence { certain, likely, doubtful } = repair.evidence;
        if certain == 0 && !(is_wrong_throughout && likely > 0 && doubtful == 0) {
            continue;
        }
        out.push_str(text.get(at..repair.from).unwrap_or_default());
        out.push_str(&repair.text);
        at = repair.to;
        count += repair.count;
    }
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (Cow::Owned(out), count)
}

/// The segments with a character that begins a sequence of UTF-8 when encoded again (U+00C2 to U+00F4), and one after it that may continue it.
fn suspect_segments(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut segments: Vec<(usize, usize)> = Vec::new();
    let mut end = 0;
    for at in memchr::memchr_iter(0xc3, bytes).filter(|at| {
        // UTF-8 of U+0080 to U+00BF, and of the characters that windows-1252 has for the bytes 0x80 to 0x9F.
        matches!(bytes.get(at + 1), Some(0x82..=0xb4)) && matches!(bytes.get(at + 2), Some(0xc2 | 0xc5 | 0xc6 | 0xcb | 0xe2))
    }) {
        if at < end {
            continue;
        }
        let before = bytes.get(end..at).unwrap_or_default();
        let start = before.iter().rposition(|byte| ends_segment(*byte)).map_or(end, |found| end + found + 1);
        let after = bytes.get(at..).unwrap_or_default();
        end = after.iter().position(|byte| ends_segment(*byte)).map_or(bytes.len(), |found| at + found);
        segments.push((start, end));
    }
    segments
}

/// What shows that characters were decoded wrongly.
#[derive(Clone, Copy, Default)]
struct Evidence {
    /// Characters that cannot be meant as they are.
    certain: usize,
    /// Those that hardly can.
    likely: usize,
    /// Those that can.
    doubtful: usize,
}

impl Evidence {
    fn count(self) -> usize {
        self.certain + self.likely + self.doubtful
    }

    fn without_context(self) -> Self {
        Self { certain: 0, likely: self.likely + self.certain, ..self }
    }
}

/// A segment as it is when repaired.
struct Repair {
    from: usize,
    to: usize,
    text: String,
    /// Characters that it has in place of others.
    count: usize,
    evidence: Evidence,
}

impl Repair {
    fn of(segment: &str, from: usize) -> Option<Self> {
        let (mut text, evidence) = decode_again(segment)?;
        let mut count = evidence.count();
        for _ in 1..MAX_PASSES {
            let Some((next, more)) = decode_again(&text).filter(|(_, more)| more.certain > 0) else { break };
            (text, count) = (next, more.count());
        }
        let evidence = if has_word(&text) { evidence } else { evidence.without_context() };
        let is_certain = evidence.certain >= evidence.doubtful || evidence.certain >= MANY;
        (is_certain && !is_still_wrong(&text)).then(|| Self { from, to: from + segment.len(), text, count, evidence })
    }
}

/// Whether there is a word: signs alone may be what the text is about.
fn has_word(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_alphabetic)) || {
        let mut letters = 0;
        text.chars().any(|c| {
            letters = if c.is_alphabetic() { letters + 1 } else { 0 };
            letters >= 3
        })
    }
}

/// Whether a text cannot be meant as it is, after all: it has control characters, or so many letters with accents and signs side by side as come of
/// text in other charsets.
fn is_still_wrong(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        let is_accented =
            matches!(c, '\u{a1}'..='\u{ff}' | '\u{152}' | '\u{153}' | '\u{160}' | '\u{161}' | '\u{178}' | '\u{17d}' | '\u{17e}');
        run = if is_accented { run + 1 } else { 0 };
        run >= 5 || matches!(c, '\u{80}'..='\u{9f}')
    })
}

/// The segment encoded as windows-1252 and decoded as UTF-8; `None` if that is not possible for all of it.
fn decode_again(segment: &str) -> Option<(String, Evidence)> {
    let mut text = String::with_capacity(segment.len());
    let mut evidence = Evidence::default();
    let (mut run, mut had_controls) = (Vec::new(), false);
    let mut chars = segment.chars().peekable();
    while let Some(c) = chars.next() {
        if !may_be_wrong(c) {
            text.push(c);
            continue;
        }
        run.push(byte_of(c)?);
        had_controls |= matches!(c, '\u{80}'..='\u{9f}');
        if chars.peek().copied().is_some_and(may_be_wrong) {
            continue;
        }
        let decoded = std::str::from_utf8(&run).ok()?;
        let (before, after) = (text.chars().next_back(), chars.peek().copied());
        weigh(&Run { decoded, before, after, had_controls }, &mut evidence);
        had_controls = false;
        text.push_str(decoded);
        run.clear();
    }
    (evidence.count() > 0).then_some((text, evidence))
}

/// Whether a character may be a part of one that was decoded wrongly. U+FFFD stands for a bad byte and is none.
fn may_be_wrong(c: char) -> bool {
    !c.is_ascii() && c != char::REPLACEMENT_CHARACTER
}

/// The byte that windows-1252 or ISO 8859-1 decodes to this character.
fn byte_of(c: char) -> Option<u8> {
    if let '\u{80}'..='\u{ff}' = c {
        return u8::try_from(u32::from(c)).ok();
    }
    let mut buffer = [0; 4];
    let (encoded, _, failed) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    encoded.first().copied().filter(|_| !failed && encoded.len() == 1)
}

/// Neighbouring characters that are not ASCII, decoded again.
struct Run<'a> {
    decoded: &'a str,
    /// The character before it, and the one after it.
    before: Option<char>,
    after: Option<char>,
    /// Some were control characters, which no text has.
    had_controls: bool,
}

/// Adds what a run shows.
fn weigh(run: &Run<'_>, evidence: &mut Evidence) {
    let mut previous = run.before;
    let mut chars = run.decoded.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().or(run.after);
        match weight_of(c, previous, next, run) {
            Weight::Certain => evidence.certain += 1,
            Weight::Likely => evidence.likely += 1,
            Weight::Doubtful => evidence.doubtful += 1,
        }
        previous = Some(c);
    }
}

enum Weight {
    Certain,
    Likely,
    Doubtful,
}

/// What a character shows by what it was before it was decoded again.
fn weight_of(c: char, previous: Option<char>, next: Option<char>, run: &Run<'_>) -> Weight {
    let follows_capital = previous.is_some_and(char::is_uppercase);
    let precedes_small = next.is_some_and(char::is_lowercase);
    match c {
        // It was `â€` and a third sign, `ï»¿`, or `ðŸ` and two more: no text has them.
        '\u{2010}'..='\u{27bf}' | '\u{feff}' | '\u{fe0f}' | '\u{1f300}'..='\u{1faff}' => Weight::Certain,
        // Decoded once more, these become characters.
        '\u{80}'..='\u{9f}' => Weight::Likely,
        '\u{a0}'..='\u{17f}' if run.had_controls => Weight::Certain,
        // It was `Â` and a sign: at the end of a word in capitals that can be meant.
        '\u{a0}'..='\u{bf}' if follows_capital => Weight::Doubtful,
        '\u{a1}' | '\u{a7}' | '\u{a9}' | '\u{ae}' | '\u{b0}' | '\u{b2}' | '\u{b3}' | '\u{bd}' | '\u{bf}' | '\u{a3}' => {
            Weight::Certain
        }
        '\u{a0}'..='\u{bf}' => Weight::Likely,
        // It was `Ã`, `Ä` or `Å` and another one. A small letter after a capital one is odd, and a capital `Ã` within a word in small letters too.
        '\u{c0}'..='\u{17f}' if follows_capital && !c.is_uppercase() => Weight::Doubtful,
        '\u{c0}'..='\u{17f}' if is_punctuation(c) && (follows_capital || !precedes_small) => {
            let is_within = previous.is_some_and(|previous| previous.is_ascii_lowercase()) && c < '\u{100}';
            if is_within { Weight::Certain } else { Weight::Likely }
        }
        // A letter alone may be what the text is about.
        '\u{c0}'..='\u{17f}' if ![previous, next].into_iter().flatten().any(char::is_alphabetic) => Weight::Likely,
        '\u{c0}'..='\u{17f}' => Weight::Certain,
        // Two or three signs for one character, without a gap between them: words in other scripts.
        _ if c.is_alphanumeric() && run.decoded.chars().nth(1).is_some() => Weight::Certain,
        _ => Weight::Doubtful,
    }
}

/// Whether the last byte of the character is that of a punctuation mark in windows-1252, which often follows a letter.
fn is_punctuation(c: char) -> bool {
    let last = 0x80 | (u32::from(c) & 0x3f);
    matches!(
        last,
        0x82 | 0x84 | 0x85 | 0x8b | 0x91
            ..=0x97 | 0x99 | 0x9b | 0xa0 | 0xa1 | 0xab | 0xae | 0xb0 | 0xb4 | 0xb7 | 0xba | 0xbb | 0xbf
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text as it is when its UTF-8 is read as windows-1252.
    fn spoiled(text: &str) -> String {
        encoding_rs::mem::decode_latin1(text.as_bytes())
            .chars()
            .map(|c| match c {
                '\u{80}'..='\u{9f}' => WINDOWS_1252.decode_without_bom_handling(&[c as u8]).0.chars().next().unwrap(),
                c => c,
            })
            .collect()
    }

    const SENTENCES: &[&str] = &[
        "The mill’s owner said: “It burnt for €5…” – and left",
        "Le maire a été réélu à la majorité, où qu’il soit né",
        "O João não vê a irmã há três anos, mas já lhe escreveu",
        "Der Müller aus Köln grüßt die Straße",
        "El niño comió piñas en el jardín",
        "Żółw wszedł na łąkę i zjadł źdźbło",
        "Příliš žluťoučký kůň úpěl ďábelské ódy",
        "İstanbul’da yağmur yağıyor, sokaklar ışıl ışıl",
        "Старая мельница сгорела",
        "Ο παλιός μύλος κάηκε",
        "水車小屋が燃えた。",
        "방앗간이 불탔다.",
        "الطاحونة احترقت",
        "They laughed 😂 and left ❤️",
    ];

    #[test]
    fn text_that_was_decoded_wrongly_is_repaired() {
        for sentence in SENTENCES {
            let once = spoiled(sentence);
            assert_ne!(&once, sentence);
            let latin: String = sentence.bytes().map(char::from).collect();
            for wrong in [once.clone(), spoiled(&once), latin.clone(), latin.bytes().map(char::from).collect()] {
                let page = format!("<p>{wrong}</p>\n<p>Café</p>");
                let (repaired, count) = repair(&page);
                assert_eq!(repaired, format!("<p>{sentence}</p>\n<p>Café</p>"));
                assert_eq!(count, sentence.chars().filter(|c| !c.is_ascii()).count());
            }
        }
        assert_eq!(repair("Hamasâ€™s men").0, "Hamas’s men");
        assert_eq!(repair("Hamasâ€™s men \u{fffd}").0, "Hamas’s men \u{fffd}");
    }

    #[test]
    fn text_that_is_meant_as_it_is_stays() {
        for text in SENTENCES.iter().copied().chain([
            "LIBERTÉ»",
            "LA LIBERTÉ…",
            "la liberté\u{a0}»",
            "le café\u{a0}– il a fermé",
            "MAÇÃ® SÃO IRMû IRMÃ\u{a0}",
            "A IRMÃ\u{a0}veio",
            "MAÑ…",
            "CAFɔ, SAID HE",
            "BLÅ®",
            "2×½ = 1",
            "UTF-8 for ’ is shown as â€™",
            "\u{c2}",
            "GÂ\u{a0}DE",
            "Hà\u{a0}Nội",
            "<td>â€™</td><td>Ã¢â‚¬â„¢</td>",
            "Where it said \"Ã¤\" it meant another letter",
        ]) {
            assert_eq!(repair(text), (Cow::Borrowed(text), 0));
        }
    }

    #[test]
    fn doubtful_characters_count_where_the_page_is_wrong_throughout() {
        let doubtful = "<b>Ã\u{a0} Paris</b>";
        assert_eq!(repair(doubtful).1, 0);
        let (repaired, count) = repair("<p>Ã©tÃ© prÃªt crÃ©Ã©</p><b>Ã\u{a0} Paris</b>");
        assert_eq!((repaired.as_ref(), count), ("<p>été prêt créé</p><b>à Paris</b>", 6));
    }

    #[test]
    fn a_hostile_text_takes_linear_time() {
        for piece in ["Ã©", "Ã ", "\"Ã©", "â€", "Ã©é", "ÃÃ©"] {
            let text = piece.repeat(400_000 / piece.len());
            assert!(repair(&text).0.len() <= text.len());
        }
    }
}
