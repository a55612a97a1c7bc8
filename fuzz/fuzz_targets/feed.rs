//! Feeds, lists of feeds, and front pages.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::feed(bytes));
