//! Files that wrap one document in another format, recognised by their first bytes: mail, saved pages, office documents, PDF. Converts them
//! to HTML; the document's hash stays that of the file.

use std::path::Path;

use super::docx;
use super::failure::Error;
use super::file_kind::FileKind;
use super::mail::{self, MailFormat};
use super::not_a_page::NotAPage;
use gleaner_extract::document::RawDocument;
use gleaner_warc::budget::Budget;

/// Unwraps a document; returns any other unchanged. `cap` is the most bytes of the document, `budget` that of the file it is in.
pub(super) fn unwrap(mut raw: RawDocument, path: &Path, cap: usize, budget: &Budget) -> Result<RawDocument, Error> {
    let failed = |kind| move |reason| Error::Container { path: path.to_path_buf(), kind, reason };
    if let Some(format) = MailFormat::detect(&raw.bytes) {
        let kind = if format == MailFormat::Message { FileKind::Mail } else { FileKind::Mhtml };
        let document = mail::read(&raw.bytes, format, budget).map_err(|error| failed(kind)(error.to_string()))?;
        raw.replace_bytes(document.bytes);
        (raw.fetched_at, raw.http) = (document.sent_at, document.http);
    } else if docx::is_docx(&raw.bytes, budget) {
        raw.replace_bytes(docx::html(&raw.bytes, cap, budget).map_err(failed(FileKind::Docx))?);
    }
    if let Some(kind) = NotAPage::detect(&raw.bytes).filter(|_| raw.http.is_none()) {
        return Err(Error::NotAPage { path: path.to_path_buf(), kind });
    }
    #[cfg(feature = "pdf")]
    if super::pdf::is_pdf(&raw.bytes) {
        raw.replace_bytes(super::pdf::html(&raw.bytes, cap).map_err(failed(FileKind::Pdf))?);
    }
    Ok(raw)
}
