//! Markdown below a heading, so that it is taken for Markdown.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::markdown(bytes));
