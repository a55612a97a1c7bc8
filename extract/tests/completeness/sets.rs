//! The shared sets of pages with known text.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::shared_archive::unpack;

/// A page with its known text.
pub struct KnownPage {
    pub id: String,
    pub url: Option<url::Url>,
    pub html: bool,
    pub bytes: Vec<u8>,
    pub paragraphs: Vec<String>,
    pub page_type: Option<String>,
    pub language: Option<String>,
}

/// The pages of a set.
pub fn read(name: &str) -> Vec<KnownPage> {
    let unpacked = unpack(&format!("datasets/{name}"));
    let folder = unpacked.path().join(name);
    let manifest = fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let pages: Vec<KnownPage> =
        manifest.lines().filter_map(|line| known_page(&serde_json::from_str(line).unwrap(), &folder)).collect();
    assert!(!pages.is_empty(), "{name} has no pages");
    pages
}

fn known_page(row: &Value, folder: &Path) -> Option<KnownPage> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let file = text(&row["file"])?;
    let gold = &row["gold"];
    let paragraphs = match gold["paragraphs"].as_array() {
        Some(list) => list.iter().filter_map(text).collect(),
        None => gold["text"].as_str()?.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
    };
    Some(KnownPage {
        id: text(&row["id"])?,
        url: text(&row["url"]).and_then(|url| url.parse().ok()),
        html: !file.ends_with(".txt"),
        bytes: fs::read(folder.join(&file)).ok()?,
        paragraphs,
        page_type: text(&gold["page_type"]),
        language: text(&gold["lang"]),
    })
}
