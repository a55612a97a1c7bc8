//! The Python package: [`gleaner_extract`] for Python, one page, many pages or a table of pages at a time.
//!
//! What is public in Python is named in `gleaner/__init__.py` and typed in `gleaner/_gleaner.pyi`. Nothing here opens a file, and only the default of
//! `fetched_at` asks for the time.

mod arrow;
mod article;
mod columns;
mod corpus;
mod extract;
mod input;
mod many;
mod parts;
mod settings;
mod table;
mod texts;
mod threads;
mod warc;

use pyo3::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The part of the package that is written in Rust.
#[pymodule(gil_used = false)]
mod _gleaner {
    use gleaner_extract::article::site;
    use gleaner_relate as relate;
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::article::Article;
    #[pymodule_export]
    use super::corpus::{
        Judge, Sites, are_candidates, are_unrelated, bodies_of, count_site, documents_arrow, lowest_keys, pairs_of_group,
    };
    #[pymodule_export]
    use super::extract::extract;
    #[pymodule_export]
    use super::many::{Articles, extract_many};
    #[pymodule_export]
    use super::parts::{Comment, Image, Link, Removal};
    #[pymodule_export]
    use super::settings::{ExtractionError, Rules};
    #[pymodule_export]
    use super::table::extract_arrow;
    #[pymodule_export]
    use super::texts::{Overlap, clean_text, containment, fingerprint};
    #[pymodule_export]
    use super::warc::{ArchivedPage, ArchivedPages, read_warc};

    #[pymodule_init]
    fn numbers(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("MAX_STORIES", site::MAX_STORIES)?;
        module.add("MIN_SHARED", relate::MIN_SHARED)?;
        module.add("MIN_UNRELATED", relate::MIN_UNRELATED)
    }
}
