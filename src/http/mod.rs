//! What HTTP messages say, wherever they come from: header fields and content codings. Opens no connection.

pub mod coding;
pub mod header;
