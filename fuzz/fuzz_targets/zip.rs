//! DOCX and EPUB: the bytes as a file, and as the text inside of well-formed ones.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::zip(bytes));
