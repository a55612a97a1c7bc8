//! scratch
use std::time::{Duration, Instant};
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
use gleaner::{label, metadata, page, rules::RuleSet};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let folder = std::path::Path::new(&path).parent().unwrap().to_owned();
    let t = Instant::now();
    let rules = RuleSet::embedded().unwrap();
    println!("rules {:?}", t.elapsed());
    let config = page::Config::default();
    let now: gleaner::base::time::Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let mut sum: Vec<(&str, Duration)> = Vec::new();
    let mut add = |name: &'static str, t: Instant| {
        let d = t.elapsed();
        match sum.iter_mut().find(|(n, _)| *n == name) { Some(s) => s.1 += d, None => sum.push((name, d)) }
    };
    for line in std::fs::read_to_string(&path).unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let t = Instant::now();
        let bytes = std::fs::read(folder.join(v["file"].as_str().unwrap())).unwrap();
        let url = v["url"].as_str().and_then(|u| url::Url::parse(u).ok());
        add("read", t);
        let t = Instant::now();
        let text = page::decode::decode(&bytes, None, None);
        add("decode", t);
        let t = Instant::now();
        let doc = scraper::Html::parse_document(&text);
        add("html5ever", t);
        let t = Instant::now();
        drop(doc);
        add("html5ever drop", t);
        let t = Instant::now();
        let dom = page::html::parse(&text, &config);
        add("parse", t);
        let t = Instant::now();
        let _ = page::blocks::page_of(&dom);
        add("blocks", t);
        let t = Instant::now();
        drop(dom);
        add("drop dom", t);
        let t = Instant::now();
        let Ok(p) = page::read(&bytes, page::Hints { content_type: None, url: url.as_ref() }, &config) else { continue };
        add("page::read", t);
        let t = Instant::now();
        let ev = label::evidence::Evidence::gather(&p, &rules);
        add("evidence", t);
        drop(ev);
        let t = Instant::now();
        let labelled = label::label(&p, &rules);
        add("label (with evidence)", t);
        let t = Instant::now();
        let removals: Vec<_> = labelled.removals().cloned().collect();
        let kept: Vec<&str> = labelled.kept().filter_map(|(i, _)| p.blocks.get(i)).map(|b| b.text.as_str()).collect();
        let text = gleaner::base::text::nfc(&kept.join("\n\n"));
        add("text", t);
        let t = Instant::now();
        let _ = metadata::find(metadata::Evidence { page: &p, removals: &removals, text: &text, now });
        add("metadata", t);
        let t = Instant::now();
        let _ = gleaner::base::text::count_words(&text);
        add("count words", t);
        let t = Instant::now();
        let _ = gleaner::base::hash::ContentHash::of(&bytes);
        add("hash", t);
    }
    for (n, d) in sum { println!("{n:24} {:.2}", d.as_secs_f64()); }
}
