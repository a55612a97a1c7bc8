//! Title, authors and date where a rule of the page's site says that they are: they come first, whatever other sources say. Selects nothing itself.

use super::author_score;
use super::candidate::{Candidate, MetadataSource, RawAuthor};
use super::clean_titles;
use super::date::{self, is_plausible};
use super::page_context::PageContext;
use super::scored::{Scored, ScoredCandidates};
use super::title::SiteNames;
use crate::document::selected::SiteAction;

/// The score and the confidence of what a rule selects: whoever wrote it looked at this very site.
const SCORE: f32 = 2.0;
const CONFIDENCE: u8 = 99;

/// Most authors that a rule selects, one element each.
const MAX_AUTHORS: usize = 10;

/// Puts what rules select before all other candidates.
pub(crate) fn put_first(context: &PageContext<'_>, names: &SiteNames, scored: &mut ScoredCandidates) {
    let format = context.page().format;
    for text in texts(context, SiteAction::Title).into_iter().take(1).rev() {
        put(clean_titles::clean(vec![text], names, format).into_iter().next(), &mut scored.title);
    }
    let authors = texts(context, SiteAction::Author);
    if let Some(first) = authors.first() {
        let raw = authors.iter().take(MAX_AUTHORS).map(|author| RawAuthor::unknown(author.value.clone())).collect();
        let found = author_score::score(vec![first.with(raw)], names, context).into_iter().next();
        put(found.map(|found| first.with(found.value)), &mut scored.authors);
    }
    let read = |text: &Candidate<String>| {
        let read = date::any(&text.value, &context.locale).filter(|date| is_plausible(date, context.input.now))?;
        Some(text.with(read.page_date()))
    };
    put(texts(context, SiteAction::Date).iter().find_map(read), &mut scored.published);
}

/// What rules select as this.
fn texts(context: &PageContext<'_>, action: SiteAction) -> Vec<Candidate<String>> {
    let selected = context.page().selected.iter().filter(|selected| selected.action == action);
    let candidates = selected.flat_map(|selected| {
        let evidence = format!("rule:{}", selected.rule.0);
        selected.texts.iter().map(move |text| Candidate::new(text.clone(), MetadataSource::SiteRule, evidence.clone()))
    });
    candidates.collect()
}

fn put<T>(candidate: Option<Candidate<T>>, scored: &mut Vec<Scored<T>>) {
    let first = candidate.map(|Candidate { value, evidence, source, .. }| Scored {
        value,
        evidence,
        source,
        score: SCORE,
        confidence: CONFIDENCE,
    });
    scored.splice(0..0, first);
}
