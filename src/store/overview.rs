//! The corpus in numbers that are quick to get: from the index alone, without a look at the files.

use serde::Serialize;

use super::failure::Error;
use super::reader::CorpusReader;
use gleaner_extract::article::site::SiteTable;

/// The corpus in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// Documents with a text of their own.
    pub documents: u64,
    /// Copies: documents whose text another document has.
    pub copies: u64,
    /// Words of all texts, folded.
    pub words: u64,
    /// Bytes of all texts.
    pub text_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Number of documents by registrable domain or site name, largest first; `?` if unknown.
    pub by_site: Vec<(String, u64)>,
}

impl CorpusReader {
    /// The corpus in numbers.
    pub fn overview(&self) -> Result<Overview, Error> {
        let totals = self.index().totals()?;
        let by_site = self.documents_by_site()?;
        let index_bytes = std::fs::metadata(self.layout.index()).map_or(0, |file| file.len());
        let (documents, copies, words, text_bytes) = (totals.documents, totals.copies, totals.words, totals.bytes);
        Ok(Overview { documents, copies, words, text_bytes, index_bytes, by_site })
    }

    /// The lines of a site that are its boilerplate.
    pub fn site_table(&self, site: &str) -> Result<SiteTable, Error> {
        self.index().table(site)
    }
}
