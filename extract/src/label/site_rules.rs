//! What the rules of a page's site match: block by block, with the elements around each. Decides nothing.

use crate::base::text::fold;
use crate::document::{Block, ContainerId};
use crate::page::Page;
use crate::rules::{PageSite, RuleSet, SiteMatches};

/// How many elements around a block a name is looked for in, its own included.
const MAX_ELEMENTS: usize = 16;

/// The largest share of the page's text that an element around the block's own may have for its name to count: a name of the whole page would drop
/// or keep everything.
const MAX_SHARE: f32 = 0.5;

/// What the rules of the page's site match of each block; `None` where no rules of a site apply.
pub fn of_page<'a>(page: &Page, rules: &'a RuleSet) -> Option<Vec<SiteMatches<'a>>> {
    let site = PageSite {
        host: page.head.url.as_ref().and_then(|url| url.host_str()),
        path: page.path.as_deref(),
        site_name: page.site_name.as_deref(),
    };
    let matcher = rules.site_matcher(site)?;
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
    Some(page.blocks.iter().map(of_block).collect())
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
