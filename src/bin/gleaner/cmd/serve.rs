//! `gleaner serve`: shows the corpus in a browser.

use gleaner::engine::Setup;
use gleaner::serve::{ServeOptions, Server};
use serde_json::json;

use super::context::{Context, clock};
use crate::args::ServeArgs;
use crate::exit::{Exit, Failure};
use crate::interrupt;

/// Serves until Ctrl-C or SIGTERM.
pub fn serve(context: &Context, args: ServeArgs) -> Result<Exit, Failure> {
    let setup = Setup::new(context.corpus()?, clock()?)?;
    let options = ServeOptions { address: args.addr, hosts: args.host, token: args.token, writable: args.writable };
    let server = Server::bind(setup, options)?;
    let text = format!("serving on {}\n", server.url());
    context.message(args.report, &json!({ "address": server.address().to_string(), "url": server.url() }), &text)?;
    server.run(interrupt::asked_to_end());
    Ok(Exit::Done)
}
