//! The files `data/months.toml` and `data/dates.toml`, and the lists that are made of them. `build.rs` does that.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::fold::fold_dates;
use super::word_lists::{Calendar, DateLabel, DateWords, MonthName, TimeUnit, prefix};
use crate::base::prefixes::Prefixes;

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

impl DateWords {
    /// From the texts of the files of months and of other words.
    pub fn read(months: &str, dates: &str) -> Result<Self, toml::de::Error> {
        let (months, dates): (MonthFile, DateFile) = (toml::from_str(months)?, toml::from_str(dates)?);
        let by_name = months_by_name(months);
        let mut month_names = Vec::new();
        let mut of_name = |(name, months): (&String, &Vec<MonthName>)| {
            let first = month_names.len() as u32;
            month_names.extend(months);
            (name.clone(), (first, month_names.len() as u32))
        };
        let mut month_prefixes: Vec<u64> = by_name.keys().map(|name| prefix(name, 3)).collect();
        month_prefixes.sort_unstable();
        month_prefixes.dedup();
        let labels = labels(&dates.labels);
        let mut longest_first: Vec<String> = labels.iter().map(|(word, _)| word.clone()).collect();
        longest_first.sort_by_key(|word| Reverse(word.len()));
        let relative = &dates.relative;
        let days = [(&relative.today, 0), (&relative.yesterday, 1)];
        let days: Vec<(String, i64)> =
            days.into_iter().flat_map(|(list, days)| folded(list).map(move |word| (word, days))).collect();
        Ok(Self {
            months: by_name.iter().map(&mut of_name).collect(),
            month_names: month_names.into(),
            month_prefixes: month_prefixes.into(),
            fillers: folded(&dates.fillers).map(|word| (word, ())).collect(),
            eras: dates.eras.keys().map(|era| fold_dates(era).text).collect(),
            era_years: dates.eras.values().copied().collect(),
            labels: Prefixes::of(longest_first),
            label_kinds: labels.into_iter().collect(),
            ago: folded(&relative.ago).collect(),
            units: units(relative).into_iter().collect(),
            days_back: days.iter().map(|(word, _)| word).collect(),
            days: days.iter().map(|(_, days)| *days).collect(),
        })
    }
}

/// The months that each word names, in order of the languages.
fn months_by_name(file: MonthFile) -> BTreeMap<String, Vec<MonthName>> {
    let mut by_name: BTreeMap<String, Vec<MonthName>> = BTreeMap::new();
    for table in file.language {
        let language: &'static str = table.code.leak();
        for (month, forms) in (1u8..).zip(&table.months) {
            for form in forms.split('|') {
                let name = MonthName { language, month, calendar: table.calendar };
                by_name.entry(fold_dates(form).text).or_default().push(name);
            }
        }
    }
    by_name
}

fn labels(lists: &LabelLists) -> Vec<(String, DateLabel)> {
    let kinds = [
        (&lists.first, DateLabel::FirstPublished),
        (&lists.published, DateLabel::Published),
        (&lists.modified, DateLabel::Modified),
    ];
    kinds.into_iter().flat_map(|(list, kind)| folded(list).map(move |word| (word, kind))).collect()
}

fn units(relative: &RelativeLists) -> BTreeMap<String, TimeUnit> {
    let units = [(&relative.minute, 60), (&relative.hour, 3_600), (&relative.day, 86_400), (&relative.week, 604_800)];
    units.into_iter().flat_map(|(list, seconds)| folded(list).map(move |word| (word, TimeUnit(seconds)))).collect()
}

fn folded(list: &[String]) -> impl Iterator<Item = String> {
    list.iter().map(|word| fold_dates(word).text)
}
