//! Which headings of a page are items of its breadcrumbs: some sites mark up the last one, the page they are on, as `<h1>` and the headline that
//! readers see as `<h2>`. Chooses no headline.

use crate::document::{Container, ContainerId, Tag};
use crate::page::Page;

/// How many elements around a heading are looked at.
const MAX_LEVELS: usize = 6;

/// How near a heading's list item or menu must be.
const NEAR: usize = 4;

/// Whether a heading is an item of breadcrumbs: named so itself, in a menu, or in a list item within breadcrumbs. A heading beside breadcrumbs,
/// in a box that is named after them, is none.
pub(crate) fn is_breadcrumb(page: &Page, heading: ContainerId) -> bool {
    let Some(own) = page.containers.get(heading.index()) else { return false };
    if is_named(own) {
        return true;
    }
    let mut in_item = false;
    let mut container = own;
    for level in 0..MAX_LEVELS {
        let Some(parent) = page.containers.get(container.parent.index()).filter(|_| container.parent != ContainerId::ROOT) else {
            return false;
        };
        if level < NEAR {
            in_item |= parent.tag == Tag::Li;
            if parent.tag == Tag::Nav {
                return true;
            }
        }
        if in_item && is_named(parent) {
            return true;
        }
        container = parent;
    }
    false
}

fn is_named(container: &Container) -> bool {
    container.tokens.split(' ').any(|word| matches!(word, "breadcrumb" | "breadcrumbs" | "breadcrumblist" | "crumb" | "crumbs"))
}
