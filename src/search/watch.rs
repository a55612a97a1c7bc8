//! The `[[watch]]` tables of `config.toml`: searches that are saved under a name.

use serde::{Deserialize, Serialize};

use super::filter::Filter;
use super::query::Query;
use super::query_error::QueryError;
use gleaner_extract::document::Completeness;

/// A `[[watch]]` table of `config.toml`. The filters are those of [`Filter`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchConfig {
    /// Its name.
    pub name: String,
    /// What is looked for, as in `gleaner search`. Default: any text.
    #[serde(default)]
    pub query: Option<String>,
    /// Sites.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Authors.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Languages.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Verdicts on completeness.
    #[serde(default)]
    pub completeness: Vec<Completeness>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Of each cluster of near duplicates, the canonical document only.
    #[serde(default)]
    pub canonical_only: bool,
}

impl WatchConfig {
    /// Its query; `None` if any text will do.
    pub fn query(&self) -> Result<Option<Query>, QueryError> {
        self.query.as_deref().map(Query::parse).transpose()
    }

    /// Its filter.
    pub fn filter(&self) -> Filter {
        Filter {
            sites: self.sites.clone(),
            authors: self.authors.clone(),
            languages: self.languages.clone(),
            completeness: self.completeness.clone(),
            tags: self.tags.clone(),
            canonical_only: self.canonical_only,
            ..Filter::default()
        }
    }

    /// Why the table cannot be used, if it cannot.
    pub fn problem(&self) -> Option<String> {
        if self.name.trim().is_empty() {
            return Some("`name` is empty".to_owned());
        }
        if let Err(error) = self.query() {
            return Some(format!("failed to {error}"));
        }
        let is_everything = self.query.is_none() && self.filter().is_empty();
        is_everything.then(|| "it has neither a `query` nor a filter".to_owned())
    }
}
