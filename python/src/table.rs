//! `extract_arrow`: a table of pages in, a table of articles out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::prelude::*;

use super::arrow::{Batch, Batches, Table, of_arrow};
use super::columns::{PageColumns, Row, article_schema, to_batch};
use super::settings::{Arguments, FetchedAt, Rules, Settings, message};
use super::threads;

/// Extracts the articles of a table of pages.
#[pyfunction]
#[pyo3(signature = (batch, *, threads = 1, precision = false, recall = false, fetched_at = None, rules = None))]
pub fn extract_arrow(
    py: Python<'_>,
    batch: Table,
    threads: usize,
    precision: bool,
    recall: bool,
    fetched_at: Option<FetchedAt>,
    rules: Option<&Rules>,
) -> PyResult<Py<PyAny>> {
    let settings = Settings::of(Arguments { precision, recall, fetched_at, rules, ..Arguments::default() })?;
    let threads = threads::number(Some(threads))?;
    match batch {
        Table::Batch(batch) => {
            let schema = article_schema(&batch.schema());
            let articles = py.detach(|| extract_batch(&batch, &schema, &settings, threads)).map_err(of_arrow)?;
            Ok(Py::new(py, Batch(articles))?.into_any())
        }
        Table::Stream(pages) => {
            let schema = article_schema(&pages.schema());
            let articles = ArticleReader { pages: Box::new(pages), schema, settings, threads };
            Ok(Py::new(py, Batches::new(articles))?.into_any())
        }
    }
}

/// Articles of a stream of batches; each batch is extracted when it is asked for.
struct ArticleReader {
    pages: Box<dyn RecordBatchReader + Send>,
    schema: SchemaRef,
    settings: Settings,
    threads: usize,
}

impl Iterator for ArticleReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let pages = self.pages.next()?;
        Some(pages.and_then(|pages| extract_batch(&pages, &self.schema, &self.settings, self.threads)))
    }
}

impl RecordBatchReader for ArticleReader {
    fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }
}

fn extract_batch(
    batch: &RecordBatch,
    schema: &SchemaRef,
    settings: &Settings,
    threads: usize,
) -> Result<RecordBatch, ArrowError> {
    let pages = PageColumns::of(batch)?;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut rows = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= pages.len() {
                return rows;
            }
            rows.push((number, row(&pages, number, settings)));
        }
    };
    let mut rows = thread::scope(|scope| {
        let start = |_| threads::builder().spawn_scoped(scope, work);
        let others = (1..threads.min(pages.len())).map(start).collect::<Result<Vec<_>, _>>()?;
        let mut rows = work();
        for other in others {
            rows.extend(other.join().map_err(|_| std::io::Error::other("a thread has failed"))?);
        }
        Ok::<_, std::io::Error>(rows)
    })
    .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
    rows.sort_unstable_by_key(|(number, _)| *number);
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    to_batch(schema, &pages, &rows)
}

fn row(pages: &PageColumns, number: usize, settings: &Settings) -> Row {
    match pages.page(number).map(|page| settings.clean(page)) {
        Some(Ok(cleaned)) => Row::of(cleaned),
        Some(Err(error)) => Row::failed(message(&error)),
        None => Row::failed("there is no page: the value is null".to_owned()),
    }
}
