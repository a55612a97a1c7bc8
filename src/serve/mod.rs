//! The web interface: an HTTP server on the loopback that shows the corpus in a browser, and the same as JSON. Reads the corpus as
//! [`CorpusReader`](crate::store::CorpusReader) does, while a run may be active. Prints nothing, and changes nothing unless the user allows it
//! ([`ServeOptions::writable`]).
//!
//! [`Server::bind`] takes the port; [`Server::run`] answers until it is asked to stop.
//!
//! ```text
//! server   connections, within limits          guard    host, token, limits of time, security headers
//! router   which path is what                   app      what all requests share; readers: open corpora
//! forms    checks what forms send
//! pages    HTML, one file a page                api      JSON under /api/v1
//! ```

mod access;
mod api;
mod app;
mod assets;
mod disk;
mod document_source;
mod feeds;
mod filters;
mod forms;
mod guard;
mod index_cache;
mod keep;
mod options;
mod pages;
mod params;
mod problem;
mod readers;
mod router;
mod run_list;
mod saved;
mod server;
mod site_health;

pub use options::{Error, ServeOptions};
pub use server::Server;
