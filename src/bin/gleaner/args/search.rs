//! Arguments of `gleaner search`, `gleaner list` and `gleaner is-article`, and the filters of documents.

use std::ffi::OsString;

use clap::{Args, ValueEnum, ValueHint};
use gleaner::search::{Filter, Order, Page, SearchOrder};
use gleaner_extract::base::time::Day;
use gleaner_extract::document::Completeness;

use super::ReportArgs;

/// Which documents.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Only documents published on this day (YYYY-MM-DD) or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub since: Option<Day>,
    /// Only documents published on this day or earlier
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Day>,
    /// Only documents of this site: its domain or its name; can be repeated
    #[arg(long, value_name = "SITE")]
    pub site: Vec<String>,
    /// Only documents by this author; can be repeated
    #[arg(long, value_name = "NAME")]
    pub author: Vec<String>,
    /// Only documents in this language, such as `en`; can be repeated
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Vec<String>,
    /// Only documents with this verdict: complete, truncated, live, index-page; can be repeated
    #[arg(long, value_name = "VERDICT", value_parser = completeness)]
    pub completeness: Vec<Completeness>,
    /// Only documents with this tag; can be repeated
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Of each cluster of copies and near duplicates, only the canonical document: the fullest text, then the earliest
    #[arg(long)]
    pub canonical_only: bool,
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| "give a day of the calendar as YYYY-MM-DD".to_owned())
}

fn completeness(name: &str) -> Result<Completeness, String> {
    let names = || Completeness::ALL.iter().map(|verdict| verdict.name()).collect::<Vec<_>>().join(", ");
    Completeness::from_name(name).ok_or_else(|| format!("there is no such verdict; the verdicts are {}", names()))
}

impl FilterArgs {
    /// The filter.
    pub fn filter(&self) -> Filter {
        Filter {
            since: self.since,
            until: self.until,
            sites: self.site.clone(),
            authors: self.author.clone(),
            languages: self.language.clone(),
            completeness: self.completeness.clone(),
            tags: self.tag.clone(),
            canonical_only: self.canonical_only,
            ids: None,
        }
    }
}

/// How documents are printed.
#[derive(Clone, Copy, Debug, Args)]
pub struct IdArgs {
    /// Print the ids only, one on each line
    #[arg(long, conflicts_with = "json")]
    pub ids: bool,
    /// Print the ids only, each followed by a zero byte, for `xargs -0`
    #[arg(long, conflicts_with_all = ["json", "ids"])]
    pub ids0: bool,
}

impl IdArgs {
    /// What follows each id, if ids are asked for.
    pub fn end(self) -> Option<char> {
        match (self.ids, self.ids0) {
            (true, _) => Some('\n'),
            (_, true) => Some('\0'),
            _ => None,
        }
    }
}

/// `gleaner search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Words to find, all of them: "a phrase", -without (put the query in quotes) or NOT without, one OR other, pref*, title:word
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
    /// The order of the results: the best match first, or the latest
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = SearchSort::Relevance)]
    pub sort: SearchSort,
    /// Print at most this number of results
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: u64,
    /// Leave out this number of results at the beginning
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    #[command(flatten)]
    pub ids: IdArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
}

impl SearchArgs {
    /// The order of the results.
    pub fn order(&self) -> SearchOrder {
        match self.sort {
            SearchSort::Relevance => SearchOrder::Relevance,
            SearchSort::Date => SearchOrder::Newest,
        }
    }

    /// The part of the results.
    pub fn page(&self) -> Page {
        Page { offset: self.offset, limit: self.limit }
    }
}

/// The order of what a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SearchSort {
    Relevance,
    Date,
}

/// `gleaner list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// The order of the documents: the latest first, or by file name
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = ListSort::Date)]
    pub sort: ListSort,
    /// Print at most this number of documents [default: all]
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Leave out this number of documents at the beginning
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    #[command(flatten)]
    pub ids: IdArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
}

impl ListArgs {
    /// The order of the documents.
    pub fn order(&self) -> Order {
        match self.sort {
            ListSort::Date => Order::Newest,
            ListSort::Name => Order::Name,
        }
    }
}

/// The order of a list of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListSort {
    Date,
    Name,
}

/// `gleaner is-article`.
#[derive(Debug, Args)]
pub struct IsArticleArgs {
    /// URLs, files, pages in archives (FILE#PLACE), or documents by id
    #[arg(value_name = "URL|FILE|ID", required = true, value_hint = ValueHint::AnyPath)]
    pub targets: Vec<OsString>,
    #[command(flatten)]
    pub report: ReportArgs,
}
