//! Export formats: fetched pages as WARC ([`warc`]), clean texts as JSON lines ([`lines`]). Writes to what it is given; opens no files.

pub mod lines;
pub mod warc;
