//! `gleaner pdf-text`, for internal use: reads one PDF in a process of its own, because the parser may crash.

use gleaner::ingest::pdf::serve;

use crate::exit::{Exit, Failure};

/// Reads the PDF from standard input and writes HTML to standard output.
pub fn pdf_text() -> Result<Exit, Failure> {
    let result = serve(std::io::stdin().lock(), std::io::stdout().lock());
    result.map(|()| Exit::Done).map_err(|error| Failure::unexpected(format!("read the PDF: {error}"), None))
}
