//! Output that cannot hurt: nothing that a page, server, file name or setting holds steers the terminal, no login is written or shown, and exports
//! replace nothing but regular files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the same way tests do")]

mod corpus;
mod hostile;
mod logins;
mod outputs;
mod server;
mod terminal;
