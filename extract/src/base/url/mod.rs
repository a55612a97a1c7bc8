//! URLs as identity: canonical form, story keys, pages of a story, sites. Which parameters do not count is data. Pure: fetches nothing.

mod canonical;
mod lists;
mod part;
pub mod shape;
mod site;
mod story;

pub use canonical::{canonical, without_login};
pub use part::{PagePart, PartForm, PartReading, may_be_part, readings};
pub use site::{site, site_label};
pub use story::story_key;
