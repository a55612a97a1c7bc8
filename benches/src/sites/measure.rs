//! Cleans generated sites with and without their tables, and counts what is left of the boilerplate and lost of the stories.

use std::fmt;
use std::sync::Arc;

use gleaner_extract::article::clean::{CleanContext, CleanedPage, PageLocation, clean_page};
use gleaner_extract::article::site::{NoTables, SiteTable, SiteTables, StoryLines};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::{count_words, fold};
use gleaner_extract::document::{DocumentId, Origin, RawDocument};
use gleaner_extract::page::Config;
use gleaner_extract::rules::RuleSet;

use super::{Site, Story};

/// Words of one kind: how many there are, and how many are in the clean texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// On the pages.
    pub all: usize,
    /// In the clean texts.
    pub kept: usize,
}

impl Words {
    fn count(&mut self, text: &str, is_kept: bool) {
        let words = count_words(text);
        self.all += words;
        self.kept += if is_kept { words } else { 0 };
    }

    /// The share that is kept.
    pub fn share(self) -> f64 {
        self.kept as f64 / self.all.max(1) as f64
    }
}

/// What became of the words of sites.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// Of boilerplate.
    pub boilerplate: Words,
    /// Of the paragraphs of stories.
    pub body: Words,
    /// Of what recurs and belongs to the stories.
    pub own: Words,
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| share * 100.0;
        write!(
            f,
            "boilerplate removed {:6.2} %, words of stories lost {:.3} %, of recurring ones lost {:.2} %",
            percent(1.0 - self.boilerplate.share()),
            percent(1.0 - self.body.share()),
            percent(1.0 - self.own.share())
        )
    }
}

#[derive(Debug)]
struct OneTable(Arc<SiteTable>);

impl SiteTables for OneTable {
    fn table(&self, _: &str) -> Option<Arc<SiteTable>> {
        Some(Arc::clone(&self.0))
    }
}

impl Score {
    /// Adds the stories of a site, cleaned without its table, and with it.
    pub fn add(without: &mut Self, with: &mut Self, site: &Site, rules: &RuleSet) {
        let first = clean(site, rules, &NoTables);
        let lines = site.stories.iter().zip(&first).filter_map(|(story, cleaned)| {
            Some(StoryLines {
                id: DocumentId(ContentHash::of(&story.file)),
                published: cleaned.article.metadata.published.as_ref().map(|found| found.value.day),
                lines: cleaned.site_page.as_ref()?.lines.clone(),
            })
        });
        let table = OneTable(Arc::new(SiteTable::count(lines.collect())));
        let second = clean(site, rules, &table);
        for (story, (first, second)) in site.stories.iter().zip(first.iter().zip(&second)) {
            without.add_story(story, &first.article.text);
            with.add_story(story, &second.article.text);
        }
    }

    /// Adds what became of other words.
    pub fn merge(&mut self, other: &Self) {
        let parts = [(&mut self.boilerplate, other.boilerplate), (&mut self.body, other.body), (&mut self.own, other.own)];
        for (sum, part) in parts {
            sum.all += part.all;
            sum.kept += part.kept;
        }
    }

    fn add_story(&mut self, story: &Story, text: &str) {
        let lines: Vec<String> = text.split("\n\n").map(fold).collect();
        let is_kept = |line: &String| lines.contains(&fold(line));
        story.boilerplate.iter().for_each(|line| self.boilerplate.count(line, is_kept(line)));
        story.body.iter().for_each(|line| self.body.count(line, is_kept(line)));
        story.own.iter().for_each(|line| self.own.count(line, is_kept(line)));
    }
}

/// The stories of a site, each cleaned.
pub fn clean(site: &Site, rules: &RuleSet, sites: &dyn SiteTables) -> Vec<CleanedPage> {
    let limits = Config::default();
    let context = CleanContext { rules, limits: &limits, now: None, sites: Some(sites) };
    let folder = format!("raw/{}", site.domain);
    let clean = |story: &Story| {
        let name = format!("{folder}/{}.{}", story.number, if story.is_html { "html" } else { "txt" });
        let raw = RawDocument::local(Origin::File(name.clone().into()), story.file.clone().into_bytes());
        clean_page(&raw, PageLocation { url: None, path: Some(&name) }, context).ok()
    };
    site.stories.iter().filter_map(clean).collect()
}
