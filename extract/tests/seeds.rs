//! The user's own files in the shared data: every line comes out as it is labelled, at least 90 % of the removed ones under their own category,
//! and the metadata that the files show is found.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

mod shared;

use std::path::{Path, PathBuf};

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::label::Verdict;
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;

fn seeds() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(shared::path("seeds")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    assert!(!files.is_empty(), "no seeds");
    files
}

fn cleaned(file: &Path) -> CleanedPage {
    let rules = RuleSet::embedded().unwrap();
    let context = CleanContext {
        rules: &rules,
        limits: &page::Config::default(),
        now: Some(Timestamp::from_unix(1_795_000_000)),
        sites: None,
    };
    clean_page(&RawDocument::local(Origin::File(file.to_path_buf()), std::fs::read(file).unwrap()), None, context).unwrap()
}

#[test]
#[ignore = "needs the shared data"]
fn shared_lines_come_out_as_labelled() {
    let (mut wrong, mut right, mut removed) = (Vec::new(), 0, 0);
    for file in seeds() {
        let cleaned = cleaned(&file);
        let labels = std::fs::read_to_string(file.with_extension("labels.tsv")).unwrap();
        for line in labels.lines() {
            let mut fields = line.split('\t');
            let (number, label): (u32, &str) = (fields.next().unwrap().parse().unwrap(), fields.next().unwrap());
            let index = cleaned.page.blocks.iter().position(|block| block.line == number);
            let Some(verdict) = index.and_then(|index| cleaned.labelled.verdicts.get(index)) else {
                wrong.push(format!("{}:{number}: no block", file.display()));
                continue;
            };
            match (verdict, label) {
                (_, "credit" | "author_bio" | "callout") | (Verdict::Kept { .. }, "body" | "heading" | "standfirst") => {}
                (Verdict::Removed(removal), label) if !matches!(label, "body" | "heading" | "standfirst") => {
                    removed += 1;
                    right += usize::from(removal.category.name() == label);
                }
                (verdict, label) => wrong.push(format!("{}:{number}: {label}, but {verdict:?}", file.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right * 10 >= removed * 9, "{right} of {removed} removed lines under their own category");
}

#[test]
#[ignore = "needs the shared data"]
fn shared_files_have_the_metadata_that_they_show() {
    for file in seeds() {
        let found = cleaned(&file).article.metadata;
        let gold: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(file.with_extension("meta.json")).unwrap()).unwrap();
        let actual = serde_json::json!({
            "title": found.title.map(|field| field.value),
            "authors": found.authors.map(|field| field.value).unwrap_or_default(),
            "date": found.published.map(|field| field.value.day),
            "site": found.site.map(|field| field.value),
            "section": found.section.map(|field| field.value),
        });
        assert_eq!(actual, gold, "{}", file.display());
    }
}
