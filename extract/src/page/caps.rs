//! The caps on a page's size. Enforces none: `depth_limit`, `tree_budget` and others do.
//!
//! The largest of 7,900 pages has 10,000 elements, 9,300 blocks, 290 `<meta>` and 470 `<link>` elements.

/// Most blocks of a page; the text of further ones is merged into blocks of [`MERGED_BYTES`]. A block takes about 2 KB and 15 µs.
pub const MAX_BLOCKS: usize = 20_000;

/// Length from which on no more text is merged into a block, in bytes.
pub const MERGED_BYTES: usize = 2_000;

/// Deepest container around a block: deeper ones are dissolved.
pub const MAX_CONTAINER_DEPTH: u16 = 1_024;

/// Most nodes and attributes of a page's tree. A node takes about 40 bytes, an attribute 20.
pub const MAX_NODES: usize = 300_000;

/// Most elements that the tree builder looks at while it builds a page's tree, a few ns each.
pub const MAX_STEPS: u64 = 40_000_000;

/// Most `<meta>` elements that are kept.
pub const MAX_META: usize = 2_000;

/// Longest content of a `<meta>` element that is kept, in bytes.
pub const MAX_META_BYTES: usize = 20_000;

/// Most JSON-LD that is kept. Parsed, it takes up to a hundred times as much.
pub const MAX_JSON_LD_BYTES: usize = 2 << 20;

/// Most `<link>` elements that are kept.
pub const MAX_LINKS: usize = 2_000;

/// Most attributes of formatting elements that are kept on a page. Other elements keep few anyway.
pub const MAX_FORMATTING_ATTRIBUTES: usize = 50_000;
