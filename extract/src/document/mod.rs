//! Plain types passed between stages. Pure: no I/O, and no logic beyond their own invariants.

pub mod article;
pub mod block;
pub mod category;
pub mod completeness;
pub mod decoding;
pub mod elements;
mod favour;
pub mod feed;
pub mod inline;
pub mod limit;
pub mod metadata;
pub mod origin;
pub mod raw;
pub mod removal;
pub mod selected;

pub use article::{Article, DocumentId, NoStory};
pub use block::{Block, Container, ContainerId, Role, Tag};
pub use category::Category;
pub use completeness::{Completeness, CompletenessVerdict, LiveEntry};
pub use decoding::Decoding;
pub use favour::Favour;
pub use feed::FeedEntry;
pub use inline::{InlineKind, InlineSpan};
pub use limit::Limit;
pub use metadata::{Found, Metadata};
pub use origin::Origin;
pub use raw::{BodyHash, HttpFacts, LaterPage, RawDocument, TdmDeclaration};
pub use removal::{Removal, RuleId, Spared};
