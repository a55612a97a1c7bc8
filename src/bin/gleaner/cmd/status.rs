//! `gleaner status`: prints statistics about the corpus.

use gleaner::store::CorpusReader;

use super::context::Context;
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Prints the statistics.
pub fn status(context: &Context, report: ReportArgs) -> Result<Exit, Failure> {
    let status = CorpusReader::open(&context.corpus()?.layout())?.status()?;
    if report.json {
        print::json::print(&status)?;
    } else {
        print::out(&human::status(&status))?;
    }
    Ok(Exit::Done)
}
