//! Learns to choose headlines: a conditional logit over the candidates for the headline of each page, or over the lines of each text dump. The
//! figures are cross-validated by site; the weights are learned from all data.
//!
//! The gold titles are `gold.title` of the manifests. Pages without a correct candidate count in the figures, but are not learned from. Dumps are
//! used with their URL and without it, since files rarely come with one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use gleaner_extract::base::text::fold;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::Removal;
use gleaner_extract::label;
use gleaner_extract::label::model::Scores;
use gleaner_extract::metadata;
use gleaner_extract::page::{self, Format, Page, ReadHints};
use gleaner_extract::rules::RuleSet;
use rayon::prelude::*;
use serde_json::Value;

use crate::args::Args;
use crate::logit::{self, Group};

/// Appended to the name of a set for its dumps without URLs.
const WITHOUT_URL: &str = " without addresses";

/// Learns from all sets, prints cross-validated figures, writes the weights.
pub fn learn(args: &Args, out: &Path, rules: &RuleSet) {
    let scores = args.replay.as_deref().map(crate::predictions::read_scores).unwrap_or_default();
    let groups: Vec<Group> = args.datasets.iter().flat_map(|set| read_set(set, args, &scores, rules)).collect();
    let dumps = groups.iter().any(|group| group.set.ends_with(WITHOUT_URL));
    let mut hits: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for fold in 0..args.folds {
        let weights = logit::descend(groups.iter().filter(|group| group.fold != fold).collect(), args.penalty);
        for group in groups.iter().filter(|group| group.fold == fold) {
            let slot = hits.entry(&group.set).or_default();
            slot[0] += 1.0;
            slot[1] += f64::from(u8::from(group.options.iter().any(|(_, right)| *right)));
            slot[2] += f64::from(u8::from(group.is_right(&weights)));
        }
    }
    for (set, [all, possible, right]) in hits {
        eprintln!(
            "{set}: {right} of {all} right ({:.3}), of the {possible} with a correct candidate {:.3}",
            right / all,
            right / possible
        );
    }
    let weights = logit::descend(groups.iter().collect(), args.penalty);
    logit::write(out, metadata::headline_features(if dumps { Format::Text } else { Format::Html }), &weights);
}

fn read_set(argument: &str, args: &Args, scores: &HashMap<(String, String), Scores>, rules: &RuleSet) -> Vec<Group> {
    let (folder, weight) = argument
        .split_once('=')
        .map_or((argument, 1.0), |(folder, weight)| (folder, weight.parse().expect("a weight is a number")));
    let folder = Path::new(folder);
    let set = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a dataset has a manifest.jsonl");
    let lines: Vec<&str> = manifest.lines().filter(|line| !line.trim().is_empty()).collect();
    let read = lines.par_iter().flat_map_iter(|line| {
        let entry: Value = serde_json::from_str(line).expect("a manifest line is JSON");
        read_page(folder, &set, &entry, args, scores, rules).unwrap_or_default()
    });
    read.map(|group| Group { weight: group.weight * weight, ..group }).collect()
}

/// A page, or a dump with its URL and without it.
fn read_page(
    folder: &Path,
    set: &str,
    entry: &Value,
    args: &Args,
    scores: &HashMap<(String, String), Scores>,
    rules: &RuleSet,
) -> Option<Vec<Group>> {
    let gold = &entry["gold"];
    if gold["page_type"].as_str().is_some_and(|kind| kind != "article") {
        return None;
    }
    let (id, title) = (entry["id"].as_str()?.to_string(), fold(gold["title"].as_str()?));
    let url = entry["url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
    let site = url.as_ref().and_then(gleaner_extract::base::url::site).unwrap_or_else(|| id.clone());
    let bytes = std::fs::read(folder.join(entry["file"].as_str()?)).ok()?;
    let mut page = page::read(&bytes, ReadHints { content_type: None, url: url.as_ref() }, &page::Config::default()).ok()?;
    let known = scores.get(&(set.to_string(), id)).filter(|known| known.blocks.len() == page.blocks.len());
    let labelled = match known {
        Some(known) => label::decide(&page, label::page_signals(&page, rules), known),
        None => label::label(&page, rules),
    };
    let removals: Vec<&Removal> = labelled.removals().collect();
    let kept: Vec<&str> = labelled.kept().map(|(index, _)| page.blocks[index].text.as_str()).collect();
    let text = kept.join("\n\n");
    let folded = fold(&text);
    let folded_blocks: Vec<String> = page.blocks.iter().map(|block| fold(&block.text)).collect();
    let format = page.format;
    let fold = (xxhash_rust::xxh3::xxh3_64(site.as_bytes()) % args.folds as u64) as usize;
    let group = |page: &Page, name: String, weight: f64| {
        let evidence = metadata::MetadataInput {
            page,
            removals: &removals,
            http: None,
            text: &text,
            folded: &folded,
            folded_blocks: &folded_blocks,
            fetched_at: None,
            now: Some(Timestamp::from_unix(YEAR_2100)),
        };
        let options = metadata::headline_options(evidence).into_iter();
        let options = options.map(|(text, features)| (features.into_iter().map(f64::from).collect(), is_same(&text, &title)));
        Group { set: name, fold, weight, options: options.collect() }
    };
    let mut groups = vec![group(&page, set.to_string(), 1.0)];
    if format == Format::Text {
        page.head.url = None;
        groups.push(group(&page, format!("{set}{WITHOUT_URL}"), 1.0));
    }
    Some(groups)
}

fn is_same(text: &str, title: &str) -> bool {
    fold(text) == *title
}

/// The beginning of 2100, in Unix time: no date of the sets is later.
const YEAR_2100: i64 = 4_102_444_800;
