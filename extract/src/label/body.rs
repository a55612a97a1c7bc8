//! Which container holds the story: Readability's container scoring (Arc90, 2009), on blocks.

use super::signals::{BlockSignals, PageSignals};
use crate::document::{Block, ContainerId, Tag};
use crate::page::Page;
use crate::rules::Strength;

/// The container of the story, and how far every other one is from it.
pub struct Body {
    /// Steps from the story's container up to the common ancestor, one entry a container; 0 inside the story.
    steps: Vec<u8>,
    /// Readability's score of each container, over the best one's.
    shares: Vec<f32>,
    found: bool,
}

impl Body {
    /// Steps from the story's container up to the common ancestor; −1 where no story's container was found.
    pub fn steps(&self, container: ContainerId) -> f32 {
        if self.found { self.steps.get(container.index()).copied().map_or(-1.0, |steps| f32::from(steps.min(20))) } else { -1.0 }
    }

    /// Readability's score of the container or its parent's, over the best one's.
    pub fn share(&self, container: ContainerId) -> f32 {
        self.shares.get(container.index()).copied().unwrap_or_default()
    }
}

/// Finds the container of the story: the best-scored one, widened to its ancestors where those hold much more prose of the same kind, as with
/// stories that are cut into sections.
pub fn find(page: &Page, evidence: &PageSignals<'_>) -> Body {
    let (scores, prose) = scores(page, evidence);
    let best = scores.iter().enumerate().max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)));
    let Some((top, best)) = best.filter(|(_, score)| **score > 0.0).map(|(index, score)| (index, *score)) else {
        return Body { steps: Vec::new(), shares: Vec::new(), found: false };
    };
    let shares = scores.iter().map(|score| score / best).collect();
    Body { steps: steps_from(page, widen(page, &prose, top)), shares, found: true }
}

/// Paragraphs inside a container.
#[derive(Clone, Copy, Default)]
struct Prose {
    weighted_chars: f32,
    count: f32,
}

/// Each paragraph counts for its parent, half for the grandparent, a third for the one above (the scores); and in full for every ancestor
/// (the prose).
fn scores(page: &Page, evidence: &PageSignals<'_>) -> (Vec<f32>, Vec<Prose>) {
    let mut scores = vec![0.0f32; page.containers.len()];
    let mut prose = vec![Prose::default(); page.containers.len()];
    for (block, facts) in page.blocks.iter().zip(&evidence.facts) {
        if !facts.is_paragraph() || is_ruled_out(evidence, block, facts) {
            continue;
        }
        let commas = block.text.chars().filter(|c| matches!(c, ',' | '，' | '、' | '،')).count();
        let worth = 1.0 + commas.min(5) as f32 * 0.5 + (facts.weighted_chars / 100.0).min(4.0);
        let mut at = holder(page, block.container);
        for share in [1.0, 0.5, 0.33] {
            if let Some(score) = scores.get_mut(at.index()) {
                *score += worth * share;
            }
            at = parent(page, at);
        }
        if let Some(slot) = prose.get_mut(block.container.index()) {
            *slot = Prose { weighted_chars: slot.weighted_chars + facts.weighted_chars, count: slot.count + 1.0 };
        }
    }
    sum_upwards(page, &mut prose, |above, own| {
        *above = Prose { weighted_chars: above.weighted_chars + own.weighted_chars, count: above.count + own.count }
    });
    (scores, prose)
}

/// Adds what each container holds itself to all its ancestors. Parents stand before their children, so one backward pass does it.
pub fn sum_upwards<T: Copy>(page: &Page, values: &mut [T], add: impl Fn(&mut T, T)) {
    for index in (1..values.len()).rev() {
        let parent = page.containers.get(index).map_or(0, |container| container.parent.index());
        if let Some(own) = values.get(index).copied()
            && let Some(above) = values.get_mut(parent)
        {
            add(above, own);
        }
    }
}

fn parent(page: &Page, id: ContainerId) -> ContainerId {
    page.containers.get(id.index()).map_or(ContainerId::ROOT, |container| container.parent)
}

/// How many ancestors a story may be wider than its best-scored container.
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

fn is_ruled_out(evidence: &PageSignals<'_>, block: &Block, facts: &BlockSignals<'_>) -> bool {
    let area = evidence.area(block);
    let inside = area.inside;
    area.rule.is_some_and(|rule| rule.strength >= Strength::Likely)
        || facts.ruled(Strength::Sure)
        || [inside.nav, inside.footer, inside.form, inside.aside, inside.figure, inside.other_story].contains(&true)
}

/// The container that a paragraph speaks for: what holds the `<p>`, not the `<p>` itself.
fn holder(page: &Page, id: ContainerId) -> ContainerId {
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

/// For each container the steps from the container `top` up to the ancestor that both share.
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
    // Parents stand before their children: whatever hangs below the chain takes its step from there.
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
