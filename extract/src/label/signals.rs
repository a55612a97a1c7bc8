//! What is known about a page before its blocks are scored: the signals of each block, and those of each container.

use super::block_signals::{BlockSignals, titles};
use crate::base::fast_hash::{FastMap, FastSet};
use crate::document::{Block, Category, ContainerId, RuleId, Spared, Tag};
use crate::page::{Format, Page};
use crate::rules::{CompiledRules, RuleMatch, RuleSet, Strength};

/// The signals of a page: one `BlockSignals` per block, one [`ContainerSignals`] per container.
pub struct PageSignals<'a> {
    /// In page order.
    pub blocks: Vec<BlockSignals<'a>>,
    /// In order of the page's containers.
    pub containers: Vec<ContainerSignals<'a>>,
    /// The titles that the page declares, folded.
    pub titles: Vec<String>,
    /// Weighted characters of all paragraphs.
    pub paragraph_chars: f32,
    /// Blocks that a guard exempted from the rule that they match.
    pub spared: Vec<Spared>,
    /// The user's rules. They are no signals: they act on the decision, see `user_rules`.
    pub user_rules: &'a CompiledRules,
}

/// What is known about one container, including what it inherits from its ancestors.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContainerSignals<'a> {
    /// The strongest rule that matches the names of the container or an ancestor; of several equally strong ones, the innermost.
    pub rule: Option<RuleMatch<'a>>,
    /// The container that the rule matched.
    pub ruled_by: u32,
    /// The elements that the container is inside.
    pub inside: Inside,
}

/// The elements that a container is inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, read by name")]
pub struct Inside {
    /// `nav`, `menu`
    pub nav: bool,
    /// `footer`
    pub footer: bool,
    /// `header`
    pub header: bool,
    /// `aside`
    pub aside: bool,
    /// `form`, `button`, `label`, `fieldset`, `dialog`
    pub form: bool,
    /// `figure`
    pub figure: bool,
    /// `blockquote`
    pub quote: bool,
    /// `article`, `main`
    pub article: bool,
    /// `table`
    pub table: bool,
    /// An `article` other than the one with the page's headline.
    pub other_story: bool,
}

impl Inside {
    fn enter(mut self, tag: Tag) -> Self {
        match tag {
            Tag::Nav | Tag::Menu => self.nav = true,
            Tag::Footer => self.footer = true,
            Tag::Header => self.header = true,
            Tag::Aside => self.aside = true,
            Tag::Form | Tag::Button | Tag::Label | Tag::Fieldset | Tag::Dialog => self.form = true,
            Tag::Figure | Tag::Figcaption => self.figure = true,
            Tag::Blockquote => self.quote = true,
            Tag::Article | Tag::Main => self.article = true,
            // A table inside a figure is data, not a caption.
            Tag::Table => (self.table, self.figure) = (true, false),
            _ => {}
        }
        self
    }
}

impl<'a> PageSignals<'a> {
    /// Completes the signals of a page's blocks by those of its containers.
    pub fn of(page: &Page, rules: &'a RuleSet, blocks: Vec<BlockSignals<'a>>, spared: Vec<Spared>) -> Self {
        let paragraph_chars = blocks.iter().filter(|block| block.is_paragraph()).map(|block| block.weighted_chars).sum();
        let (titles, user_rules) = (titles(page), rules.user());
        let mut signals = Self { blocks, containers: Vec::new(), titles, paragraph_chars, spared, user_rules };
        signals.containers = signals.match_containers(page, rules);
        signals
    }

    /// The signals of a block's container.
    pub fn container(&self, block: &Block) -> ContainerSignals<'a> {
        self.containers.get(block.container.index()).copied().unwrap_or_default()
    }

    fn match_containers(&self, page: &Page, rules: &'a RuleSet) -> Vec<ContainerSignals<'a>> {
        let containers = self.match_containers_without(page, rules, &FastSet::default());
        // A guard against names such as `paywall` on each paragraph of a paid story: a rule that matches most of the page's prose is ignored.
        let mut matched: FastMap<&RuleId, f32> = FastMap::default();
        for (block, signals) in page.blocks.iter().zip(&self.blocks).filter(|(_, signals)| signals.is_paragraph()) {
            let rule = containers.get(block.container.index()).and_then(|container| container.rule);
            if let Some(rule) = rule.filter(|rule| rule.strength >= Strength::Likely && !rule.opens_section) {
                *matched.entry(rule.rule).or_default() += signals.weighted_chars;
            }
        }
        let too_broad: FastSet<&RuleId> = matched
            .iter()
            .filter(|(_, weighted_chars)| self.is_most_of_the_page(**weighted_chars))
            .map(|(rule, _)| *rule)
            .collect();
        if too_broad.is_empty() { containers } else { self.match_containers_without(page, rules, &too_broad) }
    }

    fn match_containers_without(&self, page: &Page, rules: &'a RuleSet, ignored: &FastSet<&RuleId>) -> Vec<ContainerSignals<'a>> {
        let prose = self.chars_of_containers(page, BlockSignals::is_paragraph);
        let sections = self.headed_sections(page, |index| self.blocks.get(index)?.rule);
        let headline = self.around_headline(page);
        let story: Vec<usize> =
            headline.iter().copied().filter(|at| page.containers.get(*at).is_some_and(|c| c.tag == Tag::Article)).collect();
        let mut found: Vec<ContainerSignals<'a>> = Vec::with_capacity(page.containers.len());
        // Menus and lists repeat the same names hundreds of times.
        let mut known: FastMap<(Tag, &str), Vec<RuleMatch<'a>>> = FastMap::default();
        for (index, container) in page.containers.iter().enumerate() {
            let parent = found.get(container.parent.index()).copied().unwrap_or_default();
            let own_prose = prose.get(index).copied().unwrap_or_default();
            let may_apply = |rule: &RuleMatch<'_>| !ignored.contains(rule.rule) && !headline.contains(&index);
            let named =
                known.entry((container.tag, &container.tokens)).or_insert_with(|| rules.built_in().match_container(container));
            let named = named.iter().copied().filter(|rule| may_apply(rule) && !self.covers_the_story(rule, own_prose));
            // A section with a heading of its own may be longer than a short story.
            let headed = sections.get(&index).copied();
            let headed = headed.filter(|rule| may_apply(rule) && self.paragraph_chars - own_prose >= 100.0);
            let own = named.chain(headed).max_by_key(|rule| rule.strength);
            let (rule, ruled_by) = match (own, parent.rule) {
                (Some(own), Some(outer)) if outer.strength > own.strength => (Some(outer), parent.ruled_by),
                (Some(own), _) => (Some(own), u32::try_from(index).unwrap_or(u32::MAX)),
                (None, outer) => (outer, parent.ruled_by),
            };
            let mut inside = if self.is_most_of_the_page(own_prose) { parent.inside } else { parent.inside.enter(container.tag) };
            let is_outermost_article = container.tag == Tag::Article && !parent.inside.article;
            inside.other_story |= is_outermost_article && !story.is_empty() && !story.contains(&index);
            found.push(ContainerSignals { rule, ruled_by, inside });
        }
        found
    }

    /// Containers that a heading names: `Related articles` above a list of them. The container is the innermost one that begins with the heading and
    /// contains more than it. `rule_of` gives the rule on a block's text.
    pub(super) fn headed_sections(
        &self,
        page: &Page,
        rule_of: impl Fn(usize) -> Option<RuleMatch<'a>>,
    ) -> FastMap<usize, RuleMatch<'a>> {
        let mut sections = FastMap::default();
        if page.format != Format::Html {
            return sections;
        }
        let chars = self.chars_of_containers(page, |_| true);
        let first = first_blocks(page);
        let heads = |index: usize| rule_of(index).filter(|rule| rule.opens_section && rule.strength == Strength::Sure);
        for (index, (block, signals)) in page.blocks.iter().zip(&self.blocks).enumerate() {
            let Some(rule) = heads(index) else { continue };
            let mut at = block.container.index();
            while at != ContainerId::ROOT.index() && first.get(at) == Some(&index) {
                if chars.get(at).is_some_and(|chars| *chars > signals.weighted_chars * 1.5 + 10.0) {
                    sections.insert(at, rule);
                    break;
                }
                at = page.containers.get(at).map_or(0, |container| container.parent.index());
            }
        }
        sections
    }

    /// The containers around the page's headline, innermost first. They contain the story, whatever their names are.
    fn around_headline(&self, page: &Page) -> Vec<usize> {
        let headline = page.blocks.iter().zip(&self.blocks).find(|(_, signals)| signals.titled && signals.tag == Tag::H1);
        let Some((block, _)) = headline else { return Vec::new() };
        let mut found = Vec::new();
        let mut at = block.container;
        while at != ContainerId::ROOT {
            found.push(at.index());
            at = page.containers.get(at.index()).map_or(ContainerId::ROOT, |container| container.parent);
        }
        found
    }

    /// Weighted characters, inside each container, of the blocks that pass.
    fn chars_of_containers(&self, page: &Page, passes: impl Fn(&BlockSignals<'a>) -> bool) -> Vec<f32> {
        let mut chars = vec![0.0; page.containers.len()];
        for (block, signals) in page.blocks.iter().zip(&self.blocks).filter(|(_, signals)| passes(signals)) {
            if let Some(slot) = chars.get_mut(block.container.index()) {
                *slot += signals.weighted_chars;
            }
        }
        page.sum_upwards(&mut chars, |above, own| *above += own);
        chars
    }

    /// A guard against names such as `has-sidebar` on the whole page, or `subscriber-content` on the story. Comments may be longer than their
    /// story; other sections are not.
    fn covers_the_story(&self, rule: &RuleMatch<'_>, prose: f32) -> bool {
        match rule.category {
            Category::Comments => self.paragraph_chars - prose < 250.0,
            _ => self.is_most_of_the_page(prose),
        }
    }

    /// Whether this is so much of the page's prose that an element or name around it means nothing: a page inside a `<form>`, a story in an `<aside>`.
    fn is_most_of_the_page(&self, prose: f32) -> bool {
        prose > 600.0 && (prose > 0.45 * self.paragraph_chars || self.paragraph_chars - prose < 250.0)
    }
}

/// The first block inside each container.
fn first_blocks(page: &Page) -> Vec<usize> {
    let mut first = vec![usize::MAX; page.containers.len()];
    for (index, block) in page.blocks.iter().enumerate().rev() {
        if let Some(slot) = first.get_mut(block.container.index()) {
            *slot = index;
        }
    }
    page.sum_upwards(&mut first, |above, own| *above = (*above).min(own));
    first
}
