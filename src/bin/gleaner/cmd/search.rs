//! `gleaner search`: full-text search over the corpus.

use gleaner::search::Query;
use gleaner::store::CorpusReader;

use super::context::Context;
use crate::args::SearchArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints the documents that match a query. The number of all matches is a remark.
pub fn search(context: &Context, args: &SearchArgs) -> Result<Exit, Failure> {
    let query = Query::parse(&args.query.join(" "))?;
    let reader = CorpusReader::open(&context.corpus()?.layout())?;
    let results = reader.search(&query, &args.filter.filter(), args.order(), args.page())?;
    if let Some(end) = args.ids.end() {
        let ids: String = results.hits.iter().map(|hit| format!("{}{end}", hit.document.id)).collect();
        print::out_bytes(ids.as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.report.json {
        print::json::print(&results)?;
        return Ok(Exit::Done);
    }
    print::out(&print::search::results(&results, context.style()))?;
    context.note(&print::search::remark(&results, args.offset));
    Ok(Exit::Done)
}
