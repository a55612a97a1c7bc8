//! `gleaner ingest`: adds URLs, files, folders, archives and lists of them to the corpus.

use gleaner::fetch::Render;
use gleaner::pipeline::ingest::{Input, Options, ingest_with};

use super::Context;
use crate::args::{IngestArgs, RenderChoice};
use crate::exit::{Exit, Failure};

/// Ingests the inputs in the order given, then the lists.
pub fn ingest(context: &Context, args: IngestArgs) -> Result<Exit, Failure> {
    let setup = context.setup(args.jobs)?;
    let named = args.inputs.iter().map(|arg| match Input::from_arg(arg) {
        Input::Url(url) if args.follow => Input::Door(url),
        input => input,
    });
    let inputs: Vec<Input> = named.chain(args.list.into_iter().map(Input::List)).collect();
    let render = match args.render {
        RenderChoice::Auto => Render::Auto,
        RenderChoice::Always => Render::Always,
        RenderChoice::Never => Render::Never,
    };
    context.report(args.report, |progress| ingest_with(&setup, &inputs, Options { render }, progress))
}
