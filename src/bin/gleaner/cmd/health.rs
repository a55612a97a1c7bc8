//! `gleaner health`: lists the sites that have drifted from what is usual for them.

use gleaner::commands::health;

use super::context::{Context, clock};
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure};
use crate::print;

/// Lists the sites. Any that has drifted makes the exit code 3.
pub fn health(context: &Context, report: ReportArgs) -> Result<Exit, Failure> {
    let health = health::health(&context.corpus()?.layout(), clock()?.now())?;
    context.listing(report, &health, &print::health::health(&health))?;
    Ok(if health.drifted.is_empty() { Exit::Done } else { Exit::SomeFailed })
}
