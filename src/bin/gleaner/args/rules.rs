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
    /// Propose rules for a site from its stored pages: what recurs on them, and what holds the story
    ///
    /// Looks at 200 pages at most, the same ones each time. The rules that the site has are not used for it. Fewer than five pages are an error.
    Suggest {
        /// The site: a host, with the hosts below it, or the folder or name by which files are known to be from it
        #[arg(value_name = "SITE", value_parser = site)]
        site: String,
        /// Write the rules to a new file instead of standard output
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Show what the rules of a site change on its stored pages
    ///
    /// Cleans up to 200 pages without the rules of the site and with them, and writes nothing.
    Test {
        /// The site: a host, with the hosts below it, or the folder or name by which files are known to be from it
        #[arg(value_name = "SITE", value_parser = site)]
        site: String,
        /// The rules of the site, as TOML or in the ftr-site-config format (.txt) [default: the configured ones]
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        rules: Option<PathBuf>,
        #[command(flatten)]
        report: ReportArgs,
    },
}

/// A host, or a URL with one, or the name of a site.
fn site(text: &str) -> Result<String, String> {
    let host = url::Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned));
    let site = host.unwrap_or_else(|| text.trim().to_owned()).trim_end_matches('.').to_lowercase();
    let is_name = !site.is_empty() && !site.contains(['/', '\\']);
    is_name.then_some(site).ok_or_else(|| "expected a host, such as www.example.com".to_owned())
}

fn category(text: &str) -> Result<Category, String> {
    let names = || Category::ALL.iter().map(|category| category.name()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("expected one of {}", names()))
}
