//! `gleaner doctor`: checks what a corpus needs to run well, and says what to do.

use gleaner::commands::doctor::{self, DoctorError, DoctorInput, Online};
use gleaner::engine::Setup;

use super::context::{Context, clock};
use crate::args::DoctorArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Prints every check. Any problem makes the exit code 3.
pub fn doctor(context: &Context, args: &DoctorArgs) -> Result<Exit, Failure> {
    let clock = clock()?;
    let (loaded, error) = context.load_or_default();
    let setup = match error {
        Some(error) => Err(DoctorError::Config(error)),
        None => Setup::new(loaded.clone(), clock.clone()).map_err(DoctorError::Setup),
    };
    let input = DoctorInput {
        setup,
        loaded,
        is_clock_fixed: std::env::var_os("SOURCE_DATE_EPOCH").is_some(),
        open_files: open_files(),
        now: clock.now(),
        online: if args.online { Online::Yes } else { Online::No },
    };
    let report = doctor::doctor(&input);
    context.listing(args.report, &report, &print::doctor::report(&report, context.style()))?;
    Ok(if report.problems == 0 { Exit::Done } else { Exit::SomeFailed })
}

/// The limit on open files, which the program has raised as far as it may, and the highest that it can be.
fn open_files() -> Option<(u64, u64)> {
    #[cfg(unix)]
    return rlimit::getrlimit(rlimit::Resource::NOFILE).ok();
    #[cfg(not(unix))]
    None
}
