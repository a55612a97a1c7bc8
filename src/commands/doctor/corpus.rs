//! Checks the state of the index.

use super::check::Check;
use crate::store::{CorpusReader, Layout, Lock};

const NAME: &str = "index";

pub(super) fn index(layout: &Layout) -> Check {
    if !layout.state.is_dir() {
        return Check::ok(NAME, "not made yet: the first run makes it");
    }
    let is_closed = layout.is_closed();
    let reader = match CorpusReader::open(layout) {
        Ok(reader) => reader,
        Err(error) => return Check::problem(NAME, error.to_string(), error.hint().unwrap_or("`gleaner reindex` rebuilds it")),
    };
    let (documents, limits) = match (reader.size(), reader.near_limit()) {
        (Ok((documents, _)), Ok(limits)) => (documents, limits),
        (Err(error), _) | (_, Err(error)) => {
            return Check::problem(NAME, error.to_string(), error.hint().unwrap_or("`gleaner reindex` rebuilds it"));
        }
    };
    if let Some(full) = limits {
        return Check::warning(NAME, full.to_string(), full.advice());
    }
    if !is_closed {
        return match Lock::is_held(layout) {
            Ok(true) => Check::ok(NAME, format!("{documents} documents; a run is active")),
            _ => Check::warning(
                NAME,
                format!("{documents} documents; the last run was interrupted"),
                "the next run repairs what it left",
            ),
        };
    }
    Check::ok(NAME, format!("{documents} documents, complete"))
}
