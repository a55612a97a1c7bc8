//! URLs as identity: canonical form, story keys, pages of a story, sites. Which parameters do not count is data. Pure: fetches nothing.

mod canonical;
mod lists;
mod login;
mod part;
pub mod shape;
mod site;
mod story;

pub use canonical::canonical;
pub use login::{has_login, hide_invalid_login, hide_logins, without_login};
pub use part::{PagePart, PartForm, PartReading, may_be_part, readings};
pub use site::{site, site_label};
pub use story::story_key;
