//! `gleaner list`: the documents of the corpus, by filters.

use std::io::Write;

use gleaner::store::CorpusReader;

use super::context::Context;
use crate::args::ListArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints documents one by one, whatever their number.
pub fn list(context: &Context, args: &ListArgs) -> Result<Exit, Failure> {
    let reader = CorpusReader::open(&context.corpus()?.layout())?;
    let filter = args.filter.filter();
    let (offset, limit) = (as_size(args.offset), args.limit.map_or(usize::MAX, as_size));
    let mut out = print::data_stream();
    let failed = |error: std::io::Error| Failure::io("write", "<stdout>", &error);
    for document in reader.select(&filter, args.order()).skip(offset).take(limit) {
        let document = document?;
        let line = match (args.ids.end(), args.report.json) {
            (Some(end), _) => format!("{}{end}", document.id),
            (None, true) => print::json::as_line(&document)?,
            (None, false) => print::search::row(&document),
        };
        out.write_all(line.as_bytes()).map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    Ok(Exit::Done)
}

fn as_size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
