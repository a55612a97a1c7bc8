//! The tables of date words, read once from `data/months.toml` and `data/dates.toml`. Folded like the text they are looked up for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::Label;
use super::fold::fold_dates;
use crate::base::fast_hash::{FastMap, FastSet};
use crate::base::literals::first_bytes;

/// The words, folded.
pub static WORDS: LazyLock<Words> = LazyLock::new(Words::load);

/// Whose months they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calendar {
    /// Gregorian, also where years are counted otherwise (Thai).
    #[default]
    Gregorian,
    /// The Persian solar calendar.
    SolarHijri,
}

/// A month that a word names.
#[derive(Clone, Copy, Debug)]
pub struct MonthName {
    /// ISO 639-1.
    pub language: &'static str,
    /// 1 to 12.
    pub month: u8,
    /// Whose.
    pub calendar: Calendar,
}

/// Units of relative dates, in seconds where they have a fixed length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit(pub i64);

/// All tables.
#[derive(Default)]
pub struct Words {
    months: FastMap<String, Vec<MonthName>>,
    /// The first two or three bytes of the months' names: most words begin no month.
    openings: FastSet<u64>,
    fillers: FastSet<String>,
    eras: Vec<(String, i32)>,
    labels: Option<AhoCorasick>,
    label_kinds: Vec<Label>,
    ago: Vec<String>,
    units: FastMap<String, Unit>,
    days_back: Vec<(String, i64)>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct MonthFile {
    language: Vec<MonthTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MonthTable {
    code: String,
    #[serde(default)]
    calendar: Calendar,
    months: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct DateFile {
    fillers: Vec<String>,
    eras: BTreeMap<String, i32>,
    labels: Labels,
    relative: Relative,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Labels {
    first: Vec<String>,
    published: Vec<String>,
    modified: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Relative {
    ago: Vec<String>,
    minute: Vec<String>,
    hour: Vec<String>,
    day: Vec<String>,
    week: Vec<String>,
    today: Vec<String>,
    yesterday: Vec<String>,
}

const MONTHS: &str = include_str!("../data/months.toml");
const DATES: &str = include_str!("../data/dates.toml");

impl Words {
    /// A broken table would leave gleaner without visible dates rather than stop it; the tests hold the tables whole.
    fn load() -> Self {
        let months: MonthFile = toml::from_str(MONTHS).unwrap_or_default();
        let dates: DateFile = toml::from_str(DATES).unwrap_or_default();
        let mut words = Self::default();
        words.add_months(months);
        words.fillers = folded(&dates.fillers).collect();
        words.eras = dates.eras.iter().map(|(era, year)| (fold_dates(era).text, *year)).collect();
        words.add_labels(&dates.labels);
        words.add_relative(&dates.relative);
        words
    }

    fn add_months(&mut self, file: MonthFile) {
        for table in file.language {
            // The tables live as long as the program: one small leak a language, made once.
            let language: &'static str = table.code.leak();
            for (month, forms) in (1u8..).zip(&table.months) {
                for form in forms.split('|') {
                    let name = MonthName { language, month, calendar: table.calendar };
                    let form = fold_dates(form).text;
                    self.openings.insert(opening(&form, 3));
                    self.months.entry(form).or_default().push(name);
                }
            }
        }
    }

    fn add_labels(&mut self, labels: &Labels) {
        let kinds = [(&labels.first, Label::First), (&labels.published, Label::Published), (&labels.modified, Label::Modified)];
        let all: Vec<(String, Label)> =
            kinds.into_iter().flat_map(|(list, kind)| folded(list).map(move |word| (word, kind))).collect();
        self.labels = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(all.iter().map(|(word, _)| word)).ok();
        self.label_kinds = all.into_iter().map(|(_, kind)| kind).collect();
    }

    fn add_relative(&mut self, relative: &Relative) {
        self.ago = folded(&relative.ago).collect();
        let units = [(&relative.minute, 60), (&relative.hour, 3_600), (&relative.day, 86_400), (&relative.week, 604_800)];
        for (list, seconds) in units {
            self.units.extend(folded(list).map(|word| (word, Unit(seconds))));
        }
        for (list, days) in [(&relative.today, 0), (&relative.yesterday, 1)] {
            self.days_back.extend(folded(list).map(|word| (word, days)));
        }
    }

    /// The month a folded word names: in the page's language where it has the word, else in the first table that has it.
    pub fn month(&self, word: &str, language: &str) -> Option<MonthName> {
        let names = self.months.get(word)?;
        names.iter().find(|name| name.language == language).or_else(|| names.first()).copied()
    }

    /// Whether a month's name may stand at the start of a folded text.
    pub fn may_begin_month(&self, text: &str) -> bool {
        [3, 2].into_iter().any(|bytes| self.openings.contains(&opening(text, bytes)))
    }

    /// Whether the folded word may stand between the parts of a date.
    pub fn is_filler(&self, word: &str) -> bool {
        self.fillers.contains(word)
    }

    /// The year in front of the first of the era whose name ends the text.
    pub fn era(&self, before: &str) -> Option<i32> {
        let before = before.trim_end();
        self.eras.iter().find(|(name, _)| before.ends_with(name.as_str())).map(|(_, year)| *year)
    }

    /// The last label in a folded text.
    pub fn last_label(&self, text: &str) -> Option<Label> {
        let labels = self.labels.as_ref()?;
        let whole = labels.find_iter(text).filter(|hit| is_whole(text, hit.start(), hit.end()));
        whole.last().and_then(|hit| self.label_kinds.get(hit.pattern().as_usize()).copied())
    }

    /// Whether the folded text holds one of the words for "ago".
    pub fn says_ago(&self, text: &str) -> bool {
        self.ago.iter().any(|word| contains_word(text, word))
    }

    /// The unit of time that the folded word names, also with an ending joined on (`시간전`).
    pub fn unit(&self, word: &str) -> Option<Unit> {
        let joined = || self.ago.iter().find_map(|ago| self.units.get(word.strip_suffix(ago.as_str())?));
        self.units.get(word).or_else(joined).copied()
    }

    /// How many days back the folded text says: 0 for "today", 1 for "yesterday".
    pub fn days_back(&self, text: &str) -> Option<i64> {
        self.days_back.iter().find(|(word, _)| contains_word(text, word)).map(|(_, days)| *days)
    }
}

/// The first bytes of a text as a number: 1 to 7 of them.
fn opening(text: &str, bytes: usize) -> u64 {
    first_bytes(text.as_bytes()) & ((1 << (8 * bytes)) - 1)
}

fn folded(list: &[String]) -> impl Iterator<Item = String> {
    list.iter().map(|word| fold_dates(word).text)
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, hit)| is_whole(text, start, start + hit.len()))
}

/// Whether a hit is no part of a longer word. Scripts without spaces, and Hangul with its endings, always count as whole.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let spaced = |c: char| c.is_alphabetic() && !crate::base::text::is_unspaced(c);
    let inside = |a: Option<char>, b: Option<char>| a.zip(b).is_some_and(|(a, b)| spaced(a) && spaced(b));
    let (before, hit, after) = (text.get(..start), text.get(start..end), text.get(end..));
    let last = |part: Option<&str>| part.and_then(|part| part.chars().next_back());
    let first = |part: Option<&str>| part.and_then(|part| part.chars().next());
    !inside(last(before), first(hit)) && !inside(last(hit), first(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        let months: MonthFile = toml::from_str(MONTHS).unwrap();
        for table in &months.language {
            assert_eq!(table.months.len(), 12, "{}", table.code);
            assert!(table.months.iter().all(|forms| forms.split('|').all(|form| !form.trim().is_empty())), "{}", table.code);
        }
        toml::from_str::<DateFile>(DATES).unwrap();
        let languages: FastSet<&str> = months.language.iter().map(|table| table.code.as_str()).collect();
        assert!(languages.len() >= 60);
    }

    #[test]
    fn ambiguous_months_follow_the_language() {
        let month = |word: &str, language: &str| WORDS.month(word, language).map(|name| name.month);
        assert_eq!(month("listopada", "pl"), Some(11));
        assert_eq!(month("listopada", "hr"), Some(10));
        assert_eq!(month("oktober", "xx"), Some(10));
        assert_eq!(month("monday", "en"), None);
    }

    #[test]
    fn labels_are_whole_words() {
        assert_eq!(WORDS.last_label("last updated"), Some(Label::Modified));
        assert_eq!(WORDS.last_label("posted 3 may, updated"), Some(Label::Modified));
        assert_eq!(WORDS.last_label("outdated"), None);
        assert_eq!(WORDS.last_label("最終更新日"), Some(Label::Modified));
        assert_eq!(WORDS.last_label("公開"), Some(Label::Published));
    }
}
