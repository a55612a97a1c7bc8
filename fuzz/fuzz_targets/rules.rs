//! Rules files of a user: of a category and of a site.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::rules(bytes));
