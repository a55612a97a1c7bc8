//! `gleaner rules`: lists the rules, shows one, or checks them and shows what they do to a page.

use std::path::PathBuf;

use gleaner::commands::rule_effects::{PageEffects, RuleSelection, rule_effects, unmatched_user_rules};
use gleaner::config::rules_dir;
use gleaner::engine::Setup;
use gleaner_extract::document::{Category, RuleId};
use gleaner_extract::rules::{Problem, Rule, RuleSet, check as check_rules};
use serde::Serialize;
use url::Url;

use super::context::{Context, clock, parse_url};
use crate::args::{JobsArgs, ReportArgs, RulesArgs, RulesCommand};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human};

/// Lists, shows or checks.
pub fn rules(context: &Context, args: RulesArgs) -> Result<Exit, Failure> {
    match args.command {
        RulesCommand::List { category, report } => list(context, category, report),
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
    }
}

fn list(context: &Context, category: Option<Category>, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    let listed = setup.rules.rules().filter(|rule| category.is_none_or(|category| rule.category == category));
    let listed: Vec<&Rule> = listed.collect();
    if report.json {
        print::json::print(&listed)?;
    } else {
        print::out(&print::rules::list(&listed, context.style()))?;
    }
    Ok(Exit::Done)
}

fn show(context: &Context, id: &str, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    let Some(rule) = setup.rules.rule(id) else { return Err(no_such_rule("show", id)) };
    if report.json {
        print::json::print(rule)?;
    } else {
        print::out(&print::rules::rule(rule, context.style()))?;
    }
    Ok(Exit::Done)
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
    /// What is wrong with them.
    problems: Vec<Problem>,
    /// What they do to the pages of `--on`.
    pages: Vec<PageEffects>,
    /// The user's rules that match nothing on these pages.
    unmatched: Vec<RuleId>,
}

/// Mistakes in rules are mistakes in the configuration: exit code 2.
fn check(context: &Context, dir: Option<PathBuf>, pages: &Pages, report: ReportArgs) -> Result<Exit, Failure> {
    let mut loaded = context.load()?;
    let set = rules_dir::read(dir.or_else(|| loaded.rules_dir()).as_deref());
    let set = set.map_err(|error| Failure::usage(error.to_string(), error.hint()))?;
    let problems = check_rules(&set);
    let exit = if problems.is_empty() { Exit::Done } else { Exit::Usage };
    let rules = set.rules().len();
    let (mut effects, mut unmatched) = (Vec::new(), Vec::new());
    if !pages.files.is_empty() {
        // The rules are already read, perhaps from another folder than the configured one.
        loaded.config.rules_dir = None;
        let mut setup = Setup::new(loaded, clock()?)?;
        setup.rules = set;
        (effects, unmatched) = try_on(&setup, pages)?;
    }
    let done = CheckReport { rules, problems, pages: effects, unmatched };
    if report.json {
        print::json::print(&done)?;
        return Ok(exit);
    }
    let compared = match &pages.selection {
        RuleSelection::All | RuleSelection::Mine => "your rules",
        RuleSelection::One(id) => id.0.as_str(),
    };
    for page in &done.pages {
        print::out(&(print::rules::effects(page, compared, context.style()) + "\n"))?;
    }
    print::out(&print::rules::unmatched(&done.unmatched))?;
    for problem in &done.problems {
        print_message("rule ", &problem.to_string(), None);
    }
    let (rules, found) = (human::plural(rules as u64, "rule"), done.problems.len() as u64);
    let found = if found == 0 { "no problem".to_owned() } else { human::plural(found, "problem") };
    print::out(&format!("{rules}: {found}\n"))?;
    Ok(exit)
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
    let drops = rules.sites().flat_map(|site| site.drops.iter().map(|drop| &drop.id));
    let keeps = rules.sites().flat_map(|site| site.keeps.iter().map(|keep| &keep.id));
    rules.rule(&id.0).is_some() || drops.chain(keeps).any(|known| known == id)
}
