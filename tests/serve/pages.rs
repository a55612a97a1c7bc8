//! The pages: each is there, says what it should, and is small.

use crate::support::{Corpus, page_of, story, usual};

/// Bytes of a page without pictures.
const MAX_PAGE: usize = 150_000;

#[test]
fn every_page_is_there_and_links_to_the_others() {
    let corpus = usual();
    let server = corpus.serve();
    let (one, two) = (corpus.id("one.html"), corpus.id("two.html"));
    let start = server.page("/");
    assert!(start.contains("3 documents") && start.contains("/documents"), "{start}");
    let document = server.page(&format!("/documents/{one}"));
    for text in ["Harbour wall to be rebuilt", "eleven million", "Ann Lee", "2024-03-05", "newsletter", "<html lang=\"en\">"] {
        assert!(document.contains(text), "{text}: {document}");
    }
    assert!(document.contains(r#"href="https://www.a.example/Harbourwalltoberebuilt" rel="noreferrer noopener nofollow""#));
    assert!(document.contains("meta:author, 7"), "the source of a field is given: {document}");
    let blocks = server.page(&format!("/documents/{one}/blocks"));
    assert!(
        blocks.contains("Subscribe to our newsletter")
            && blocks.contains("Removed: newsletter")
            && blocks.contains("show-newsletter"),
        "{blocks}"
    );
    let versions = server.page(&format!("/documents/{one}/versions"));
    assert!(versions.contains("2 versions") && versions.contains("<del>nine</del><ins>eleven</ins>"), "{versions}");
    let cluster = server.page(&format!("/documents/{one}/cluster"));
    assert!(cluster.contains("2 documents tell this story") && cluster.contains("The wall comes back"), "{cluster}");
    let compared = server.page(&format!("/documents/{one}/compare/{two}"));
    assert!(compared.contains("On Friday the mayor added") && compared.contains("<ins>"), "{compared}");
    assert!(server.page(&format!("/documents/{one}/candidates")).contains("meta:author"));
    assert!(server.page(&format!("/documents/{one}/original")).contains("sandbox=\"\""));
    assert!(server.page(&format!("/documents/{one}/text")).starts_with("The council voted"));
    assert!(server.page("/sites").contains("a.example"));
    assert!(server.page("/sites/a.example").contains("1 document"));
    assert!(server.page("/keys").contains("<kbd>j</kbd>"));
    assert!(server.page("/disk").contains("raw pages"));
}

#[test]
fn what_is_not_there_is_said_so_with_a_page() {
    let corpus = usual();
    let server = corpus.serve();
    for path in [
        "/nothing",
        "/documents/0000",
        "/documents/x%2F..%2Fy",
        "/documents/raw%2Fone.html",
        "/sites/none.example",
        "/assets/x.css",
        "/documents/0000/raw",
    ] {
        let reply = server.get(path);
        assert_eq!(
            (reply.status, reply.field("content-type")),
            (404, Some("text/html; charset=utf-8")),
            "{path}: {}",
            reply.body
        );
        assert!(reply.body.contains("404"), "{path}");
    }
    let three = corpus.id("three.html");
    assert_eq!(server.get(&format!("/documents/{three}/cluster")).status, 404);
    assert_eq!(server.get(&format!("/documents/{}", &three[..8])).status, 200, "the first digits are enough");
    assert_eq!(server.send("DELETE", "/", &[], "").status, 403);
}

#[test]
fn assets_are_served_under_names_that_change_with_them() {
    let corpus = usual();
    let server = corpus.serve();
    let start = server.page("/");
    let assets: Vec<&str> = start.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert_eq!(assets.len(), 3, "{start}");
    for asset in assets {
        let reply = server.get(asset);
        assert_eq!((reply.status, reply.field("cache-control")), (200, Some("public, max-age=31536000, immutable")), "{asset}");
    }
}

#[test]
fn long_documents_come_in_parts_that_lose_nothing() {
    let paragraphs: Vec<String> = (0..1500).flat_map(story).collect();
    let corpus = Corpus::of(&[("long.html", page_of("a.example", "A very long report", &paragraphs))]);
    let server = corpus.serve();
    let id = corpus.id("long.html");
    for part in ["", "/blocks"] {
        let (mut path, mut seen, mut pages) = (format!("/documents/{id}{part}"), String::new(), 0);
        loop {
            let page = server.page(&path);
            assert!(page.len() <= MAX_PAGE, "{path}: {} bytes", page.len());
            seen += &page;
            pages += 1;
            let next = page.split('"').find(|text| text.contains("?from="));
            match next {
                Some(next) => path = next.to_owned(),
                None => break,
            }
        }
        assert!(pages > 5, "{pages}");
        for number in [0, 700, 1499] {
            assert!(seen.contains(&format!("In ward {number}3 the clerk")), "{part}: {number}");
        }
    }
}

#[test]
fn a_page_shows_the_corpus_as_it_is_now() {
    let corpus = usual();
    let server = corpus.serve();
    assert!(server.page("/").contains("3 documents"));
    corpus.add(&[("four.html", page_of("d.example", "Night bus is back", &story(40)[2..]))]);
    assert!(server.page("/").contains("4 documents"));
    std::fs::remove_dir_all(corpus.path().join(".gleaner")).unwrap();
    assert!(server.page("/").contains("4 documents"), "without its index, too");
}
