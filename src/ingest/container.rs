//! Files that hold one document in a form of their own, told by their first bytes: mail, saved pages, office documents, PDF. Makes HTML of
//! them; the hash stays that of the file.

use std::path::Path;

use super::archive::Kind as Archive;
use super::{Error, docx, mail};
use gleaner_extract::document::RawDocument;

/// The document out of its container; one that is in none stays as it is. `cap` bounds what is unpacked.
pub(super) fn unpacked(mut raw: RawDocument, path: &Path, cap: usize) -> Result<RawDocument, Error> {
    let failed = |kind| move |reason| Error::Container { path: path.to_path_buf(), kind, reason };
    if Archive::of(&raw.bytes).is_some() {
        return Err(Error::Many { path: path.to_path_buf() });
    }
    if let Some(kind) = mail::Kind::of(&raw.bytes) {
        let name = if kind == mail::Kind::Mail { "mail" } else { "MHTML" };
        let unpacked = mail::unpack(&raw.bytes, kind).map_err(failed(name))?;
        (raw.bytes, raw.fetched_at, raw.http) = (unpacked.bytes, unpacked.at, unpacked.http);
    } else if docx::is_docx(&raw.bytes) {
        raw.bytes = docx::html(&raw.bytes, cap).map_err(failed("DOCX"))?;
    }
    #[cfg(feature = "pdf")]
    if super::pdf::is_pdf(&raw.bytes) {
        raw.bytes = super::pdf::html(&raw.bytes, cap).map_err(failed("PDF"))?;
    }
    Ok(raw)
}
