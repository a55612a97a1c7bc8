//! The headline that readers see is the page's main heading. The model for headlines is learned from known titles that often follow the page's
//! head, written for search engines, so what the main heading gains beyond the learned weights is set here. Ranks nothing.

use crate::base::overlap::overlap;

/// What a main heading gains in log-odds where the page declares no news article: measured on pages with known titles, a little more makes
/// more titles wrong by their known ones than it makes right.
const GAIN: f32 = 0.7;

/// The log-odds of the main heading of a news article over the next option.
const NEWS_MARGIN: f32 = 2.0;

/// The minimum similarity of the main heading to a title that the page's head gives: less similar, it is the name of a section or of the site.
const MIN_SIMILARITY: f32 = 0.5;

/// The same to the option that is best otherwise, where the page declares no news article.
const MIN_SIMILARITY_TO_BEST: f32 = 0.4;

/// A possible headline, as written and folded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Headline<'a> {
    /// As written.
    pub text: &'a str,
    /// Its folded words.
    pub folded: &'a str,
    /// Its score.
    pub score: f32,
}

/// The score of the main heading, given the option that is best otherwise and the titles that the page's head and structured data give.
pub(crate) fn score(heading: Headline<'_>, best: Headline<'_>, told: &[&str], is_news: bool) -> f32 {
    if heading.folded == best.folded || holds(heading.folded, best.folded) {
        return heading.score;
    }
    if !is_news {
        let is_similar = overlap(heading.folded, best.folded) >= MIN_SIMILARITY_TO_BEST;
        return if is_similar { heading.score + GAIN } else { heading.score };
    }
    // In front of a colon, the heading is only the kicker.
    let is_kicker = best.text.strip_prefix(heading.text).is_some_and(|rest| rest.trim_start().starts_with([':', '：']));
    let is_told = told.iter().any(|title| overlap(heading.folded, title) >= MIN_SIMILARITY);
    if is_told && !is_kicker { heading.score.max(best.score + NEWS_MARGIN) } else { heading.score }
}

/// Whether a heading holds the headline and more: a kicker, a date.
fn holds(heading: &str, headline: &str) -> bool {
    headline.split(' ').count() >= 3 && heading.contains(headline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::fold;

    /// Whether the main heading wins with a score of 0 against another option with this score.
    fn wins(heading: &str, best: &str, score_of_best: f32, is_news: bool) -> bool {
        let (folded, other) = (fold(heading), fold(best));
        let heading = Headline { text: heading, folded: &folded, score: 0.0 };
        let best = Headline { text: best, folded: &other, score: score_of_best };
        score(heading, best, &[&other], is_news) > score_of_best
    }

    #[test]
    fn a_main_heading_of_a_news_article_wins() {
        assert!(wins("Town to close two bridges", "Bridges: Town closes two of them", 5.0, true));
        assert!(wins("Stadt sperrt zwei Brücken", "Verkehr: Stadt sperrt zwei Brücken", 5.0, true));
        assert!(wins("Город закрывает два моста", "Мосты: город закрывает оба моста на лето", 5.0, true));
        assert!(!wins("Our magazine", "Town closes two bridges", 5.0, true), "the name of a section is no headline");
        assert!(!wins("Bridges", "Bridges: Town closes two of them", 5.0, true), "a kicker is no headline");
        assert!(!wins("Traffic Town closes two bridges", "Town closes two bridges", 5.0, true), "it is the headline and more");
    }

    #[test]
    fn elsewhere_a_main_heading_gains_little() {
        assert!(wins("Hiking boots", "Hiking boots for everyone", 0.5, false));
        assert!(!wins("Hiking boots", "Hiking boots for everyone", 1.5, false));
        assert!(!wins("Welcome", "Hiking boots for everyone", 0.5, false));
    }
}
