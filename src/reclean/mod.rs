//! What cleaning documents again takes from a site, and whether that is more than it may: words lost and gained by document and by site.
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

/// The rule of lines that a document loses because they recur across its site. What it removes is counted apart, and is no loss: the line is there in
/// the other documents of the site.
pub const RECURRING_RULE: &str = "site.recurring";
