//! `gleaner status`: prints statistics about the corpus, the queue and the sources.

use gleaner::commands::sources::{SourceReport, reports};
use gleaner::queue::{FILE_NAME, Queue, UrlCounts};
use gleaner::store::CorpusReader;
use gleaner::store::reader::CorpusStatus;
use serde_json::{Map, Value};

use super::context::{Context, clock};
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Prints the statistics.
pub fn status(context: &Context, report: ReportArgs) -> Result<Exit, Failure> {
    let loaded = context.corpus()?;
    let (layout, now) = (loaded.layout(), clock()?.now());
    let status = CorpusReader::open(&layout)?.status()?;
    let sources = reports(&loaded.config.source, &layout, now)?;
    let queue = Queue::open_to_read(&layout.state.join(FILE_NAME))?.map(|queue| queue.counts()).transpose()?.unwrap_or_default();
    let waiting = if queue.is_empty() { String::new() } else { format!("queue: {}", human::queue_counts(&queue)) };
    let text = format!("{}{waiting}{}", human::status(&status), print::sources::status(&sources, now));
    context.listing(report, &with_sources(&status, &queue, &sources)?, &text)
}

/// The statistics as JSON, with the state of the queue and of the sources.
fn with_sources(status: &CorpusStatus, queue: &UrlCounts, sources: &[SourceReport]) -> Result<Value, Failure> {
    let counts: Map<String, Value> = queue.iter().map(|(state, count)| (state.name().to_owned(), (*count).into())).collect();
    let values = serde_json::to_value(status).and_then(|status| Ok((status, serde_json::to_value(sources)?)));
    let (mut json, sources) = values.map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    if let Some(json) = json.as_object_mut() {
        json.insert("queue".to_owned(), counts.into());
        json.insert("sources".to_owned(), sources);
    }
    Ok(json)
}
