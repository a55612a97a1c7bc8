//! Necessary conditions for a pattern to match a whole text: its first byte, its last byte, its length, one of several bytes, one of several
//! literals. Derived from the pattern's syntax, so that a pattern is tried, and where that is needed compiled, only if it may match. May admit too many
//! texts, never too few. Pure.
//!
//! Why not a crate (figures of `benches/benches/prefilter.rs`, 196 built-in patterns): `regex-syntax`'s literal extractor finds prefixes or
//! suffixes of two bytes or more for 69 patterns, this analysis finds literals for 186, because most patterns begin and end with arbitrary
//! text. `regex-filtered` compiles every pattern first, and what it compiles cannot be a table of the program.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::automata_builder::parse;

/// The maximum number of literals of one pattern.
const MAX_LITERALS: usize = 256;

/// The maximum length of a literal, in bytes: the prefix of a longer one is selective enough, and many share it.
const MAX_LITERAL_BYTES: usize = 8;

/// The maximum number of strings that a concatenation is expanded to.
const MAX_EXPANSION: usize = 64;

/// Characters whose lower case is an ASCII letter: the long s and the Kelvin sign. They are not expanded; a text that contains one is always
/// admitted.
pub const ASCII_LOOKALIKES: [char; 2] = ['\u{17f}', '\u{212a}'];

/// A set of bytes, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub(crate) [u64; 4]);

impl Bytes {
    const NONE: Self = Self([0; 4]);
    const ALL: Self = Self([u64::MAX; 4]);

    /// Those of a text.
    pub fn of(text: &[u8]) -> Self {
        let mut bytes = Self::NONE;
        for byte in text {
            if let Some(word) = bytes.0.get_mut(usize::from(byte / 64)) {
                *word |= 1 << (byte % 64);
            }
        }
        bytes
    }

    /// Whether a byte is in both sets.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(word, other)| word & other != 0)
    }

    /// Whether the byte is in the set.
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

    /// An estimate of how many texts contain one of the bytes: letters and spaces are in most, capitals in some, digits and punctuation in few.
    fn commonness(&self) -> u32 {
        const WEIGHTS: [(u8, u8, u32); 3] = [(b'a', b'z', 20), (b' ', b' ', 20), (b'A', b'Z', 4)];
        let all = self.0.iter().map(|word| word.count_ones()).sum::<u32>();
        let more = WEIGHTS.iter().map(|(from, to, weight)| {
            let mut common = Self::NONE;
            common.add(*from, *to);
            let shared: u32 = self.0.iter().zip(common.0).map(|(word, common)| (word & common).count_ones()).sum();
            shared * (weight - 1)
        });
        all + more.sum::<u32>()
    }
}

/// What a text must have for a pattern to match it.
#[derive(Debug)]
pub struct Prefilter {
    /// Its first byte is one of these.
    pub first: Bytes,
    /// Its last byte is one of these.
    pub last: Bytes,
    /// It has at least this many bytes.
    pub shortest: usize,
    /// It contains one of these bytes.
    pub held: Bytes,
    /// It contains one of these, ignoring ASCII case. Lower case; empty if no literals are known.
    pub literals: Vec<Vec<u8>>,
}

impl Prefilter {
    /// The conditions for the pattern to match a whole text; none for an invalid pattern.
    pub fn of_pattern(pattern: &str) -> Self {
        let none = Self { first: Bytes::ALL, last: Bytes::ALL, shortest: 0, held: Bytes::ALL, literals: Vec::new() };
        parse(pattern).map_or(none, |hir| Self::of(&hir))
    }

    /// The conditions for a parsed pattern.
    pub fn of(hir: &Hir) -> Self {
        let (first, last) = (edge(hir, Edge::First), edge(hir, Edge::Last));
        let literals = required(hir).filter(|set| selectivity(set) > 0).map(truncate).unwrap_or_default();
        let bytes = |(bytes, nullable)| if nullable { Bytes::ALL } else { bytes };
        let shortest = hir.properties().minimum_len().unwrap_or(0);
        Self { first: bytes(first), last: bytes(last), shortest, held: required_byte(hir).unwrap_or(Bytes::ALL), literals }
    }
}

/// Bytes of which every match contains one: of several such sets, the least common.
fn required_byte(hir: &Hir) -> Option<Bytes> {
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
        HirKind::Repetition(repetition) => required_byte(&repetition.sub),
        HirKind::Capture(capture) => required_byte(&capture.sub),
        HirKind::Alternation(branches) => {
            let mut all = Bytes::NONE;
            for branch in branches {
                all.join(&required_byte(branch)?);
            }
            Some(all)
        }
        HirKind::Concat(parts) => parts.iter().filter_map(required_byte).min_by_key(Bytes::commonness),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    First,
    Last,
}

/// The bytes with which a match may begin or end, and whether it may be empty.
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
            // Within one block of 64 characters, the last byte identifies them; otherwise any continuation byte may be the last.
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

/// Every string that a part of a pattern can match, with ASCII in lower case; `None` if there are too many.
fn expand(hir: &Hir) -> Option<Strings> {
    let strings = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![Vec::new()],
        HirKind::Literal(literal) => vec![literal.0.to_ascii_lowercase()],
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.ranges().iter().map(|range| range.len()).sum();
            if count > 12 {
                return None;
            }
            let chars = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let lower = |c: char| c.to_ascii_lowercase().to_string().into_bytes();
            let plain: Strings = chars.clone().filter(|c| !ASCII_LOOKALIKES.contains(c)).map(lower).collect();
            if plain.is_empty() { chars.map(lower).collect() } else { plain }
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) if repetition.min == 0 && repetition.max == Some(1) => {
            let mut strings = expand(&repetition.sub)?;
            strings.push(Vec::new());
            strings
        }
        HirKind::Repetition(repetition) if repetition.min == 1 && repetition.max == Some(1) => expand(&repetition.sub)?,
        HirKind::Repetition(_) => return None,
        HirKind::Capture(capture) => expand(&capture.sub)?,
        HirKind::Alternation(branches) => {
            let mut strings = Vec::new();
            for branch in branches {
                strings.extend(expand(branch)?);
                if strings.len() > MAX_LITERALS {
                    return None;
                }
            }
            strings
        }
        HirKind::Concat(parts) => {
            let mut strings = vec![Vec::new()];
            for part in parts {
                strings = product(&strings, &expand(part)?)?;
            }
            strings
        }
    };
    Some(sorted(strings))
}

/// The strings truncated to [`MAX_LITERAL_BYTES`], without those that begin with another one.
fn truncate(mut strings: Strings) -> Strings {
    strings.iter_mut().for_each(|string| string.truncate(MAX_LITERAL_BYTES));
    let mut kept: Strings = Vec::new();
    for string in sorted(strings) {
        // In sorted order, a string comes after its prefixes, and the last kept one is among them if any is.
        if kept.last().is_none_or(|last| !string.starts_with(last)) {
            kept.push(string);
        }
    }
    kept
}

fn sorted(mut strings: Strings) -> Strings {
    strings.sort_unstable();
    strings.dedup();
    strings
}

/// Each string of `one` followed by each of `other`; `None` if there are too many.
fn product(one: &Strings, other: &Strings) -> Option<Strings> {
    let allowed = if one.len() == 1 || other.len() == 1 { MAX_LITERALS } else { MAX_EXPANSION };
    if one.len() * other.len() > allowed {
        return None;
    }
    Some(sorted(one.iter().flat_map(|head| other.iter().map(move |tail| [&head[..], &tail[..]].concat())).collect()))
}

/// Strings of which every match contains one.
fn required(hir: &Hir) -> Option<Strings> {
    if let Some(strings) = expand(hir) {
        return (selectivity(&strings) > 0).then_some(strings);
    }
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut strings = Vec::new();
            for branch in branches {
                strings.extend(required(branch)?);
            }
            let strings = sorted(strings);
            (strings.len() <= MAX_LITERALS).then_some(strings)
        }
        HirKind::Concat(parts) => {
            let mut best = None;
            // The longest run of parts that can be expanded together, or what a single part requires.
            let mut run: Strings = vec![Vec::new()];
            for part in parts {
                let expanded = expand(part);
                run = match expanded.as_ref().and_then(|expanded| product(&run, expanded)) {
                    Some(longer) => longer,
                    None => {
                        keep_better(&mut best, Some(std::mem::take(&mut run)));
                        expanded.clone().unwrap_or_else(|| vec![Vec::new()])
                    }
                };
                if expanded.is_none() {
                    keep_better(&mut best, required(part));
                }
            }
            keep_better(&mut best, Some(run));
            best
        }
        _ => None,
    }
}

/// Replaces `best` if the other strings are more selective.
fn keep_better(best: &mut Option<Strings>, other: Option<Strings>) {
    let Some(other) = other else { return };
    if selectivity(&other) > best.as_ref().map_or(0, selectivity) {
        *best = Some(other);
    }
}

/// An estimate of how rare the strings are: by the shortest one; 0 if that is too common to be useful.
fn selectivity(strings: &Strings) -> usize {
    if strings.len() > MAX_LITERALS {
        return 0;
    }
    let by_length = |string: &Vec<u8>| match string[..] {
        [] => 0,
        [byte] if byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b',' | b'-' | b'\'') => 0,
        [_] => 3,
        [b' ', _] | [_, b' '] => 1,
        _ => string.len() * 2,
    };
    strings.iter().map(by_length).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefilter(pattern: &str) -> Prefilter {
        Prefilter::of_pattern(pattern)
    }

    fn literals(pattern: &str) -> Vec<String> {
        prefilter(pattern).literals.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
    }

    #[test]
    fn required_literals_are_extracted() {
        assert_eq!(literals(".{8,}(Credit|Photo)s?: .+"), ["credit: ", "credits:", "photo: ", "photos: "]);
        assert_eq!(literals("(?i).*(correspondent|correspondence|core) .*"), ["core ", "correspo"]);
        assert_eq!(literals("(?i).*\\b(kiosk|desk)\\b.*"), ["desk", "kiosk"]);
        assert_eq!(literals("[a-z]+@[a-z]+"), ["@"]);
        assert!(literals("[A-Z][^ ]* .*").is_empty());
        assert!(literals("(abc)?d*").is_empty());
        assert_eq!(literals("(by|from) [A-Z].*(Reuters|Xinhua)"), ["reuters", "xinhua"]);
    }

    #[test]
    fn byte_sets_contain_what_was_added() {
        for (from, to) in [(0, 0), (0, 255), (63, 64), (10, 200), (255, 255), (64, 127)] {
            let mut bytes = Bytes::NONE;
            bytes.add(from, to);
            assert!((0..=255).all(|byte| bytes.contains(byte) == (from..=to).contains(&byte)), "{from} to {to}");
        }
    }

    #[test]
    fn required_bytes_and_lengths_are_derived() {
        let date = prefilter("(?:on )?(?:[a-z]+ [0-9]{1,2}|[0-9]{4})");
        assert!(date.held.contains(b'7') && !date.held.contains(b'a') && date.shortest == 3);
        let marked = prefilter("(?i)(more|also)\\s?([:|]|[–—]).+");
        assert!(marked.held.contains(b':') && marked.held.contains("–".as_bytes()[0]) && !marked.held.contains(b'm'));
        assert!(prefilter("a*").held.contains(b'z') && prefilter("a*").shortest == 0);
    }

    #[test]
    fn first_and_last_bytes_are_derived() {
        let price = prefilter("[$€]? ?[0-9]+(%|:)");
        assert!("$€ 7".bytes().filter(|byte| *byte < 0x80 || *byte == 0xe2).all(|byte| price.first.contains(byte)));
        assert!(!price.first.contains(b'a') && !price.first.contains(b'%'));
        assert!(price.last.contains(b'%') && price.last.contains(b':') && !price.last.contains(b'7'));
        let anything = prefilter("a*");
        assert!(anything.first.contains(b'z') && anything.last.contains(b'z'));
        let han = prefilter("\\p{Han}+");
        assert!(han.first.contains("阅".as_bytes()[0]) && han.last.contains("阅".as_bytes()[2]) && !han.last.contains(b'a'));
    }
}
