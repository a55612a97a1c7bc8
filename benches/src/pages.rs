//! Pages to measure: generated ones, which are always the same, and those of a manifest for `extract --batch`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;
use url::Url;

/// The environment variable that names a manifest.
pub const MANIFEST: &str = "GLEANER_BENCH_MANIFEST";

/// A page to measure.
pub struct Page {
    /// Its id in the manifest, or the kind of generated page.
    pub id: String,
    /// Its URL.
    pub url: Option<Url>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The pages of the manifest that the environment names; `None` if it names none.
pub fn of_manifest() -> Result<Option<Vec<Page>>, Box<dyn Error>> {
    env::var_os(MANIFEST).map(|path| read(Path::new(&path))).transpose()
}

/// The pages of a manifest.
pub fn read(manifest: &Path) -> Result<Vec<Page>, Box<dyn Error>> {
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let text = fs::read_to_string(manifest)?;
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| page(line, folder)).collect()
}

fn page(line: &str, folder: &Path) -> Result<Page, Box<dyn Error>> {
    let entry: Value = serde_json::from_str(line)?;
    let file = entry["file"].as_str().ok_or("a line of the manifest has no `file`")?;
    Ok(Page {
        id: entry["id"].as_str().unwrap_or(file).to_owned(),
        url: entry["url"].as_str().and_then(|url| Url::parse(url).ok()),
        bytes: fs::read(folder.join(file))?,
    })
}

/// Generates pages of several kinds and sizes.
pub fn generated() -> Vec<Page> {
    let page = |id: &str, html: String| Page {
        id: id.to_owned(),
        url: Url::parse("https://news.example.com/2024/05/harbour").ok(),
        bytes: html.into_bytes(),
    };
    vec![
        page("short-story", story(8, 40)),
        page("long-story", story(150, 400)),
        page("list-of-teasers", story(2, 2_000)),
        page(
            "heavy-scripts",
            format!("{}<script>{}</script></html>", story(30, 100), "var a = {b: [1, 2]}; // x < y\n".repeat(20_000)),
        ),
        page("text-dump", dump(60)),
    ]
}

const WORDS: &[&str] = &[
    "harbour",
    "the",
    "ferry",
    "council",
    "of",
    "a",
    "winter",
    "said",
    "and",
    "storm",
    "mayor",
    "in",
    "bridge",
    "for",
    "islanders",
    "with",
    "new",
    "lighthouse",
    "would",
    "be",
    "repaired",
    "by",
    "spring",
    "Überfahrt",
    "café",
    "after",
    "long",
    "delays",
];

/// A fixed sequence of pseudo-random numbers (a linear congruential generator with Knuth's constants).
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn sentence(&mut self, words: usize) -> String {
        let words: Vec<&str> = (0..words).map(|_| WORDS[self.next(WORDS.len())]).collect();
        format!("{}.", words.join(" "))
    }

    fn paragraph(&mut self) -> String {
        (0..3).map(|_| self.sentence(17)).collect::<Vec<_>>().join(" ")
    }
}

fn story(paragraphs: usize, links: usize) -> String {
    let mut sequence = Sequence(7);
    let mut html = String::from("<!doctype html><html lang=en><head><meta charset=utf-8><title>Harbour - Example</title>");
    html.push_str("<style>body { margin: 0 }</style></head><body class=\"page single\"><nav class=\"main-menu\" id=nav><ul>");
    let mut item = |html: &mut String, at: usize| {
        let text = sequence.sentence(5);
        let _ = write!(
            html,
            "<li class=\"menu-item item-{at}\" data-track='{{\"n\":{at}}}'><a href=\"/n/{at}\"><span>{text}</span></a></li>"
        );
    };
    (0..links / 2).for_each(|at| item(&mut html, at));
    html.push_str(
        "</ul></nav><main><article class=\"post story-body\"><h1>Harbour</h1><time datetime=2024-05-03>3 May 2024</time>",
    );
    let mut sequence = Sequence(11);
    for at in 0..paragraphs {
        let text = sequence.paragraph();
        let _ = write!(html, "<p data-block=\"{at}\" style=\"margin:0\">{text} <a href=\"/more/{at}\">More</a></p>");
    }
    html.push_str("</article></main><div class=\"related-articles\"><h2>Related</h2><ul>");
    for at in 0..links / 2 {
        let text = sequence.sentence(7);
        let _ = write!(
            html,
            "<li class=teaser><img src=\"/i/{at}.jpg\" srcset=\"/i/{at}-2.jpg 2x\" alt=\"\"><a href=\"/r/{at}\">{text}</a></li>"
        );
    }
    html.push_str("</ul></div><footer>© 2024 Example</footer></body></html>");
    html
}

fn dump(paragraphs: usize) -> String {
    let mut sequence = Sequence(5);
    let mut text = String::from("Harbour reopens after the storm\nBy Jane Doe\nShare\n\n");
    for _ in 0..paragraphs {
        text.push_str(&sequence.paragraph());
        text.push_str("\n\n");
    }
    text + "Related articles\nSubscribe to our newsletter\n"
}
