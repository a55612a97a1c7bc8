//! `gleaner correct`: restores and cuts blocks of a document by hand.

use std::path::Path;

use gleaner::commands::correct::{self as corrections, BlockName, CorrectError, CorrectionChange};
use gleaner::commands::correct::{for_each_corrected, page, plan};
use gleaner::commands::labels::labels;
use gleaner::engine::Setup;
use gleaner::files;
use gleaner_extract::article::corrections::ReaderVerdict;
use gleaner_extract::base::path_text::path_text;

use super::context::Context;
use crate::args::{CorrectArgs, JobsArgs};
use crate::exit::{Exit, Failure};
use crate::print;

/// Changes or lists the corrections of a document, lists the corrected documents, or writes their labels.
pub fn correct(context: &Context, args: &CorrectArgs) -> Result<Exit, Failure> {
    context.corpus()?;
    let setup = context.setup(JobsArgs { jobs: None })?;
    if let Some(file) = &args.labels {
        return write_labels(context, args, &setup, file);
    }
    let Some(id) = &args.id else { return list(context, args, &setup) };
    let changes = changes(args)?;
    if changes.is_empty() {
        let page = page(&setup, id)?;
        return match args.blocks {
            true => context.listing(args.report, &page.blocks, &print::corrections::blocks(&page, context.style())),
            false => context.listing(args.report, &page.corrections, &print::corrections::list(&page.corrections)),
        };
    }
    let plan = plan(&setup, id, &changes)?.map_err(|error| usage(&error))?;
    context.report(args.report, |progress| corrections::correct(&setup, plan, progress))
}

fn usage(error: &CorrectError) -> Failure {
    Failure::usage(format!("correct the document: {error}"), error.hint())
}

fn changes(args: &CorrectArgs) -> Result<Vec<CorrectionChange>, Failure> {
    let set = |verdict: ReaderVerdict, names: &[String]| -> Vec<CorrectionChange> {
        names.iter().map(|name| CorrectionChange::Set(verdict, BlockName::from_arg(name))).collect()
    };
    let mut changes = set(ReaderVerdict::Restore, &args.restore);
    changes.extend(set(ReaderVerdict::Cut, &args.cut));
    for undo in &args.undo {
        changes.push(match (undo.as_str(), undo.parse()) {
            ("all", _) => CorrectionChange::UndoAll,
            (_, Ok(number)) => CorrectionChange::Undo(number),
            (_, Err(_)) => {
                let hint = "`gleaner correct ID` lists the corrections with their numbers";
                return Err(Failure::usage(format!("undo {undo}: it is no number"), hint));
            }
        });
    }
    Ok(changes)
}

fn list(context: &Context, args: &CorrectArgs, setup: &Setup) -> Result<Exit, Failure> {
    let mut documents = Vec::new();
    for_each_corrected(setup, &mut |document| documents.push(document))?;
    let text: String = documents.iter().map(print::corrections::document).collect();
    context.listing(args.report, &documents, if text.is_empty() { "no document was corrected by hand\n" } else { &text })
}

fn write_labels(context: &Context, args: &CorrectArgs, setup: &Setup, file: &Path) -> Result<Exit, Failure> {
    let mut found = Ok((String::new(), 0));
    labels(setup, &mut |page| {
        if let Ok((lines, pages)) = &mut found {
            match print::json::as_line(&page) {
                Ok(line) => {
                    *lines += &line;
                    *pages += 1;
                }
                Err(error) => found = Err(error),
            }
        }
    })?;
    let (lines, pages) = found?;
    files::replace(file, lines.as_bytes()).map_err(|error| Failure::io("write", &path_text(file), &error))?;
    let text = format!("wrote {} to {}\n", print::human::plural(pages, "page"), path_text(file));
    context.message(args.report, &serde_json::json!({ "pages": pages }), &text)
}
