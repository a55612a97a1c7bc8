//! Random inputs in which bodies compete for one document: several bodies of one address, one body at several addresses and places, previews and
//! whole stories, pages that declare another address, robot checks, copies.

use std::fs;
use std::path::Path;

use crate::random::Random;

/// The text of a story. An edition changes one paragraph.
pub fn story(number: u64, edition: u64) -> [String; 4] {
    [
        format!(
            "The council of district {number} voted on Tuesday to rebuild the old mill, which has stood empty for {} years.",
            number + 7
        ),
        format!(
            "Residents of ward {number} said that it had once been the heart of the quarter, and that nothing could replace it."
        ),
        format!(
            "The work is expected to take {} months and to cost about {} million, according to the engineer in charge.",
            edition + 7,
            number + 3
        ),
        format!(
            "A first plan was turned down last year after a long debate in district {number} about noise, traffic and trees."
        ),
    ]
}

/// What a page shows of a story.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Whole,
    /// The first paragraphs, and a wall behind them.
    Preview,
    /// A robot check in its place.
    Nothing,
}

/// A page with a story. `canonical` is an address that it declares.
pub fn page(number: u64, edition: u64, shown: Shown, canonical: Option<&str>) -> String {
    if shown == Shown::Nothing {
        return "<!doctype html><html lang=\"en\"><head><title>Just a moment...</title></head><body><h1>news.example</h1>\
                <p>Verifying you are human. This may take a few seconds.</p><p>news.example needs to review the security of your \
                connection before proceeding.</p></body></html>"
            .to_owned();
    }
    let count = if shown == Shown::Preview { 2 } else { 4 };
    let paragraphs: String = story(number, edition).iter().take(count).map(|text| format!("<p>{text}</p>\n")).collect();
    let wall = "<div class=\"gate\"><p>This article is for subscribers only.</p><a href=\"/offers\">Subscribe</a></div>";
    let link = canonical.map(|url| format!("<link rel=\"canonical\" href=\"{url}\">")).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Plan {number} divides the district</title>{link}</head><body>\
         <nav><a href=\"/\">Home</a> <a href=\"/news\">News</a></nav><article><h1>Plan {number} divides the district</h1>\n\
         {paragraphs}{}</article><footer>All rights reserved.</footer></body></html>\n",
        if shown == Shown::Preview { wall } else { "" }
    )
}

fn random_page(random: &mut Random) -> String {
    let (number, edition) = (random.below(4) as u64, random.below(3) as u64);
    let shown = match random.below(8) {
        0 => Shown::Preview,
        1 => Shown::Nothing,
        _ => Shown::Whole,
    };
    let canonical = (random.below(3) == 0).then(|| address(random));
    page(number, edition, shown, canonical.as_deref())
}

fn address(random: &mut Random) -> String {
    format!("https://news.example/{}", random.below(5))
}

/// A web archive: redirects and pages of few addresses, captured at few times.
pub fn archive(random: &mut Random) -> Vec<u8> {
    let mut warc = Vec::new();
    for _ in 0..random.below(30) + 10 {
        let (url, time) = (address(random), format!("2024-05-0{}T0{}:00:00Z", random.below(3) + 1, random.below(2)));
        let block = match random.below(6) {
            0 => format!("HTTP/1.1 301 Moved\r\nLocation: {}\r\n\r\n", address(random)),
            _ => format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", random_page(random)),
        };
        let head = format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {time}\r\nWARC-Record-ID: <urn:uuid:0>\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
            block.len()
        );
        warc.extend([head.as_bytes(), block.as_bytes(), b"\r\n\r\n"].concat());
    }
    warc
}

/// Archives and files below `raw/`. In the second edition some have changed, some are gone, some are new.
pub fn write_corpus(root: &Path, random: &mut Random, edition: u64) {
    for archive_number in 0..3 + edition {
        let mut own = Random::new(random.next() ^ if archive_number % 2 == 1 { edition } else { 0 });
        fs::write(root.join(format!("raw/crawl-{archive_number}.warc")), archive(&mut own)).unwrap();
    }
    for file in 0..12 {
        let mut own = Random::new(random.next() ^ if file % 3 == 0 { edition } else { 0 });
        let path = root.join(format!("raw/file-{file:02}.html"));
        fs::write(&path, random_page(&mut own)).unwrap();
        if edition == 1 && file % 5 == 4 {
            fs::remove_file(path).unwrap();
        }
    }
}
