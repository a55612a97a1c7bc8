//! `gleaner pdf-text`, not for people: reads one PDF in this process, which may die of it.

use gleaner::ingest::pdf::serve;

use crate::exit::{Exit, Failure};

/// From standard input to standard output.
pub fn pdf_text() -> Result<Exit, Failure> {
    let done = serve(std::io::stdin().lock(), std::io::stdout().lock());
    done.map(|()| Exit::Done).map_err(|error| Failure::unexpected(format!("read the PDF: {error}"), None))
}
