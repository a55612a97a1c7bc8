//! What happened at each site on each day, summed up so that memory grows with sites and days but not with documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::by_day::ByDay;
use crate::outcome::Cause;

/// Most sites that are followed. Those seen first are.
const MAX_SITES: usize = 20_000;

/// Most sources whose polls are told apart within one day.
const MAX_POLLS: usize = 100_000;

/// Most configured sources that are remembered for a site.
const MAX_VIA: usize = 4;

/// What happened at a site on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DayCounts {
    /// Pages that were requested.
    pub pages: u32,
    /// Those that led to a document.
    pub ok: u32,
    /// Those that led to a new document.
    pub new: u32,
    /// Pages of which it is known why they led to no document.
    pub explained: u32,
    /// Those that the site kept us from.
    pub blocked: u32,
    /// Those whose host could not be reached or failed.
    pub unreachable: u32,
    /// Articles of which more is known than their outcome.
    pub articles: u32,
    /// Articles that end before the story does, or that their page declares as paid.
    pub truncated: u32,
    /// Articles without a headline.
    pub no_title: u32,
    /// Articles without authors.
    pub no_authors: u32,
    /// Articles without a date.
    pub no_date: u32,
    /// The sum of the logarithms of their words.
    pub log_words: f32,
    /// The sum of their confidences.
    pub confidence: f32,
    /// The sum of the shares of their pages that were removed.
    pub removed: f32,
    /// Requests of which it is known how long they took.
    pub timed: u32,
    /// The sum of the logarithms of their milliseconds.
    pub log_ms: f32,
    /// Sources that were polled.
    pub polls: PollCounts,
}

/// Sources that were polled on one day, or on several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollCounts {
    /// All of them.
    pub all: u32,
    /// Those that could not be read all day.
    pub failed: u32,
    /// Those among them that the site kept us from.
    pub blocked: u32,
}

impl std::iter::Sum for PollCounts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, day| Self {
            all: sum.all + day.all,
            failed: sum.failed + day.failed,
            blocked: sum.blocked + day.blocked,
        })
    }
}

/// What is known of a site, by day.
#[derive(Clone, Debug, Default)]
pub struct SiteHistory {
    /// The days with something.
    pub days: ByDay<DayCounts>,
    /// Configured sources that led to its pages.
    pub via: Vec<String>,
}

/// A line of a journal, as far as it says something of a site.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// The registrable domain.
    pub site: &'a str,
    /// The day, counted from 1970-01-01.
    pub day: i64,
    /// The configured source that it belongs to.
    pub via: Option<&'a str>,
    /// What happened.
    pub seen: Seen<'a>,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// A source was polled.
    Poll(PollSeen<'a>),
    /// A page was requested.
    Page(PageSeen),
}

/// The poll of a source.
#[derive(Clone, Copy, Debug)]
pub struct PollSeen<'a> {
    /// Its URL.
    pub url: &'a str,
    /// Why it could not be read, if it could not.
    pub cause: Option<Cause>,
}

/// A page that was requested.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageSeen {
    /// True if it is known why it led to no document, if it did not.
    pub is_explained: bool,
    /// True if it led to a document.
    pub is_ok: bool,
    /// True if the document is new.
    pub is_new: bool,
    /// Why it did not.
    pub cause: Option<Cause>,
    /// How long the host took to answer, in milliseconds.
    pub ms: Option<u64>,
    /// The article, if it was cleaned.
    pub article: Option<ArticleSeen>,
}

/// An article that came of a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArticleSeen {
    /// Words of its text.
    pub words: u64,
    /// The expected quality of the text, 0 to 1.
    pub confidence: f64,
    /// The share of the page's words that were removed, 0 to 1.
    pub removed: f64,
    /// True if it ends before the story does, or its page declares it as paid.
    pub is_truncated: bool,
    /// True if it has no headline.
    pub no_title: bool,
    /// True if it has no authors.
    pub no_authors: bool,
    /// True if it has no date.
    pub no_date: bool,
}

/// What happened at all sites. Observations are added day by day.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// By registrable domain.
    pub sites: BTreeMap<String, SiteHistory>,
    /// The polls of each configured source, by its name.
    pub sources: BTreeMap<String, ByDay<PollCounts>>,
    /// The days on which anything was requested.
    pub fetch_days: BTreeSet<i64>,
    /// Observations of sites beyond the most that are followed.
    pub left_out: u64,
    /// The day that the polls are of.
    open_day: i64,
    /// The polls of that day by URL.
    polls: HashMap<String, DayPoll>,
}

/// The polls of one source on one day.
#[derive(Clone, Debug)]
struct DayPoll {
    site: String,
    via: Option<String>,
    /// Why it could not be read, unless it was read at least once.
    cause: Option<Cause>,
}

impl History {
    /// Adds an observation. Those of one day come together, oldest day first.
    pub fn add(&mut self, observation: Observation<'_>) {
        if observation.day != self.open_day {
            self.close_day();
            self.open_day = observation.day;
        }
        self.fetch_days.insert(observation.day);
        match observation.seen {
            Seen::Poll(poll) => self.add_poll(observation, poll),
            Seen::Page(page) => self.add_page(observation, page),
        }
    }

    fn add_poll(&mut self, observation: Observation<'_>, poll: PollSeen<'_>) {
        if let Some(known) = self.polls.get_mut(poll.url) {
            known.cause = known.cause.and(poll.cause);
        } else if self.polls.len() < MAX_POLLS {
            let (site, via) = (observation.site.to_owned(), observation.via.map(str::to_owned));
            self.polls.insert(poll.url.to_owned(), DayPoll { site, via, cause: poll.cause });
        }
    }

    fn add_page(&mut self, observation: Observation<'_>, page: PageSeen) {
        let Some(site) = self.site(observation.site) else { return };
        if let Some(via) = observation.via
            && site.via.len() < MAX_VIA
            && !site.via.iter().any(|known| known == via)
        {
            site.via.push(via.to_owned());
        }
        let day = site.days.entry(observation.day);
        day.pages += 1;
        day.ok += u32::from(page.is_ok);
        day.new += u32::from(page.is_new);
        day.explained += u32::from(page.is_explained);
        day.blocked += u32::from(page.cause.is_some_and(Cause::is_block));
        day.unreachable += u32::from(matches!(page.cause, Some(Cause::Unreachable | Cause::ServerError)));
        if let Some(ms) = page.ms {
            day.timed += 1;
            day.log_ms += (ms.max(1) as f32).ln();
        }
        if let Some(article) = page.article {
            day.articles += 1;
            day.truncated += u32::from(article.is_truncated);
            day.no_title += u32::from(article.no_title);
            day.no_authors += u32::from(article.no_authors);
            day.no_date += u32::from(article.no_date);
            day.log_words += (article.words.max(1) as f32).ln();
            day.confidence += article.confidence as f32;
            day.removed += article.removed as f32;
        }
    }

    /// The site with this name, unless there are too many.
    fn site(&mut self, name: &str) -> Option<&mut SiteHistory> {
        if !self.sites.contains_key(name) {
            if self.sites.len() >= MAX_SITES {
                self.left_out += 1;
                return None;
            }
            self.sites.insert(name.to_owned(), SiteHistory::default());
        }
        self.sites.get_mut(name)
    }

    /// Sums up the polls of the last day. To be called when everything has been added.
    pub fn close_day(&mut self) {
        let day = self.open_day;
        for poll in std::mem::take(&mut self.polls).into_values() {
            let count = |counts: &mut PollCounts| {
                counts.all += 1;
                counts.failed += u32::from(poll.cause.is_some());
                counts.blocked += u32::from(poll.cause.is_some_and(Cause::is_block));
            };
            if let Some(site) = self.site(&poll.site) {
                count(&mut site.days.entry(day).polls);
            }
            if let Some(via) = poll.via {
                count(self.sources.entry(via).or_default().entry(day));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(day: i64, url: &'static str, cause: Option<Cause>) -> Observation<'static> {
        Observation { site: "a.example", day, via: Some("A"), seen: Seen::Poll(PollSeen { url, cause }) }
    }

    #[test]
    fn a_source_counts_once_a_day_and_as_read_if_it_was_once() {
        let mut history = History::default();
        for (day, url, cause) in [
            (1, "/feed", Some(Cause::ServerError)),
            (1, "/feed", None),
            (1, "/feed", Some(Cause::Denied)),
            (1, "/map", Some(Cause::Denied)),
            (2, "/feed", Some(Cause::Gone)),
        ] {
            history.add(poll(day, url, cause));
        }
        history.close_day();
        let polls: Vec<PollCounts> = history.sites["a.example"].days.iter().map(|(_, counts)| counts.polls).collect();
        assert_eq!(polls, [PollCounts { all: 2, failed: 1, blocked: 1 }, PollCounts { all: 1, failed: 1, blocked: 0 }]);
        let of_source: PollCounts = history.sources["A"].within(1..=2).copied().sum();
        assert_eq!(of_source, PollCounts { all: 3, failed: 2, blocked: 1 });
    }

    #[test]
    fn sites_beyond_the_limit_are_counted_and_not_followed() {
        let mut history = History::default();
        for number in 0..MAX_SITES + 3 {
            let site = format!("s{number}.example");
            history.add(Observation { site: &site, day: 1, via: None, seen: Seen::Page(PageSeen::default()) });
        }
        assert_eq!((history.sites.len(), history.left_out), (MAX_SITES, 3));
    }
}
