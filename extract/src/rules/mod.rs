//! Rules as data: phrases in many languages and names in markup that say what a block is. Finds matches; decides nothing.
//!
//! The rules are in `rules/boilerplate/<category>.toml` and `rules/sites/<host>.toml`; `rules/README.md` is their manual.

mod check;
mod check_site;
mod compiled;
mod definitions;
mod entries;
mod ftr;
mod load;
mod name_table;
mod normalized;
mod pattern_table;
mod patterns;
mod phrase_table;
mod problem;
mod rule;
mod rule_match;
mod rule_set;
mod rule_toml;
mod site;
mod site_match;
mod site_select;
mod site_toml;
mod strength;
mod tables;
mod text_matcher;
pub mod xpath;

pub use check::check;
pub use compiled::CompiledRules;
pub use ftr::is_ftr_file;
pub use load::{Error, RuleFile, Severity};
pub use problem::Problem;
pub use rule::{LANGUAGES, Matching, Rule};
pub use rule_match::{KeepMatch, RuleMatch};
pub use rule_set::RuleSet;
pub use site::{HostScope, Selector, SiteDrop, SiteFind, SiteKeep, SiteRule, SiteRules};
pub use site_match::{PageSite, SiteMatcher, SiteMatches};
pub use site_select::PageParts;
pub use strength::{RuleOrigin, Strength};
