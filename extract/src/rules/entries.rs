//! Splits a rules file into its tables, and reads each with every mistake in it, not only the first. Knows no rules.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Most mistakes that are reported of one table.
const MAX_MISTAKES: usize = 50;

/// Something wrong at a byte of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The byte.
    pub offset: usize,
    /// What is wrong.
    pub reason: String,
}

impl Mistake {
    pub fn new(offset: usize, reason: impl Into<String>) -> Self {
        Self { offset, reason: reason.into() }
    }

    fn of(error: &toml::de::Error, offset: usize) -> Self {
        let at = error.span().map_or(offset, |span| span.start);
        Self::new(at, error.message().replace('\n', " "))
    }
}

/// A table of the file, not yet read.
pub(super) type Table<'t> = Spanned<DeValue<'t>>;

/// Splits a file into its arrays of tables with these names, in their order, and a table of everything else. Where the file is no TOML, every
/// error of its syntax is returned.
pub(super) fn split<'t>(text: &'t str, arrays: &[&str], mistakes: &mut Vec<Mistake>) -> Option<(Table<'t>, Vec<Vec<Table<'t>>>)> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        mistakes.extend(errors.iter().take(MAX_MISTAKES).map(|error| Mistake::of(error, 0)));
        return None;
    }
    let mut rest = root.into_inner();
    let found = arrays.iter().map(|name| match rest.remove_entry(*name) {
        None => Vec::new(),
        Some((key, value)) => match value.into_inner() {
            DeValue::Array(tables) => tables.into_iter().collect(),
            _ => {
                mistakes.push(Mistake::new(key.span().start, format!("`{name}` must be written as `[[{name}]]`")));
                Vec::new()
            }
        },
    });
    let found = found.collect();
    Some((Spanned::new(0..0, DeValue::Table(rest)), found))
}

/// Reads one table of a built-in file, where tests find every mistake: the first one is enough, and the table needs no copy to be read again.
pub(super) fn read_built_in<T: DeserializeOwned>(table: Table<'_>, mistakes: &mut Vec<Mistake>) -> Option<T> {
    let offset = table.span().start;
    T::deserialize(ValueDeserializer::from(table)).map_err(|error| mistakes.push(Mistake::of(&error, offset))).ok()
}

/// Reads one table. After a mistake in a key or its value, it is read again without that key, so that every mistake is found.
pub(super) fn read<T: DeserializeOwned>(table: Table<'_>, mistakes: &mut Vec<Mistake>) -> Option<T> {
    let span = table.span();
    let mut left_out: Vec<String> = Vec::new();
    let mut value = table.into_inner();
    loop {
        let error = match T::deserialize(ValueDeserializer::from(Spanned::new(span.clone(), value.clone()))) {
            Ok(read) if left_out.is_empty() => return Some(read),
            Ok(_) => return None,
            Err(error) => error,
        };
        // A key that is missing because it was left out is no further mistake.
        let is_consequence = left_out.iter().any(|key| error.message() == format!("missing field `{key}`"));
        if !is_consequence {
            mistakes.push(Mistake::of(&error, span.start));
        }
        let DeValue::Table(keys) = &mut value else { return None };
        let at = error.span().map(|span| span.start);
        let wrong = at.and_then(|at| keys.iter().find(|(key, value)| key.span().contains(&at) || covers(value, at)));
        let wrong = wrong.map(|(key, _)| key.get_ref().to_string()).filter(|_| left_out.len() < MAX_MISTAKES)?;
        keys.remove(wrong.as_str());
        left_out.push(wrong);
    }
}

/// Whether the byte is in the value. The tables and arrays in it may be elsewhere in the file.
fn covers(value: &Table<'_>, at: usize) -> bool {
    value.span().contains(&at)
        || match value.get_ref() {
            DeValue::Table(keys) => keys.iter().any(|(key, value)| key.span().contains(&at) || covers(value, at)),
            DeValue::Array(values) => values.iter().any(|value| covers(value, at)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Entry {
        id: String,
        #[serde(default)]
        words: BTreeMap<String, Vec<String>>,
        #[serde(default)]
        count: u8,
    }

    fn lines_of(text: &str) -> Vec<(usize, String)> {
        let mut mistakes = Vec::new();
        let Some((rest, tables)) = split(text, &["rule"], &mut mistakes) else { return lines(text, mistakes) };
        read::<BTreeMap<String, String>>(rest, &mut mistakes);
        for entry in tables.into_iter().flatten() {
            read::<Entry>(entry, &mut mistakes);
        }
        lines(text, mistakes)
    }

    fn lines(text: &str, mistakes: Vec<Mistake>) -> Vec<(usize, String)> {
        mistakes.into_iter().map(|mistake| (1 + text[..mistake.offset].matches('\n').count(), mistake.reason)).collect()
    }

    #[test]
    fn every_mistake_of_every_table_is_found() {
        let text =
            "[[rule]]\nid = 3\ncount = 300\ncolour = 1\n[rule.words]\nen = \"x\"\n[[rule]]\ncount = 1\n[[rule]]\nid = \"fine\"\n";
        let found = lines_of(text);
        let at: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        let mut sorted = at.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [2, 3, 4, 6, 7], "{found:?}");
        assert!(found.iter().any(|(line, reason)| *line == 7 && reason.contains("missing field `id`")), "{found:?}");
        assert_eq!(found.iter().filter(|(_, reason)| reason.contains("missing field")).count(), 1, "{found:?}");
    }

    #[test]
    fn every_syntax_error_is_found() {
        let found = lines_of("[[rule]]\nid = \nwhy == 3\nok = 1\n");
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert!(lines.contains(&2) && lines.contains(&3), "{found:?}");
        assert_eq!(lines_of("rule = 3\n").len(), 1);
    }
}
