//! `gleaner rules`: lists the rules, shows one, or checks them and shows what they do to a page.

use std::path::PathBuf;

use gleaner::commands::rule_effects::{PageEffects, RuleSelection, rule_effects, unmatched_user_rules};
use gleaner::config::rules_dir::{self, RuleFolders};
use gleaner::engine::Setup;
use gleaner_extract::base::path_text;
use gleaner_extract::document::{Category, RuleId};
use gleaner_extract::rules::{Problem, Rule, RuleSet, Severity, check as check_rules};
use serde::Serialize;
use url::Url;

use super::context::{Context, clock, parse_url};
use super::site_rules::{suggest, test};
use crate::args::{JobsArgs, ReportArgs, RulesArgs, RulesCommand};
use crate::exit::{Exit, Failure, print_message};
use crate::print::site_rules::{SiteRule, site_rule, site_rules};
use crate::print::{self, human};

/// Lists, shows or checks.
pub fn rules(context: &Context, args: RulesArgs) -> Result<Exit, Failure> {
    match args.command {
        RulesCommand::List { category, site, report } => list(context, category, site.as_deref(), report),
        RulesCommand::Show { id, report } => show(context, &id, report),
        RulesCommand::Check { dir, on, url, mine, rule, report } => {
            let url = url.as_deref().map(parse_url).transpose()?;
            let selection = match rule {
                Some(rule) => RuleSelection::One(RuleId(rule)),
                None if mine => RuleSelection::Mine,
                None => RuleSelection::All,
            };
            check(context, dir, &Pages { files: on, url, selection }, report)
        }
        RulesCommand::Suggest { site, output, report } => suggest(context, &site, output, report),
        RulesCommand::Test { site, rules, report } => test(context, &site, rules, report),
    }
}

/// Lists the rules for all sites, then those for single ones; with `site` only the latter, for a host.
fn list(context: &Context, category: Option<Category>, site: Option<&str>, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    let is_listed = |of: Option<Category>| category.is_none_or(|category| of == Some(category));
    let rules: Vec<&Rule> = setup.rules.rules().filter(|rule| site.is_none() && is_listed(Some(rule.category))).collect();
    let is_for = |rule: &SiteRule<'_>| site.is_none_or(|site| rule.is_for(site));
    let of_sites: Vec<SiteRule<'_>> = site_rules(&setup.rules).filter(|rule| is_for(rule) && is_listed(rule.category)).collect();
    let listed = rules.iter().map(serde_json::to_value).chain(of_sites.iter().map(serde_json::to_value));
    let listed = listed.collect::<Result<Vec<_>, _>>();
    let listed = listed.map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    context.listing(report, &listed, &print::rules::list(&rules, &of_sites, context.style()))
}

fn show(context: &Context, id: &str, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    if let Some(rule) = setup.rules.rule(id) {
        return context.listing(report, rule, &print::rules::rule(rule, context.style()));
    }
    let found = site_rules(&setup.rules).find(|rule| rule.id.0 == id);
    let Some(rule) = found else { return Err(no_such_rule("show", id)) };
    context.listing(report, &rule, &site_rule(&rule, context.style()))
}

fn no_such_rule(action: &str, id: &str) -> Failure {
    let hint = "`gleaner rules list` prints all ids; those that begin with `label.` are reasons of the labeller and not rules";
    Failure::usage(format!("{action} {id}: no such rule"), hint)
}

/// The pages that rules are tried on, and which rules are shown.
struct Pages {
    files: Vec<PathBuf>,
    url: Option<Url>,
    selection: RuleSelection,
}

/// The answer of `rules check --json`.
#[derive(Serialize)]
struct CheckReport {
    /// How many rules there are.
    rules: usize,
    /// What is wrong in the files and with the rules in them.
    problems: Vec<RuleProblem>,
    /// What they do to the pages of `--on`.
    pages: Vec<PageEffects>,
    /// The user's rules that match nothing on these pages.
    unmatched: Vec<RuleId>,
}

/// A mistake in a file, or a rule that does not do what it says.
#[derive(Serialize)]
struct RuleProblem {
    /// The rule, unless it could not be read.
    rule: Option<RuleId>,
    #[serde(serialize_with = "path_text::serialize")]
    file: PathBuf,
    line: Option<usize>,
    what: String,
    severity: Severity,
    /// All of it as a message.
    #[serde(skip)]
    message: String,
}

impl RuleProblem {
    fn of_file(error: &rules_dir::Error) -> Self {
        let (file, line, what, severity) = match error {
            rules_dir::Error::Invalid(mistake) => {
                (mistake.path.clone(), Some(mistake.line), mistake.reason.clone(), mistake.severity)
            }
            rules_dir::Error::Io { path, source } => (path.clone(), None, source.to_string(), Severity::Fatal),
            rules_dir::Error::TooLarge { path, what } => (path.clone(), None, what.clone(), Severity::Fatal),
        };
        let message = match severity {
            Severity::Warning => format!("warning: {error}"),
            Severity::LeftOut | Severity::Fatal => format!("failed to {error}"),
        };
        Self { rule: None, file, line, what, severity, message }
    }

    fn of_rule(problem: Problem) -> Self {
        let message = format!("rule {problem}");
        Self {
            rule: Some(problem.rule),
            file: problem.file,
            line: Some(problem.line),
            what: problem.what,
            severity: Severity::Fatal,
            message,
        }
    }
}

/// Mistakes in rules are mistakes in the configuration: exit code 2.
fn check(context: &Context, dir: Option<PathBuf>, pages: &Pages, report: ReportArgs) -> Result<Exit, Failure> {
    let mut loaded = context.load()?;
    let folders = dir.map_or_else(|| loaded.rule_folders(), RuleFolders::of);
    let (set, mistakes) = rules_dir::read_all(&folders).map_err(|error| Failure::usage(error.to_string(), error.hint()))?;
    let mut problems: Vec<RuleProblem> = mistakes.iter().map(RuleProblem::of_file).collect();
    problems.extend(check_rules(&set).into_iter().map(RuleProblem::of_rule));
    let rules = set.rules().len() + site_rules(&set).count();
    let (mut effects, mut unmatched) = (Vec::new(), Vec::new());
    if !pages.files.is_empty() {
        // The rules are already read, perhaps from another folder than the configured one.
        (loaded.config.rules_dir, loaded.config.ftr_rules_dir) = (None, None);
        let mut setup = Setup::new(loaded, clock()?)?;
        setup.rules = set;
        (effects, unmatched) = try_on(&setup, pages)?;
    }
    let done = CheckReport { rules, problems, pages: effects, unmatched };
    if !report.json {
        print_check(context, &done, pages)?;
    }
    let warnings = done.problems.iter().filter(|problem| problem.severity == Severity::Warning).count() as u64;
    let found = done.problems.len() as u64 - warnings;
    let mut said = if found == 0 { "no problem".to_owned() } else { human::plural(found, "problem") };
    if warnings > 0 {
        said += &format!(", {}", human::plural(warnings, "warning"));
    }
    context.message(report, &done, &format!("{}: {said}\n", human::plural(rules as u64, "rule")))?;
    Ok(if found == 0 { Exit::Done } else { Exit::Usage })
}

/// Prints what the rules do to pages, and their problems.
fn print_check(context: &Context, done: &CheckReport, pages: &Pages) -> Result<(), Failure> {
    let compared = match &pages.selection {
        RuleSelection::All | RuleSelection::Mine => "your rules",
        RuleSelection::One(id) => id.0.as_str(),
    };
    for page in &done.pages {
        print::out(&(print::rules::effects(page, compared, context.style()) + "\n"))?;
    }
    print::out(&print::rules::unmatched(&done.unmatched))?;
    if pages.url.is_none() && done.unmatched.iter().any(|rule| rule.0.starts_with("site.")) {
        context.note(
            "hint: rules of a site need the page's address: add `--url`, or give the site's file `folders` or `site_names`\n",
        );
    }
    for problem in &done.problems {
        print_message("", &problem.message, None);
    }
    if done.problems.iter().any(|problem| problem.rule.is_none()) {
        context.note("hint: rules/README.md describes the format\n");
    }
    Ok(())
}

/// What the selected rules do to each page, and which of the user's match none of them.
fn try_on(setup: &Setup, pages: &Pages) -> Result<(Vec<PageEffects>, Vec<RuleId>), Failure> {
    if let RuleSelection::One(id) = &pages.selection
        && !has_rule(&setup.rules, id)
    {
        return Err(no_such_rule("check", &id.0));
    }
    let effects = pages.files.iter().map(|file| rule_effects(setup, file, pages.url.as_ref(), &pages.selection));
    let effects = effects.collect::<Result<Vec<_>, _>>()?;
    let mut unmatched = unmatched_user_rules(&setup.rules, &effects);
    if let RuleSelection::One(id) = &pages.selection {
        unmatched.retain(|rule| rule == id);
    }
    Ok((effects, unmatched))
}

/// Whether there is a rule with this id, those of single sites included.
fn has_rule(rules: &RuleSet, id: &RuleId) -> bool {
    rules.rule(&id.0).is_some() || site_rules(rules).any(|rule| rule.id == id)
}
