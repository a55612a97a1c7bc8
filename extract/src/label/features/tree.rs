//! A block in the tree of containers: the sums and names of its containers, its distance from headline and story, and the blocks with the same markup.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::matrix::flag;
use super::parts::{Groups, branches};
use crate::base::fast_hash::FastMap;
use crate::document::{Block, Container, ContainerId, Tag};
use crate::label::block_signals::BlockSignals;
use crate::label::body::{self, Body};
use crate::label::lexicon::{Level, Lexicon, Summary};
use crate::label::signals::PageSignals;
use crate::page::Page;
use crate::rules::Strength;

/// Elements with a column each.
const TAGS: [Tag; 18] = [
    Tag::P,
    Tag::Li,
    Tag::H1,
    Tag::H2,
    Tag::H3,
    Tag::H4,
    Tag::Td,
    Tag::Tr,
    Tag::Blockquote,
    Tag::Figcaption,
    Tag::Div,
    Tag::Pre,
    Tag::Dt,
    Tag::Dd,
    Tag::Button,
    Tag::Section,
    Tag::Article,
    Tag::Other,
];

/// Sums over the blocks of a container, or over all blocks with the same markup.
#[derive(Clone, Copy, Debug, Default)]
struct BlockSums {
    weighted_chars: f32,
    linked: f32,
    blocks: f32,
    paragraphs: f32,
    ruled: f32,
}

impl BlockSums {
    fn of(signals: &BlockSignals<'_>) -> Self {
        Self {
            weighted_chars: signals.weighted_chars,
            linked: signals.weighted_chars * signals.link_share,
            blocks: 1.0,
            paragraphs: if signals.is_paragraph() { signals.weighted_chars } else { 0.0 },
            ruled: flag(signals.ruled(Strength::Likely)),
        }
    }

    fn add(&mut self, other: Self) {
        self.weighted_chars += other.weighted_chars;
        self.linked += other.linked;
        self.blocks += other.blocks;
        self.paragraphs += other.paragraphs;
        self.ruled += other.ruled;
    }
}

/// What the rows of a page need to know about its containers.
pub struct Tree<'a> {
    page: &'a Page,
    page_signals: &'a PageSignals<'a>,
    body: Body,
    /// For each container, the steps from the headline's container up to their common ancestor, and that ancestor's depth.
    from_headline: Vec<(f32, f32)>,
    sums: Vec<BlockSums>,
    groups: Groups,
    group_sums: Vec<BlockSums>,
    /// The branches beside the way to the story's container.
    branches: Vec<u32>,
    /// The number, from 1, of the `article` around each container; 0 outside.
    article: Vec<u32>,
    /// Whether it is inside an element with `itemprop="articleBody"`.
    in_body: Vec<bool>,
    /// A hash of each container's markup: its element and names, and those of its parent.
    markup: Vec<u64>,
    same_markup: FastMap<u64, BlockSums>,
    total: f32,
}

impl<'a> Tree<'a> {
    /// Prepares a page.
    pub fn of(page: &'a Page, page_signals: &'a PageSignals<'a>) -> Self {
        let containers = &page.containers;
        let mut sums = vec![BlockSums::default(); containers.len()];
        let markup = markup_hashes(page);
        let mut same_markup: FastMap<u64, BlockSums> = FastMap::default();
        for (block, signals) in page.blocks.iter().zip(&page_signals.blocks) {
            let own = BlockSums::of(signals);
            if let Some((slot, markup)) = sums.get_mut(block.container.index()).zip(markup.get(block.container.index())) {
                slot.add(own);
                same_markup.entry(*markup).or_default().add(own);
            }
        }
        page.sum_upwards(&mut sums, |above, own| above.add(own));
        let mut article = vec![0u32; containers.len()];
        let mut in_body = vec![false; containers.len()];
        let mut articles = 0;
        for (index, container) in containers.iter().enumerate() {
            let parent = container.parent.index();
            let (outer, outer_body) =
                (article.get(parent).copied().unwrap_or_default(), in_body.get(parent).copied().unwrap_or_default());
            articles += u32::from(container.tag == Tag::Article);
            if let Some(slot) = article.get_mut(index) {
                *slot = if container.tag == Tag::Article { articles } else { outer };
            }
            if let Some(slot) = in_body.get_mut(index) {
                let named = container.itemprop.as_deref().is_some_and(|name| name.to_ascii_lowercase().contains("articlebody"));
                *slot = outer_body || named;
            }
        }
        let body = body::find(page, page_signals);
        let groups = Groups::of(page, |index| sums.get(index).map_or(0.0, |sums| sums.blocks));
        Self {
            page,
            page_signals,
            group_sums: groups.sums(&sums, BlockSums::add),
            groups,
            branches: branches(page, body.top()),
            body,
            from_headline: from_headline(page, page_signals),
            sums,
            article,
            in_body,
            markup,
            same_markup,
            total: page_signals.blocks.iter().map(|signals| signals.weighted_chars).sum::<f32>().max(1.0),
        }
    }

    /// The container of the story.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// The groups of the page's containers.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// A hash of the markup of a block's container.
    pub fn markup(&self, block: &Block) -> u64 {
        self.markup.get(block.container.index()).copied().unwrap_or_default()
    }

    /// Appends a block's columns.
    pub fn push(&self, block: &Block, signals: &BlockSignals<'_>, out: &mut Vec<f32>) {
        let chars = signals.weighted_chars.max(1.0);
        let at = block.container.index();
        let container = self.page.containers.get(at);
        let depth = container.map_or(0.0, |container| f32::from(container.depth));
        out.extend([block.links.min(50) as f32, block.emphasis_chars as f32 / chars, flag(block.hidden), flag(signals.hidden)]);
        out.extend(TAGS.map(|tag| flag(signals.tag == tag)));
        self.push_inside(block, out);
        let (up, common_depth) = self.from_headline.get(at).copied().unwrap_or((-1.0, 0.0));
        out.extend([
            depth,
            container.map_or(0, |container| container.children.min(99)) as f32,
            self.body.steps(block.container),
            self.body.share(block.container),
            up,
            depth - common_depth,
            self.article.get(at).copied().unwrap_or_default().min(20) as f32,
            flag(self.in_body.get(at) == Some(&true)),
        ]);
        self.push_containers(block, out);
        self.push_same_markup(block, out);
        self.push_parts(block, out);
    }

    fn push_inside(&self, block: &Block, out: &mut Vec<f32>) {
        let inside = self.page_signals.container(block).inside;
        let elements = [
            inside.nav,
            inside.footer,
            inside.header,
            inside.aside,
            inside.form,
            inside.figure,
            inside.quote,
            inside.article,
            inside.table,
            inside.other_story,
        ];
        out.extend(elements.map(flag));
    }

    /// The sums of the containers at several distances, and the number of siblings with the same names.
    fn push_containers(&self, block: &Block, out: &mut Vec<f32>) {
        let mut chain = [block.container; 6];
        for step in 1..chain.len() {
            let below = chain.get(step - 1).copied().unwrap_or_default();
            if let Some(slot) = chain.get_mut(step) {
                *slot = self.page.containers.get(below.index()).map_or(below, |container| container.parent);
            }
        }
        for distance in [0, 1, 2, 3, 5] {
            let sums = chain.get(distance).and_then(|id| self.sums.get(id.index())).copied().unwrap_or_default();
            let weighted_chars = sums.weighted_chars.max(1.0);
            out.extend([
                sums.weighted_chars / self.total,
                sums.linked / weighted_chars,
                sums.blocks.min(400.0),
                sums.paragraphs / weighted_chars,
                sums.paragraphs / self.page_signals.paragraph_chars.max(1.0),
                sums.ruled / sums.blocks.max(1.0),
            ]);
        }
        let siblings = |id: &ContainerId| self.groups.size(*id).min(60) as f32;
        out.extend(chain.iter().take(3).map(siblings));
    }

    /// The sums of the page's blocks with the same markup.
    fn push_same_markup(&self, block: &Block, out: &mut Vec<f32>) {
        let sums = self.same_markup.get(&self.markup(block)).copied().unwrap_or_default();
        let weighted_chars = sums.weighted_chars.max(1.0);
        out.extend([
            sums.weighted_chars / self.total,
            sums.blocks.min(200.0),
            sums.linked / weighted_chars,
            sums.paragraphs / weighted_chars,
            sums.paragraphs / self.page_signals.paragraph_chars.max(1.0),
        ]);
    }

    /// The sums of the block's branch, and whether it comes before or after the story's container; the sums of its record and of the others beside it.
    fn push_parts(&self, block: &Block, out: &mut Vec<f32>) {
        let branch = self.branches.get(block.container.index()).copied().map(ContainerId).unwrap_or_default();
        let sums = self.sums.get(branch.index()).copied().unwrap_or_default();
        out.extend([
            sums.weighted_chars / self.total,
            sums.linked / sums.weighted_chars.max(1.0),
            sums.blocks.min(400.0),
            sums.paragraphs / self.page_signals.paragraph_chars.max(1.0),
            sums.ruled / sums.blocks.max(1.0),
            self.groups.size(branch).min(60) as f32,
            flag(branch.index() > self.body.top()),
        ]);
        let Some(record) = self.groups.record(block.container) else {
            out.extend([-1.0; 6]);
            return;
        };
        let sums = self.group_sums.get(self.groups.group(record)).copied().unwrap_or_default();
        let size = self.groups.size(record);
        let depth = |id: ContainerId| self.page.containers.get(id.index()).map_or(0.0, |container| f32::from(container.depth));
        out.extend([
            size.min(60) as f32,
            depth(block.container) - depth(record),
            (sums.blocks / size as f32).min(99.0),
            sums.linked / sums.weighted_chars.max(1.0),
            sums.paragraphs / self.page_signals.paragraph_chars.max(1.0),
            sums.ruled / sums.blocks.max(1.0),
        ]);
    }
}

/// A hash of each container's markup: its element and names, and those of its parent.
fn markup_hashes(page: &Page) -> Vec<u64> {
    let own = |container: &Container| xxh3_64_with_seed(container.tokens.as_bytes(), container.tag as u64);
    let single: Vec<u64> = page.containers.iter().map(own).collect();
    let above = |container: &Container| single.get(container.parent.index()).copied().unwrap_or_default();
    page.containers.iter().zip(&single).map(|(container, own)| own ^ above(container).rotate_left(17)).collect()
}

/// For each container, the steps from the headline's container up to their common ancestor, and that ancestor's depth; −1 and 0 without a headline.
fn from_headline(page: &Page, page_signals: &PageSignals<'_>) -> Vec<(f32, f32)> {
    let find = |passes: &dyn Fn(&BlockSignals<'_>) -> bool| page_signals.blocks.iter().position(passes);
    let headline = find(&|signals| signals.titled && signals.tag == Tag::H1)
        .or_else(|| find(&|signals| signals.tag == Tag::H1 && !signals.hidden))
        .or_else(|| find(&|signals| signals.titled));
    let Some(block) = headline.and_then(|index| page.blocks.get(index)) else {
        return vec![(-1.0, 0.0); page.containers.len()];
    };
    let top = page.containers.get(block.container.index()).map_or(0.0, |container| f32::from(container.depth));
    let steps = body::steps_from(page, block.container.index());
    steps.iter().map(|steps| (f32::from(*steps).min(30.0), top - f32::from(*steps))).collect()
}

/// Log-odds of the names of containers, by their distance from the block.
pub struct NameOdds {
    /// For each container: as the block's own, as its parent, as one of the next two ancestors; and of a farther ancestor and all above it.
    by_level: Vec<[Summary; 4]>,
}

impl NameOdds {
    /// Looks up the names of a page.
    pub fn of(page: &Page, lexicon: &Lexicon) -> Self {
        let mut by_level: Vec<[Summary; 4]> = Vec::with_capacity(page.containers.len());
        let summaries = |names: &str| {
            let mut found = [Summary::default(); 4];
            for word in names.split_ascii_whitespace() {
                for (found, level) in found.iter_mut().zip([Level::Own, Level::Parent, Level::Near, Level::Far]) {
                    lexicon.odds(level, word).into_iter().for_each(|odds| found.add(odds));
                }
            }
            found
        };
        // Menus and lists repeat the same names hundreds of times.
        let mut known: FastMap<&str, [Summary; 4]> = FastMap::default();
        for (index, container) in page.containers.iter().enumerate() {
            let mut own = *known.entry(container.tokens.as_str()).or_insert_with(|| summaries(&container.tokens));
            if index > 0
                && let Some(outer) = by_level.get(container.parent.index())
            {
                own[3] = own[3].with(outer[3]);
            }
            by_level.push(own);
        }
        Self { by_level }
    }

    /// Appends a block's columns.
    pub fn push(&self, page: &Page, block: &Block, out: &mut Vec<f32>) {
        let mut levels = [Summary::default(); 4];
        let mut at = Some(block.container);
        for distance in 0..5usize {
            let Some(id) = at else { break };
            let level = [0, 1, 2, 2, 3].get(distance).copied().unwrap_or(3);
            if let Some((slot, found)) = levels.get_mut(level).zip(self.by_level.get(id.index()).and_then(|own| own.get(level))) {
                *slot = slot.with(*found);
            }
            at = (id != ContainerId::ROOT).then(|| page.containers.get(id.index()).map(|container| container.parent)).flatten();
        }
        levels.iter().for_each(|level| out.extend([level.low, level.high, level.mean()]));
        let all = levels.iter().fold(Summary::default(), |all, level| all.with(*level));
        out.extend([all.low, all.high, all.sum]);
    }
}
