//! Hostile markup is read in bounded time, and its text is kept. The bounds are generous, for slow machines; without the limits each case takes minutes.
//! `tests/hostile` measures the program with many more shapes.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::time::Duration;

use gleaner_extract::document::Limit;
use gleaner_extract::page::{Config, Page, ReadHints, read};

const MEGABYTE: usize = 1 << 20;

/// A megabyte of repetitions.
fn repeated(piece: &str) -> String {
    piece.repeat(MEGABYTE / piece.len())
}

/// The processor time of this thread so far; zero where the system does not tell.
fn processor_time() -> Duration {
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = nanoseconds.and_then(|line| line.split(' ').next()?.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

fn assert_read_in_time(name: &str, html: &str) {
    let hints = ReadHints { content_type: Some("text/html"), url: None };
    let start = processor_time();
    let page = read(html.as_bytes(), hints, &Config::default());
    assert!(page.is_ok(), "{name}: {page:?}");
    let blocks = page.map(|page| page.blocks).unwrap_or_default();
    let took = processor_time() - start;
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

/// The page of some markup or text.
fn page_of(text: &str) -> Page {
    read(text.as_bytes(), ReadHints::default(), &Config::default()).unwrap()
}

fn letters(page: &Page, letter: char) -> usize {
    page.blocks.iter().map(|block| block.text.matches(letter).count()).sum()
}

#[test]
fn markup_beyond_the_budget_is_dissolved_and_its_text_kept() {
    let nodes = format!("<html><body>{}<p>the story</p>", "<p>q</p><script>q</script><xmp>q</xmp>".repeat(80_000));
    let steps = format!("<html><body><svg>{}{}<p>the story</p>", "<g>".repeat(500), "</x>q".repeat(100_000));
    for (html, count) in [(nodes, 160_000), (steps, 0)] {
        let page = page_of(&html);
        assert!(page.limits.contains(&Limit::Markup), "{:?}", page.limits);
        assert!(letters(&page, 'q') >= count && page.blocks.len() < 22_000);
        assert!(page.blocks.last().unwrap().text.ends_with("the story"), "{:?}", page.blocks.last());
    }
}

#[test]
fn blocks_beyond_the_cap_are_merged_by_lines() {
    let lines = page_of(&"q w\n".repeat(30_000));
    let paragraphs = page_of(&format!("<html><body>{}", "<p>q w</p>".repeat(30_000)));
    for page in [&lines, &paragraphs] {
        assert_eq!((letters(page, 'q'), page.limits.iter().collect::<Vec<_>>()), (30_000, vec![&Limit::Blocks]));
        assert_eq!(page.blocks[20_000].text.lines().next(), Some("q w"));
        assert!(page.blocks[20_000..].iter().all(|block| block.text.len() < 2_100) && page.blocks.len() < 20_050);
    }
    let mixed = page_of(&format!("<html><body>{}", "<p hidden>w</p><p>q".repeat(15_000)));
    assert_eq!(mixed.blocks[20_000..].iter().filter(|block| block.hidden && block.text.contains('q')).count(), 0);
    assert_eq!(letters(&mixed, 'q'), 15_000);
}

#[test]
fn a_page_within_the_limits_names_none() {
    let html = format!("<html><head>{}</head><body>{}", "<meta name=a content=b>".repeat(2_000), "<p>q w</p>".repeat(10_000));
    assert!(page_of(&html).limits.is_empty());
    let full = html.replacen("<meta", "<meta name=a content=b><meta", 1);
    assert_eq!(page_of(&full).limits.into_iter().collect::<Vec<_>>(), [Limit::Head]);
}
