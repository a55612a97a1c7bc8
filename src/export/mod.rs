//! Export formats: fetched pages as WARC ([`warc`]), clean texts as JSON lines ([`lines`]); and where they are written to ([`target`]).

pub mod lines;
pub mod target;
pub mod warc;
