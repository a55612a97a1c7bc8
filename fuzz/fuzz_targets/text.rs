//! Bytes of a file, whatever they are: mostly text dumps.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::text(bytes));
