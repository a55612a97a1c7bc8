//! Augments the training data by modified copies of labelled pages, so that the model does not depend on the typical surroundings of stories in the
//! datasets. The copies are only trained on, never scored or predicted.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use gleaner_extract::document::{Block, Container, ContainerId, Tag};
use gleaner_extract::page::{Format, Page};
use gleaner_extract::rules::RuleSet;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::align::Labels;
use crate::sample::{Sample, words_of};

/// The weight of a copy, as a share of the page's weight.
pub const WEIGHT: f32 = 0.5;

/// Makes modified copies: of some articles without their surroundings; with a shortened story; with a second story after the first; of some dumps with
/// unrelated lines in the story; of some pages of any kind with their surroundings in another order, or in the markup of the early web.
pub fn augmented(samples: &[Sample], rules: &RuleSet) -> Vec<Sample> {
    let usable: Vec<&Sample> = samples.iter().filter(|sample| is_usable(sample)).collect();
    let copies = usable.par_iter().enumerate().flat_map_iter(|(at, sample)| {
        let trimmed = (draw(sample, 21).is_multiple_of(2)).then(|| trimmed(sample, rules)).flatten();
        let is_dump = sample.page.format == Format::Text;
        // Not of dumps: there only the lines show where a story ends, so long stories would be cut off too early.
        let short = (!is_dump && draw(sample, 81).is_multiple_of(2)).then(|| shortened(sample, rules)).flatten();
        let next = (draw(sample, 31).is_multiple_of(3)).then(|| followed(sample, donor(&usable, at)?)).flatten();
        let interrupted = (is_dump && draw(sample, 41).is_multiple_of(3)).then(|| interrupted(sample)).flatten();
        [trimmed, short, next, interrupted].into_iter().flatten()
    });
    let is_page = |sample: &&Sample| is_fully_labelled(sample) && sample.page.format == Format::Html;
    let pages = samples.par_iter().filter(|sample| is_page(sample) && draw(sample, 91).is_multiple_of(2));
    let others = samples.par_iter().filter(|sample| is_page(sample) && draw(sample, 101).is_multiple_of(3));
    copies.chain(pages.filter_map(|sample| shuffled(sample, rules))).chain(others.map(|sample| unnamed(sample, rules))).collect()
}

fn is_usable(sample: &Sample) -> bool {
    sample.article && is_fully_labelled(sample)
}

/// Whether the page has a story and all its labels are known.
fn is_fully_labelled(sample: &Sample) -> bool {
    sample.weight > 0.0 && sample.labels.known.iter().all(|known| *known > 0.0) && sample.story().is_some()
}

/// A pseudo-random number that is the same for the same page in every run.
fn draw(sample: &Sample, seed: u64) -> usize {
    (xxh3_64_with_seed(sample.id.as_bytes(), seed) >> 1) as usize
}

fn copy_of(sample: &Sample, page: Page, labels: Labels, words: Vec<(u32, f32, f32)>) -> Sample {
    Sample {
        set: sample.set.clone(),
        id: sample.id.clone(),
        fold: sample.fold,
        kind_words: sample.kind_words.clone(),
        article: sample.article,
        weight: sample.weight * WEIGHT,
        gold: sample.gold,
        is_copy: true,
        page,
        labels,
        words,
    }
}

/// Most blocks that stay before a story, and after it, when a page is trimmed.
const LEFT_OVER: usize = 4;

/// A copy without most of the blocks before the story, after it, or both.
fn trimmed(sample: &Sample, rules: &RuleSet) -> Option<Sample> {
    let (first, last) = sample.story()?;
    let from = if draw(sample, 22).is_multiple_of(3) { 0 } else { first.saturating_sub(draw(sample, 23) % LEFT_OVER) };
    let to = if draw(sample, 22) % 3 == 1 { sample.page.blocks.len() } else { last + 1 + draw(sample, 24) % LEFT_OVER };
    let to = to.min(sample.page.blocks.len());
    let mut page = sample.page.clone();
    page.blocks = page.blocks[from..to].to_vec();
    page.head.times.clear();
    page.head.bylines.clear();
    let labels = Labels { story: sample.labels.story[from..to].to_vec(), known: sample.labels.known[from..to].to_vec() };
    let words = words_of(&page, &labels, rules);
    Some(copy_of(sample, page, labels, words))
}

/// Fewest paragraphs of a shortened story, and how many more there may be.
const SHORT: (usize, usize) = (1, 8);

/// Fewest characters of a paragraph.
const PARAGRAPH_CHARS: usize = 60;

/// A copy with only the first paragraphs of the story: news stories are often shorter than those in the datasets.
fn shortened(sample: &Sample, rules: &RuleSet) -> Option<Sample> {
    let (first, last) = sample.story()?;
    let is_paragraph = |index: &usize| sample.labels.story[*index] > 0.5 && sample.page.blocks[*index].chars() >= PARAGRAPH_CHARS;
    let end = (first..=last).filter(is_paragraph).nth(SHORT.0 + draw(sample, 82) % SHORT.1)?;
    let order: Vec<usize> = (0..sample.page.blocks.len()).filter(|index| !(end..=last).contains(index)).collect();
    Some(rearranged(sample, &order, rules))
}

/// A copy with its blocks in this order. Blocks may be left out, and their marks with them.
fn rearranged(sample: &Sample, order: &[usize], rules: &RuleSet) -> Sample {
    let mut places: HashMap<usize, usize> = order.iter().enumerate().map(|(place, block)| (*block, place)).collect();
    places.insert(sample.page.blocks.len(), order.len());
    let mut page = sample.page.clone();
    page.blocks = order.iter().map(|block| sample.page.blocks[*block].clone()).collect();
    let moved = |block: &mut usize| places.get(block).map(|place| *block = *place).is_some();
    page.head.times.retain_mut(|mark| moved(&mut mark.block));
    page.head.bylines.retain_mut(|mark| moved(&mut mark.block));
    let of = |values: &[f32]| order.iter().map(|block| values[*block]).collect();
    let labels = Labels { story: of(&sample.labels.story), known: of(&sample.labels.known) };
    let words = words_of(&page, &labels, rules);
    copy_of(sample, page, labels, words)
}

/// A copy with the containers around the story in another order: menus, teasers and prompts may be anywhere. Those with a first-level heading, a byline
/// or a date stay in place.
fn shuffled(sample: &Sample, rules: &RuleSet) -> Option<Sample> {
    let page = &sample.page;
    let story = page.blocks.iter().zip(&sample.labels.story).filter(|(_, story)| **story > 0.0);
    let around: HashSet<ContainerId> = story.flat_map(|(block, _)| chain(page, block.container)).collect();
    let marked: HashSet<usize> =
        page.head.times.iter().map(|mark| mark.block).chain(page.head.bylines.iter().map(|mark| mark.block)).collect();
    let stays = |index: usize| marked.contains(&index) || page.containers[page.blocks[index].container.index()].tag == Tag::H1;
    // The outermost container around a block that contains nothing of the story.
    let part = |index: usize| chain(page, page.blocks[index].container).into_iter().find(|id| !around.contains(id));
    let parts: Vec<Option<ContainerId>> = (0..page.blocks.len()).map(part).collect();
    let indices: Vec<usize> = (0..parts.len()).collect();
    let runs: Vec<&[usize]> = indices.chunk_by(|a, b| parts[*a].is_some() && parts[*a] == parts[*b]).collect();
    let mut movable: BTreeMap<ContainerId, Vec<usize>> = BTreeMap::new();
    for (run, blocks) in runs.iter().enumerate() {
        if let Some(part) = parts[blocks[0]].filter(|_| !blocks.iter().any(|index| stays(*index))) {
            movable.entry(page.containers[part.index()].parent).or_default().push(run);
        }
    }
    let mut order: Vec<usize> = (0..runs.len()).collect();
    for slots in movable.values() {
        let mut drawn = slots.clone();
        drawn.sort_by_key(|run| draw(sample, 1_000 + *run as u64));
        slots.iter().zip(drawn).for_each(|(slot, run)| order[*slot] = run);
    }
    let order: Vec<usize> = order.into_iter().flat_map(|run| runs[run].iter().copied()).collect();
    (order != indices).then(|| rearranged(sample, &order, rules))
}

/// A copy as pages were written in the early years of the web: without names, declared data and elements that tell the parts of a page apart. In half of
/// them paragraphs and headings are lines of text directly in the element around them.
fn unnamed(sample: &Sample, rules: &RuleSet) -> Sample {
    let mut page = sample.page.clone();
    page.head.json_ld.clear();
    page.head.meta.retain(|(name, _)| !name.contains(':'));
    page.head.bylines.clear();
    page.head.times.clear();
    if draw(sample, 102).is_multiple_of(2) {
        for block in &mut page.blocks {
            let own = &page.containers[block.container.index()];
            let is_heading = own.tag.heading_level().is_some_and(|level| level > 1);
            if own.tag == Tag::P || is_heading {
                block.container = own.parent;
            }
            if is_heading {
                block.emphasis_chars = block.chars() as u32;
            }
        }
    }
    for container in &mut page.containers {
        container.tokens.clear();
        container.itemprop = None;
        container.tag = match container.tag {
            Tag::Article | Tag::Main | Tag::Section | Tag::Header | Tag::Footer | Tag::Nav | Tag::Aside | Tag::Figure => Tag::Div,
            Tag::Figcaption | Tag::Hgroup | Tag::Address => Tag::Div,
            tag => tag,
        };
    }
    let words = words_of(&page, &sample.labels, rules);
    copy_of(sample, page, sample.labels.clone(), words)
}

/// A story of another site in the same fold, so that no text is trained on in a fold that it is held out from.
fn donor<'s>(usable: &[&'s Sample], at: usize) -> Option<&'s Sample> {
    let host = usable[at];
    let from = draw(host, 32) % usable.len();
    let candidates = (0..usable.len()).map(|step| usable[(from + step) % usable.len()]);
    candidates.into_iter().find(|other| other.fold == host.fold && other.site() != host.site())
}

/// Most blocks before a story that are copied with it: its headline, byline and date.
const HEAD: usize = 5;

/// Most blocks of the second story.
const LONGEST: usize = 40;

/// A copy with another story after the page's own, right after it or further down, as on pages with infinite scrolling. Half of them get the same
/// container as the first.
fn followed(host: &Sample, donor: &Sample) -> Option<Sample> {
    let ((first, last), (own_first, own_last)) = (donor.story()?, host.story()?);
    let from = first.saturating_sub(HEAD);
    let taken = from..(last + 1).min(from + LONGEST);
    let blocks_after = host.page.blocks.len() - own_last;
    let at = own_last + 1 + if draw(host, 33).is_multiple_of(2) { 0 } else { draw(host, 34) % blocks_after };
    let mut page = host.page.clone();
    let around = common(&page, own_first..own_last + 1);
    let inner = common(&donor.page, taken.clone());
    let top = if draw(host, 35).is_multiple_of(2) { container(&page, around) } else { container(&donor.page, inner) };
    let places = graft(&mut page, container(&host.page, around).parent, &donor.page, taken.clone(), (inner, top));
    let blocks = donor.page.blocks[taken.clone()].iter().enumerate().map(|(index, block)| Block {
        container: places[&block.container],
        gap: if index == 0 { block.gap.max(1) } else { block.gap },
        ..block.clone()
    });
    page.blocks.splice(at..at, blocks);
    page.head.times.iter_mut().filter(|mark| mark.block >= at).for_each(|mark| mark.block += taken.len());
    page.head.bylines.iter_mut().filter(|mark| mark.block >= at).for_each(|mark| mark.block += taken.len());
    let mut labels = host.labels.clone();
    labels.story.splice(at..at, taken.clone().map(|_| 0.0));
    labels.known.splice(at..at, taken.map(|_| 1.0));
    // Without words: the words of the second story are those of a story too, although its blocks are labelled as other.
    Some(copy_of(host, page, labels, Vec::new()))
}

fn container(page: &Page, id: ContainerId) -> Container {
    page.containers[id.index()].clone()
}

/// A container and those around it, outermost first.
fn chain(page: &Page, id: ContainerId) -> Vec<ContainerId> {
    let mut chain = vec![id];
    while chain[chain.len() - 1] != ContainerId::ROOT {
        chain.push(page.containers[chain[chain.len() - 1].index()].parent);
    }
    chain.reverse();
    chain
}

/// The innermost container around a range of blocks.
fn common(page: &Page, range: Range<usize>) -> ContainerId {
    let mut shared = chain(page, page.blocks[range.start].container);
    for block in &page.blocks[range] {
        let other = chain(page, block.container);
        let same = shared.iter().zip(&other).take_while(|(a, b)| a == b).count();
        shared.truncate(same.max(1));
    }
    shared[shared.len() - 1]
}

/// Copies the containers of a range of another page's blocks into a container, with `top` in place of their common one. Returns the copy of each.
fn graft(
    page: &mut Page,
    under: ContainerId,
    from: &Page,
    range: Range<usize>,
    (inner, top): (ContainerId, Container),
) -> HashMap<ContainerId, ContainerId> {
    let all = from.blocks[range].iter().flat_map(|block| chain(from, block.container));
    let below: BTreeSet<ContainerId> = all.filter(|id| *id != inner && chain(from, *id).contains(&inner)).collect();
    let mut places = HashMap::new();
    let originals = below.iter().map(|id| (*id, container(from, *id)));
    for (id, original) in std::iter::once((inner, top)).chain(originals) {
        let parent = if id == inner { under } else { places[&original.parent] };
        let depth = page.containers[parent.index()].depth.saturating_add(1);
        places.insert(id, ContainerId(page.containers.len() as u32));
        page.containers.push(Container { parent, depth, ..original });
    }
    places
}

/// The number of places where a story is interrupted, and most lines in each.
const INTERRUPTIONS: usize = 3;

/// A copy with lines from around the story between its paragraphs, like teasers and prompts.
fn interrupted(sample: &Sample) -> Option<Sample> {
    let (first, last) = sample.story()?;
    let outside: Vec<usize> = (0..sample.page.blocks.len()).filter(|index| !(first..=last).contains(index)).collect();
    let mut page = sample.page.clone();
    let mut labels = sample.labels.clone();
    for place in 0..INTERRUPTIONS as u64 {
        let from = draw(sample, 50 + place) % outside.len().max(1);
        let run: Vec<usize> = outside.iter().skip(from).take(1 + draw(sample, 60 + place) % INTERRUPTIONS).copied().collect();
        let at = first + 1 + draw(sample, 70 + place) % (last - first).max(1);
        page.blocks.splice(at..at, run.iter().map(|index| sample.page.blocks[*index].clone()));
        labels.story.splice(at..at, run.iter().map(|_| 0.0));
        labels.known.splice(at..at, run.iter().map(|_| 1.0));
    }
    Some(copy_of(sample, page, labels, Vec::new()))
}
