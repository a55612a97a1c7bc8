//! `gleaner ingest`: addresses, files, folders and lists of them.

use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest as ingest_inputs};
use gleaner::fetch::Render;

use super::Context;
use crate::args::{Browse, Ingest};
use crate::exit::{Exit, Failure};

/// Ingests what is named, in its order; lists come last.
pub fn ingest(context: &Context, args: Ingest) -> Result<Exit, Failure> {
    let setup = context.setup(args.jobs)?;
    let named = args.inputs.iter().map(|arg| match IngestInput::from_arg(arg) {
        IngestInput::Url(url) if args.follow => IngestInput::Source(url),
        input => input,
    });
    let inputs: Vec<IngestInput> = named.chain(args.list.into_iter().map(IngestInput::List)).collect();
    let render = match args.render {
        Browse::Auto => Render::Auto,
        Browse::Always => Render::Always,
        Browse::Never => Render::Never,
    };
    context.report(args.report, |progress| ingest_inputs(&setup, &inputs, IngestOptions { render }, progress))
}
