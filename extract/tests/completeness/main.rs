//! Tests the verdict on completeness with hand-written pages of every kind, and with truncated copies of pages with known text. Also tests what needs
//! the same pages: the feed as a metadata source, and the language.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test fail the test, and show what it measured")]

mod cut;
mod feed;
mod language;
mod layouts;
mod paywall_notice;
mod sets;
#[path = "../shared/mod.rs"]
mod shared;
#[path = "../shared/archive.rs"]
mod shared_archive;
mod truncation;
mod written;

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;

/// Cleans one page; `None` if it could not be read.
fn clean(bytes: Vec<u8>, url: Option<&url::Url>, rules: &RuleSet) -> Option<CleanedPage> {
    let context =
        CleanContext { rules, limits: &page::Config::default(), now: Some(Timestamp::from_unix(1_795_000_000)), sites: None };
    clean_page(&RawDocument::local(Origin::Stdin, bytes), url, context).ok()
}
