//! The Python package: [`gleaner_extract`] for Python, one page, many pages or a table of pages at a time.
//!
//! What is public in Python is named in `gleaner/__init__.py` and typed in `gleaner/_gleaner.pyi`. Nothing here opens a file, and only the default of
//! `fetched_at` asks for the time.

mod article;
mod columns;
mod extract;
mod input;
mod many;
mod parts;
mod settings;
mod table;
mod texts;
mod threads;

use pyo3::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The part of the package that is written in Rust.
#[pymodule(gil_used = false)]
mod _gleaner {
    #[pymodule_export]
    use super::article::Article;
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
}
