//! What is looked for in a corpus: filters of documents and queries of their text. Pure; the index answers in [`crate::store`].

mod facet;
mod filter;
mod query;
mod query_error;
mod scan;
mod snippet;
mod term;
mod watch;

pub use facet::{Facet, FacetCount, FacetKind};
pub use filter::{Filter, Order, Page, SearchOrder};
pub use query::Query;
pub use query_error::{QueryError, QueryProblem};
pub use snippet::{SnippetPart, marked, snippet};
pub use term::Term;
pub use watch::WatchConfig;
