//! Hostile markup through the page reader: bounded time, text kept. The bounds are wide, for slow machines; without the limits each takes minutes.

use std::time::{Duration, Instant};

use gleaner_extract::page::{Config, Hints, read};

const MEGABYTE: usize = 1 << 20;

fn filled(piece: &str) -> String {
    piece.repeat(MEGABYTE / piece.len())
}

fn reads(name: &str, html: &str) {
    let hints = Hints { content_type: Some("text/html"), url: None };
    let begun = Instant::now();
    let page = read(html.as_bytes(), hints, &Config::default());
    assert!(page.is_ok(), "{name}: {page:?}");
    let blocks = page.map(|page| page.blocks).unwrap_or_default();
    let took = begun.elapsed();
    assert!(blocks.iter().any(|block| block.text.contains("the story")), "{name}: text lost");
    // An unoptimised build is some twenty times slower than a release build, where each stays under a second.
    let bound = if cfg!(debug_assertions) { 20 } else { 1 };
    assert!(took < Duration::from_secs(bound), "{name}: {took:?}");
}

#[test]
fn nesting_and_attributes_are_bounded() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
    let cases = [
        ("div", format!("<html>{}the story", filled("<div>"))),
        ("list", format!("<html>{}the story", filled("<ul><li>"))),
        ("bold", format!("<html>{}the story", filled("<b>"))),
        ("links", format!("<html>{}the story", filled("<a><i>"))),
        ("table", format!("<html>{}the story", filled("<table>"))),
        ("cells", format!("<html>{}the story", filled("<table><tr><td>"))),
        ("mixed", format!("<html>{}the story", filled("<b><p><i><div></b>"))),
        ("scoped", format!("<html>{}the story", filled("<div><table><tr><td></div>"))),
        ("listed", format!("<html>{}the story", filled("<li><ul></li>"))),
        ("ordinary", format!("<html>{}the story", filled("<span><div></span>"))),
        ("custom", format!("<html>{}the story", filled("<x-y>"))),
        ("svg", format!("<html>{}the story", filled("<svg><g></g></svg>"))),
        ("font", format!("<html>{}the story", filled("<p><font color=a>x"))),
        ("stray ends", format!("<html>{}{}the story", filled("<div>"), filled("</b></p>"))),
        ("many attributes", format!("<html><p{attributes}>the story</p>")),
        ("long attribute", format!("<html><p class=\"{}\">the story</p>", "x ".repeat(MEGABYTE / 2))),
        ("unclosed attribute", format!("<html><p>the story</p><p class=\"{}", "x ".repeat(MEGABYTE / 2))),
        ("named", format!("<html>{}the story", filled("<div class=author>"))),
        ("breaks", format!("<html><p>the story{}", filled("<br>"))),
        ("hidden", format!("<html>the story{}", filled("<span hidden>x"))),
    ];
    for (name, html) in &cases {
        reads(name, html);
    }
}

#[test]
fn text_below_the_depth_limit_is_kept() {
    let html = format!("<html>{}<p>the story goes on</p>{}<p>after it</p>", "<div>".repeat(2000), "</div>".repeat(2000));
    let page = read(html.as_bytes(), Hints::default(), &Config::default()).unwrap();
    let texts: Vec<_> = page.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(texts, ["the story goes on", "after it"]);
    assert!(page.containers.iter().all(|container| container.depth <= 515));
}
