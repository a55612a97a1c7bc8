//! Mail, newsletters and MHTML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::mail(bytes));
