//! What the lines of journals say of sites, and which of them serve as examples of a drift. Judges nothing.

use std::collections::{BTreeMap, VecDeque};

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::site;
use gleaner_extract::document::Completeness;
use url::Url;

use crate::health::{ArticleSeen, Change, Example, Measure, Observation, PageSeen, PollSeen, Reason, Seen, SiteDrift};
use crate::outcome::Cause;
use crate::store::journal::JournalLine;
use crate::store::journal_facts::{ArticleFacts, RequestKind, UsualField};

/// Examples of a drift.
const EXAMPLES: usize = 3;

/// The day of a time, counted from 1970-01-01.
pub fn day_number(time: Timestamp) -> i64 {
    time.unix().div_euclid(86_400)
}

/// The registrable domain that a line is about; `None` for files.
pub fn site_of(line: &JournalLine) -> Option<String> {
    let is_url = ["http://", "https://"].iter().any(|scheme| line.source.starts_with(scheme));
    is_url.then(|| Url::parse(&line.source).ok()).flatten().and_then(|url| site(&url))
}

/// What a line says of its site; `None` if it says nothing, as of a document that was forgotten.
pub fn observation<'a>(line: &'a JournalLine, site: &'a str, started: Timestamp) -> Option<Observation<'a>> {
    let is_ok = has_document(line);
    let is_failure = matches!(line.outcome.as_str(), "refused" | "failed");
    let seen = match line.request {
        Some(RequestKind::Source) => {
            let cause = is_failure.then(|| line.cause.unwrap_or(Cause::Other));
            Seen::Poll(PollSeen { url: &line.source, cause })
        }
        // Journals of earlier versions do not tell sources that failed from pages that failed.
        Some(RequestKind::Page) | None if is_ok || is_failure => Seen::Page(PageSeen {
            is_explained: line.request.is_some(),
            is_ok,
            is_new: line.outcome == "new" || (line.outcome == "copy" && line.request.is_some()),
            cause: line.cause,
            ms: line.ms,
            article: line.article.as_ref().filter(|_| line.outcome != "unchanged").map(article),
        }),
        Some(RequestKind::Page) | None => return None,
    };
    Some(Observation { site, day: day_number(started), via: line.via.as_deref(), seen })
}

fn has_document(line: &JournalLine) -> bool {
    matches!(line.outcome.as_str(), "new" | "updated" | "unchanged" | "copy")
}

fn article(facts: &ArticleFacts) -> ArticleSeen {
    let misses = |field| facts.missing.contains(&field);
    ArticleSeen {
        words: facts.words,
        confidence: facts.confidence,
        removed: facts.removed,
        is_truncated: is_truncated(facts),
        no_title: misses(UsualField::Title),
        no_authors: misses(UsualField::Authors),
        no_date: misses(UsualField::Published),
    }
}

fn is_truncated(facts: &ArticleFacts) -> bool {
    facts.paywalled || facts.completeness == Completeness::Truncated
}

/// Collects the latest examples of each drift from the lines of the journals.
pub struct Examples<'a> {
    drifts: BTreeMap<&'a str, Candidates<'a>>,
}

/// The lines of a site that may serve as examples.
struct Candidates<'a> {
    drift: &'a SiteDrift,
    /// Those that show the drift.
    clear: VecDeque<Example>,
    /// Others since its first day.
    since: VecDeque<Example>,
    /// The documents before it.
    before: VecDeque<Example>,
}

impl<'a> Examples<'a> {
    /// Examples of these drifts, none yet.
    pub fn of(drifts: &'a [SiteDrift]) -> Self {
        let none = VecDeque::new;
        let candidates = |drift| Candidates { drift, clear: none(), since: none(), before: none() };
        Self { drifts: drifts.iter().map(|drift| (drift.site.as_str(), candidates(drift))).collect() }
    }

    /// Takes a line in. Those of older runs come first.
    pub fn add(&mut self, line: &JournalLine, site: &str, started: Timestamp) {
        let Some(candidates) = self.drifts.get_mut(site) else { return };
        let drift = candidates.drift;
        let list = match started.day() < drift.since {
            true if !has_document(line) || line.path.is_none() => return,
            true => &mut candidates.before,
            false if shows(line, drift) => &mut candidates.clear,
            false => &mut candidates.since,
        };
        let (id, path, source) = (line.id, line.path.clone(), line.source.clone());
        let error = line.error.clone().or_else(|| line.reason.clone());
        // A page that is tried again in every run is one example.
        list.retain(|known| known.source != source);
        list.push_back(Example { at: started, id, path, source, error });
        if list.len() > EXAMPLES {
            list.pop_front();
        }
    }

    /// The examples of each drift, by the names of their sites.
    pub fn finish(self) -> Vec<Vec<Example>> {
        let chosen = |Candidates { drift, clear, since, before }: Candidates<'_>| {
            let lists = if drift.reason == Reason::Silence { [before, clear, since] } else { [clear, since, before] };
            lists.into_iter().find(|list| !list.is_empty()).unwrap_or_default().into()
        };
        self.drifts.into_values().map(chosen).collect()
    }
}

/// True if a line since the first day of a drift is what it looks like.
fn shows(line: &JournalLine, drift: &SiteDrift) -> bool {
    let cause = line.cause;
    match drift.reason {
        Reason::Blocked => cause.is_some_and(Cause::is_block),
        Reason::Unreachable => matches!(cause, Some(Cause::Unreachable | Cause::ServerError)),
        Reason::FeedDead => line.request == Some(RequestKind::Source) && cause.is_some(),
        Reason::Paywall => line.article.as_ref().is_some_and(is_truncated),
        Reason::LayoutChanged => {
            let changed = |facts: &ArticleFacts| drift.changes.iter().any(|change| has_changed(facts, change));
            cause == Some(Cause::NoText) || line.article.as_ref().is_some_and(changed)
        }
        Reason::Silence | Reason::Everywhere | Reason::Unclear => has_document(line),
    }
}

/// True if an article is closer to what the measure is now than to what it was.
fn has_changed(facts: &ArticleFacts, change: &Change) -> bool {
    let closer = |value: f64, before: f64, now: f64| (value - now).abs() < (value - before).abs();
    match change.measure {
        Measure::Words => closer((facts.words.max(1) as f64).ln(), change.before.max(1.0).ln(), change.now.max(1.0).ln()),
        Measure::Confidence => closer(facts.confidence, change.before, change.now),
        Measure::Removed => closer(facts.removed, change.before, change.now),
        Measure::WithoutTitle => facts.missing.contains(&UsualField::Title),
        Measure::WithoutAuthors => facts.missing.contains(&UsualField::Authors),
        Measure::WithoutDate => facts.missing.contains(&UsualField::Published),
        _ => false,
    }
}
