//! Learns to distinguish lists of teasers from stories and other pages, from sets with `gold.page_type`. The figures are cross-validated by site; the
//! weights are learned from all data.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use gleaner_extract::label::model::Scores;
use gleaner_extract::label::{self, LIST_FEATURES};
use gleaner_extract::page::{self, Format, ReadHints};
use gleaner_extract::rules::RuleSet;
use rayon::prelude::*;
use serde_json::Value;

use crate::args::Args;
use crate::logit::{self, Group};

/// Page types that are lists.
const LIST_TYPES: &[&str] = &["listing", "collection"];

/// Possible thresholds of the score.
const THRESHOLDS: [f64; 6] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0];

/// Learns from all sets with page types, prints cross-validated figures, writes the weights.
pub fn learn(args: &Args, out: &Path, rules: &RuleSet) {
    let scores = args.replay.as_deref().map(crate::predictions::read_scores).unwrap_or_default();
    let groups: Vec<Group> = args.datasets.iter().flat_map(|set| read_set(set, args, &scores, rules)).collect();
    let mut taken_for_lists: BTreeMap<&str, (usize, [usize; THRESHOLDS.len()])> = BTreeMap::new();
    for fold in 0..args.folds {
        let weights = logit::descend(groups.iter().filter(|group| group.fold != fold).collect(), args.penalty);
        for group in groups.iter().filter(|group| group.fold == fold) {
            let (all, hits) = taken_for_lists.entry(&group.set).or_default();
            *all += 1;
            let score = logit::dot(&group.options[0].0, &weights);
            THRESHOLDS.iter().zip(hits).for_each(|(threshold, hits)| *hits += usize::from(score >= *threshold));
        }
    }
    eprintln!("pages taken for lists, by threshold {THRESHOLDS:?}");
    taken_for_lists.iter().for_each(|(page_type, (all, hits))| eprintln!("{page_type}: {hits:?} of {all}"));
    logit::write(out, LIST_FEATURES, &logit::descend(groups.iter().collect(), args.penalty));
}

fn read_set(folder: &str, args: &Args, scores: &HashMap<(String, String), Scores>, rules: &RuleSet) -> Vec<Group> {
    let folder = Path::new(folder);
    let set = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a dataset has a manifest.jsonl");
    let lines: Vec<&str> = manifest.lines().filter(|line| !line.trim().is_empty()).collect();
    let read = lines.par_iter().filter_map(|line| {
        let entry: Value = serde_json::from_str(line).expect("a manifest line is JSON");
        let page_type = entry["gold"]["page_type"].as_str()?.to_string();
        let id = entry["id"].as_str()?.to_string();
        let url = entry["url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
        let site = url.as_ref().and_then(gleaner_extract::base::url::site).unwrap_or_else(|| id.clone());
        let bytes = std::fs::read(folder.join(entry["file"].as_str()?)).ok()?;
        let page = page::read(&bytes, ReadHints { content_type: None, url: url.as_ref() }, &page::Config::default()).ok()?;
        let known = scores.get(&(set.clone(), id)).filter(|known| known.blocks.len() == page.blocks.len())?;
        let labelled = label::decide(&page, label::page_signals(&page, rules), known);
        let page_signals = label::page_signals(&page, rules);
        let features = label::list_features(&page, &page_signals, &labelled.verdicts, known.article);
        let features: Vec<f64> = features.into_iter().map(f64::from).collect();
        let (none, is_list) = (vec![0.0; features.len()], LIST_TYPES.contains(&page_type.as_str()));
        let fold = (xxhash_rust::xxh3::xxh3_64(site.as_bytes()) % args.folds as u64) as usize;
        (page.format == Format::Html).then(|| Group {
            set: page_type,
            fold,
            weight: 1.0,
            options: vec![(features, is_list), (none, !is_list)],
        })
    });
    read.collect()
}
