//! The parts of a page: the branches that lead off the way to its story, and records, which are containers next to others of their kind, such as teasers,
//! comments and products.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::base::fast_hash::{FastHasherBuilder, FastMap};
use crate::document::ContainerId;
use crate::page::Page;

/// For each container, its branch: the outermost container around it, or itself, that is not on the way from the root to `top`. Containers on that way
/// are branches of their own.
pub fn branches(page: &Page, top: usize) -> Vec<u32> {
    let mut is_on_way = vec![false; page.containers.len()];
    let mut at = top;
    while let Some(slot) = is_on_way.get_mut(at).filter(|slot| !**slot) {
        *slot = true;
        at = page.containers.get(at).map_or(0, |container| container.parent.index());
    }
    let mut branches: Vec<u32> = Vec::with_capacity(page.containers.len());
    // Parents come before their children.
    for (index, container) in page.containers.iter().enumerate() {
        let parent = container.parent.index();
        let starts = is_on_way.get(index) == Some(&true) || is_on_way.get(parent) == Some(&true);
        let outer = branches.get(parent).copied().unwrap_or_default();
        branches.push(if starts { index as u32 } else { outer });
    }
    branches
}

/// The groups of containers with the same parent, element and names.
pub struct Groups {
    /// For each container, its group.
    of: Vec<u32>,
    /// For each group, the number of its containers.
    sizes: Vec<u32>,
    /// For each container, the innermost record around it, itself included.
    records: Vec<Option<ContainerId>>,
}

/// Fewest containers of a group of records, and the fewest blocks that they hold on average.
const RECORDS: (u32, f32) = (3, 2.0);

impl Groups {
    /// Groups the containers of a page; `blocks` is the number of blocks in each.
    pub fn of(page: &Page, blocks: impl Fn(usize) -> f32) -> Self {
        let mut known: FastMap<_, u32> = FastMap::with_capacity_and_hasher(page.containers.len(), FastHasherBuilder::default());
        let mut of = Vec::with_capacity(page.containers.len());
        let mut totals: Vec<(u32, f32)> = Vec::new();
        for (index, container) in page.containers.iter().enumerate() {
            let key = (container.parent.0, container.tag, xxh3_64_with_seed(container.tokens.as_bytes(), 0));
            let group = *known.entry(key).or_insert(totals.len() as u32);
            if group as usize == totals.len() {
                totals.push((0, 0.0));
            }
            if let Some((count, sum)) = totals.get_mut(group as usize) {
                *count += 1;
                *sum += blocks(index);
            }
            of.push(group);
        }
        let is_of_records = |group: &u32| {
            totals.get(*group as usize).is_some_and(|(count, blocks)| *count >= RECORDS.0 && *blocks >= RECORDS.1 * *count as f32)
        };
        let mut records: Vec<Option<ContainerId>> = Vec::with_capacity(of.len());
        for (index, (container, group)) in page.containers.iter().zip(&of).enumerate() {
            let outer = records.get(container.parent.index()).copied().flatten();
            records.push(if is_of_records(group) { Some(ContainerId(index as u32)) } else { outer });
        }
        Self { of, sizes: totals.into_iter().map(|(count, _)| count).collect(), records }
    }

    /// The group of a container.
    pub fn group(&self, container: ContainerId) -> usize {
        self.of.get(container.index()).map_or(0, |group| *group as usize)
    }

    /// The number of containers in a container's group.
    pub fn size(&self, container: ContainerId) -> u32 {
        self.sizes.get(self.group(container)).copied().unwrap_or(1)
    }

    /// The innermost record around a container, itself included.
    pub fn record(&self, container: ContainerId) -> Option<ContainerId> {
        self.records.get(container.index()).copied().flatten()
    }

    /// The sums of each group's containers.
    pub fn sums<T: Copy + Default>(&self, values: &[T], add: impl Fn(&mut T, T)) -> Vec<T> {
        let mut sums = vec![T::default(); self.sizes.len()];
        for (value, group) in values.iter().zip(&self.of) {
            sums.get_mut(*group as usize).into_iter().for_each(|slot| add(slot, *value));
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{self, ReadHints};

    fn read(html: &str) -> Page {
        page::read(html.as_bytes(), ReadHints::default(), &page::Config::default()).unwrap()
    }

    /// The container of the block with this text.
    fn at(page: &Page, text: &str) -> ContainerId {
        page.blocks.iter().find(|block| block.text == text).unwrap().container
    }

    const PAGE: &str = "<body><div id=side><p>Menu</p></div><div id=main><div id=story><p>One</p><p>Two</p></div><ul>
        <li><b>First</b><p>teaser</p></li><li><b>Second</b><p>notice</p></li><li><b>Third</b><p>hint</p></li></ul></div></body>";

    #[test]
    fn a_branch_begins_where_the_way_to_the_story_is_left() {
        let page = read(PAGE);
        let story = page.containers[at(&page, "One").index()].parent;
        let branches = branches(&page, story.index());
        let names = |text: &str| page.containers[branches[at(&page, text).index()] as usize].tokens.as_str();
        assert_eq!(names("Menu"), "side");
        let of = |text: &str| branches[at(&page, text).index()];
        assert_eq!(of("First"), of("hint"));
        assert!(of("One") != of("Two") && of("One") != of("First"), "each paragraph of the story is a branch");
    }

    #[test]
    fn records_are_containers_beside_others_of_their_kind() {
        let page = read(PAGE);
        let mut blocks = vec![0.0; page.containers.len()];
        page.blocks.iter().for_each(|block| blocks[block.container.index()] += 1.0);
        page.sum_upwards(&mut blocks, |above, own| *above += own);
        let groups = Groups::of(&page, |index| blocks[index]);
        let record = |text: &str| groups.record(at(&page, text));
        assert!(record("Menu").is_none() && record("One").is_none(), "single paragraphs are no records");
        assert!(record("First").is_some() && record("First") == record("teaser") && record("First") != record("hint"));
        assert_eq!(record("hint").map(|record| groups.size(record)), Some(3));
        let sums = groups.sums(&blocks, |sum, own| *sum += own);
        assert_eq!(record("hint").map(|record| sums[groups.group(record)]), Some(6.0));
    }
}
