//! `gleaner ingest`: adds URLs, files, folders, archives and lists of them to the corpus.

use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest as ingest_inputs};
use gleaner::engine::RunReport;
use gleaner::fetch::Render;

use super::context::Context;
use crate::args::{IngestArgs, RenderChoice};
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::print::human;

/// Ingests the inputs in the order given, then the lists.
pub fn ingest(context: &Context, args: IngestArgs) -> Result<Exit, Failure> {
    context.expect_root("ingest")?;
    let setup = context.setup(args.jobs)?;
    let named = args.inputs.iter().map(|arg| match IngestInput::from_arg(arg) {
        IngestInput::Url(url) if args.follow => IngestInput::Source(url),
        input => input,
    });
    let inputs: Vec<IngestInput> = named.chain(args.list.into_iter().map(IngestInput::List)).collect();
    let render = match args.render {
        RenderChoice::Auto => Render::Auto,
        RenderChoice::Always => Render::Always,
        RenderChoice::Never => Render::Never,
    };
    interrupt::watch(setup.stop.clone(), "inputs that were not reached have to be given again");
    let text = |report: &RunReport| format!("{}{}", human::documents(report, &setup.layout), human::summary(report));
    context.report_as(args.report, text, |progress| {
        ingest_inputs(&setup, &inputs, IngestOptions { render, columns: args.columns.into() }, progress)
    })
}
