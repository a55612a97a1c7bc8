//! What is known of each block before it is scored: its shape, its place, and the rules that match it or its containers.

use super::sentences::{ends_sentence, sentences};
use crate::base::fast_hash::{FastHasherBuilder, FastMap, FastSet};
use crate::base::text::{fold, is_unspaced};
use crate::base::url;
use crate::document::{Block, Category, ContainerId, RuleId, Spared, Tag};
use crate::page::{Format, Page};
use crate::rules::{CompiledRules, RuleMatch, RuleSet, Strength};

/// The evidence on a page: one [`BlockSignals`] a block, one [`ContainerSignals`] a container.
pub struct PageSignals<'a> {
    /// In page order.
    pub facts: Vec<BlockSignals<'a>>,
    /// In order of the page's containers.
    pub areas: Vec<ContainerSignals<'a>>,
    /// Sum of the weighted_chars of all paragraphs.
    pub paragraph_chars: f32,
    /// Blocks whose rule was taken back by a guard.
    pub spared: Vec<Spared>,
    /// The user's rules. They are no evidence: they act on the decision, see `user_rules`.
    pub user_rules: &'a CompiledRules,
}

/// What is known of one block.
pub struct BlockSignals<'a> {
    /// The nearest container's element.
    pub tag: Tag,
    /// Folded text; see [`fold`].
    pub folded: String,
    /// Folded words.
    pub words: usize,
    /// Characters; those of unspaced scripts count two and a half, as they say more each.
    pub weighted_chars: f32,
    /// Characters inside links over all, 0 to 1.
    pub link_share: f32,
    /// Marks that end a sentence, of any script.
    pub sentences: usize,
    /// The text ends as a sentence does, closing quotes and brackets aside.
    pub ends_sentence: bool,
    /// The text ends in an ellipsis.
    pub trails_off: bool,
    /// Hidden by markup.
    pub hidden: bool,
    /// An earlier block says the same.
    pub repeated: bool,
    /// Says what the page's title says.
    pub titled: bool,
    /// A short line that the markup marks as byline or date.
    pub marked: Option<Category>,
    /// The strongest rule that matches the block's own text.
    pub rule: Option<RuleMatch<'a>>,
    /// A rule on the block's own text that says that the story stops here.
    pub stop: Option<RuleMatch<'a>>,
    /// A site rule that drops the block.
    pub site_drop: Option<RuleMatch<'a>>,
    /// A site rule keeps the block.
    pub site_keep: bool,
}

impl BlockSignals<'_> {
    /// A run of prose: long, hardly linked, ending as a sentence does.
    pub fn is_paragraph(&self) -> bool {
        self.reads_as_paragraph() && !self.hidden
    }

    fn reads_as_paragraph(&self) -> bool {
        self.weighted_chars >= 80.0 && self.link_share < 0.35 && self.sentences > 0
    }

    /// The strongest rule on the block's own text has at least this strength.
    pub fn ruled(&self, strength: Strength) -> bool {
        self.rule.is_some_and(|rule| rule.strength >= strength)
    }
}

/// What is known of one container, its ancestors' share included.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContainerSignals<'a> {
    /// The strongest rule that matches the names of the container or an ancestor; the innermost where several are as strong.
    pub rule: Option<RuleMatch<'a>>,
    /// The container that the rule matched.
    pub ruled_by: u32,
    /// Inside these elements.
    pub inside: Inside,
}

/// Which elements a container lies in.
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
    /// An `article` beside the one that holds the page's headline.
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
            // A table inside a figure is data, not a picture's caption.
            Tag::Table => (self.table, self.figure) = (true, false),
            _ => {}
        }
        self
    }
}

impl<'a> PageSignals<'a> {
    /// Gathers the evidence on a page.
    pub fn gather(page: &Page, rules: &'a RuleSet) -> Self {
        let titles = titles(page);
        let site = page.head.url.as_ref().and_then(url::site).filter(|site| rules.has_site(site));
        let mut facts: Vec<BlockSignals<'a>> =
            page.blocks.iter().map(|block| BlockSignals::of(page, block, rules, site.as_deref())).collect();
        let mut seen: FastSet<&str> = FastSet::with_capacity_and_hasher(facts.len(), FastHasherBuilder::default());
        let repeated: Vec<bool> = facts.iter().map(|facts| !seen.insert(&facts.folded)).collect();
        for (facts, repeated) in facts.iter_mut().zip(repeated) {
            facts.repeated = repeated;
            facts.titled = !facts.folded.is_empty() && titles.iter().any(|title| says_title(title, &facts.folded));
        }
        show_what_scripts_show(&mut facts);
        note_pointers_to_comments(&mut facts);
        note_marks(page, &mut facts);
        let paragraph_chars = facts.iter().filter(|f| f.is_paragraph()).map(|f| f.weighted_chars).sum();
        let spared = super::guards::spare_long_paragraphs(&mut facts);
        let mut evidence = Self { facts, areas: Vec::new(), paragraph_chars, spared, user_rules: rules.user() };
        evidence.areas = evidence.find_areas(page, rules);
        evidence
    }

    /// The area of a block's container.
    pub fn area(&self, block: &Block) -> ContainerSignals<'a> {
        self.areas.get(block.container.index()).copied().unwrap_or_default()
    }

    fn find_areas(&self, page: &Page, rules: &'a RuleSet) -> Vec<ContainerSignals<'a>> {
        let areas = self.areas_without(page, rules, &FastSet::default());
        // A guard: names such as `paywall` on each paragraph of a paid story. A rule that takes most of the page's prose says nothing about it.
        let mut taken: FastMap<&RuleId, f32> = FastMap::default();
        for (block, facts) in page.blocks.iter().zip(&self.facts).filter(|(_, facts)| facts.is_paragraph()) {
            let area = areas.get(block.container.index());
            if let Some(rule) =
                area.and_then(|area| area.rule).filter(|rule| rule.strength >= Strength::Likely && !rule.opens_section)
            {
                *taken.entry(rule.rule).or_default() += facts.weighted_chars;
            }
        }
        let most: FastSet<&RuleId> = taken
            .iter()
            .filter(|(_, weighted_chars)| self.is_most_of_the_page(**weighted_chars))
            .map(|(rule, _)| *rule)
            .collect();
        if most.is_empty() { areas } else { self.areas_without(page, rules, &most) }
    }

    fn areas_without(&self, page: &Page, rules: &'a RuleSet, refused: &FastSet<&RuleId>) -> Vec<ContainerSignals<'a>> {
        let inner = self.mass_of_containers(page, BlockSignals::is_paragraph);
        let sections = self.headed_sections(page, |index| self.facts.get(index)?.rule);
        let headline = self.around_headline(page);
        let story: Vec<usize> =
            headline.iter().copied().filter(|at| page.containers.get(*at).is_some_and(|c| c.tag == Tag::Article)).collect();
        let mut areas: Vec<ContainerSignals<'a>> = Vec::with_capacity(page.containers.len());
        // Menus and lists repeat the same names by the hundred.
        let mut known: FastMap<(Tag, &str), Vec<RuleMatch<'a>>> = FastMap::default();
        for (index, container) in page.containers.iter().enumerate() {
            let parent = areas.get(container.parent.index()).copied().unwrap_or_default();
            let weighted_chars = inner.get(index).copied().unwrap_or_default();
            let admits = |rule: &RuleMatch<'_>| !refused.contains(rule.rule) && !headline.contains(&index);
            let named =
                known.entry((container.tag, &container.tokens)).or_insert_with(|| rules.built_in().match_container(container));
            let named = named.iter().copied().filter(|rule| admits(rule) && !self.holds_the_story(rule, weighted_chars));
            // A section that its heading names may well be longer than a short story beside it.
            let headed =
                sections.get(&index).copied().filter(|rule| admits(rule) && self.paragraph_chars - weighted_chars >= 100.0);
            let own = named.chain(headed).max_by_key(|rule| rule.strength);
            let (rule, ruled_by) = match (own, parent.rule) {
                (Some(own), Some(outer)) if outer.strength > own.strength => (Some(outer), parent.ruled_by),
                (Some(own), _) => (Some(own), u32::try_from(index).unwrap_or(u32::MAX)),
                (None, outer) => (outer, parent.ruled_by),
            };
            let mut inside =
                if self.is_most_of_the_page(weighted_chars) { parent.inside } else { parent.inside.enter(container.tag) };
            let beside = container.tag == Tag::Article && !story.is_empty() && !story.contains(&index) && !parent.inside.article;
            inside.other_story |= beside;
            areas.push(ContainerSignals { rule, ruled_by, inside });
        }
        areas
    }

    /// Containers that a heading names: `Related articles` above a list of them. The container is the nearest one that begins with the heading and
    /// holds more than it. `rule_of` gives the rule on a block's text.
    pub(super) fn headed_sections(
        &self,
        page: &Page,
        rule_of: impl Fn(usize) -> Option<RuleMatch<'a>>,
    ) -> FastMap<usize, RuleMatch<'a>> {
        let mut sections = FastMap::default();
        if page.format != Format::Html {
            return sections;
        }
        let all = self.mass_of_containers(page, |_| true);
        let first = first_blocks(page);
        let opens = |index: usize| rule_of(index).filter(|rule| rule.opens_section && rule.strength == Strength::Sure);
        for (index, (block, facts)) in page.blocks.iter().zip(&self.facts).enumerate() {
            let Some(rule) = opens(index) else { continue };
            let mut at = block.container.index();
            while at != ContainerId::ROOT.index() && first.get(at) == Some(&index) {
                if all.get(at).is_some_and(|weighted_chars| *weighted_chars > facts.weighted_chars * 1.5 + 10.0) {
                    sections.insert(at, rule);
                    break;
                }
                at = page.containers.get(at).map_or(0, |container| container.parent.index());
            }
        }
        sections
    }

    /// The containers around the page's headline, innermost first. Whatever they are called, they hold the story.
    fn around_headline(&self, page: &Page) -> Vec<usize> {
        let headline = page.blocks.iter().zip(&self.facts).find(|(_, facts)| facts.titled && facts.tag == Tag::H1);
        let Some((block, _)) = headline else { return Vec::new() };
        let mut found = Vec::new();
        let mut at = block.container;
        while at != ContainerId::ROOT {
            found.push(at.index());
            at = page.containers.get(at.index()).map_or(ContainerId::ROOT, |container| container.parent);
        }
        found
    }

    /// Mass of the blocks inside each container that pass.
    fn mass_of_containers(&self, page: &Page, passes: impl Fn(&BlockSignals<'a>) -> bool) -> Vec<f32> {
        let mut weighted_chars = vec![0.0; page.containers.len()];
        for (block, facts) in page.blocks.iter().zip(&self.facts).filter(|(_, facts)| passes(facts)) {
            if let Some(slot) = weighted_chars.get_mut(block.container.index()) {
                *slot += facts.weighted_chars;
            }
        }
        super::body::sum_upwards(page, &mut weighted_chars, |above, own| *above += own);
        weighted_chars
    }

    /// A guard: names such as `has-sidebar` on the whole page, or `subscriber-content` on the story, say nothing against the text inside.
    /// Comments may well be longer than their story; the others are not.
    fn holds_the_story(&self, rule: &RuleMatch<'_>, weighted_chars: f32) -> bool {
        match rule.category {
            Category::Comments => self.paragraph_chars - weighted_chars < 250.0,
            _ => self.is_most_of_the_page(weighted_chars),
        }
    }

    /// A whole page inside a `<form>`, a story in an `<aside>`: the element says nothing then.
    fn is_most_of_the_page(&self, weighted_chars: f32) -> bool {
        weighted_chars > 600.0 && (weighted_chars > 0.45 * self.paragraph_chars || self.paragraph_chars - weighted_chars < 250.0)
    }
}

impl<'a> BlockSignals<'a> {
    fn of(page: &Page, block: &Block, rules: &'a RuleSet, site: Option<&str>) -> Self {
        let container = page.containers.get(block.container.index());
        let folded = fold(&block.text);
        let chars = block.chars();
        let unspaced = if block.text.is_ascii() { 0 } else { block.text.chars().filter(|c| is_unspaced(*c)).count() };
        let told = rules.built_in().match_folded(&block.text, &folded);
        let stops = |matches: Vec<RuleMatch<'a>>| matches.into_iter().find(|rule| rule.stops_story);
        let users_stop = || stops(rules.user().match_folded(&block.text, &folded));
        let site_rule = |site: &str| rules.match_site(site, block, container?).into_iter().next();
        Self {
            tag: container.map_or(Tag::Other, |container| container.tag),
            words: if folded.is_empty() { 0 } else { folded.bytes().filter(|byte| *byte == b' ').count() + 1 },
            weighted_chars: chars as f32 + 1.5 * unspaced as f32,
            link_share: block.link_chars as f32 / chars.max(1) as f32,
            sentences: sentences(&block.text),
            ends_sentence: ends_sentence(&block.text),
            trails_off: block.text.ends_with('…') || block.text.ends_with("..."),
            hidden: block.hidden,
            repeated: false,
            titled: false,
            marked: None,
            rule: tell(&told),
            stop: told.iter().find(|rule| rule.stops_story).copied().or_else(users_stop),
            site_drop: site.and_then(site_rule),
            site_keep: site
                .zip(container)
                .is_some_and(|(site, container)| rules.match_site_keep(site, block, container).is_some()),
            folded,
        }
    }
}

/// Of several rules on a block the strongest; a caption or credit only where nothing else as strong is said, for a © stands in many lines.
fn tell<'a>(matches: &[RuleMatch<'a>]) -> Option<RuleMatch<'a>> {
    let first = *matches.first()?;
    let is_credit = |rule: &RuleMatch<'_>| matches!(rule.category, Category::Caption | Category::Credit);
    let other = matches.iter().find(|rule| rule.strength == first.strength && !is_credit(rule));
    Some(if is_credit(&first) { *other.unwrap_or(&first) } else { first })
}

/// Longest line, in words, that a byline or date may take up.
const MARKED_WORDS: usize = 14;

/// Finds the short lines that are marked as byline or date: the mark's text and little more.
fn note_marks(page: &Page, facts: &mut [BlockSignals<'_>]) {
    let bylines = page.head.bylines.iter().map(|mark| (mark.block, &mark.text, Category::Byline));
    let times = page.head.times.iter().map(|mark| (mark.block, &mark.text, Category::Date));
    for (block, text, category) in times.chain(bylines) {
        let words = fold(text);
        let around = facts.get_mut(block.saturating_sub(1)..).into_iter().flatten().take(3);
        for facts in around.filter(|facts| facts.words <= MARKED_WORDS && !facts.ends_sentence && !words.is_empty()) {
            if facts.folded.contains(&words) || words.contains(&facts.folded) && words.len() < 3 * facts.folded.len() {
                facts.marked = Some(category);
            }
        }
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
    super::body::sum_upwards(page, &mut first, |above, own| *above = (*above).min(own));
    first
}

/// A page that is hidden as a whole until its scripts have run is not hidden: where most prose is hidden, hiding says nothing.
fn show_what_scripts_show(facts: &mut [BlockSignals<'_>]) {
    let prose = |hidden: bool| {
        facts.iter().filter(|f| f.hidden == hidden && f.reads_as_paragraph()).map(|f| f.weighted_chars).sum::<f32>()
    };
    if prose(true) > 1.5 * prose(false) {
        facts.iter_mut().for_each(|facts| facts.hidden = false);
    }
}

/// Least prose, in characters, of a story in front of its comments.
const STORY_BEFORE_COMMENTS: f32 = 300.0;

/// `3 comments` in a menu, or between headline and story, leads to the comments; what follows it is not a section of them.
fn note_pointers_to_comments(facts: &mut [BlockSignals<'_>]) {
    let mut prose = 0.0;
    for facts in facts {
        if facts.titled && !facts.hidden {
            prose = 0.0;
        }
        if facts.is_paragraph() {
            prose += facts.weighted_chars;
        }
        if let Some(rule) = facts.rule.as_mut().filter(|rule| rule.category == Category::Comments) {
            rule.opens_section &= prose >= STORY_BEFORE_COMMENTS;
        }
    }
}

/// The titles that the page gives itself, folded, each also without its site suffix.
fn titles(page: &Page) -> Vec<String> {
    let own = page.head.title.as_deref().into_iter();
    let meta = ["og:title", "twitter:title", "headline"].into_iter().filter_map(|name| page.head.meta(name));
    let mut titles: Vec<String> = own.chain(meta).map(fold).filter(|title| title.len() >= 8).collect();
    titles.dedup();
    titles
}

/// Whether a block says a title: the same, or most of it from either end (`Headline - Site`, `Section: Headline`).
pub fn says_title(title: &str, block: &str) -> bool {
    if block.len() < 8 {
        return false;
    }
    title == block
        || (block.len() * 10 >= title.len() * 4 && (title.starts_with(block) || title.ends_with(block)))
        || (title.len() * 10 >= block.len() * 7 && block.starts_with(title))
}

/// Whether a block says the page's title: a heading of the first level does, however short, where a title begins or ends with its words.
pub fn is_headline(page: &Page, facts: &BlockSignals<'_>) -> bool {
    let around = |title: &str| {
        let behind = title.strip_prefix(&facts.folded).filter(|rest| rest.is_empty() || rest.starts_with(' '));
        behind.or_else(|| title.strip_suffix(&facts.folded).filter(|rest| rest.ends_with(' '))).is_some()
    };
    facts.titled || (facts.tag == Tag::H1 && !facts.folded.is_empty() && titles(page).iter().any(|title| around(title)))
}

/// Words of a shingle by which repetition is found.
pub const SHINGLE: usize = 5;

/// Hashes of the runs of [`SHINGLE`] words of a folded text; none where it has fewer words.
pub fn shingles(folded: &str) -> impl Iterator<Item = u64> + '_ {
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b' ', folded.as_bytes()).map(|at| at + 1)).collect();
    let count = (starts.len() + 1).saturating_sub(SHINGLE);
    (0..count).filter_map(move |index| {
        let from = *starts.get(index)?;
        let to = starts.get(index + SHINGLE).map_or(folded.len(), |next| next - 1);
        folded.get(from..to).filter(|piece| !piece.is_empty()).map(|piece| xxhash_rust::xxh3::xxh3_64(piece.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_known_with_and_without_the_site() {
        let title = fold("Harbour reopens after storm - The Daily Example");
        assert!(says_title(&title, &fold("Harbour reopens after storm")));
        assert!(!says_title(&title, &fold("Harbour")));
        assert!(!says_title(
            &title,
            &fold("Harbour reopens after storm as the mayor, who had warned of the danger for years, looks on")
        ));
    }
}
