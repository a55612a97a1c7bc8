//! Writing documents: names, sidecars, updates, identity.

use gleaner::store::{Error, PutResult, RawRef, SourceKey, text_sha256};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{DocumentId, Found};

use crate::support::*;

#[test]
fn a_document_is_a_text_and_a_sidecar() {
    let corpus = Corpus::new();
    let rain = source("raw/a.txt", "Rain over the harbour", "It rained.\n\nThe harbour was closed.");
    assert_eq!(corpus.run(std::slice::from_ref(&rain)), [PutResult::New]);
    let id = ContentHash::of(&body(&corpus.layout, &rain).bytes);
    let stem = format!("clean/2023/10/2023-10-27_local_rain-over-the-harbour_{}", id.short());
    let tree = corpus.tree();
    assert_eq!(tree.keys().collect::<Vec<_>>(), [&format!("{stem}.json"), &format!("{stem}.txt"), "raw/a.txt"]);
    assert_eq!(tree[&format!("{stem}.txt")], b"It rained.\n\nThe harbour was closed.\n");
    let text_hash = ContentHash::of(&tree[&format!("{stem}.txt")]);
    assert_eq!(text_hash, text_sha256(&rain.text));
    let sidecar = String::from_utf8(tree[&format!("{stem}.json")].clone()).unwrap();
    for line in [
        format!("  \"id\": \"{id}\","),
        format!("  \"text_sha256\": \"{text_hash}\","),
        "  \"fetched_at\": null,".into(),
        "  \"confidence\": 0.9,".into(),
        "  \"words\": 6".into(),
    ] {
        assert!(sidecar.lines().any(|found| found.trim_end_matches(',') == line.trim_end_matches(',')), "{line}\n{sidecar}");
    }
}

#[test]
fn sidecars_have_sorted_keys_and_explain_removals() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    for (path, bytes) in corpus.tree().iter().filter(|(path, _)| path.ends_with(".json")) {
        let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        // `serde_json::Map` is sorted: writing it again gives the same bytes only if the file is.
        assert_eq!(String::from_utf8_lossy(bytes), format!("{}\n", serde_json::to_string_pretty(&value).unwrap()), "{path}");
        let without_line: String =
            String::from_utf8_lossy(bytes).split_inclusive('\n').filter(|line| !line.contains("sidecar_sha256")).collect();
        assert_eq!(value["sidecar_sha256"], ContentHash::of(without_line).to_string());
    }
}

#[test]
fn a_second_run_changes_nothing_not_even_the_time_of_a_file() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let times = || {
        let paths: Vec<_> = corpus.tree().into_keys().filter(|path| path.starts_with("clean")).collect();
        paths
            .into_iter()
            .map(|path| (std::fs::metadata(corpus.layout.root.join(&path)).unwrap().modified().unwrap(), path))
            .collect()
    };
    let (tree, before): (_, Vec<_>) = (corpus.tree(), times());
    corpus.run(&sample());
    assert_eq!(corpus.tree(), tree);
    assert_eq!(times(), before);
    // Neither does writing the same documents again.
    let mut store = corpus.open();
    for input in sample() {
        let raw = body(&corpus.layout, &input);
        let known = store.known(&SourceKey(input.key.clone())).unwrap().unwrap();
        store.put(&document(known.id, &input, &raw, known.raw)).unwrap();
    }
    store.close().unwrap();
    assert_eq!(corpus.tree(), tree);
    assert_eq!(times(), before);
}

#[test]
fn an_update_keeps_name_and_earlier_text() {
    let corpus = Corpus::new();
    let old = source("raw/a.txt", "Rain", "It rained.");
    corpus.run(std::slice::from_ref(&old));
    let before = corpus.tree();
    let new = Source { date: Some("2024-01-01"), ..source("raw/a.txt", "Sun", "The sun shone.") };
    assert_eq!(corpus.run(std::slice::from_ref(&new)), [PutResult::Updated]);
    let tree = corpus.tree();
    let stem = before.keys().next().unwrap().trim_end_matches(".json").to_string();
    assert_eq!(tree[&format!("{stem}.txt")], b"The sun shone.\n");
    let id = ContentHash::of(&before["raw/a.txt"]);
    let version = format!("clean/.versions/{id}/{}", text_sha256("It rained.").short());
    assert_eq!(tree[&format!("{version}.txt")], before[&format!("{stem}.txt")]);
    assert_eq!(tree[&format!("{version}.json")], before[&format!("{stem}.json")]);
    assert_eq!(tree.len(), 5);
    // Back and forth again: no version twice.
    corpus.run(std::slice::from_ref(&old));
    corpus.run(&[new]);
    assert_eq!(corpus.tree().keys().filter(|path| path.contains(".versions")).count(), 4);
}

#[test]
fn a_new_headline_over_the_same_text_is_a_version() {
    let corpus = Corpus::new();
    let old = source("raw/a.txt", "Rain", "It rained.");
    corpus.run(std::slice::from_ref(&old));
    let before = corpus.tree();
    assert_eq!(corpus.run(&[source("raw/a.txt", "Storm", "It rained.")]), [PutResult::SidecarOnly]);
    let versions = || corpus.tree().into_iter().filter(|(path, _)| path.contains(".versions")).collect::<Vec<_>>();
    assert_eq!(versions().len(), 2);
    assert!(versions().iter().all(|(_, bytes)| before.values().any(|earlier| earlier == bytes)), "as they were");
    // A third headline: the second one has the same text, and its own name.
    corpus.run(&[source("raw/a.txt", "Flood", "It rained.")]);
    assert_eq!(versions().len(), 4);
    // Headlines that were there before, and the first text again.
    corpus.run(&[source("raw/a.txt", "Rain", "It rained.")]);
    corpus.run(&[source("raw/a.txt", "Sun", "The sun shone.")]);
    corpus.run(&[old]);
    let titles: Vec<_> = versions().iter().filter(|(path, _)| path.ends_with(".json")).map(|(_, bytes)| title(bytes)).collect();
    assert_eq!(titles.len(), 4, "{titles:?}");
    let names = ["Flood", "Rain", "Storm", "Sun"];
    assert!(names.iter().all(|name| titles.iter().any(|title| title == name)), "{titles:?}");
}

fn title(sidecar: &[u8]) -> String {
    let sidecar: serde_json::Value = serde_json::from_slice(sidecar).unwrap();
    sidecar["title"]["value"].as_str().unwrap().to_owned()
}

#[test]
fn other_rules_with_the_same_text_rewrite_only_the_sidecar() {
    let corpus = Corpus::new();
    let rain = source("raw/a.txt", "Rain", "It rained.");
    corpus.run(std::slice::from_ref(&rain));
    let before = corpus.tree();
    assert_eq!(corpus.run(&[Source { rules: "rules 2", ..rain }]), [PutResult::SidecarOnly]);
    let after = corpus.tree();
    let changed: Vec<_> = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
    assert!(changed.len() == 1 && changed[0].ends_with(".json"), "{changed:?}");
}

#[test]
fn the_id_survives_changed_content() {
    let corpus = Corpus::new();
    corpus.run(&[source("raw/a.txt", "Rain", "It rained.")]);
    let mut store = corpus.open();
    let first = id_of("raw/a.txt", &store);
    let changed = body(&corpus.layout, &source("raw/a.txt", "Rain", "It rained a lot."));
    assert_eq!(store.identify(&SourceKey("raw/a.txt".into()), &changed).unwrap(), first);
    store
        .put(&document(
            first,
            &source("raw/a.txt", "R", "It rained a lot."),
            &changed,
            RawRef { sha256: changed.hash(), path: "raw/a.txt".into() },
        ))
        .unwrap();
    store.close().unwrap();
    assert_eq!(id_of("raw/a.txt", &corpus.open()), first);
}

#[test]
fn two_urls_of_one_page_are_one_document() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let page = "https://news.example.com/story?id=7";
    let raw = fetched("https://news.example.com/s/7", page, b"<p>Story");
    let first = SourceKey("https://news.example.com/s/7".into());
    let id = store.identify(&first, &raw).unwrap();
    assert_eq!(id, DocumentId::of_url(&page.parse().unwrap()));
    let reference = store.keep_raw(&raw).unwrap();
    let story = Source { key: first.0.clone(), ..source("", "Story", "A story.") };
    store.put(&document(id, &story, &raw, reference.clone())).unwrap();
    // Another URL of the same page leads to the same document and becomes an alias.
    let second = SourceKey("https://news.example.com/short".into());
    let other = fetched(&second.0, &format!("{page}&utm_source=x#top"), b"<p>Story");
    assert_eq!(store.identify(&second, &other).unwrap(), id);
    let alias = Source { key: second.0.clone(), ..story.clone() };
    let other_reference = store.keep_raw(&other).unwrap();
    assert_ne!(other_reference, reference);
    assert_eq!(store.put(&document(id, &alias, &other, other_reference)).unwrap(), PutResult::SidecarOnly);
    for key in [&first, &second, &SourceKey(page.into())] {
        assert_eq!(store.known(key).unwrap().unwrap().id, id, "{key:?}");
    }
    assert_eq!(store.known(&first).unwrap().unwrap().etag.as_deref(), Some("\"v1\""));
    store.close().unwrap();
    let sidecar: gleaner::store::Sidecar = corpus_sidecar(&corpus, "story");
    assert_eq!(sidecar.source, first);
    assert_eq!(sidecar.urls.requested.as_deref(), Some(first.0.as_str()));
    assert_eq!(sidecar.urls.aliases, [second.0]);
}

#[test]
fn declared_aliases_are_recorded_but_do_not_identify() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let page = "https://news.example.com/story?id=7";
    let (amp, old) = ("https://news.example.com/amp/7".to_string(), "https://news.example.com/old/7".to_string());
    let raw = fetched(page, page, b"<p>Story");
    let id = DocumentId::of_url(&page.parse().unwrap());
    let reference = store.keep_raw(&raw).unwrap();
    let story = Source { key: page.into(), ..source("", "Story", "A story.") };
    let mut one = document(id, &story, &raw, reference);
    one.article.metadata.aliases = Some(Found::new(vec![amp.clone(), old], "link:amphtml, meta:og:url"));
    store.put(&one).unwrap();
    assert!(store.known(&SourceKey(amp.clone())).unwrap().is_none());
    // An alias that the page no longer declares is dropped.
    one.article.metadata.aliases = Some(Found::new(vec![amp.clone()], "link:amphtml"));
    store.put(&one).unwrap();
    store.close().unwrap();
    let sidecar: gleaner::store::Sidecar = corpus_sidecar(&corpus, "story");
    assert_eq!(sidecar.urls.aliases, [amp]);
}

#[test]
fn a_page_that_declares_another_page_does_not_become_it() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let raw = fetched("https://e.example/a", "https://e.example/a", b"a");
    let id = store.identify(&SourceKey("https://e.example/a".into()), &raw).unwrap();
    let reference = store.keep_raw(&raw).unwrap();
    let mut page = document(id, &source("https://e.example/a", "A", "Text of A."), &raw, reference);
    page.urls.canonical = Some("https://e.example/".into());
    store.put(&page).unwrap();
    let home = SourceKey("https://e.example/".into());
    assert!(store.known(&home).unwrap().is_none());
    assert_ne!(store.identify(&home, &fetched(&home.0, &home.0, b"home")).unwrap(), id);
}

#[test]
fn colliding_names_get_more_digits() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let digits = |end: &str| DocumentId(format!("{}{end}", "ab".repeat(31)).parse::<ContentHash>().unwrap());
    for (at, id) in [digits("00"), digits("01"), digits("02"), digits("03")].into_iter().enumerate() {
        let input = source(&format!("raw/{at}.txt"), "Same title", &format!("Text number {at}."));
        let raw = body(&corpus.layout, &input);
        let reference = RawRef { sha256: raw.hash(), path: input.key.clone() };
        let put = store.put(&document(id, &input, &raw, reference));
        assert!(matches!(put, Ok(PutResult::New)) == (at < 4), "{put:?}");
    }
    store.close().unwrap();
    let lengths: Vec<usize> = corpus
        .tree()
        .keys()
        .filter(|path| path.ends_with(".txt") && path.starts_with("clean"))
        .map(|path| path.trim_end_matches(".txt").rsplit('_').next().unwrap().len())
        .collect();
    assert_eq!(lengths.iter().sum::<usize>(), 8 + 16 + 32 + 64);
}

#[test]
fn misuse_is_an_error_and_loses_nothing() {
    let corpus = Corpus::new();
    let one = source("raw/a.txt", "One", "Text one.");
    corpus.run(std::slice::from_ref(&one));
    let before = corpus.tree();
    let mut store = corpus.open();
    let raw = body(&corpus.layout, &one);
    let reference = RawRef { sha256: raw.hash(), path: one.key.clone() };
    let id = id_of(&one.key, &store);
    let other = Source { key: "raw/b.txt".into(), ..one.clone() };
    assert!(matches!(store.put(&document(id, &other, &raw, reference.clone())), Err(Error::Identity { .. })));
    let new_id = DocumentId(ContentHash::of("new"));
    assert!(matches!(store.put(&document(new_id, &one, &raw, reference.clone())), Err(Error::Identity { .. })));
    let empty = Source { text: " \n".into(), ..one.clone() };
    assert!(matches!(store.put(&document(id, &empty, &raw, reference)), Err(Error::Empty { .. })));
    store.close().unwrap();
    assert_eq!(corpus.tree(), before);
}

#[test]
fn hostile_metadata_is_only_data() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let hostile =
        ["../../../etc/passwd", "a\0b", "\u{202e}gpj.exe", "'; DROP TABLE documents; --", "<script>", "CON", "\u{fdfd}\u{1f600}"];
    for (at, title) in hostile.iter().enumerate() {
        let input = source(&format!("raw/{at}"), title, &format!("{title} {at} text"));
        let raw = body(&corpus.layout, &input);
        let mut new = document(DocumentId(raw.hash()), &input, &raw, RawRef { sha256: raw.hash(), path: input.key.clone() });
        new.article.metadata.site = Some(Found::new(title.to_string(), title.to_string()));
        assert_eq!(store.put(&new).unwrap(), PutResult::New);
    }
    store.close().unwrap();
    assert!(corpus.tree().keys().all(|path| path.starts_with("raw/") || path.starts_with("clean/2023/10/2023-10-27_")));
    assert_eq!(gleaner::store::verify::run(&corpus.layout, None).unwrap(), []);
}

fn corpus_sidecar(corpus: &Corpus, slug: &str) -> gleaner::store::Sidecar {
    let reader = gleaner::store::CorpusReader::open(&corpus.layout).unwrap();
    let found =
        reader.documents().unwrap().map(Result::unwrap).find(|document| document.sidecar_path.to_string_lossy().contains(slug));
    found.unwrap().sidecar
}

#[test]
fn removals_are_summed_up_by_category_and_rule() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let sidecar = corpus_sidecar(&corpus, "harbour");
    let removed = &sidecar.removals[&gleaner_extract::document::Category::Paywall];
    assert_eq!((removed.blocks, removed.words), (3, 12));
    let rules: Vec<_> = removed.rules.iter().map(|(rule, count)| (rule.0.as_str(), *count)).collect();
    assert_eq!(rules, [("paywall.a", 2), ("paywall.b", 1)]);
}
