//! Criterion benchmarks: each stage of cleaning a page separately, and all of them together.

#![expect(clippy::print_stderr, reason = "says why the pages of a manifest are not measured")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gleaner_bench::pages::{self, Page};
use gleaner_extract::article::clean::{CleanContext, clean_page};
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::label::features::FeatureInput;
use gleaner_extract::label::model::Model;
use gleaner_extract::label::signals::PageSignals;
use gleaner_extract::label::{label, page_signals};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The number of pages of a manifest that are measured, evenly spread over it.
const SAMPLE: usize = 40;

/// Sets of pages that are measured together: each generated page, and a sample of the manifest.
fn sets() -> Vec<(String, Vec<Page>)> {
    let mut sets: Vec<(String, Vec<Page>)> = pages::generated().into_iter().map(|page| (page.id.clone(), vec![page])).collect();
    match pages::of_manifest() {
        Ok(Some(pages)) => {
            let step = pages.len().div_ceil(SAMPLE).max(1);
            sets.push(("manifest".to_owned(), pages.into_iter().step_by(step).collect()));
        }
        Ok(None) => eprintln!("{} is not set: generated pages only", pages::MANIFEST),
        Err(error) => eprintln!("{}: {error}", pages::MANIFEST),
    }
    sets
}

/// Measures one stage on every set; `prepare` is not measured.
fn bench_stage<T>(c: &mut Criterion, name: &str, prepare: impl Fn(&Page) -> T, work: impl Fn(&T)) {
    let mut group = c.benchmark_group(name);
    group.sample_size(20);
    for (id, pages) in sets() {
        group.throughput(Throughput::Bytes(pages.iter().map(|page| page.bytes.len() as u64).sum()));
        let prepared: Vec<T> = pages.iter().map(&prepare).collect();
        group.bench_function(id, |bencher| bencher.iter(|| prepared.iter().for_each(&work)));
    }
    group.finish();
}

fn text(page: &Page) -> String {
    page::decode::decode(&page.bytes, None, None).text.into_owned()
}

fn read(page: &Page) -> page::Page {
    let hints = page::ReadHints { content_type: None, url: page.url.as_ref() };
    page::read(&page.bytes, hints, &page::Config::default()).unwrap_or_default()
}

fn stages(c: &mut Criterion) {
    let config = page::Config::default();
    let rules = RuleSet::embedded().unwrap_or_default();
    bench_stage(
        c,
        "decode",
        |page| page.bytes.clone(),
        |bytes| {
            black_box(page::decode::decode(bytes, None, None).text.len());
        },
    );
    bench_stage(c, "html5ever", text, |text| {
        black_box(scraper::Html::parse_document(text));
    });
    bench_stage(c, "parse", text, |text| {
        black_box(page::html::parse(text, &config));
    });
    bench_stage(
        c,
        "blocks",
        // A document borrows its text, so that is leaked.
        |page| page::html::parse(Box::leak(text(page).into_boxed_str()), &config),
        |dom| {
            black_box(page::blocks::page_of(dom));
        },
    );
    bench_stage(c, "signals", read, |page| {
        black_box(page_signals(page, &rules).blocks.len());
    });
    let models = Models::read();
    let static_rules: &'static RuleSet = Box::leak(Box::new(RuleSet::embedded().unwrap_or_default()));
    // The features borrow the page and its signals, so both are leaked.
    let with_signals = |page: &Page| {
        let page: &'static page::Page = Box::leak(Box::new(read(page)));
        let signals: &'static PageSignals<'static> = Box::leak(Box::new(page_signals(page, static_rules)));
        (page, signals)
    };
    bench_stage(c, "features", with_signals, |(page, signals)| {
        let lexicon = &models.of(page).blocks.lexicon;
        black_box(FeatureInput::of(page, signals).first_round(lexicon, 1.0).rows());
    });
    let rows = |page: &Page| {
        let (page, signals) = with_signals(page);
        let model = models.of(page);
        let input = FeatureInput::of(page, signals);
        let first = input.first_round(&model.blocks.lexicon, 1.0);
        let mut second = first.clone();
        input.second_round(&mut second, &model.blocks.first.probabilities(&first));
        (model, first, second)
    };
    bench_stage(c, "evaluate", rows, |(model, first, second)| {
        black_box(model.blocks.first.probabilities(first));
        black_box(model.blocks.second.probabilities(second));
    });
    bench_stage(c, "label", read, |page| {
        black_box(label(page, &rules));
    });
    let now = "2026-01-01T00:00:00Z".parse().ok();
    let context = CleanContext { rules: &rules, limits: &config, now, sites: None };
    let raw = |page: &Page| (RawDocument::local(Origin::Stdin, page.bytes.clone()), page.url.clone());
    bench_stage(c, "whole page", raw, |(raw, url)| {
        black_box(clean_page(raw, url.as_ref(), context).is_ok());
    });
}

/// The trained models of `extract/model/`.
struct Models {
    html: Model,
    text: Model,
}

const HTML: &[u8] = include_bytes!("../../extract/model/html.bin");
const TEXT: &[u8] = include_bytes!("../../extract/model/text.bin");

impl Models {
    fn read() -> Self {
        let read = |bytes| Model::from_bytes(bytes).unwrap_or_default();
        Self { html: read(HTML), text: read(TEXT) }
    }

    fn of(&self, page: &page::Page) -> &Model {
        match page.format {
            page::Format::Html => &self.html,
            page::Format::Text => &self.text,
        }
    }
}

fn start(c: &mut Criterion) {
    c.bench_function("load the rules", |bencher| bencher.iter(RuleSet::embedded));
    c.bench_function("load the HTML model", |bencher| bencher.iter(|| Model::from_bytes(HTML)));
    c.bench_function("load the text model", |bencher| bencher.iter(|| Model::from_bytes(TEXT)));
}

criterion_group!(benches, stages, start);
criterion_main!(benches);
