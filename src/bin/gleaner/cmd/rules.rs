//! `gleaner rules`: what the rules are, one rule in full, and whether each does what it says.

use std::path::PathBuf;

use gleaner::config::rules_dir;
use gleaner_extract::document::Category;
use gleaner_extract::rules::{Rule, check as check_rules};

use super::Context;
use crate::args::{JobsArgs, ReportArgs, RulesArgs, RulesCommand};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, human};

/// Lists, shows or checks.
pub fn rules(context: &Context, args: RulesArgs) -> Result<Exit, Failure> {
    match args.command {
        RulesCommand::List { category, report } => list(context, category, report),
        RulesCommand::Show { id, report } => show(context, &id, report),
        RulesCommand::Check { dir } => check(context, dir),
    }
}

fn list(context: &Context, category: Option<Category>, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    let listed = setup.rules.rules().filter(|rule| category.is_none_or(|category| rule.category == category));
    let listed: Vec<&Rule> = listed.collect();
    if report.json {
        print::json::print(&listed)?;
    } else {
        print::out(&human::rules(&listed, context.style()))?;
    }
    Ok(Exit::Done)
}

fn show(context: &Context, id: &str, report: ReportArgs) -> Result<Exit, Failure> {
    let setup = context.setup(JobsArgs { jobs: None })?;
    let Some(rule) = setup.rules.rule(id) else {
        let hint = "`gleaner rules list` has them all; what begins with `label.` is the labeller's own judgement";
        return Err(Failure::usage(format!("show {id}: no such rule"), hint));
    };
    if report.json {
        print::json::print(rule)?;
    } else {
        print::out(&human::rule(rule, context.style()))?;
    }
    Ok(Exit::Done)
}

/// Mistakes in rules are mistakes in configuration: exit code 2.
fn check(context: &Context, dir: Option<PathBuf>) -> Result<Exit, Failure> {
    let loaded = context.load()?;
    let set = rules_dir::read(dir.or_else(|| loaded.rules_dir()).as_deref());
    let set = set.map_err(|error| Failure::usage(error.to_string(), "rules/README.md describes the form of rules"))?;
    let problems = check_rules(&set);
    for problem in &problems {
        print_message("rule ", &problem.to_string(), None);
    }
    let rules = human::plural(set.rules().len() as u64, "rule");
    let found = if problems.is_empty() { "no problem".to_owned() } else { human::plural(problems.len() as u64, "problem") };
    print::out(&format!("{rules}: {found}\n"))?;
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Usage })
}
