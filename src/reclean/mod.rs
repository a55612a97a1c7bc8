//! What cleaning documents again takes from a site, and whether that is more than it may: words lost and gained by document and by site.
//!
//! What is removed because it recurs on the site is counted apart, and is no loss: the line is there in the other documents of the site.
//!
//! Compares and adds up. Cleans nothing, reads and writes nothing; `engine` hands in the texts, `commands::clean` acts on the result.

mod change;
mod config;
mod judge;
mod largest;
mod report;
mod tally;

pub use change::WordChange;
pub use config::Config;
pub use judge::Excess;
pub use report::{DocumentChange, RecleanReport, SiteChange};
pub use tally::{Recleaned, Tally};
