//! Files that wrap one document in another format, recognised by their first bytes: mail, saved pages, office documents, PDF. Converts them
//! to HTML; the document's hash stays that of the file.

use std::path::Path;

use super::failure::Error;
use super::file_kind::FileKind;
use super::mail::{self, MailFormat};
use super::{archive, docx};
use gleaner_extract::document::RawDocument;

/// Unwraps a document; returns any other unchanged. `cap` is the most bytes that are decompressed.
pub(super) fn unwrap(mut raw: RawDocument, path: &Path, cap: usize) -> Result<RawDocument, Error> {
    let failed = |kind| move |reason| Error::Container { path: path.to_path_buf(), kind, reason };
    if archive::detect(&raw.bytes).is_some() {
        return Err(Error::Many { path: path.to_path_buf() });
    }
    if let Some(format) = MailFormat::detect(&raw.bytes) {
        let kind = if format == MailFormat::Message { FileKind::Mail } else { FileKind::Mhtml };
        let document = mail::read(&raw.bytes, format).map_err(|error| failed(kind)(error.to_string()))?;
        (raw.bytes, raw.fetched_at, raw.http) = (document.bytes, document.sent_at, document.http);
    } else if docx::is_docx(&raw.bytes) {
        raw.bytes = docx::html(&raw.bytes, cap).map_err(failed(FileKind::Docx))?;
    }
    #[cfg(feature = "pdf")]
    if super::pdf::is_pdf(&raw.bytes) {
        raw.bytes = super::pdf::html(&raw.bytes, cap).map_err(failed(FileKind::Pdf))?;
    }
    Ok(raw)
}
