//! What the benchmarks measure: pages (those of the manifest that `GLEANER_BENCH_MANIFEST` names, or else generated ones), and edited copies of texts.

pub mod copies;
pub mod pages;
pub mod sites;
