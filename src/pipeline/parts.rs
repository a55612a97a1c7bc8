//! The further pages of an input's story: those that lie beside the first one, the one that has just come, and where it goes on. Reads files,
//! asks no host: `pass::parts` does.

use url::Url;

use super::prepare::{is_lasting, outcome_of, refusal};
use super::refusal::outcome_of_page;
use crate::fetch::TdmOptOut;
use crate::ingest;
use crate::outcome::Outcome;
use crate::store::{KnownDocument, Layout, RawPart};
use gleaner_extract::article::clean::{CleanContext, CleanedPage};
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::article::merge_pages::{MergedStory, StoryPart, merge_pages};
use gleaner_extract::article::pagination::{self, NextPage, StoryPage};
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{Article, Completeness, RawDocument};
use gleaner_extract::page::Page;

/// The further pages of an input's story.
#[derive(Debug, Default)]
pub struct Parts {
    /// Those that are kept, in their order.
    pub kept: Vec<RawPart>,
    /// The one behind them, which has just come and is still to be kept.
    pub fresh: Option<Box<RawDocument>>,
    /// Whether the next one is asked for.
    pub gather: Gather,
    /// Where the story goes on behind them.
    pub next: NextPage,
    /// Why the one that has just come is none.
    pub trouble: Option<Trouble>,
    /// How many of them have something of the story.
    used: usize,
}

/// Whether further pages are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gather {
    /// What is at hand is taken.
    #[default]
    AtHand,
    /// They are asked for.
    Ask,
}

/// Why a page could not be had.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// What became of it.
    pub outcome: Outcome,
    /// Whether asking again is of no use.
    pub lasting: bool,
}

/// The pages of a story, joined.
#[derive(Debug)]
pub struct Joined {
    /// The article.
    pub article: Article,
    /// The pages that it was made of, the first one first.
    pub leaves: Vec<CleanedPage>,
}

/// What cleaning a page needs besides the page.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// Rules, limits and the instant of the run.
    pub context: CleanContext<'a>,
    /// Where files lie.
    pub layout: &'a Layout,
    /// What becomes of pages that reserve themselves against mining and training.
    pub reservations: TdmOptOut,
}

impl Parts {
    /// What is kept, and whether more is asked for.
    pub fn of(kept: Vec<RawPart>, gather: Gather) -> Self {
        Self { kept, gather, ..Self::default() }
    }

    /// The same with a page that has just come.
    pub fn with(self, fresh: Box<RawDocument>) -> Self {
        Self { fresh: Some(fresh), ..self }
    }

    /// Whether the document was cleaned from these, and there is nothing more to be had.
    pub fn are_those_of(&self, known: &KnownDocument) -> bool {
        let may_be_more = self.gather == Gather::Ask && known.completeness == Completeness::Truncated;
        self.fresh.is_none() && self.kept.len() == known.parts && !may_be_more
    }

    /// The addresses of those that have something of the story.
    pub fn urls(&self) -> impl Iterator<Item = String> {
        let urls = self.kept.iter().take(self.used).filter_map(|part| Url::parse(&part.url).ok());
        urls.map(|url| canonical(&url).to_string())
    }

    /// Joins the first page, from this address, with the others.
    pub fn join(&mut self, first: CleanedPage, url: Url, desk: Desk<'_>) -> Result<Joined, Outcome> {
        let mut leaves = vec![StoryPart { cleaned: first, url }];
        for part in &self.kept {
            let raw = ingest::file::read(&desk.layout.path(&part.path), desk.context.limits.max_bytes);
            let raw = raw.map_err(|error| outcome_of(&error))?;
            leaves.extend(leaf(&raw, desk).map_err(|trouble| trouble.outcome)?);
        }
        if let Some(fresh) = &self.fresh {
            match leaf(fresh, desk) {
                Ok(leaf) => leaves.extend(leaf),
                Err(trouble) => (self.fresh, self.trouble) = (None, Some(trouble)),
            }
        }
        let article = match merge_pages(&mut leaves) {
            Some(MergedStory { article, pages, next }) => {
                leaves.truncate(pages);
                (self.next, self.used) = (next, pages - 1);
                Some(article)
            }
            None => leaves.first().map(|leaf| leaf.cleaned.article.clone()),
        };
        let leaves = leaves.into_iter().map(|leaf| leaf.cleaned).collect();
        article.map(|article| Joined { article, leaves }).ok_or_else(|| super::refusal::refused("no article text found"))
    }
}

/// A further page, cleaned by itself; `None` where it does not say where it comes from.
fn leaf(raw: &RawDocument, desk: Desk<'_>) -> Result<Option<StoryPart>, Trouble> {
    let cleaned =
        clean_isolated(raw, None, desk.context).map_err(|error| Trouble { outcome: outcome_of_page(&error), lasting: true })?;
    // A page without text ends the story; one that something else stands in the place of does not.
    let stands_in = refusal(&cleaned.article).filter(|_| cleaned.article.completeness != Completeness::Empty);
    let refused = stands_in.map(super::refusal::refused).or_else(|| reserved(&cleaned.article, raw, desk.reservations));
    match refused {
        Some(outcome) => Err(Trouble { lasting: is_lasting(&outcome), outcome }),
        None => Ok(address(raw).map(|url| StoryPart { cleaned, url })),
    }
}

/// Whether a page reserves itself against mining and training, where that is honoured.
pub fn reserved(article: &Article, raw: &RawDocument, reservations: TdmOptOut) -> Option<Outcome> {
    let said = article.metadata.opt_out.as_ref().filter(|_| reservations == TdmOptOut::Honour && raw.http.is_some())?;
    Some(Outcome::Refused { reason: format!("it reserves itself against mining ({})", said.value.join(", ")) })
}

/// The address whose page it is.
pub fn address(raw: &RawDocument) -> Option<Url> {
    let http = raw.http.as_ref()?;
    Url::parse(http.stands_for().unwrap_or(&http.final_url)).ok()
}

/// The page to be asked for instead, where this one came alone and is a later one of its story.
pub fn beginning(raw: &RawDocument, page: &Page, parts: &Parts) -> Option<Url> {
    let asked = parts.gather == Gather::Ask && parts.kept.is_empty() && parts.fresh.is_none();
    let (url, http) = (address(raw).filter(|_| asked)?, raw.http.as_ref()?);
    let first = pagination::beginning(StoryPage { page, url: &url })?;
    // One that leads here again would be asked for for ever.
    let requested = Url::parse(&http.requested).ok()?;
    (canonical(&first) != canonical(&requested)).then_some(first)
}
