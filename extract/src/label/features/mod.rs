//! Features: each block as a row of numbers, by the same code in training and in use. None depends on a single language.
//!
//! Round one sees the block, its neighbours, its containers and the page. Round two adds round one's probabilities of the blocks around.

mod input;
pub mod matrix;
mod page_columns;
pub mod page_kind;
mod parts;
mod position;
mod second_round;
mod shape;
pub mod table;
mod terms;
mod tree;

pub use input::{FeatureInput, NEIGHBOUR_COLUMNS};
