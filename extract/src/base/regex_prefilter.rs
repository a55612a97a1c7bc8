//! What a text must have for a pattern to match it: its first byte, its last byte, its length, one of some bytes, one of some words. Worked out
//! from the pattern's syntax, so that a pattern is compiled and tried only where it may match. May let too much through, never too little.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Most literals by which one pattern is known.
const MAX_LITERALS: usize = 256;

/// Longest literal in bytes: the beginning of a longer one tells enough, and many begin alike.
const MAX_LITERAL_BYTES: usize = 8;

/// Most strings that a part of a pattern is spelled out to.
const MAX_SPELLINGS: usize = 64;

/// Characters whose lower case is an ASCII letter: the long s and the Kelvin sign. They are not spelled out; a text that has one is let through.
pub const ASCII_LOOKALIKES: [char; 2] = ['\u{17f}', '\u{212a}'];

/// A set of bytes, a bit each.
#[derive(Clone, Copy, Debug)]
pub struct Bytes([u64; 4]);

impl Bytes {
    const NONE: Self = Self([0; 4]);
    const ALL: Self = Self([u64::MAX; 4]);

    /// Whether the byte is one of them.
    pub fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte / 64)).is_some_and(|word| word >> (byte % 64) & 1 == 1)
    }

    fn add(&mut self, from: u8, to: u8) {
        for (word, first) in self.0.iter_mut().zip((0u32..).step_by(64)) {
            let (from, to) = (u32::from(from).max(first), u32::from(to).min(first + 63));
            if from <= to {
                *word |= (u64::MAX >> (63 - (to - from))) << (from - first);
            }
        }
    }

    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
    }

    /// Roughly, how many texts have one of them: letters and spaces stand in most, capitals in some, digits and marks in few.
    fn commonness(&self) -> u32 {
        const WEIGHTS: [(u8, u8, u32); 3] = [(b'a', b'z', 20), (b' ', b' ', 20), (b'A', b'Z', 4)];
        let all = self.0.iter().map(|word| word.count_ones()).sum::<u32>();
        let more = WEIGHTS.iter().map(|(from, to, weight)| {
            let mut common = Self::NONE;
            common.add(*from, *to);
            let held: u32 = self.0.iter().zip(common.0).map(|(word, common)| (word & common).count_ones()).sum();
            held * (weight - 1)
        });
        all + more.sum::<u32>()
    }
}

/// What a text must have.
#[derive(Debug)]
pub struct Prefilter {
    /// Its first byte is one of these.
    pub first: Bytes,
    /// Its last byte is one of these.
    pub last: Bytes,
    /// It has at least so many bytes.
    pub shortest: usize,
    /// One of these bytes stands in it.
    pub held: Bytes,
    /// One of these stands in it, upper and lower case of ASCII letters aside. Lower case; empty where nothing is known.
    pub literals: Vec<Vec<u8>>,
}

impl Prefilter {
    /// What a text must have for the pattern to match the whole of it; nothing where it is no pattern.
    pub fn of_pattern(pattern: &str) -> Self {
        let mut parser = regex_syntax::ParserBuilder::new().dot_matches_new_line(true).build();
        let nothing = Self { first: Bytes::ALL, last: Bytes::ALL, shortest: 0, held: Bytes::ALL, literals: Vec::new() };
        parser.parse(pattern).map_or(nothing, |hir| Self::of(&hir))
    }

    fn of(hir: &Hir) -> Self {
        let (first, last) = (edge(hir, Edge::First), edge(hir, Edge::Last));
        let literals = required(hir).filter(|set| worth(set) > 0).map(beginnings).unwrap_or_default();
        let bytes = |(bytes, nullable)| if nullable { Bytes::ALL } else { bytes };
        let shortest = hir.properties().minimum_len().unwrap_or(0);
        Self { first: bytes(first), last: bytes(last), shortest, held: held(hir).unwrap_or(Bytes::ALL), literals }
    }
}

/// Bytes of which every match has one: of several such sets the one that the fewest texts meet.
fn held(hir: &Hir) -> Option<Bytes> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            let one = |byte: &u8| {
                let mut bytes = Bytes::NONE;
                bytes.add(*byte, *byte);
                bytes
            };
            literal.0.iter().map(one).min_by_key(Bytes::commonness)
        }
        HirKind::Class(class) => Some(class_edge(class, Edge::First)),
        HirKind::Repetition(repetition) if repetition.min == 0 => None,
        HirKind::Repetition(repetition) => held(&repetition.sub),
        HirKind::Capture(capture) => held(&capture.sub),
        HirKind::Alternation(branches) => {
            let mut all = Bytes::NONE;
            for branch in branches {
                all.join(&held(branch)?);
            }
            Some(all)
        }
        HirKind::Concat(parts) => parts.iter().filter_map(held).min_by_key(Bytes::commonness),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    First,
    Last,
}

/// The bytes that a match may begin or end with, and whether it may be empty.
fn edge(hir: &Hir, edge_of: Edge) -> (Bytes, bool) {
    let mut bytes = Bytes::NONE;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (bytes, true),
        HirKind::Literal(literal) => {
            let byte = if edge_of == Edge::First { literal.0.first() } else { literal.0.last() };
            byte.iter().for_each(|byte| bytes.add(**byte, **byte));
            (bytes, false)
        }
        HirKind::Class(class) => (class_edge(class, edge_of), false),
        HirKind::Repetition(repetition) => {
            let (bytes, nullable) = edge(&repetition.sub, edge_of);
            (bytes, nullable || repetition.min == 0)
        }
        HirKind::Capture(capture) => edge(&capture.sub, edge_of),
        HirKind::Alternation(branches) => {
            let mut any = false;
            for branch in branches {
                let (more, nullable) = edge(branch, edge_of);
                bytes.join(&more);
                any |= nullable;
            }
            (bytes, any)
        }
        HirKind::Concat(parts) => {
            let ordered: Vec<&Hir> = if edge_of == Edge::First { parts.iter().collect() } else { parts.iter().rev().collect() };
            for part in ordered {
                let (more, nullable) = edge(part, edge_of);
                bytes.join(&more);
                if !nullable {
                    return (bytes, false);
                }
            }
            (bytes, true)
        }
    }
}

fn class_edge(class: &Class, edge_of: Edge) -> Bytes {
    let mut bytes = Bytes::NONE;
    let Class::Unicode(class) = class else { return Bytes::ALL };
    for range in class.ranges() {
        let (mut from, mut to) = ([0u8; 4], [0u8; 4]);
        let (from, to) = (range.start().encode_utf8(&mut from).as_bytes(), range.end().encode_utf8(&mut to).as_bytes());
        match edge_of {
            Edge::First => bytes.add(from.first().copied().unwrap_or(0), to.first().copied().unwrap_or(255)),
            // Within one row of 64 the last byte tells; beyond, any continuation byte may end it.
            Edge::Last if from.len() == to.len() && from.get(..from.len() - 1) == to.get(..to.len() - 1) => {
                bytes.add(from.last().copied().unwrap_or(0), to.last().copied().unwrap_or(255));
            }
            Edge::Last => {
                if range.start().is_ascii() {
                    bytes.add(from.first().copied().unwrap_or(0), 0x7f);
                }
                bytes.add(0x80, 0xbf);
            }
        }
    }
    bytes
}

type Strings = Vec<Vec<u8>>;

/// Every string that this part can match, ASCII in lower case; `None` where they are too many.
fn spellings(hir: &Hir) -> Option<Strings> {
    let strings = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![Vec::new()],
        HirKind::Literal(literal) => vec![literal.0.to_ascii_lowercase()],
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.ranges().iter().map(|range| range.len()).sum();
            if count > 12 {
                return None;
            }
            let chars = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let spell = |c: char| c.to_ascii_lowercase().to_string().into_bytes();
            let plain: Strings = chars.clone().filter(|c| !ASCII_LOOKALIKES.contains(c)).map(spell).collect();
            if plain.is_empty() { chars.map(spell).collect() } else { plain }
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) if repetition.min == 0 && repetition.max == Some(1) => {
            let mut strings = spellings(&repetition.sub)?;
            strings.push(Vec::new());
            strings
        }
        HirKind::Repetition(repetition) if repetition.min == 1 && repetition.max == Some(1) => spellings(&repetition.sub)?,
        HirKind::Repetition(_) => return None,
        HirKind::Capture(capture) => spellings(&capture.sub)?,
        HirKind::Alternation(branches) => {
            let mut strings = Vec::new();
            for branch in branches {
                strings.extend(spellings(branch)?);
                if strings.len() > MAX_LITERALS {
                    return None;
                }
            }
            strings
        }
        HirKind::Concat(parts) => {
            let mut strings = vec![Vec::new()];
            for part in parts {
                strings = product(&strings, &spellings(part)?)?;
            }
            strings
        }
    };
    Some(tidy(strings))
}

/// The strings cut to [`MAX_LITERAL_BYTES`], without those that begin with another one.
fn beginnings(mut strings: Strings) -> Strings {
    strings.iter_mut().for_each(|string| string.truncate(MAX_LITERAL_BYTES));
    let mut kept: Strings = Vec::new();
    for string in tidy(strings) {
        // In order, so that a string stands behind all that begin it, the last one kept among them if any.
        if kept.last().is_none_or(|last| !string.starts_with(last)) {
            kept.push(string);
        }
    }
    kept
}

fn tidy(mut strings: Strings) -> Strings {
    strings.sort_unstable();
    strings.dedup();
    strings
}

/// Each of the one followed by each of the other.
fn product(one: &Strings, other: &Strings) -> Option<Strings> {
    let allowed = if one.len() == 1 || other.len() == 1 { MAX_LITERALS } else { MAX_SPELLINGS };
    if one.len() * other.len() > allowed {
        return None;
    }
    Some(tidy(one.iter().flat_map(|head| other.iter().map(move |tail| [&head[..], &tail[..]].concat())).collect()))
}

/// Strings of which every match has one.
fn required(hir: &Hir) -> Option<Strings> {
    if let Some(strings) = spellings(hir) {
        return (worth(&strings) > 0).then_some(strings);
    }
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut strings = Vec::new();
            for branch in branches {
                strings.extend(required(branch)?);
            }
            let strings = tidy(strings);
            (strings.len() <= MAX_LITERALS).then_some(strings)
        }
        HirKind::Concat(parts) => {
            let mut best = None;
            // The longest run of parts that can be spelled out together, and what single parts need.
            let mut run: Strings = vec![Vec::new()];
            for part in parts {
                let spelled = spellings(part);
                run = match spelled.as_ref().and_then(|spelled| product(&run, spelled)) {
                    Some(longer) => longer,
                    None => {
                        keep_better(&mut best, Some(std::mem::take(&mut run)));
                        spelled.clone().unwrap_or_else(|| vec![Vec::new()])
                    }
                };
                if spelled.is_none() {
                    keep_better(&mut best, required(part));
                }
            }
            keep_better(&mut best, Some(run));
            best
        }
        _ => None,
    }
}

fn keep_better(best: &mut Option<Strings>, other: Option<Strings>) {
    let Some(other) = other else { return };
    if worth(&other) > best.as_ref().map_or(0, worth) {
        *best = Some(other);
    }
}

/// How rare the strings are, roughly: the length of the shortest one, 0 where it says nothing.
fn worth(strings: &Strings) -> usize {
    if strings.len() > MAX_LITERALS {
        return 0;
    }
    let worth = |string: &Vec<u8>| match string[..] {
        [] => 0,
        [byte] if byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b',' | b'-' | b'\'') => 0,
        [_] => 3,
        [b' ', _] | [_, b' '] => 1,
        _ => string.len() * 2,
    };
    strings.iter().map(worth).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(pattern: &str) -> Prefilter {
        Prefilter::of_pattern(pattern)
    }

    fn literals(pattern: &str) -> Vec<String> {
        needs(pattern).literals.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
    }

    #[test]
    fn literals_are_found_inside() {
        assert_eq!(literals(".{8,}(Credit|Photo)s?: .+"), ["credit: ", "credits:", "photo: ", "photos: "]);
        assert_eq!(literals("(?i).*(correspondent|correspondence|core) .*"), ["core ", "correspo"]);
        assert_eq!(literals("(?i).*\\b(kiosk|desk)\\b.*"), ["desk", "kiosk"]);
        assert_eq!(literals("[a-z]+@[a-z]+"), ["@"]);
        assert!(literals("[A-Z][^ ]* .*").is_empty());
        assert!(literals("(abc)?d*").is_empty());
        assert_eq!(literals("(by|from) [A-Z].*(Reuters|Xinhua)"), ["reuters", "xinhua"]);
    }

    #[test]
    fn sets_hold_what_was_added() {
        for (from, to) in [(0, 0), (0, 255), (63, 64), (10, 200), (255, 255), (64, 127)] {
            let mut bytes = Bytes::NONE;
            bytes.add(from, to);
            assert!((0..=255).all(|byte| bytes.contains(byte) == (from..=to).contains(&byte)), "{from} to {to}");
        }
    }

    #[test]
    fn what_every_match_holds_is_known() {
        let date = needs("(?:on )?(?:[a-z]+ [0-9]{1,2}|[0-9]{4})");
        assert!(date.held.contains(b'7') && !date.held.contains(b'a') && date.shortest == 3);
        let marked = needs("(?i)(more|also)\\s?([:|]|[–—]).+");
        assert!(marked.held.contains(b':') && marked.held.contains("–".as_bytes()[0]) && !marked.held.contains(b'm'));
        assert!(needs("a*").held.contains(b'z') && needs("a*").shortest == 0);
    }

    #[test]
    fn edges_are_known() {
        let price = needs("[$€]? ?[0-9]+(%|:)");
        assert!("$€ 7".bytes().filter(|byte| *byte < 0x80 || *byte == 0xe2).all(|byte| price.first.contains(byte)));
        assert!(!price.first.contains(b'a') && !price.first.contains(b'%'));
        assert!(price.last.contains(b'%') && price.last.contains(b':') && !price.last.contains(b'7'));
        let anything = needs("a*");
        assert!(anything.first.contains(b'z') && anything.last.contains(b'z'));
        let han = needs("\\p{Han}+");
        assert!(han.first.contains("阅".as_bytes()[0]) && han.last.contains("阅".as_bytes()[2]) && !han.last.contains(b'a'));
    }
}
