//! What `doctor` is given. Checks nothing.

use crate::config::{self, Loaded};
use crate::engine::Setup;
use gleaner_extract::base::time::Timestamp;

/// What is checked, and how.
pub struct DoctorInput {
    /// The setup; why there is none, if the configuration or the rules cannot be used.
    pub setup: Result<Setup, DoctorError>,
    /// Where the corpus is, and its settings: the defaults, if the configuration cannot be used.
    pub loaded: Loaded,
    /// True if the time is not the system's, but fixed.
    pub is_clock_fixed: bool,
    /// The limits on open files: that of the process when it started, and the highest it can have.
    pub open_files: Option<(u64, u64)>,
    /// The time.
    pub now: Timestamp,
    /// Whether robots.txt of the sources may be requested.
    pub online: Online,
}

/// Why a setup is not there.
#[derive(Debug)]
pub enum DoctorError {
    /// The configuration cannot be used.
    Config(config::Error),
    /// The rules cannot be used.
    Setup(crate::engine::Error),
}

/// Whether a check may use the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// It may.
    Yes,
    /// It may not.
    No,
}
