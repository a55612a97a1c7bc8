//! Compares two versions of a story: what changed, sentence by sentence and word by word, and what kind of change it is. Reads and writes nothing.

mod change;
mod differences;

pub use change::{Change, ChangeKind, StoryText, judge};
pub use differences::{Differences, Part, Piece, Side, Spot};
