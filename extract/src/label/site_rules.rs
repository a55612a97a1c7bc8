//! What the rules of a page's site match: block by block, with the elements around each, and what the story is in. Decides nothing.

use crate::base::text::fold;
use crate::document::selected::SiteAction;
use crate::document::{Block, ContainerId};
use crate::page::Page;
use crate::rules::{PageSite, RuleMatch, RuleSet, SiteMatcher, SiteMatches};

/// How many elements around a block a name is looked for in, its own included.
const MAX_ELEMENTS: usize = 16;

/// The largest share of the page's text that an element around the block's own may have for its name to count: a name of the whole page would drop
/// or keep everything.
const MAX_SHARE: f32 = 0.5;

/// What the rules of the page's site match of each block; `None` where no rules of a site apply.
pub fn of_page<'a>(page: &Page, rules: &'a RuleSet) -> Option<Vec<SiteMatches<'a>>> {
    let matcher = matcher(page, rules)?;
    let elements: Vec<SiteMatches<'a>> =
        page.containers.iter().map(|container| matcher.match_element(container.tag.name(), &container.tokens)).collect();
    let wide = wide_elements(page);
    let of_block = |block: &Block| {
        let mut found = matcher.match_text(&block.text, &fold(&block.text));
        let mut at = block.container;
        for level in 0..MAX_ELEMENTS {
            let Some(element) = elements.get(at.index()) else { break };
            if level == 0 || !wide.get(at.index()).copied().unwrap_or_default() {
                found.extend(element);
            }
            if at == ContainerId::ROOT {
                break;
            }
            at = page.containers.get(at.index()).map_or(ContainerId::ROOT, |container| container.parent);
        }
        found
    };
    let mut matches: Vec<SiteMatches<'a>> = page.blocks.iter().map(of_block).collect();
    add_selected(page, &matcher, &mut matches);
    Some(matches)
}

fn matcher<'a>(page: &Page, rules: &'a RuleSet) -> Option<SiteMatcher<'a>> {
    rules.site_matcher(PageSite {
        host: page.head.url.as_ref().and_then(|url| url.host_str()),
        path: page.path.as_deref(),
        site_name: page.site_name.as_deref(),
    })
}

/// Adds what expressions select.
fn add_selected<'a>(page: &Page, matcher: &SiteMatcher<'a>, matches: &mut [SiteMatches<'a>]) {
    for selected in &page.selected {
        let found = match selected.action {
            SiteAction::Drop => SiteMatches { drops: matcher.drop_of(&selected.rule).into_iter().collect(), keep: None },
            SiteAction::Keep => SiteMatches { drops: Vec::new(), keep: matcher.keep_of(&selected.rule) },
            _ => continue,
        };
        for block in &selected.blocks {
            matches.iter_mut().skip(*block).take(1).for_each(|matches| matches.extend(&found));
        }
    }
}

/// What the story of a page is in, by a rule of its site.
pub struct SiteBody<'a> {
    /// What drops blocks outside of it.
    pub outside: RuleMatch<'a>,
    /// The blocks inside of it, by their index, sorted.
    pub blocks: Vec<usize>,
}

/// What the story of the page is in; `None` where no rule of its site says so, or it is not on the page.
pub fn body<'a>(page: &Page, rules: &'a RuleSet) -> Option<SiteBody<'a>> {
    let found = page.selected.iter().find(|selected| selected.action == SiteAction::Body)?;
    let outside = matcher(page, rules)?.body_of(&found.rule)?;
    Some(SiteBody { outside, blocks: found.blocks.clone() })
}

/// For each container whether it has more of the page's text than [`MAX_SHARE`].
fn wide_elements(page: &Page) -> Vec<bool> {
    let mut chars = vec![0; page.containers.len()];
    for block in &page.blocks {
        if let Some(slot) = chars.get_mut(block.container.index()) {
            *slot += block.chars();
        }
    }
    page.sum_upwards(&mut chars, |above, own| *above += own);
    let total = chars.first().copied().unwrap_or_default() as f32;
    chars.into_iter().map(|chars| chars as f32 > MAX_SHARE * total).collect()
}
