//! Sitemaps and the sitemap lines of robots.txt.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gleaner_fuzz::sitemap(bytes));
