//! A JSON-LD block in the head of a page with a short story.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::json_ld(bytes));
