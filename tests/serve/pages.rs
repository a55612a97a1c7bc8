//! The pages: each is there, says what it should, and is small.

use crate::support::{Corpus, ONE, THREE, TWO, page_of, story, usual};

/// Bytes of a page without pictures.
const MAX_PAGE: usize = 150_000;

#[test]
fn every_page_is_there_and_links_to_the_others() {
    let corpus = usual();
    let server = corpus.serve();
    let (one, two) = (corpus.id(ONE), corpus.id(TWO));
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
    assert!(server.page(&format!("/documents/{one}/as/text")).starts_with("The council voted"));
    assert!(server.page(&format!("/documents/{one}/as/markdown")).contains("# Harbour wall to be rebuilt"));
    assert!(server.page(&format!("/documents/{one}/as/bibtex")).contains("title = {"));
    let reference: serde_json::Value = serde_json::from_str(&server.page(&format!("/documents/{one}/as/csl"))).unwrap();
    assert_eq!(reference[0]["title"], "Harbour wall to be rebuilt");
    assert!(server.page("/sites").contains("a.example"));
    assert!(server.page("/sites/a.example").contains("1 document"));
    let list = server.page("/documents");
    assert!(
        list.contains("3 documents") && list.contains(&format!("/documents/{two}")) && list.contains("site=b.example"),
        "{list}"
    );
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
        "/documents/raw%2Fone.jsonl",
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
    let three = corpus.id(THREE);
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
    let paragraphs: Vec<String> = (0..300).flat_map(story).collect();
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
        assert!(pages > 2, "{pages}");
        for number in [0, 150, 299] {
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

#[test]
fn searches_mark_what_they_find_and_lists_are_narrowed() {
    let corpus = usual();
    let server = corpus.serve();
    let found = server.page("/documents?q=harbour+-Friday");
    assert!(
        found.contains(">1 document") && found.contains("<mark>harbour</mark>") && found.contains("<mark>Harbour</mark> wall"),
        "{found}"
    );
    let narrowed = server.page("/documents?site=b.example");
    assert!(
        narrowed.contains(">1 document") && narrowed.contains("The wall comes back") && !narrowed.contains("Library opens"),
        "{narrowed}"
    );
    let kept = server.page("/documents?q=wall&site=b.example");
    assert!(kept.contains(r#"<input type="hidden" name="site" value="b.example">"#), "the next search keeps the site: {kept}");
    assert!(server.page("/documents?q=absentword").contains("0 documents"));
    for query in ["q=%22open", "since=yesterday", "limit=x"] {
        assert_eq!(server.get(&format!("/documents?{query}")).status, 400, "{query}");
    }
}

#[test]
fn a_list_goes_on_by_links_until_its_end() {
    let pages: Vec<(String, String)> = (0..120)
        .map(|number| {
            let paragraphs: Vec<String> =
                story(number).iter().map(|text| text.replace("wall", &format!("thing{number}"))).collect();
            (format!("s{number}.html"), page_of("a.example", &format!("Story number {number}"), &paragraphs))
        })
        .collect();
    let corpus = Corpus::of(&pages.iter().map(|(name, page)| (name.as_str(), page.clone())).collect::<Vec<_>>());
    let server = corpus.serve();
    let (mut path, mut titles, mut requests) = ("/documents".to_owned(), std::collections::BTreeSet::new(), 0);
    loop {
        let page = server.page(&path);
        assert!(page.len() < MAX_PAGE, "{}", page.len());
        titles.extend(page.split("Story number ").skip(1).filter_map(|rest| rest.split('<').next()?.parse::<u32>().ok()));
        requests += 1;
        let Some((_, more)) = page.split_once("<li id=\"more\">") else { break };
        path = more.split('"').find(|text| text.starts_with("/documents?")).unwrap().replace("&amp;", "&");
    }
    assert_eq!((titles.len(), requests), (120, 3));
}

#[test]
fn every_list_is_a_feed_with_full_texts() {
    let corpus = usual();
    let server = corpus.serve();
    for (file, content_type) in
        [("atom.xml", "application/atom+xml"), ("rss.xml", "application/rss+xml"), ("feed.json", "application/feed+json")]
    {
        let reply = server.get(&format!("/feeds/{file}?q=wall&site=a.example"));
        assert_eq!((reply.status, reply.field("content-type")), (200, Some(content_type)), "{file}");
        assert!(reply.body.contains("eleven million") && !reply.body.contains("The wall comes back"), "{file}: {}", reply.body);
    }
    let feed = server.get("/feeds/feed.json").json();
    assert_eq!(feed["items"].as_array().unwrap().len(), 3);
    assert_eq!(server.get("/feeds/none.xml").status, 404);
    let guarded =
        corpus.serve_with(gleaner::serve::ServeOptions { token: Some(crate::support::TOKEN.to_owned()), ..Default::default() });
    assert_eq!(guarded.get("/feeds/feed.json").status, 401);
    assert_eq!(guarded.get(&format!("/feeds/feed.json?token={}", crate::support::TOKEN)).status, 200);
}
