//! From probabilities to a decision: what is kept, and as what.

use std::collections::{HashMap, HashSet};

use super::evidence::{Evidence, Facts, shingles};
use crate::document::{Block, Category, Role, Tag};
use crate::page::{Format, Page};
use crate::rules::Strength;

/// A block is kept from this probability on.
pub const THRESHOLD: f32 = 0.5;

/// Whether each block is kept.
pub fn keep(page: &Page, evidence: &Evidence<'_>, scores: &[f32]) -> Vec<bool> {
    let passes = |(score, facts): (&f32, &Facts<'_>)| {
        facts.site_keep || (*score >= THRESHOLD && !facts.titled && facts.marked.is_none() && facts.site_drop.is_none())
    };
    let mut kept: Vec<bool> = scores.iter().zip(&evidence.facts).map(passes).collect();
    drop_pull_quotes(evidence, &mut kept);
    bridge_short_blocks(evidence, &mut kept);
    runs_stand_together(page, evidence, &mut kept);
    headings_follow_their_text(page, evidence, &mut kept);
    keep_standfirst(page, evidence, &mut kept);
    kept
}

/// A short kept line whose every run of words stands in another kept paragraph too is a pull quote.
fn drop_pull_quotes(evidence: &Evidence<'_>, kept: &mut [bool]) {
    // How many kept blocks hold each shingle; a block that repeats itself counts once.
    let mut holders: HashMap<u64, u32> = HashMap::new();
    for (facts, _) in evidence.facts.iter().zip(kept.iter()).filter(|(_, kept)| **kept) {
        for shingle in shingles(&facts.folded).collect::<HashSet<_>>() {
            *holders.entry(shingle).or_default() += 1;
        }
    }
    for (facts, slot) in evidence.facts.iter().zip(kept).filter(|(facts, kept)| **kept && (6..=60).contains(&facts.words)) {
        if shingles(&facts.folded).all(|shingle| holders.get(&shingle).is_some_and(|count| *count > 1)) {
            *slot = false;
        }
    }
}

/// A short block between kept ones belongs to the story unless something speaks against it: one-line quotes, list items, short answers.
fn bridge_short_blocks(evidence: &Evidence<'_>, kept: &mut [bool]) {
    for index in 1..kept.len().saturating_sub(1) {
        let Some(facts) = evidence.facts.get(index) else { continue };
        let between = kept.get(index - 1) == Some(&true) && kept.get(index + 1) == Some(&true);
        let harmless =
            !facts.ruled(Strength::Likely) && !facts.hidden && !facts.titled && !facts.repeated && facts.link_share < 0.5;
        if between
            && harmless
            && facts.ends_sentence
            && let Some(slot) = kept.get_mut(index)
        {
            *slot = true;
        }
    }
}

/// Items of one list, or rows of one table, stand or fall together: a run of them is kept where most of it is, or where it stands between kept
/// blocks.
fn runs_stand_together(page: &Page, evidence: &Evidence<'_>, kept: &mut [bool]) {
    let role = |index: usize| {
        page.blocks.get(index).map(|block| role_of(page, block)).filter(|role| matches!(role, Role::ListItem | Role::TableRow))
    };
    let mut from = 0;
    while from < kept.len() {
        let Some(kind) = role(from) else {
            from += 1;
            continue;
        };
        let to = (from..kept.len()).find(|index| role(*index) != Some(kind)).unwrap_or(kept.len());
        let harmless = |index: usize| evidence.facts.get(index).is_some_and(is_harmless);
        let taken = (from..to).filter(|index| kept.get(*index) == Some(&true)).count();
        let enclosed = from > 0 && kept.get(from - 1) == Some(&true) && kept.get(to) == Some(&true);
        let linked = (from..to).filter(|index| evidence.facts.get(*index).is_some_and(|f| f.link_share > 0.6)).count();
        if (taken * 2 > to - from || enclosed) && linked * 2 <= to - from {
            (from..to).filter(|index| harmless(*index)).for_each(|index| set(kept, index));
        }
        from = to;
    }
}

/// Nothing speaks against the block but its shape.
fn is_harmless(facts: &Facts<'_>) -> bool {
    !facts.ruled(Strength::Likely)
        && !facts.hidden
        && !facts.titled
        && !facts.repeated
        && facts.marked.is_none()
        && facts.link_share < 0.9
}

fn set(kept: &mut [bool], index: usize) {
    if let Some(slot) = kept.get_mut(index) {
        *slot = true;
    }
}

/// Whole words of class or id that name the summary in front of a story.
const STANDFIRST_WORDS: &[&str] = &[
    "standfirst",
    "subtitle",
    "subheadline",
    "subhead",
    "subheading",
    "subtitulo",
    "entradilla",
    "deck",
    "dek",
    "lead",
    "lede",
    "chapo",
    "chapeau",
    "sottotitolo",
    "occhiello",
    "summary",
    "intro",
    "introduction",
    "teaser",
    "abstract",
    "bajada",
    "copete",
    "linha",
    "lid",
    "vorspann",
    "ingress",
    "manchet",
    "zajawka",
    "spot",
];

/// The summary between headline and body is kept: what its class names, or what repeats the page's own description.
fn keep_standfirst(page: &Page, evidence: &Evidence<'_>, kept: &mut [bool]) {
    let Some(body) = kept.iter().position(|kept| *kept).filter(|_| page.format == Format::Html) else { return };
    let Some(headline) = evidence.facts.iter().take(body).rposition(|facts| facts.titled) else { return };
    let description = ["description", "og:description"].iter().find_map(|name| page.head.meta(name)).map(crate::base::text::fold);
    for index in headline + 1..body {
        let Some((block, facts)) = page.blocks.get(index).zip(evidence.facts.get(index)) else { continue };
        let named = page
            .ancestors(block)
            .take(2)
            .any(|container| container.tokens.split(' ').any(|word| STANDFIRST_WORDS.contains(&word)));
        let described = description.as_ref().is_some_and(|text| facts.folded.len() > 30 && text.starts_with(&facts.folded));
        let area_allows = evidence.area(block).rule.is_none_or(|rule| rule.strength < Strength::Likely);
        if (named || described)
            && facts.mass >= 40.0
            && facts.link_share < 0.3
            && is_harmless(facts)
            && area_allows
            && !evidence.area(block).inside.figure
        {
            set(kept, index);
        }
    }
}

/// How many captions and short lines may stand between a heading and its text.
const HEADING_REACH: usize = 3;

/// A heading is kept exactly where the text below it is, pictures in between aside; in a text dump, where nothing but its shape shows a heading,
/// only inside the story and not in a stack of short lines.
fn headings_follow_their_text(page: &Page, evidence: &Evidence<'_>, kept: &mut [bool]) {
    let first = kept.iter().position(|kept| *kept).unwrap_or(kept.len());
    let (mut below, mut stacked) = (usize::MAX, 0);
    for index in (0..kept.len()).rev() {
        let Some((block, facts)) = page.blocks.get(index).zip(evidence.facts.get(index)) else { continue };
        let area = evidence.area(block);
        if !matches!(role_of(page, block), Role::Heading(level) if level > 1) {
            let pictured = area.inside.figure
                || facts.rule.is_some_and(|rule| matches!(rule.category, Category::Caption | Category::Credit));
            below = match kept.get(index) {
                Some(true) => 0,
                _ if pictured => below.saturating_add(1),
                _ => usize::MAX,
            };
            stacked = 0;
            continue;
        }
        stacked += 1;
        let guessed = page.format == Format::Text && facts.tag == Tag::Text;
        let placed = !guessed || (index > first && stacked <= 2 && facts.mass >= 8.0);
        let area_allows = area.rule.is_none_or(|rule| rule.strength < Strength::Sure);
        if let Some(slot) = kept.get_mut(index) {
            *slot = below <= HEADING_REACH && is_harmless(facts) && facts.link_share < 0.5 && placed && (*slot || area_allows);
        }
    }
}

/// What a block is if it is kept.
pub fn role_of(page: &Page, block: &Block) -> Role {
    let tags = page.ancestors(block).take(3).map(|container| container.tag);
    let own = page.containers.get(block.container.index()).map_or(Tag::Other, |container| container.tag);
    if let Some(level) = own.heading_level() {
        return Role::Heading(level);
    }
    for tag in tags {
        match tag {
            Tag::Li | Tag::Dd | Tag::Dt => return Role::ListItem,
            Tag::Blockquote => return Role::Quote,
            Tag::Tr | Tag::Td | Tag::Th => return Role::TableRow,
            Tag::Pre => return Role::Code,
            _ => {}
        }
    }
    match page.format {
        Format::Text if own == Tag::Text && block.chars() < 80 && !super::evidence::ends_sentence(&block.text) => {
            Role::Heading(2)
        }
        _ => Role::Paragraph,
    }
}
