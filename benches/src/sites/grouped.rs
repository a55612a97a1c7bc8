//! Cleans the pages of manifests without and with what recurs on their sites, for a scorer that compares both with gold texts.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::article::site::{NoTables, SiteTable, SiteTables, StoryLines};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{DocumentId, Origin, RawDocument};
use gleaner_extract::page::Config;
use gleaner_extract::rules::RuleSet;

use crate::pages::{self, Page};

#[derive(Debug)]
struct Tables(BTreeMap<String, Arc<SiteTable>>);

impl SiteTables for Tables {
    fn table(&self, site: &str) -> Option<Arc<SiteTable>> {
        self.0.get(site).cloned()
    }
}

/// Writes `without.jsonl` and `with.jsonl` into a folder: `id` and `text` of each page. Gives the number of pages, and of those that differ.
pub fn clean(manifest: &Path, folder: &Path, rules: &RuleSet) -> Result<(usize, usize), Box<dyn Error>> {
    let pages = pages::read(manifest)?;
    let mut sites: BTreeMap<String, Vec<StoryLines>> = BTreeMap::new();
    let mut before = Vec::new();
    for page in &pages {
        let cleaned = clean_one(page, rules, &NoTables);
        if let Some(shown) = cleaned.as_ref().and_then(|cleaned| cleaned.site_page.clone()) {
            let id = DocumentId(ContentHash::of(&page.id));
            let published = cleaned.as_ref().and_then(|cleaned| Some(cleaned.article.metadata.published.as_ref()?.value.day));
            sites.entry(shown.site).or_default().push(StoryLines { id, published, lines: shown.lines });
        }
        before.push(cleaned.map(|cleaned| cleaned.article.text).unwrap_or_default());
    }
    let tables = Tables(sites.into_iter().map(|(site, stories)| (site, Arc::new(SiteTable::count(stories)))).collect());
    let after = pages.iter().map(|page| clean_one(page, rules, &tables).map(|cleaned| cleaned.article.text).unwrap_or_default());
    let after: Vec<String> = after.collect();
    write(&folder.join("without.jsonl"), &pages, &before)?;
    write(&folder.join("with.jsonl"), &pages, &after)?;
    Ok((pages.len(), before.iter().zip(&after).filter(|(before, after)| before != after).count()))
}

fn clean_one(page: &Page, rules: &RuleSet, sites: &dyn SiteTables) -> Option<CleanedPage> {
    let limits = Config::default();
    let context = CleanContext { rules, limits: &limits, now: None, sites: Some(sites) };
    clean_page(&RawDocument::local(Origin::Stdin, page.bytes.clone()), page.url.as_ref(), context).ok()
}

fn write(path: &Path, pages: &[Page], texts: &[String]) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    for (page, text) in pages.iter().zip(texts) {
        writeln!(out, "{}", serde_json::json!({ "id": page.id, "text": text }))?;
    }
    Ok(out.flush()?)
}
