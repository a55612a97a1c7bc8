//! Tables of pages: JSON Lines and CSV, as they are and below a first row that makes them one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::table(bytes));
