//! The words of dates, parsed once from `data/months.toml` and `data/dates.toml` and folded like the text in which they are looked up.
//! Parses no dates.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::fold::fold_dates;
use super::parsed_date::DateLabel;
use crate::base::fast_hash::{FastMap, FastSet};
use crate::base::literals::first_bytes;

/// The words, folded.
pub static WORDS: LazyLock<DateWords> = LazyLock::new(DateWords::load);

/// The calendar that a month belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calendar {
    /// Gregorian, even if years are counted differently (Thai).
    #[default]
    Gregorian,
    /// The Persian solar calendar.
    SolarHijri,
}

/// The month that a word names.
#[derive(Clone, Copy, Debug)]
pub struct MonthName {
    /// ISO 639-1.
    pub language: &'static str,
    /// 1 to 12.
    pub month: u8,
    /// Its calendar.
    pub calendar: Calendar,
}

/// A unit of relative dates, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeUnit(pub i64);

/// The words of dates in all languages.
#[derive(Default)]
pub struct DateWords {
    months: FastMap<String, Vec<MonthName>>,
    /// The first two or three bytes of the months' names, to reject most words quickly.
    month_prefixes: FastSet<u64>,
    fillers: FastSet<String>,
    eras: Vec<(String, i32)>,
    labels: Option<AhoCorasick>,
    label_kinds: Vec<DateLabel>,
    ago: Vec<String>,
    units: FastMap<String, TimeUnit>,
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
    labels: LabelLists,
    relative: RelativeLists,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LabelLists {
    first: Vec<String>,
    published: Vec<String>,
    modified: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RelativeLists {
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

impl DateWords {
    /// If a table cannot be parsed, no visible dates are found; a test rules that out.
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
            // The tables live as long as the program: one small leak per language, once.
            let language: &'static str = table.code.leak();
            for (month, forms) in (1u8..).zip(&table.months) {
                for form in forms.split('|') {
                    let name = MonthName { language, month, calendar: table.calendar };
                    let form = fold_dates(form).text;
                    self.month_prefixes.insert(prefix(&form, 3));
                    self.months.entry(form).or_default().push(name);
                }
            }
        }
    }

    fn add_labels(&mut self, labels: &LabelLists) {
        let kinds = [
            (&labels.first, DateLabel::FirstPublished),
            (&labels.published, DateLabel::Published),
            (&labels.modified, DateLabel::Modified),
        ];
        let all: Vec<(String, DateLabel)> =
            kinds.into_iter().flat_map(|(list, kind)| folded(list).map(move |word| (word, kind))).collect();
        self.labels = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(all.iter().map(|(word, _)| word)).ok();
        self.label_kinds = all.into_iter().map(|(_, kind)| kind).collect();
    }

    fn add_relative(&mut self, relative: &RelativeLists) {
        self.ago = folded(&relative.ago).collect();
        let units = [(&relative.minute, 60), (&relative.hour, 3_600), (&relative.day, 86_400), (&relative.week, 604_800)];
        for (list, seconds) in units {
            self.units.extend(folded(list).map(|word| (word, TimeUnit(seconds))));
        }
        for (list, days) in [(&relative.today, 0), (&relative.yesterday, 1)] {
            self.days_back.extend(folded(list).map(|word| (word, days)));
        }
    }

    /// The month that a folded word names: in the page's language if it has the word, else in the first language that does.
    pub fn month(&self, word: &str, language: &str) -> Option<MonthName> {
        let names = self.months.get(word)?;
        names.iter().find(|name| name.language == language).or_else(|| names.first()).copied()
    }

    /// Whether a folded text may begin with the name of a month.
    pub fn may_begin_month(&self, text: &str) -> bool {
        [3, 2].into_iter().any(|bytes| self.month_prefixes.contains(&prefix(text, bytes)))
    }

    /// Whether the folded word may occur between the parts of a date.
    pub fn is_filler(&self, word: &str) -> bool {
        self.fillers.contains(word)
    }

    /// The year before the first of the era whose name ends the text.
    pub fn era(&self, before: &str) -> Option<i32> {
        let before = before.trim_end();
        self.eras.iter().find(|(name, _)| before.ends_with(name.as_str())).map(|(_, year)| *year)
    }

    /// The last label in a folded text.
    pub fn last_label(&self, text: &str) -> Option<DateLabel> {
        let labels = self.labels.as_ref()?;
        let whole = labels.find_iter(text).filter(|hit| is_whole(text, hit.start(), hit.end()));
        whole.last().and_then(|hit| self.label_kinds.get(hit.pattern().as_usize()).copied())
    }

    /// Whether the folded text contains one of the words for "ago".
    pub fn has_ago(&self, text: &str) -> bool {
        self.ago.iter().any(|word| contains_word(text, word))
    }

    /// The unit of time that the folded word names, also with a word for "ago" attached (`시간전`).
    pub fn unit(&self, word: &str) -> Option<TimeUnit> {
        let joined = || self.ago.iter().find_map(|ago| self.units.get(word.strip_suffix(ago.as_str())?));
        self.units.get(word).or_else(joined).copied()
    }

    /// How many days ago the folded text means: 0 for "today", 1 for "yesterday".
    pub fn days_back(&self, text: &str) -> Option<i64> {
        self.days_back.iter().find(|(word, _)| contains_word(text, word)).map(|(_, days)| *days)
    }
}

/// The first bytes of a text, 1 to 7, as a number.
fn prefix(text: &str, bytes: usize) -> u64 {
    first_bytes(text.as_bytes()) & ((1 << (8 * bytes)) - 1)
}

fn folded(list: &[String]) -> impl Iterator<Item = String> {
    list.iter().map(|word| fold_dates(word).text)
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, hit)| is_whole(text, start, start + hit.len()))
}

/// Whether a match is not part of a longer word. In scripts without spaces, and in Hangul with its endings, every match counts as a word.
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
    fn every_language_has_twelve_months() {
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
        assert_eq!(WORDS.last_label("last updated"), Some(DateLabel::Modified));
        assert_eq!(WORDS.last_label("posted 3 may, updated"), Some(DateLabel::Modified));
        assert_eq!(WORDS.last_label("outdated"), None);
        assert_eq!(WORDS.last_label("最終更新日"), Some(DateLabel::Modified));
        assert_eq!(WORDS.last_label("公開"), Some(DateLabel::Published));
    }
}
