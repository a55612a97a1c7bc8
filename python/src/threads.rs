//! The threads on which pages are extracted.

use std::num::NonZero;
use std::thread::{self, Builder};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The stack of a thread, in bytes: parsers of some formats recurse.
const STACK: usize = 16 << 20;

/// Most threads.
const MAX: usize = 1_024;

/// The number of threads: as many as there are cores, unless it is given.
pub fn number(wanted: Option<usize>) -> PyResult<usize> {
    match wanted {
        Some(0) => Err(PyValueError::new_err("threads is at least 1")),
        Some(threads) => Ok(threads.min(MAX)),
        None => Ok(thread::available_parallelism().map_or(1, NonZero::get)),
    }
}

/// A thread that is not running yet.
pub fn builder() -> Builder {
    Builder::new().name("gleaner".into()).stack_size(STACK)
}
