//! What a run needs to crawl: sources and what they contain, the queue, the network, and the budget.

pub mod budget;
pub mod limits;
pub mod poll;
pub mod queue;
pub mod workers;
