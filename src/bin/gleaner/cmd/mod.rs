//! One file per command. This one picks the command.

mod clean;
mod completions;
mod context;
mod correct;
mod doctor;
mod explain;
mod export;
mod extract;
mod forget;
mod health;
mod history;
mod ingest;
mod init;
mod is_article;
mod list;
mod man;
#[cfg(feature = "pdf")]
mod pdf_text;
mod prune;
mod queue;
mod reindex;
mod related;
mod rollback;
mod rules;
mod run;
mod schedule;
mod search;
mod serve;
mod show;
mod site_rules;
mod sources;
mod status;
mod verify;

use crate::args::{Cli, Command};
use crate::exit::{Exit, Failure};
use context::Context;

/// Runs the requested command.
pub fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    tracing::info!("gleaner {}", env!("CARGO_PKG_VERSION"));
    let context = Context { global: cli.global };
    match cli.command {
        Command::Clean(args) => clean::clean(&context, args),
        Command::Ingest(args) => ingest::ingest(&context, args),
        Command::Run(args) => run::run(&context, args),
        Command::Queue(args) => queue::queue(&context, args),
        Command::Sources(args) => sources::sources(&context, args),
        Command::Schedule(args) => schedule::schedule(&context, &args),
        Command::Extract(args) => extract::extract(&context, args),
        Command::Explain(args) => explain::explain(&context, &args),
        Command::IsArticle(args) => is_article::is_article(&context, &args),
        Command::Search(args) => search::search(&context, &args),
        Command::List(args) => list::list(&context, &args),
        Command::Correct(args) => correct::correct(&context, &args),
        Command::Forget(args) => forget::forget(&context, args),
        Command::Rollback(args) => rollback::rollback(&context, &args),
        Command::Prune(args) => prune::prune(&context, &args),
        Command::Init(args) => init::init(&context, args),
        Command::Completions(args) => completions::completions(&context, &args),
        Command::Man(args) => man::man(&context, &args),
        #[cfg(feature = "pdf")]
        Command::PdfText => pdf_text::pdf_text(),
        Command::Rules(args) => rules::rules(&context, args),
        Command::Verify(args) => verify::verify(&context, args),
        Command::Reindex(report) => reindex::reindex(&context, report),
        Command::Health(report) => health::health(&context, report),
        Command::Doctor(args) => doctor::doctor(&context, &args),
        Command::Status(report) => status::status(&context, report),
        Command::Serve(args) => serve::serve(&context, args),
        Command::Export(args) => export::export(&context, &args),
        Command::Related(args) => related::related(&context, &args),
        Command::Show(args) => show::show(&context, &args),
        Command::History(args) => history::history(&context, &args),
        Command::Diff(args) => history::diff(&context, &args),
    }
}
