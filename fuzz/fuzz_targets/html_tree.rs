//! Bytes as markup, compared with html5ever.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::html_tree(bytes));
