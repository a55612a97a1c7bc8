//! Recovery after a killed run: completes or removes what it staged, and marks the index as incomplete.

use std::fs;

use super::atomic::{self, StagingArea};
use super::failpoint::hit;
use super::failure::{Error, io_error, is_not_found};
use super::layout::Layout;
use super::{clean, raw, trash};

/// Completes or removes the files that a killed run staged.
pub(super) fn recover(layout: &Layout) -> Result<(), Error> {
    StagingArea::recover(&layout.clean, &layout.state, "clean", clean::expected)?;
    StagingArea::recover(&layout.raw, &layout.state, "raw", raw::expected)?;
    trash::recover(layout)
}

/// Marks the index as incomplete until it is closed.
pub(super) fn remove_index_checksum(layout: &Layout) -> Result<(), Error> {
    match fs::remove_file(layout.index_checksum()) {
        Ok(()) => atomic::sync_dir(&layout.state)?,
        Err(error) if is_not_found(&error) => {}
        Err(error) => return Err(io_error("remove", &layout.index_checksum())(error)),
    }
    hit("open.checksum-removed");
    Ok(())
}
