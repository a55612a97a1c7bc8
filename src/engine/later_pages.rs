//! The later pages of a story that is split over several: those that are kept next to the first one, the one that was just fetched, and
//! the URL of the next. Reads files; requests nothing (`engine::follow_up` does).

use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::article::merge_pages::{MergedStory, StoryPart, merge_pages};
use gleaner_extract::article::pagination::{self, NextPage, StoryPage};
use gleaner_extract::base::url::{PagePart, canonical, readings};
use gleaner_extract::document::{Article, Completeness, RawDocument};
use gleaner_extract::page::Page;
use url::Url;

use super::context::RunContext;
use super::refusal;
use crate::ingest;
use crate::outcome::{Outcome, Refusal};
use crate::store::{KnownDocument, RawPart};

/// The later pages of an input's story.
#[derive(Debug, Default)]
pub struct LaterPages {
    /// Those that are kept, in their order.
    pub kept: Vec<RawPart>,
    /// The one after them, just fetched and not kept yet.
    pub fresh: Option<Box<RawDocument>>,
    /// Whether the next one is requested.
    pub more: MorePages,
    /// Where the story continues after them.
    pub next: NextPage,
    /// Why the page that was just fetched is not one of the story's.
    pub missing: Option<MissingPage>,
    /// How many of them have a part of the story.
    used: usize,
}

/// Whether later pages are requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MorePages {
    /// The kept ones are used.
    #[default]
    UseKept,
    /// They are requested.
    Fetch,
}

/// A page that could not be fetched, or is not what it should be.
#[derive(Clone, Debug)]
pub struct MissingPage {
    /// Its outcome.
    pub outcome: Outcome,
    /// True if requesting it again is of no use.
    pub lasting: bool,
}

/// The pages of a story, joined.
#[derive(Debug)]
pub struct JoinedStory {
    /// The article.
    pub article: Article,
    /// The pages it was made of, in their order.
    pub pages: Vec<CleanedPage>,
}

impl LaterPages {
    /// The kept pages, and whether more are requested.
    pub fn of(kept: Vec<RawPart>, more: MorePages) -> Self {
        Self { kept, more, ..Self::default() }
    }

    /// The same with a page that was just fetched.
    pub fn with(self, fresh: Box<RawDocument>) -> Self {
        Self { fresh: Some(fresh), ..self }
    }

    /// Their number; `None` if the story has a page that the corpus does not have yet.
    pub fn count(&self) -> Option<usize> {
        self.fresh.is_none().then_some(self.kept.len())
    }

    /// The addresses of those that have a part of the story.
    pub fn urls(&self) -> impl Iterator<Item = String> {
        let urls = self.kept.iter().take(self.used).filter_map(|page| Url::parse(&page.url).ok());
        urls.map(|url| canonical(&url).to_string())
    }

    /// Joins the first page, which answered at `url`, with the others.
    pub fn join(&mut self, first: CleanedPage, url: Url, context: &RunContext<'_>) -> Result<JoinedStory, Outcome> {
        let mut parts = vec![StoryPart { cleaned: first, url }];
        for page in &self.kept {
            let raw = ingest::file::read(&context.layout.path(&page.path), context.clean.limits.max_bytes);
            let raw = raw.map_err(|error| refusal::of_read_error(&error))?;
            parts.extend(story_part(&raw, context).map_err(|missing| missing.outcome)?);
        }
        if let Some(fresh) = &self.fresh {
            match story_part(fresh, context) {
                Ok(part) => parts.extend(part),
                Err(missing) => (self.fresh, self.missing) = (None, Some(missing)),
            }
        }
        let article = match merge_pages(&mut parts) {
            Some(MergedStory { article, pages, next }) => {
                parts.truncate(pages);
                (self.next, self.used) = (next, pages - 1);
                Some(article)
            }
            None => parts.first().map(|part| part.cleaned.article.clone()),
        };
        let pages = parts.into_iter().map(|part| part.cleaned).collect();
        article.map(|article| JoinedStory { article, pages }).ok_or(Outcome::Refused(Refusal::NoText))
    }
}

/// A later page, cleaned on its own; `None` if its URL is not known.
fn story_part(raw: &RawDocument, context: &RunContext<'_>) -> Result<Option<StoryPart>, MissingPage> {
    let cleaned = clean_isolated(raw, None, context.clean)
        .map_err(|error| MissingPage { outcome: refusal::of_clean_error(&error), lasting: true })?;
    // A page without text ends the story; a page that was served instead of the story's does not.
    let refused = refusal::of_article(&cleaned.article).filter(|_| cleaned.article.completeness != Completeness::Empty);
    match refused.or_else(|| refusal::of_opt_out(&cleaned.article, raw, context.tdm_opt_out)) {
        Some(refusal) => Err(MissingPage { lasting: refusal.is_lasting(), outcome: Outcome::Refused(refusal) }),
        None => Ok(answered_at(raw).map(|url| StoryPart { cleaned, url })),
    }
}

/// The address whose page this is.
pub fn answered_at(raw: &RawDocument) -> Option<Url> {
    let http = raw.http.as_ref()?;
    Url::parse(http.page_url()).ok()
}

/// The page to fetch instead, if this one came alone and is a later page of its story.
pub fn first_page_of(raw: &RawDocument, page: &Page, later_pages: &LaterPages) -> Option<Url> {
    let came_alone = later_pages.more == MorePages::Fetch && later_pages.kept.is_empty() && later_pages.fresh.is_none();
    let (url, http) = (answered_at(raw).filter(|_| came_alone)?, raw.http.as_ref()?);
    let first = pagination::beginning(StoryPage { page, url: &url })?;
    // One that leads back here would be fetched for ever.
    let requested = Url::parse(&http.requested).ok()?;
    (canonical(&first) != canonical(&requested)).then_some(first)
}

/// The first page of a document, if this URL is that of a later one.
pub fn first_page(known: &KnownDocument, url: &Url) -> Option<Url> {
    let first = Url::parse(known.answered.as_deref().filter(|_| known.parts > 0)?).ok()?;
    let is_other = canonical(&first) != canonical(url);
    let names: Vec<String> = readings(&first).into_iter().map(|reading| reading.story).collect();
    let is_later = readings(url).into_iter().any(|reading| reading.part != PagePart::Number(1) && names.contains(&reading.story));
    (is_other && is_later).then_some(first)
}
