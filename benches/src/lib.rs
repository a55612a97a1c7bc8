//! What is measured: pages of a manifest where `GLEANER_BENCH_MANIFEST` names one, generated ones otherwise.

pub mod pages;
