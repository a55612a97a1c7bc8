//! The pages that are measured: those of the manifest that `GLEANER_BENCH_MANIFEST` names, or else generated ones.

pub mod pages;
