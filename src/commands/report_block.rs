//! A reader's report that the verdict on a block is wrong: a test case as JSON, and for pages of a site a rule that would change the verdict, as a draft. Both go
//! into the folder `reports/`, for the user to look at; nothing reads them by itself.

use std::path::PathBuf;

use serde::Serialize;
use url::Url;

use super::explain::{BlockVerdict, ExplainTarget, ExplainedBlock, explain};
use crate::engine::{Error, Setup};
use crate::files;
use crate::store::{Cleaner, Sidecar};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::{hide_logins, site};
use gleaner_extract::document::DocumentId;

/// The folder, in the corpus root.
const FOLDER: &str = "reports";

/// Blocks before and after, by which the block is found again in a page that has changed.
const AROUND: usize = 2;

/// Words of a text that a draft looks for; of a longer one, it looks for the first.
const MAX_WORDS: usize = 12;

/// A test case: a block, what became of it, and what should.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockReport {
    /// When it was reported.
    pub reported_at: Timestamp,
    /// The document.
    pub document: DocumentId,
    /// The address of its page.
    pub url: Option<String>,
    /// The key of the page's body, and its hash.
    pub raw: String,
    /// SHA-256 of the body.
    pub raw_sha256: ContentHash,
    /// What cleaned it.
    pub cleaner: Cleaner,
    /// The number of the block on the page, from 1, as `gleaner explain` lists them.
    pub number: usize,
    /// What should become of it: `kept` or `removed`.
    pub expected: &'static str,
    /// The block, and what became of it.
    pub block: ExplainedBlock,
    /// The texts of the blocks before it.
    pub before: Vec<String>,
    /// The texts of those after it.
    pub after: Vec<String>,
}

/// The name by which a block of a page is reported: its number and the beginning of the hash of its text.
pub fn block_name(number: usize, block: &ExplainedBlock) -> String {
    format!("{number}-{}", ContentHash::of(&block.text).short())
}

/// Writes a report on the block with this name; the path of the test case, or `None` if the page has no such block (any more).
pub fn report_block(setup: &Setup, sidecar: &Sidecar, name: &str) -> Result<Option<PathBuf>, Error> {
    let blocks = explain(setup, &ExplainTarget::Id(sidecar.id.to_string()))?.blocks;
    let found = blocks.iter().enumerate().find(|(at, block)| block_name(at + 1, block) == name);
    let Some((at, block)) = found else { return Ok(None) };
    let texts = |from: usize, to: usize| {
        blocks.get(from..to.min(blocks.len())).unwrap_or_default().iter().map(|block| block.text.clone())
    };
    let url = sidecar.urls.r#final.as_ref().or(sidecar.urls.requested.as_ref()).or(sidecar.urls.canonical.as_ref());
    let report = BlockReport {
        reported_at: setup.clock.now(),
        document: sidecar.id,
        url: url.map(|url| hide_logins(url).into_owned()),
        raw: sidecar.raw.path.clone(),
        raw_sha256: sidecar.raw.sha256,
        cleaner: sidecar.cleaner.clone(),
        number: at + 1,
        expected: if matches!(block.verdict, BlockVerdict::Kept { .. }) { "removed" } else { "kept" },
        block: block.clone(),
        before: texts(at.saturating_sub(AROUND), at).collect(),
        after: texts(at + 1, at + 1 + AROUND).collect(),
    };
    write(setup, &report).map(Some)
}

fn write(setup: &Setup, report: &BlockReport) -> Result<PathBuf, Error> {
    let url: Option<Url> = report.url.as_ref().and_then(|url| url.parse().ok());
    let folder_name = url.as_ref().and_then(site).map_or_else(|| "local".to_owned(), |site| site.replace(':', "-"));
    let folder = setup.layout.root.join(FOLDER).join(folder_name);
    let short: String = report.document.to_string().chars().take(8).collect();
    let name = format!("{short}-{}", report.number);
    let json = folder.join(format!("{name}.json"));
    let failed = |path: &PathBuf| {
        let path = path.clone();
        move |source| Error::Io { action: "write", path, source }
    };
    std::fs::create_dir_all(&folder).map_err(failed(&folder))?;
    if let Some(rule) = url.as_ref().and_then(Url::host_str).and_then(|host| draft(report, host, &name)) {
        let path = folder.join(format!("{name}.toml"));
        files::write_whole(&path, rule.as_bytes()).map_err(failed(&path))?;
    }
    let text = serde_json::to_vec_pretty(report).map_err(|error| failed(&json)(error.into()))?;
    files::write_whole(&json, &text).map_err(failed(&json))?;
    Ok(json)
}

/// A rule for the site that changes the verdict; `None` for a block without words.
fn draft(report: &BlockReport, host: &str, name: &str) -> Option<String> {
    let words: Vec<&str> = report.block.text.split_whitespace().collect();
    let is_long = words.len() > MAX_WORDS;
    let phrase = words.get(..words.len().min(MAX_WORDS)).unwrap_or_default().join(" ");
    if !phrase.chars().any(char::is_alphanumeric) {
        return None;
    }
    let (now, table, category) = match &report.block.verdict {
        BlockVerdict::Kept { .. } => ("kept".to_owned(), "drop", "category = \"other\"\n"),
        BlockVerdict::Removed { rule, category, .. } => (format!("removed as {} by {}", category.name(), rule.0), "keep", ""),
    };
    let (matching, phrase) = (if is_long { "starts" } else { "is" }, quoted(&phrase));
    Some(format!(
        "# A reader reported block {number} of the document {document}:\n# it was {now}, and should be {expected}.\n\
         # Try the rule, then move it to {host}.toml in the folder `sites` of your rules:\n\
         #   gleaner rules test {host} --rules {FOLDER}/…/{name}.toml\n\n\
         [[{table}]]\nid = \"report-{name}\"\nwhy = \"A reader reported it.\"\n{category}match = \"{matching}\"\nphrases = [{phrase}]\n",
        number = report.number,
        document = report.document,
        expected = report.expected,
    ))
}

/// A TOML string: JSON escapes what it has to, but for one character.
fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    serde_json::Value::String(text).to_string()
}
