//! Pages in the story's place: robot checks, block pages, consent walls.

use super::words::WORDS;
use super::{VerdictInput, quote};
use crate::base::text::fold;
use crate::document::Category;

/// Such pages have little prose besides what tells them.
const LITTLE_PROSE: usize = 90;

/// And few words in all, menus and small print included.
const FEW_WORDS: usize = 450;

/// What speaks for a challenge or block page; none where the page is none.
pub fn blocked(input: &VerdictInput<'_>) -> Option<Vec<String>> {
    let all: usize = input.visible().map(|(_, facts)| facts.words).sum();
    if all > FEW_WORDS {
        return None;
    }
    let (mut sure, mut suspect) = (Vec::new(), Vec::new());
    let (mut hit_words, mut prose) = (0, 0);
    let title = input.page.head.title.as_deref().unwrap_or_default();
    hear(&fold(title), "the title", title, &mut sure, &mut suspect);
    let titled = suspect.len();
    for (at, facts) in input.evidence.facts.iter().enumerate() {
        let text = input.page.blocks.get(at).map_or("", |block| block.text.as_str());
        let heard = hear(&facts.folded, "a block", text, &mut sure, &mut suspect);
        hit_words += if heard { facts.words } else { 0 };
        prose += if !heard && !facts.hidden && facts.is_paragraph() { facts.words } else { 0 };
    }
    // Many a site tells readers without scripts so; only where there is nothing else is it the page.
    if input.words < 25 && prose < 25 {
        for text in &input.page.head.noscript {
            hear(&fold(text), "what shows without scripts", text, &mut sure, &mut suspect);
        }
    }
    let marks = marks(input);
    let story = input.claims.is_story && input.words >= 25;
    let convinced = match () {
        () if prose >= LITTLE_PROSE => false,
        () if !sure.is_empty() => !story || input.words <= 2 * hit_words,
        () if story => false,
        () if titled > 0 => suspect.len() >= 2 || !marks.is_empty() || input.words < 25,
        // Many a form has a captcha; where it is the page, there is little else.
        () if !marks.is_empty() => all < 25 || hit_words * 5 >= all,
        () => suspect.len() >= 2 && hit_words * 5 >= all * 2,
    };
    convinced.then(|| [sure, suspect, marks].concat().into_iter().take(4).collect())
}

/// Listens for a challenge page's words; says whether there were any.
fn hear(folded: &str, place: &str, text: &str, sure: &mut Vec<String>, suspect: &mut Vec<String>) -> bool {
    if WORDS.blocked.find(folded).is_some() {
        sure.push(format!("{place} says {}", quote(text)));
        return true;
    }
    if WORDS.suspect.find(folded).is_some() {
        suspect.push(format!("{place} says {}", quote(text)));
        return true;
    }
    false
}

/// Names and sources in the markup that belong to robot checks.
fn marks(input: &VerdictInput<'_>) -> Vec<String> {
    let names = input.page.containers.iter().filter_map(|container| WORDS.markup.name_in(&container.tokens));
    let embeds = input.page.head.embeds.iter().filter_map(|address| WORDS.markup.embed_in(address));
    let named = names.take(1).map(|name| format!("the markup names {}", quote(name)));
    named.chain(embeds.take(1).map(|source| format!("the page loads {}", quote(source)))).collect()
}

/// What speaks for a consent wall; none where the page is none.
pub fn consent(input: &VerdictInput<'_>) -> Option<Vec<String>> {
    let (mut asking, mut prose, mut all) = (0, 0, 0);
    let mut heard = Vec::new();
    for (at, facts) in input.visible() {
        let Some(block) = input.page.blocks.get(at) else { continue };
        let area = input.evidence.area(block).rule.is_some_and(|rule| rule.category == Category::Consent);
        let own = facts.rule.is_some_and(|rule| rule.category == Category::Consent);
        let says = WORDS.consent.find(&facts.folded).is_some();
        all += facts.words;
        if says {
            heard.push(format!("a block says {}", quote(&block.text)));
        }
        if area || own || says {
            asking += facts.words;
        } else if facts.is_paragraph() {
            prose += facts.words;
        }
        if prose >= LITTLE_PROSE {
            return None;
        }
    }
    if heard.is_empty() || asking * 5 < all * 2 || all > 4 * FEW_WORDS {
        return None;
    }
    let share = format!("{asking} of {all} words ask for consent");
    Some(std::iter::once(share).chain(heard).take(4).collect())
}
