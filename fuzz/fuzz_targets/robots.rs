//! robots.txt: the first line is a path, the rest the file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::robots(bytes));
