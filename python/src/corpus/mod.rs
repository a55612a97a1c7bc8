//! What engines that divide a corpus among machines call: pages to documents, what recurs on a site, and which texts are near duplicates. Each is a
//! pure function of a batch, a group or a pair; the engine groups and joins. `gleaner/spark.py` does so with Spark.

mod bodies;
mod documents;
mod relations;
mod sites;

pub use bodies::bodies_of;
pub use documents::documents_arrow;
pub use relations::{Judge, are_candidates, are_unrelated, lowest_keys, pairs_of_group};
pub use sites::{Sites, count_site};
