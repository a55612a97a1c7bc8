//! The lists of `parameters.toml`: parameters, segments and hosts that do not identify a page. Only data.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// The lists of `parameters.toml`; it documents each.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    pub tracking: Vec<String>,
    pub devices: HashSet<String>,
    pub forms: HashSet<String>,
    pub form_segments: HashSet<String>,
    pub form_endings: Vec<String>,
    pub parts: HashSet<String>,
    pub wholes: HashSet<String>,
    pub whole_parameters: HashSet<String>,
    pub whole_segments: HashSet<String>,
    pub indexes: HashSet<String>,
}

/// Empty lists if the file cannot be parsed, which a test rules out.
pub(super) static LISTS: LazyLock<Lists> = LazyLock::new(|| toml::from_str(include_str!("parameters.toml")).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_filled_and_in_lower_case() {
        let mut all: Vec<&String> = LISTS.tracking.iter().chain(&LISTS.form_endings).collect();
        let wholes = [&LISTS.wholes, &LISTS.whole_parameters, &LISTS.whole_segments];
        for set in [&LISTS.devices, &LISTS.forms, &LISTS.form_segments, &LISTS.parts, &LISTS.indexes].into_iter().chain(wholes) {
            assert!(set.len() >= 5);
            all.extend(set.iter());
        }
        assert!(LISTS.tracking.len() > 40 && all.iter().all(|name| **name == name.to_ascii_lowercase()));
    }
}
