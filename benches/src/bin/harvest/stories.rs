//! The pages that the hosts serve: generated stories, or the pages of a manifest, distributed over the hosts.

use std::error::Error;
use std::fmt::Write as _;

use gleaner_bench::pages;

use crate::hosts::{HOSTS, host};

/// Generated stories per host.
const PER_HOST: usize = 10;

/// The pages by number; page `n` is served by host `n % HOSTS`.
pub struct Stories(Vec<Vec<u8>>);

impl Stories {
    /// The pages of the manifest that the environment names, up to the number of generated ones, which are the default.
    pub fn from_environment() -> Result<Self, Box<dyn Error>> {
        const ALL: usize = HOSTS * PER_HOST;
        Ok(Self(match pages::of_manifest()? {
            Some(pages) => pages.into_iter().take(ALL).map(|page| page.bytes).collect(),
            None => (0..ALL).map(|story| generated(&host(story % HOSTS), story / HOSTS).into_bytes()).collect(),
        }))
    }

    /// The page with this number.
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        self.0.get(number).map(Vec::as_slice)
    }

    /// All pages.
    pub fn all(&self) -> &[Vec<u8>] {
        &self.0
    }
}

/// An article of about thirty kilobytes with typical surroundings. No two articles share a paragraph.
fn generated(host: &str, story: usize) -> String {
    let mut body = String::new();
    for n in 0..12 {
        let _ = writeln!(
            body,
            "<p>On day {n} of the hearing about harbour {story} the surveyor of {host} said that pier {n} of quay {story} had moved by {} \
             millimetres since spring, and nobody in the hall could tell where the {} thousand crowns for it might come from.</p>",
            story * 7 + n,
            story * 13 + n
        );
    }
    let mut teasers = String::new();
    for n in 0..120 {
        let _ = writeln!(
            teasers,
            "<li class=\"teaser teaser--small\"><a class=\"teaser__link\" href=\"/news/{n}/another-story-that-is-told-elsewhere\">\
             <img src=\"/img/{n}.jpg\" alt=\"\"><span class=\"teaser__title\">Another story number {n} that is told elsewhere</span></a></li>"
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour {story} at {host}</title>\
         <meta property=\"article:published_time\" content=\"2024-05-0{}T08:00:00Z\"></head><body><nav><ul><li><a href=\"/\">Home</a></li></ul></nav>\
         <main><article><h1>Harbour {story} at {host}</h1>{body}</article></main><aside><ul>{teasers}</ul></aside>\
         <footer>All rights reserved.</footer></body></html>",
        story % 9 + 1
    )
}
