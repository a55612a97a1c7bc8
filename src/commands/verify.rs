//! `verify`: checks that the corpus is whole. The store checks its files; this reads pages in archives back for it.

use crate::config::Loaded;
use crate::engine::{Error, archives};
use crate::store::verify::{self, Finding};

/// Checks every file of the corpus, and the pages of archives that documents were cleaned from. Changes nothing.
pub fn verify(loaded: &Loaded) -> Result<Vec<Finding>, Error> {
    let cap = loaded.config.page.max_bytes;
    Ok(verify::run(&loaded.layout(), Some(&|path, report| archives::hashes(path, cap, report)))?)
}
