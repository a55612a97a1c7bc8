//! Bytes sent as HTML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::page(bytes));
