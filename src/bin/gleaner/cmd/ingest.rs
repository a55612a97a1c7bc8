//! `gleaner ingest`: addresses, files, folders and lists of them.

use gleaner::fetch::Render;
use gleaner::pipeline::ingest::{Input, Options, ingest_with};

use super::Context;
use crate::args::{Browse, Ingest};
use crate::exit::{Exit, Failure};

/// Ingests what is named, in its order; lists come last.
pub fn ingest(context: &Context, args: Ingest) -> Result<Exit, Failure> {
    let setup = context.setup(args.jobs)?;
    let named = args.inputs.iter().map(|arg| match Input::from_arg(arg) {
        Input::Url(url) if args.follow => Input::Door(url),
        input => input,
    });
    let inputs: Vec<Input> = named.chain(args.list.into_iter().map(Input::List)).collect();
    let render = match args.render {
        Browse::Auto => Render::Auto,
        Browse::Always => Render::Always,
        Browse::Never => Render::Never,
    };
    context.report(args.report, |progress| ingest_with(&setup, &inputs, Options { render }, progress))
}
