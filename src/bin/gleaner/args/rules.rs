//! The arguments of `gleaner rules`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use gleaner_extract::document::Category;

use super::options::ReportArgs;

/// `gleaner rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// The subcommands of `gleaner rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the rules: id, strength and reason
    List {
        /// Only rules of this category
        #[arg(long, value_name = "CATEGORY", value_parser = category)]
        category: Option<Category>,
        /// Only the rules of this site, a host; without it and `--category`, the rules of all sites are listed too
        #[arg(long, value_name = "HOST", conflicts_with = "category")]
        site: Option<String>,
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Show a rule: what it matches, what its strength means, and its examples
    Show {
        /// The rule's id, as `gleaner explain` prints it
        #[arg(value_name = "RULE")]
        id: String,
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Check each rule against its own examples, and show what rules do to a page
    Check {
        /// A folder of your rules [default: rules_dir of the configuration]
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
        /// Show what the rules do to these pages: each match, and the block with and without the rule
        #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
        on: Vec<PathBuf>,
        /// The address of these pages: rules of a site need it, unless the files are in a folder that the site names
        #[arg(long, value_name = "URL", requires = "on", value_hint = ValueHint::Url)]
        url: Option<String>,
        /// Show your own rules only
        #[arg(long, requires = "on")]
        mine: bool,
        /// Show this rule only, which may be a built-in one
        #[arg(long, value_name = "RULE", requires = "on", conflicts_with = "mine")]
        rule: Option<String>,
        #[command(flatten)]
        report: ReportArgs,
    },
}

fn category(text: &str) -> Result<Category, String> {
    let names = || Category::ALL.iter().map(|category| category.name()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("expected one of {}", names()))
}
