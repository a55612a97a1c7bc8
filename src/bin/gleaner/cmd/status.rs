//! `gleaner status`: what is in the corpus.

use gleaner::store::CorpusReader;

use super::Context;
use crate::args::Report;
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Counts.
pub fn status(context: &Context, report: Report) -> Result<Exit, Failure> {
    let status = CorpusReader::open(&context.load()?.layout())?.status()?;
    if report.json {
        print::json::print(&status)?;
    } else {
        print::out(&human::status(&status))?;
    }
    Ok(Exit::Done)
}
