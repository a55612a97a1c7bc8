//! Finds the container of the story by Readability's container scoring (Arc90, 2009), applied to blocks.

use super::block_signals::BlockSignals;
use super::signals::PageSignals;
use crate::document::{Block, ContainerId, Tag};
use crate::page::Page;
use crate::rules::Strength;

/// The container of the story, and the distance of every other container from it.
pub struct Body {
    /// For each container, the steps from the story's container up to their common ancestor; 0 inside the story.
    steps: Vec<u8>,
    /// Readability's score of each container, relative to the best one.
    shares: Vec<f32>,
    /// The container of the story; the root if none was found.
    top: usize,
    found: bool,
}

impl Body {
    /// Steps from the story's container up to the common ancestor; −1 if the page has no container of a story.
    pub fn steps(&self, container: ContainerId) -> f32 {
        if self.found { self.steps.get(container.index()).copied().map_or(-1.0, |steps| f32::from(steps.min(20))) } else { -1.0 }
    }

    /// The index of the story's container; that of the root if the page has none.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Readability's score of the container, relative to the best one.
    pub fn share(&self, container: ContainerId) -> f32 {
        self.shares.get(container.index()).copied().unwrap_or_default()
    }
}

/// Finds the container of the story: the one with the best score, widened to an ancestor if that contains much more prose of the same kind, as in
/// stories that are divided into sections.
pub fn find(page: &Page, page_signals: &PageSignals<'_>) -> Body {
    let (scores, prose) = scores(page, page_signals);
    let best = scores.iter().enumerate().max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)));
    let Some((top, best)) = best.filter(|(_, score)| **score > 0.0).map(|(index, score)| (index, *score)) else {
        return Body { steps: Vec::new(), shares: Vec::new(), top: 0, found: false };
    };
    let shares = scores.iter().map(|score| score / best).collect();
    let top = widen(page, &prose, top);
    Body { steps: steps_from(page, top), shares, top, found: true }
}

/// The paragraphs inside a container.
#[derive(Clone, Copy, Default)]
struct Prose {
    weighted_chars: f32,
    count: f32,
}

/// The score and the prose of each container. A paragraph adds its full worth to the score of its parent, half to the grandparent and a third to the
/// next ancestor; its characters count in full for the prose of every ancestor.
fn scores(page: &Page, page_signals: &PageSignals<'_>) -> (Vec<f32>, Vec<Prose>) {
    let mut scores = vec![0.0f32; page.containers.len()];
    let mut prose = vec![Prose::default(); page.containers.len()];
    for (block, signals) in page.blocks.iter().zip(&page_signals.blocks) {
        if !signals.is_paragraph() || is_ruled_out(page_signals, block, signals) {
            continue;
        }
        let commas = block.text.chars().filter(|c| matches!(c, ',' | '，' | '、' | '،')).count();
        let worth = 1.0 + commas.min(5) as f32 * 0.5 + (signals.weighted_chars / 100.0).min(4.0);
        let mut at = paragraph_parent(page, block.container);
        for share in [1.0, 0.5, 0.33] {
            if let Some(score) = scores.get_mut(at.index()) {
                *score += worth * share;
            }
            at = parent(page, at);
        }
        if let Some(slot) = prose.get_mut(block.container.index()) {
            *slot = Prose { weighted_chars: slot.weighted_chars + signals.weighted_chars, count: slot.count + 1.0 };
        }
    }
    page.sum_upwards(&mut prose, |above, own| {
        *above = Prose { weighted_chars: above.weighted_chars + own.weighted_chars, count: above.count + own.count }
    });
    (scores, prose)
}

fn parent(page: &Page, id: ContainerId) -> ContainerId {
    page.containers.get(id.index()).map_or(ContainerId::ROOT, |container| container.parent)
}

/// How many levels above its best-scored container the container of the story may be.
const MAX_WIDENING: usize = 7;

fn widen(page: &Page, prose: &[Prose], top: usize) -> usize {
    let at = |index: usize| prose.get(index).copied().unwrap_or_default();
    let (mut chosen, mut above) = (top, top);
    for _ in 0..MAX_WIDENING {
        let next = page.containers.get(above).map_or(0, |container| container.parent.index());
        if next == above {
            break;
        }
        above = next;
        let (inner, outer) = (at(chosen), at(above));
        let more = Prose { weighted_chars: outer.weighted_chars - inner.weighted_chars, count: outer.count - inner.count };
        let alike = more.weighted_chars / more.count.max(1.0) >= 0.5 * inner.weighted_chars / inner.count.max(1.0);
        if more.count >= 2.0 && more.weighted_chars >= 0.4 * inner.weighted_chars && alike {
            chosen = above;
        }
    }
    chosen
}

fn is_ruled_out(page_signals: &PageSignals<'_>, block: &Block, signals: &BlockSignals<'_>) -> bool {
    let container = page_signals.container(block);
    let inside = container.inside;
    container.rule.is_some_and(|rule| rule.strength >= Strength::Likely)
        || signals.ruled(Strength::Sure)
        || [inside.nav, inside.footer, inside.form, inside.aside, inside.figure, inside.other_story].contains(&true)
}

/// The container that a paragraph is scored for: the parent of the `<p>`, not the `<p>` itself.
fn paragraph_parent(page: &Page, id: ContainerId) -> ContainerId {
    let Some(container) = page.containers.get(id.index()) else { return ContainerId::ROOT };
    match container.tag {
        Tag::P | Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 | Tag::Pre | Tag::Dd | Tag::Dt => container.parent,
        Tag::Li | Tag::Blockquote => {
            let parent = container.parent;
            page.containers.get(parent.index()).map_or(ContainerId::ROOT, |outer| match outer.tag {
                Tag::Ul | Tag::Ol => outer.parent,
                _ => parent,
            })
        }
        _ => id,
    }
}

/// For each container, the steps from the container `top` up to their common ancestor.
pub fn steps_from(page: &Page, top: usize) -> Vec<u8> {
    let mut steps = vec![u8::MAX; page.containers.len()];
    let (mut at, mut count) = (top, 0u8);
    loop {
        if let Some(slot) = steps.get_mut(at) {
            *slot = count;
        }
        if at == ContainerId::ROOT.index() {
            break;
        }
        at = page.containers.get(at).map_or(0, |container| container.parent.index());
        count = count.saturating_add(1);
    }
    // Parents come before their children, so every other container inherits the steps of its parent.
    for index in 0..page.containers.len() {
        if steps.get(index) == Some(&u8::MAX) {
            let parent = page.containers.get(index).map_or(0, |container| container.parent.index());
            let inherited = steps.get(parent).copied().unwrap_or(u8::MAX);
            if let Some(slot) = steps.get_mut(index) {
                *slot = inherited;
            }
        }
    }
    steps
}
