//! Archives read as streams: WARC and WET, and whatever else can be read so.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::warc(bytes));
