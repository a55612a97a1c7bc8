//! The files of a session: cookies as curl writes them, and header fields. An error never shows their content.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::cookie_jar(bytes));
