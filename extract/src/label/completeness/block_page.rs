//! Detects pages that are served instead of the story: robot checks, block pages, consent walls.

use super::input::{VerdictInput, quote};
use super::phrases::WORDS;
use crate::base::text::fold;
use crate::document::Category;

/// Such pages have fewer words of other prose than this.
const MAX_PROSE: usize = 90;

/// They have at most this many words in all, menus and small print included.
const MAX_WORDS: usize = 450;

/// The evidence for a challenge or block page; `None` if the page is neither.
pub fn blocked(input: &VerdictInput<'_>) -> Option<Vec<String>> {
    let all: usize = input.visible().map(|(_, signals)| signals.words).sum();
    if all > MAX_WORDS {
        return None;
    }
    let (mut sure, mut suspect) = (Vec::new(), Vec::new());
    let (mut hit_words, mut prose) = (0, 0);
    let title = input.page.head.title.as_deref().unwrap_or_default();
    note_phrases(&fold(title), "the title", title, &mut sure, &mut suspect);
    let in_title = suspect.len();
    for (at, signals) in input.page_signals.blocks.iter().enumerate() {
        let text = input.page.blocks.get(at).map_or("", |block| block.text.as_str());
        let is_hit = note_phrases(&signals.folded, "a block", text, &mut sure, &mut suspect);
        hit_words += if is_hit { signals.words } else { 0 };
        prose += if !is_hit && !signals.hidden && signals.is_paragraph() { signals.words } else { 0 };
    }
    // Many sites ask readers to enable scripts; that only counts if there is nothing else on the page.
    if input.words < 25 && prose < 25 {
        for text in &input.page.head.noscript {
            note_phrases(&fold(text), "what shows without scripts", text, &mut sure, &mut suspect);
        }
    }
    let markup = markup_evidence(input);
    let is_story = input.claims.is_story && input.words >= 25;
    let is_blocked = match () {
        () if prose >= MAX_PROSE => false,
        () if !sure.is_empty() => !is_story || input.words <= 2 * hit_words,
        () if is_story => false,
        () if in_title > 0 => suspect.len() >= 2 || !markup.is_empty() || input.words < 25,
        // Many forms have a captcha; on a challenge page there is little else.
        () if !markup.is_empty() => all < 25 || hit_words * 5 >= all,
        () => suspect.len() >= 2 && hit_words * 5 >= all * 2,
    };
    is_blocked.then(|| [sure, suspect, markup].concat().into_iter().take(4).collect())
}

/// Notes a challenge page's phrases; returns whether there were any.
fn note_phrases(folded: &str, place: &str, text: &str, sure: &mut Vec<String>, suspect: &mut Vec<String>) -> bool {
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

/// Names and addresses in the markup that belong to robot checks.
fn markup_evidence(input: &VerdictInput<'_>) -> Vec<String> {
    let names = input.page.containers.iter().filter_map(|container| WORDS.markup.name_in(&container.tokens));
    let embeds = input.page.head.embeds.iter().filter_map(|address| WORDS.markup.embed_in(address));
    let named = names.take(1).map(|name| format!("the markup names {}", quote(name)));
    named.chain(embeds.take(1).map(|source| format!("the page loads {}", quote(source)))).collect()
}

/// The evidence for a consent wall; `None` if the page is none.
pub fn consent(input: &VerdictInput<'_>) -> Option<Vec<String>> {
    let (mut asking, mut prose, mut all) = (0, 0, 0);
    let mut quotes = Vec::new();
    for (at, signals) in input.visible() {
        let Some(block) = input.page.blocks.get(at) else { continue };
        let by_container = input.page_signals.container(block).rule.is_some_and(|rule| rule.category == Category::Consent);
        let by_rule = signals.rule.is_some_and(|rule| rule.category == Category::Consent);
        let by_phrase = WORDS.consent.find(&signals.folded).is_some();
        all += signals.words;
        if by_phrase {
            quotes.push(format!("a block says {}", quote(&block.text)));
        }
        if by_container || by_rule || by_phrase {
            asking += signals.words;
        } else if signals.is_paragraph() {
            prose += signals.words;
        }
        if prose >= MAX_PROSE || all > 4 * MAX_WORDS {
            return None;
        }
    }
    if quotes.is_empty() || asking * 5 < all * 2 {
        return None;
    }
    let share = format!("{asking} of {all} words ask for consent");
    Some(std::iter::once(share).chain(quotes).take(4).collect())
}
