//! The stages in a row: one page, one run.

pub mod clean_one;
