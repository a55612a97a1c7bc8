//! Public test vectors, from the shared data, through the parser and the labeller.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

mod shared;
#[path = "shared/archive.rs"]
mod shared_archive;

use std::path::{Path, PathBuf};

use gleaner_extract::article::clean::{CleanContext, clean_page};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page::{self, declared};
use gleaner_extract::rules::RuleSet;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The test cases of a `.dat` file: the input of each, and the line after its `heading`.
fn cases(bytes: &[u8], heading: &str) -> Vec<(Vec<u8>, Option<String>)> {
    let marker: &[u8] = b"#data\n";
    let mut starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"\n#data\n").map(|at| at + 1).collect();
    if bytes.starts_with(marker) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let heading = format!("\n{heading}\n");
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let case = &bytes[start + marker.len()..end];
            let data_end = memchr::memmem::find(case, b"\n#").unwrap_or(case.len());
            let value = memchr::memmem::find(case, heading.as_bytes()).map(|at| {
                let rest = &case[at + heading.len()..];
                String::from_utf8_lossy(rest.split(|byte| *byte == b'\n').next().unwrap()).into_owned()
            });
            (case[..data_end].to_vec(), value)
        })
        .collect()
}

#[test]
#[ignore = "needs the shared data"]
fn shared_markup_does_not_panic() {
    let folder = shared_archive::unpack("vectors/html5lib");
    let rules = RuleSet::embedded().unwrap();
    let config = page::Config::default();
    let mut count = 0;
    for file in files(folder.path(), "dat") {
        for (data, _) in cases(&std::fs::read(&file).unwrap(), "#document") {
            let raw = RawDocument::local(Origin::Stdin, data);
            let context =
                CleanContext { rules: &rules, limits: &config, now: Some(Timestamp::from_unix(1_700_000_000)), sites: None };
            if let Ok(cleaned) = clean_page(&raw, None, context) {
                assert_eq!(cleaned.page.blocks.len(), cleaned.labelled.verdicts.len());
            }
            count += 1;
        }
    }
    assert!(count > 1000, "{count} cases");
}

#[test]
#[ignore = "needs the shared data"]
fn shared_charsets_are_sniffed_as_the_standard_says() {
    let folder = shared_archive::unpack("vectors/html5lib");
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files(&folder.path().join("html5lib/encoding"), "dat") {
        if file.components().any(|part| part.as_os_str() == "scripted") {
            // These depend on a browser that runs the page's scripts.
            continue;
        }
        for (data, expected) in cases(&std::fs::read(&file).unwrap(), "#encoding") {
            let Some(expected) = expected.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes())) else { continue };
            count += 1;
            let bom = encoding_rs::Encoding::for_bom(&data).map(|(encoding, _)| encoding);
            let found = bom.or_else(|| declared::in_meta(&data)).unwrap_or(encoding_rs::WINDOWS_1252);
            if found != expected {
                wrong.push(format!(
                    "{}: {:?} gave {}, not {}",
                    file.display(),
                    String::from_utf8_lossy(&data),
                    found.name(),
                    expected.name()
                ));
            }
        }
    }
    assert!(count > 50, "{count} cases");
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
