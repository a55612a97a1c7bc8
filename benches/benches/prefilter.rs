//! criterion: ways to find which of the rules' patterns may match a block, before any is compiled. Each variant is measured for building it
//! and for searching all blocks of a set of pages. See `base::regex_prefilter` for the figures and the decision.

#![expect(clippy::print_stderr, reason = "says how many literals each way finds")]

use std::hint::black_box;

use aho_corasick::AhoCorasick;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gleaner_bench::pages;
use gleaner_extract::base::literals::Literals;
use gleaner_extract::base::regex_prefilter::Prefilter;
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Pages of the manifest are sampled so that about this many remain.
const SAMPLE: usize = 40;

/// The texts of the blocks of generated pages and of a sample of the manifest.
fn texts() -> Vec<String> {
    let mut all = pages::generated();
    if let Ok(Some(pages)) = pages::of_manifest() {
        let step = pages.len().div_ceil(SAMPLE).max(1);
        all.extend(pages.into_iter().step_by(step));
    }
    let read = |page: &pages::Page| {
        let hints = page::ReadHints { content_type: None, url: page.url.as_ref() };
        page::read(&page.bytes, hints, &page::Config::default()).unwrap_or_default()
    };
    all.iter().flat_map(|page| read(page).blocks).map(|block| block.text).collect()
}

/// The patterns of all built-in rules.
fn patterns() -> Vec<String> {
    let rules = RuleSet::embedded().unwrap_or_default();
    rules.rules().flat_map(|rule| rule.patterns.clone()).collect()
}

/// The literals of each pattern as `regex_prefilter` finds them, each with the pattern's index.
fn own_literals(patterns: &[String]) -> Vec<(Vec<u8>, usize)> {
    let literals = |(index, pattern): (usize, &String)| {
        Prefilter::of_pattern(pattern).literals.into_iter().map(move |literal| (literal, index)).collect::<Vec<_>>()
    };
    patterns.iter().enumerate().flat_map(literals).collect()
}

/// The number of patterns for which `regex-syntax`'s own extractor finds prefixes or suffixes that every match has.
fn with_extracted_literals(patterns: &[String]) -> usize {
    let finds = |pattern: &&String| {
        let Ok(hir) = regex_syntax::Parser::new().parse(pattern) else { return false };
        let useful = |seq: &Seq| seq.min_literal_len().is_some_and(|length| length >= 2);
        [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().any(|kind| useful(&Extractor::new().kind(kind).extract(&hir)))
    };
    patterns.iter().filter(finds).count()
}

fn prefilters(c: &mut Criterion) {
    let (patterns, texts) = (patterns(), texts());
    let literals = own_literals(&patterns);
    let known = patterns.iter().filter(|pattern| !Prefilter::of_pattern(pattern).literals.is_empty()).count();
    eprintln!("{} patterns, {known} with literals, {} literals", patterns.len(), literals.len());
    eprintln!("{} patterns with literals by regex_syntax's extractor", with_extracted_literals(&patterns));

    let mut group = c.benchmark_group("prefilter");
    group.sample_size(20);
    group.bench_function("build/own analysis", |b| b.iter(|| black_box(own_literals(&patterns))));
    group.bench_function("build/own table", |b| b.iter(|| Literals::new(literals.iter().cloned())));
    let aho_corasick = || {
        let builder = || AhoCorasick::builder().ascii_case_insensitive(true).clone();
        builder().build(literals.iter().map(|(literal, _)| literal))
    };
    group.bench_function("build/aho-corasick", |b| b.iter(aho_corasick));

    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    let own = Literals::new(literals.iter().cloned());
    group.bench_function("search/own table", |b| {
        b.iter(|| texts.iter().for_each(|text| own.find(text.as_bytes(), |pattern| _ = black_box(pattern))));
    });
    if let Ok(automaton) = aho_corasick() {
        group.bench_function("search/aho-corasick", |b| {
            b.iter(|| {
                for text in &texts {
                    automaton.find_overlapping_iter(text).for_each(|found| _ = black_box(found.pattern()));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, prefilters);
criterion_main!(benches);
