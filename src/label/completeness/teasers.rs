//! Lists of teasers in a story's place: front pages, sections, tags, search results.

use super::Sight;
use crate::document::Tag;

/// Fewer teasers make no list.
const MIN_TEASERS: usize = 6;

/// A run of prose of so many words without a teaser in between is a story.
const STORY_WORDS: usize = 130;

/// What speaks for a list of teasers; none where the page is a story.
pub fn list(sight: &Sight<'_>) -> Option<Vec<String>> {
    if sight.claims.is_story {
        return None;
    }
    let teasers: Vec<usize> = sight.visible().map(|(at, _)| at).filter(|at| is_teaser(sight, *at)).collect();
    if teasers.len() < MIN_TEASERS {
        return None;
    }
    let (mut run, mut longest, mut next) = (0, 0, teasers.iter().peekable());
    for kept in &sight.kept {
        while next.peek().is_some_and(|teaser| **teaser <= kept.at) {
            next.next();
            run = 0;
        }
        run += sight.facts(kept.at).map_or(0, |facts| facts.words);
        longest = longest.max(run);
    }
    let first = sight.kept.first().map_or(0, |kept| kept.at);
    let last = sight.kept.last().map_or(0, |kept| kept.at);
    let among = teasers.iter().filter(|at| (first.saturating_sub(2)..=last + 2).contains(*at)).count();
    let is_list = longest < STORY_WORDS && (among * 2 >= sight.kept.len() || sight.words < 60);
    is_list.then(|| {
        let longest = format!("the longest run of text between them has {longest} words");
        vec![format!("{} linked headlines stand on the page", teasers.len()), longest]
    })
}

/// A linked headline: a heading or a line of at least four words that is a link, outside menus.
fn is_teaser(sight: &Sight<'_>, at: usize) -> bool {
    let (Some(facts), Some(block)) = (sight.facts(at), sight.page.blocks.get(at)) else { return false };
    let inside = sight.evidence.area(block).inside;
    let linked = facts.link_share >= 0.7 && facts.mass >= 20.0 && facts.words >= 4;
    let heading = facts.tag.heading_level().is_some();
    linked && !inside.nav && !inside.footer && (heading || facts.tag != Tag::Td)
}
