//! `doctor`: checks what a corpus needs to run well, and says what to do about what is wrong. Changes nothing.
//!
//! Each check is a function in one of the modules, which gives one line or several. None fails as a whole: what cannot be found out is a warning.

mod check;
mod configuration;
mod corpus;
mod disk;
mod input;
mod network;
mod system;

use serde::Serialize;

pub use check::{Check, CheckStatus};
pub use input::{DoctorError, DoctorInput, Online};

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoctorReport {
    /// Every check, in the order in which problems are best solved.
    pub checks: Vec<Check>,
    /// How many gave a warning.
    pub warnings: usize,
    /// How many found a problem.
    pub problems: usize,
}

/// Runs every check.
pub fn doctor(input: &DoctorInput) -> DoctorReport {
    let (loaded, layout) = (&input.loaded, input.loaded.layout());
    let mut checks = configuration::checks(input);
    checks.extend(disk::checks(loaded, &layout));
    checks.push(corpus::index(&layout));
    checks.push(system::clock(input, &layout));
    checks.push(system::open_files(input.open_files, loaded.config.fetch.concurrency));
    checks.push(system::schedule(loaded));
    checks.push(system::browser(loaded));
    checks.extend(network::checks(input));
    let count = |status| checks.iter().filter(|check| check.status == status).count();
    DoctorReport { warnings: count(CheckStatus::Warning), problems: count(CheckStatus::Problem), checks }
}
