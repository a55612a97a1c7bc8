//! `explain`: kept and removed blocks together are the page.

use gleaner::commands::explain::{BlockVerdict, ExplainTarget, Explanation, explain};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::{Error, Silent};
use gleaner_extract::document::Limit;
use gleaner_extract::page::{self, ReadHints};

use crate::server::{Page, Server};
use crate::support::{Corpus, page as html, story};

fn of(corpus: &Corpus, arg: &str) -> Explanation {
    explain(&corpus.setup(), &ExplainTarget::from_arg(arg).unwrap()).unwrap()
}

#[test]
fn kept_and_removed_blocks_are_the_text_of_the_page() {
    let corpus = Corpus::new();
    let text = format!("Harbour to be rebuilt\n\nBy Jane Example\n\n{}\n\nSign up for our newsletter\n", story(1));
    corpus.write("raw/a.txt", &text);
    corpus.write("raw/b.html", html(2, "Market news"));
    for file in ["raw/a.txt", "raw/b.html"] {
        let path = corpus.path(file);
        let explained = of(&corpus, path.to_str().unwrap());
        let page = page::read(&std::fs::read(&path).unwrap(), ReadHints::default(), &page::Config::default()).unwrap();
        let blocks: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
        let shown: Vec<&str> = explained.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(shown, blocks);
        let is_kept = |verdict: &BlockVerdict| matches!(verdict, BlockVerdict::Kept { .. });
        assert!(explained.blocks.iter().any(|block| is_kept(&block.verdict)));
        assert!(explained.blocks.iter().any(|block| !is_kept(&block.verdict)));
        for block in &explained.blocks {
            if let BlockVerdict::Removed { rule, why, score, .. } = &block.verdict {
                assert!(!rule.0.is_empty() && !why.is_empty() && (0.0..=1.0).contains(score), "{block:?}");
            }
        }
        assert_eq!(explained.id, None, "it is in no corpus yet");
    }
    // Every line of a text is there, word for word.
    let explained = of(&corpus, corpus.path("raw/a.txt").to_str().unwrap());
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(explained.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), lines);
    assert_eq!(explained.blocks[1].line, Some(3));
    let json = serde_json::to_value(&explained).unwrap();
    assert!(json["blocks"][0]["verdict"]["verdict"].is_string());
}

#[test]
fn documents_are_found_by_file_address_and_id() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/a", Page::Html(html(1, "Story")));
    corpus.write("raw/own.txt", story(2));
    ingest(&corpus.setup(), &[IngestInput::Url(server.url("/a"))], IngestOptions::default(), &Silent).unwrap();
    corpus.clean();
    server.asked();
    let by_url = of(&corpus, &server.url("/a"));
    assert_eq!(server.asked(), [], "the kept body is explained");
    let by_id = of(&corpus, &by_url.id.unwrap().short());
    assert_eq!((by_id.id, &by_id.blocks), (by_url.id, &by_url.blocks));
    assert!(of(&corpus, corpus.path("raw/own.txt").to_str().unwrap()).id.is_some());

    server.put("/new", Page::Html(html(3, "New")));
    let fetched = of(&corpus, &server.url("/new"));
    assert_eq!((fetched.id, server.asked().len()), (None, 1), "a page that the corpus has not is fetched");
    let target = ExplainTarget::from_arg("0123abcd").unwrap();
    assert!(matches!(explain(&corpus.setup(), &target), Err(Error::Unknown(_))));
}

#[test]
fn a_page_that_exceeds_a_limit_says_so_and_keeps_its_text() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", format!("{}\n\n{}", story(1), "word\n".repeat(25_000)));
    corpus.write("raw/b.txt", story(2));
    corpus.clean();
    let explained = of(&corpus, corpus.path("raw/a.txt").to_str().unwrap());
    assert_eq!(explained.limits, [Limit::Blocks]);
    assert_eq!(explained.blocks.iter().map(|block| block.text.matches("word").count()).sum::<usize>(), 25_000);
    let limits: Vec<_> = corpus.sidecars().iter().map(|sidecar| sidecar.get("limits").cloned()).collect();
    assert_eq!(limits.iter().flatten().collect::<Vec<_>>(), [&serde_json::json!(["blocks"])], "and only such a page does");
}
