//! Dates as pages write them: machine-readable, written for people in 60 languages and several calendars, and relative. Does not choose
//! among a page's dates: that is up to `resolve`.

mod calendar;
mod fold;
mod locale;
mod machine;
mod numbers;
mod parsed_date;
mod relative;
mod visible;
mod word_lists;
mod words;

pub(crate) use locale::Locale;
pub(crate) use machine::machine;
pub(crate) use numbers::may_contain_date;
pub(crate) use parsed_date::{ParsedDate, is_plausible};
pub(crate) use relative::relative;
pub(crate) use visible::{VisibleDate, label, visible};
pub(crate) use word_lists::DateLabel;

/// Whether a word is the name of a month in any language.
pub(crate) fn is_month(word: &str) -> bool {
    words::WORDS.month(&fold::fold_dates(word.trim_end_matches('.')).text, "").is_some()
}

/// A machine-readable date, else the first one written for people.
pub(crate) fn any(text: &str, locale: &Locale) -> Option<ParsedDate> {
    machine(text).or_else(|| visible(text, locale).first().map(|found| found.date))
}

#[cfg(test)]
mod tests;
