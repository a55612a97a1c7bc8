//! Why a site probably drifted, from what changed.

use super::drift::Reason;
use super::history::PollCounts;
use super::measure::Measure;

/// What is known of a drift.
pub struct Evidence {
    /// What changed.
    pub measures: Vec<Measure>,
    /// True if there are no new articles at all any more.
    pub is_silent: bool,
    /// Sources that were polled since the first day of the drift.
    pub polls: PollCounts,
    /// By how much the share of incomplete articles has risen, clear or not.
    pub truncated_rise: f64,
    /// Pages that were requested since then.
    pub pages: u32,
    /// Since then: pages without a document, and those that the site kept gleaner from.
    pub lost: (u32, u32),
}

/// Measures that say that text or metadata are not found where they were.
const OF_LAYOUT: &[Measure] = &[
    Measure::Words,
    Measure::Confidence,
    Measure::Removed,
    Measure::WithoutTitle,
    Measure::WithoutAuthors,
    Measure::WithoutDate,
    Measure::Success,
];

/// Articles that are shorter are so because of a paywall if so many more of them are incomplete.
const MIN_RISE: f64 = 0.2;

impl Evidence {
    /// The reason with the strongest evidence: what keeps gleaner out explains all the rest, and a missing text explains missing articles.
    pub fn reason(&self) -> Reason {
        let has = |measure: Measure| self.measures.contains(&measure);
        let PollCounts { all, failed, blocked } = self.polls;
        let (lost, kept_out) = self.lost;
        let are_polls_dead = has(Measure::FailedPolls) || (self.is_silent && all > 0 && failed * 5 >= all * 4);
        // A drift of the articles a day is older than what shows why.
        let most_lost_blocked = (has(Measure::Success) || lost * 2 > self.pages) && kept_out * 2 > lost;
        if has(Measure::Blocked) || most_lost_blocked || (are_polls_dead && blocked * 2 > failed) {
            return Reason::Blocked;
        }
        if has(Measure::Unreachable) {
            return Reason::Unreachable;
        }
        if has(Measure::Truncated) || (has(Measure::Words) && self.truncated_rise >= MIN_RISE) {
            return Reason::Paywall;
        }
        if are_polls_dead {
            return Reason::FeedDead;
        }
        if OF_LAYOUT.iter().any(|measure| has(*measure)) {
            return Reason::LayoutChanged;
        }
        if self.is_silent { Reason::Silence } else { Reason::Unclear }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_what_explains_the_rest() {
        let reason = |measures: &[Measure], is_silent, (all, failed, blocked), lost| {
            let polls = PollCounts { all, failed, blocked };
            Evidence { measures: measures.to_vec(), is_silent, polls, truncated_rise: 0.0, pages: 10, lost }.reason()
        };
        let (none, nothing) = ((0, 0, 0), (0, 0));
        for (measures, is_silent, polls, lost, expected) in [
            (&[Measure::Blocked, Measure::Success][..], false, none, (9, 9), Reason::Blocked),
            (&[Measure::Success], false, none, (9, 8), Reason::Blocked),
            (&[Measure::Success], false, none, (9, 1), Reason::LayoutChanged),
            (&[Measure::Success, Measure::Unreachable], false, none, (9, 0), Reason::Unreachable),
            (&[Measure::Words, Measure::Truncated], false, none, nothing, Reason::Paywall),
            (&[Measure::FailedPolls, Measure::ArticlesADay], true, (9, 9, 0), nothing, Reason::FeedDead),
            (&[Measure::ArticlesADay], true, (9, 9, 9), nothing, Reason::Blocked),
            (&[Measure::ArticlesADay], true, (9, 2, 0), nothing, Reason::Silence),
            (&[Measure::ArticlesADay], true, (9, 8, 0), nothing, Reason::FeedDead),
            (&[Measure::ArticlesADay], false, none, (9, 8), Reason::Blocked),
            (&[Measure::WithoutAuthors], false, (9, 0, 0), nothing, Reason::LayoutChanged),
            (&[Measure::ResponseMs], false, (9, 0, 0), nothing, Reason::Unclear),
        ] {
            assert_eq!(reason(measures, is_silent, polls, lost), expected, "{measures:?}");
        }
        let shorter = Evidence {
            measures: vec![Measure::Words],
            is_silent: false,
            polls: PollCounts::default(),
            truncated_rise: 0.4,
            pages: 10,
            lost: nothing,
        };
        assert_eq!(shorter.reason(), Reason::Paywall);
    }
}
