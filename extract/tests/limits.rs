//! Hostile markup is read in bounded time, and its text is kept. The bounds are generous, for slow machines; without the limits each case takes minutes.

use std::time::{Duration, Instant};

use gleaner_extract::page::{Config, ReadHints, read};

const MEGABYTE: usize = 1 << 20;

/// A megabyte of repetitions.
fn repeated(piece: &str) -> String {
    piece.repeat(MEGABYTE / piece.len())
}

fn assert_read_in_time(name: &str, html: &str) {
    let hints = ReadHints { content_type: Some("text/html"), url: None };
    let start = Instant::now();
    let page = read(html.as_bytes(), hints, &Config::default());
    assert!(page.is_ok(), "{name}: {page:?}");
    let blocks = page.map(|page| page.blocks).unwrap_or_default();
    let took = start.elapsed();
    assert!(blocks.iter().any(|block| block.text.contains("the story")), "{name}: the text is missing");
    // An unoptimised build is about twenty times slower than a release build.
    let bound = if cfg!(debug_assertions) { 20 } else { 1 };
    assert!(took < Duration::from_secs(bound), "{name}: {took:?}");
}

#[test]
fn deep_nesting_and_many_attributes_take_bounded_time() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
    let cases = [
        ("div", format!("<html>{}the story", repeated("<div>"))),
        ("list", format!("<html>{}the story", repeated("<ul><li>"))),
        ("bold", format!("<html>{}the story", repeated("<b>"))),
        ("links", format!("<html>{}the story", repeated("<a><i>"))),
        ("table", format!("<html>{}the story", repeated("<table>"))),
        ("cells", format!("<html>{}the story", repeated("<table><tr><td>"))),
        ("mixed", format!("<html>{}the story", repeated("<b><p><i><div></b>"))),
        ("scoped", format!("<html>{}the story", repeated("<div><table><tr><td></div>"))),
        ("listed", format!("<html>{}the story", repeated("<li><ul></li>"))),
        ("ordinary", format!("<html>{}the story", repeated("<span><div></span>"))),
        ("custom", format!("<html>{}the story", repeated("<x-y>"))),
        ("svg", format!("<html>{}the story", repeated("<svg><g></g></svg>"))),
        ("font", format!("<html>{}the story", repeated("<p><font color=a>x"))),
        ("stray ends", format!("<html>{}{}the story", repeated("<div>"), repeated("</b></p>"))),
        ("many attributes", format!("<html><p{attributes}>the story</p>")),
        ("long attribute", format!("<html><p class=\"{}\">the story</p>", "x ".repeat(MEGABYTE / 2))),
        ("unclosed attribute", format!("<html><p>the story</p><p class=\"{}", "x ".repeat(MEGABYTE / 2))),
        ("named", format!("<html>{}the story", repeated("<div class=author>"))),
        ("breaks", format!("<html><p>the story{}", repeated("<br>"))),
        ("hidden", format!("<html>the story{}", repeated("<span hidden>x"))),
    ];
    for (name, html) in &cases {
        assert_read_in_time(name, html);
    }
}

#[test]
fn text_below_the_depth_limit_is_kept() {
    let html = format!("<html>{}<p>the story goes on</p>{}<p>after it</p>", "<div>".repeat(2000), "</div>".repeat(2000));
    let page = read(html.as_bytes(), ReadHints::default(), &Config::default()).unwrap();
    let texts: Vec<_> = page.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(texts, ["the story goes on", "after it"]);
    assert!(page.containers.iter().all(|container| container.depth <= 515));
}
