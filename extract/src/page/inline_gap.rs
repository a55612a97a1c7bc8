//! Decides where two pieces of a block's text need a space between them because markup, not white space, sets them apart: `<a>Politics</a><a>Sport</a>`,
//! `<span>28.09.19</span><span>12:44</span>`. Stylesheets are not read, so it goes by elements and letters: a word that markup divides stays whole
//! (`<b>H</b>ouse`, `m<sup>2</sup>`).

use std::hash::BuildHasher;

use crate::base::fast_hash::FastHasherBuilder;
use crate::base::text::is_unspaced;

/// Elements that are shown as a box of their own within a line, so that the text before and after them never touches.
const BOXES: &[&str] = &[
    "img", "svg", "picture", "video", "audio", "iframe", "object", "embed", "canvas", "input", "select", "textarea", "progress",
    "meter", "math",
];

/// Elements whose text is code, where no character is added.
const CODE: &[&str] = &["code", "kbd", "samp", "tt", "var"];

/// Elements that raise or lower a part of a word or number.
const RAISING: &[&str] = &["sup", "sub"];

/// What an element is within a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct InlineRole {
    is_box: bool,
    is_code: bool,
    is_raising: bool,
}

impl InlineRole {
    /// By an element's name.
    pub fn of(name: &str) -> Self {
        Self { is_box: BOXES.contains(&name), is_code: CODE.contains(&name), is_raising: RAISING.contains(&name) }
    }
}

/// The target of a link, for comparison with another's.
pub(super) fn target(href: &str) -> u64 {
    FastHasherBuilder::default().hash_one(href)
}

/// The markup since the last character of the block.
#[derive(Debug, Default)]
pub(super) struct InlineGap {
    closes: bool,
    /// An element opens, after another closed.
    opens_after: bool,
    crossed: bool,
    is_box: bool,
    raising: bool,
    /// The target of the last link that closed, as a hash.
    closed_link: Option<u64>,
    /// A link with another target opens.
    other_link: bool,
    /// Open elements with code.
    code: u32,
}

impl InlineGap {
    /// An element opens; `link` is the [`target`] if it is a link.
    pub fn open(&mut self, role: InlineRole, link: Option<u64>) {
        self.crossed = true;
        self.opens_after |= self.closes;
        self.is_box |= role.is_box;
        self.raising |= role.is_raising;
        self.code += u32::from(role.is_code);
        self.other_link |= self.closed_link.is_some_and(|closed| link.is_some_and(|link| link != closed));
    }

    /// An element closes.
    pub fn close(&mut self, role: InlineRole, link: Option<u64>) {
        (self.crossed, self.closes) = (true, true);
        self.raising |= role.is_raising;
        self.code = self.code.saturating_sub(u32::from(role.is_code));
        self.closed_link = link.or(self.closed_link);
    }

    /// Text comes: whether it needs a space before it. `before` is the text so far.
    pub fn precedes(&mut self, before: &str, text: &str) -> bool {
        let code = self.code;
        let gap = std::mem::replace(self, Self { code, ..Self::default() });
        gap.crossed && code == 0 && !gap.raising && gap.parts(before, text)
    }

    fn parts(&self, before: &str, text: &str) -> bool {
        let (mut backwards, mut forwards) = (before.chars().rev(), text.chars());
        let (Some(left), Some(right)) = (backwards.next(), forwards.next()) else { return false };
        if !left.is_alphanumeric() || !right.is_alphanumeric() {
            return false;
        }
        if self.other_link {
            return true;
        }
        if is_unspaced(left) || is_unspaced(right) {
            return false;
        }
        // A letter alone is the beginning of the word: an initial, or the name of a product.
        let is_long_left = backwards.next().is_some_and(char::is_alphanumeric);
        let next = forwards.next();
        let is_long_right = next.is_some_and(char::is_alphanumeric);
        if self.is_box || (left.is_lowercase() && right.is_uppercase() && is_long_left) {
            return true;
        }
        self.opens_after
            && match (left.is_numeric(), right.is_numeric()) {
                (true, true) => is_long_left && is_long_right,
                (false, true) => is_long_left,
                (true, false) => right.is_uppercase() && is_long_right,
                (false, false) => is_long_left && right.is_uppercase() && next.is_some_and(char::is_lowercase),
            }
    }
}
