//! A node of a decision tree, and the plain evaluation of a tree, one row at a time.

/// One node of a tree, in pre-order: a split whose left child follows it, or a leaf, which is its own child on either side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Largest value that goes left; the value of a leaf.
    value: f32,
    /// Column of the feature.
    feature: u16,
    left: u16,
    right: u16,
}

impl Node {
    /// A leaf at this index of its tree. Its value is added to the log-odds.
    pub fn leaf(at: u16, value: f32) -> Self {
        Self { value, feature: 0, left: at, right: at }
    }

    /// A split at this index of its tree: rows whose feature is at most the threshold go to the next node, others to `right`.
    pub fn split(at: u16, feature: u16, threshold: f32, right: u16) -> Self {
        Self { value: threshold, feature, left: at.saturating_add(1), right }
    }

    /// Whether it is a leaf.
    pub fn is_leaf(self) -> bool {
        self.left == self.right
    }

    /// Column of the feature of a split.
    pub fn feature(self) -> u16 {
        self.feature
    }

    /// Largest value that goes left; the value of a leaf.
    pub fn value(self) -> f32 {
        self.value
    }

    /// Where the rows go on either side of a split; `None` for a leaf.
    pub fn children(self) -> Option<(u16, u16)> {
        (!self.is_leaf()).then_some((self.left, self.right))
    }
}

/// The value of the leaf that a row falls into.
pub fn leaf_value(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        let Some(node) = tree.get(usize::from(at)) else { return 0.0 };
        let value = row.get(usize::from(node.feature)).copied().unwrap_or_default();
        let next = if value <= node.value { node.left } else { node.right };
        if next == at {
            return node.value;
        }
        at = next;
    }
}
