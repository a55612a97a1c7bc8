//! The pages: one file a page, each from what the corpus knows to HTML. All text is escaped by maud; none has inline scripts or styles.

mod add;
mod blocks;
mod capture;
mod chart;
mod cluster;
mod compare;
mod copies;
mod correct;
mod document;
mod documents;
mod fields;
mod keys;
mod layout;
mod login;
mod original;
mod problem;
mod site;
mod sites;
mod start;
mod text_window;
mod versions;
mod wrong;

pub use problem::problem_page;

pub use add::{add, add_urls};
pub use blocks::blocks;
pub use capture::{capture, keep_page};
pub use cluster::cluster;
pub use compare::compare;
pub use copies::copy;
pub use correct::correct_block;
pub use document::{candidates, document};
pub use documents::documents;
pub use keys::keys;
pub use login::{log_in, login};
pub use original::{original, raw};
pub use site::site;
pub use sites::sites;
pub use start::{disk_page, start};
pub use versions::versions;
pub use wrong::report_wrong;
