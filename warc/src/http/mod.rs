//! HTTP messages, wherever they come from: header fields, content codings and redirects. Opens no connection.

pub mod coding;
pub mod facts;
pub mod header;
pub mod redirect;
