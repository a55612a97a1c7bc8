//! Metadata extraction: title, authors, dates, site, language and more from a page's head, markup and text, each with its source.
//!
//! One module per source (`jsonld`, `meta_tags`, `markup`, `text_lines`, `rights`, `feed`, `author_from_domain`, `language`) collects
//! candidates; `resolve` scores them. Pure: no I/O, no clock.

mod author_from_domain;
mod author_score;
#[cfg(test)]
mod author_tests;
mod breadcrumb;
mod byline;
mod candidate;
mod clean_titles;
mod date;
mod dump;
mod feed;
mod field_score;
mod headline;
mod input;
mod jsonld;
mod jsonld_value;
mod language;
mod markup;
mod meta_tags;
mod page_context;
mod path_date;
mod pattern_lists;
#[cfg(test)]
#[expect(dead_code, reason = "build.rs uses the rest")]
mod pattern_sources;
mod patterns;
mod plain;
mod reconcile_dates;
mod reliability;
mod resolve;
mod rights;
mod scored;
mod section;
mod shown_heading;
mod site;
mod site_name;
#[cfg(test)]
mod site_name_table;
mod site_rules;
mod spelling;
mod tags;
#[cfg(test)]
mod tests;
mod text_lines;
mod title;

pub use input::MetadataInput;
pub use scored::{Scored, ScoredCandidates};

use crate::base::time::Day;
use crate::page::{Format, Page, dump_headline};
use candidate::Candidates;
use page_context::PageContext;

/// Collects and scores the candidates for every field. [`ScoredCandidates::metadata`] returns the best ones.
pub fn find_candidates(input: MetadataInput<'_>) -> ScoredCandidates {
    let context = PageContext::of(input);
    let candidates = collect(&context);
    resolve::score(&context, candidates).into_printable()
}

/// Runs every source.
fn collect(context: &PageContext<'_>) -> Candidates {
    let mut candidates = Candidates::default();
    jsonld::collect(context, &mut candidates);
    meta_tags::collect(context, &mut candidates);
    markup::collect(context, &mut candidates);
    text_lines::collect(context, &mut candidates);
    rights::collect(context, &mut candidates);
    // The sources so far can have any number of candidates.
    candidates.cap();
    feed::collect(context, &mut candidates);
    author_from_domain::collect(context, &mut candidates);
    language::collect(context, &mut candidates);
    candidates
}

/// The day of a date as a machine or people write it, in the language of the page.
pub fn read_day(text: &str, page: &Page) -> Option<Day> {
    let tag = page.head.lang.as_deref().filter(|lang| !lang.trim().is_empty()).or_else(|| page.head.meta("og:locale"));
    let domain = page.head.url.as_ref().and_then(|url| url.host_str()?.rsplit('.').next());
    date::any(text, &date::Locale::of(tag, domain)).map(|date| date.day)
}

/// The possible headlines for training the headline model: each with its features, in the order of [`headline_features`].
pub fn headline_options(input: MetadataInput<'_>) -> Vec<(String, Vec<f32>)> {
    let context = PageContext::of(input);
    if input.page.format == Format::Text {
        return dump::options(&context).into_iter().map(|option| (option.text, option.features)).collect();
    }
    let titles = clean_titles::of_page(collect(&context), &context);
    headline::options(&titles, &context).into_iter().map(|option| (option.text, option.features)).collect()
}

/// The names of the features that the headline models use: for HTML pages or for the lines of text dumps.
pub fn headline_features(format: Format) -> &'static [&'static str] {
    match format {
        Format::Html => headline::FEATURES,
        Format::Text => dump_headline::FEATURES,
    }
}
