//! What leaves the corpus: fetched pages as WARC ([`warc`]), clean texts as lines of JSON ([`lines`]). Writes to what it is given; opens no
//! files.

pub mod lines;
pub mod warc;
