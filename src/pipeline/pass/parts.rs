//! Stories that are split over several pages: a further page is asked for when the one before it lies on disk, in its host's turn like any
//! other, until the story has come to its end. The input stays under way as long; what is at hand when a run ends is not asked for again.

use rayon::Scope;
use url::Url;

use super::{Asked, Pass};
use crate::fetch::{Fetched, Request};
use crate::ingest::kept;
use crate::outcome::Outcome;
use crate::pipeline::Error;
use crate::pipeline::fetching::{Hold, Trouble, Want};
use crate::pipeline::parts::{self, Gather, Parts};
use crate::pipeline::prepare::{Body, Job, Prepared, Ready, Work};
use crate::queue::{IfKnown, NewUrl};
use crate::store::{KnownDocument, RawPart};
use gleaner_extract::base::url::{PagePart, canonical, readings};
use gleaner_extract::document::{Origin, RawDocument};

/// A further page that was asked for.
pub(super) struct PartAnswer {
    pub number: u64,
    /// The story as far as it is at hand.
    pub prepared: Box<Prepared>,
    pub url: Url,
    pub hold: Option<Hold>,
}

impl<'a> Pass<'a> {
    /// Asks for the next page of a story, and gives back what is done.
    pub(super) fn go_on(&mut self, number: u64, mut prepared: Box<Prepared>) -> Result<Option<Box<Prepared>>, Error> {
        let most = self.setup.config.fetch.parts;
        let Ok(Work::Store(ready)) = &mut prepared.result else { return Ok(Some(prepared)) };
        self.corpus.keep_part(ready)?;
        if let Some(trouble) = ready.parts.trouble.take() {
            let url = ready.parts.next.preferred().cloned();
            self.missed(number, url.as_ref(), &trouble)?;
            return Ok(Some(prepared));
        }
        let may_ask = ready.parts.gather == Gather::Ask && ready.kept.is_some() && ready.parts.kept.len() + 1 < most;
        let Some(url) = ready.parts.next.preferred().filter(|_| may_ask).cloned() else { return Ok(Some(prepared)) };
        self.asked.insert(number, Asked::Part(prepared, url.clone()));
        let want = Want::Page(self.render(number));
        self.fetching()?.ask(number, Request { url, etag: None, last_modified: None }, want);
        Ok(None)
    }

    /// A further page came, or did not.
    pub(super) fn part_came<'s>(
        &mut self,
        scope: &Scope<'s>,
        answer: PartAnswer,
        result: Result<Fetched, Trouble>,
    ) -> Result<(), Error>
    where
        'a: 's,
    {
        let PartAnswer { number, mut prepared, url, hold } = answer;
        let Ok(Work::Store(ready)) = &mut prepared.result else { return Ok(()) };
        match result {
            Ok(Fetched::Document(raw)) => {
                let job = self.with_page(prepared.origin.clone(), ready, raw);
                self.spawn(scope, number, job, hold);
                return Ok(());
            }
            // Nobody asked whether it has changed.
            Ok(Fetched::NotModified) => {}
            // What is at hand waits for the next run, which goes on from there.
            Err(Trouble::Unasked) if self.pages.contains_key(&number) => {
                self.put_back(number)?;
                prepared.result = Ok(Work::Nothing);
            }
            Err(Trouble::Unasked) => {}
            Err(Trouble::Asked { outcome, lasting }) => {
                // Without the page that has all, there are still the numbered ones.
                let whole = ready.parts.next.whole.take();
                if whole.is_some() && ready.parts.next.page.is_some() {
                    if let Some(prepared) = self.go_on(number, prepared)? {
                        self.in_order.push(number, *prepared);
                    }
                    return Ok(());
                }
                self.missed(number, Some(&url), &parts::Trouble { outcome, lasting })?;
            }
        }
        self.in_order.push(number, *prepared);
        Ok(())
    }

    /// The story is cleaned again, with the page that has just come.
    fn with_page(&self, origin: Origin, ready: &mut Ready, fresh: Box<RawDocument>) -> Job {
        let first = ready.kept.as_ref().map(|kept| self.setup.layout.path(&kept.path)).unwrap_or_default();
        let parts = Parts::of(std::mem::take(&mut ready.parts.kept), Gather::Ask).with(fresh);
        Job { origin, body: Body::File(first), known: ready.known.take().map(|known| *known), parts }
    }

    /// A further page could not be had: the document says so, and where it may be had another time it is asked for again.
    fn missed(&mut self, number: u64, url: Option<&Url>, trouble: &parts::Trouble) -> Result<(), Error> {
        let why = match &trouble.outcome {
            Outcome::Refused { reason } => reason,
            Outcome::Failed { error, .. } => error,
            _ => "nothing came",
        };
        let url = url.map_or("", Url::as_str);
        tracing::warn!("a page of a story is missing: {url}: {why}");
        if !trouble.lasting {
            let outcome = Outcome::Refused { reason: format!("a page of the story is missing: {url}: {why}") };
            self.came_to_nothing(number, &outcome, false)?;
        }
        Ok(())
    }

    /// A later page of a story leads to the story's first one, as doors lead to pages.
    pub(super) fn begin_at(&mut self, number: u64, first: &Url) -> Result<Outcome, Error> {
        let now = self.now;
        if let (Some(page), Some(queue)) = (self.pages.remove(&number), &mut self.queue) {
            queue.begins_at(page, first, now)?;
            return Ok(Outcome::Read { found: 1, new: 1 });
        }
        let lead = NewUrl { url: first.clone(), source: String::new(), feed: None, known: IfKnown::AskAgain };
        let waits = self.queue()?.add(&lead, now)?;
        Ok(Outcome::Read { found: 1, new: u64::from(waits) })
    }

    /// The further pages that are kept of a story whose first page was.
    pub(super) fn parts_of(&self, first: &Body) -> Result<Vec<RawPart>, Error> {
        match first {
            Body::File(path) if kept::sidecar(path).is_some() => self.corpus.parts(&self.setup.layout.key(path)),
            Body::File(_) | Body::Member(..) | Body::Page(_) | Body::Fetched(_) => Ok(Vec::new()),
        }
    }

    /// The further pages that are kept of the story whose first page this is.
    pub(super) fn parts_at_hand(&self, first: &Body, known: Option<&KnownDocument>) -> Result<Vec<RawPart>, Error> {
        match (first, known) {
            (Body::Fetched(raw), Some(known)) if known.raw.sha256 == raw.hash => self.corpus.parts(&known.raw.path),
            _ => self.parts_of(first),
        }
    }
}

/// The first page of a document, where this address is that of a further one.
pub(super) fn first_page(known: &KnownDocument, url: &Url) -> Option<Url> {
    let first = Url::parse(known.answered.as_deref().filter(|_| known.parts > 0)?).ok()?;
    let is_other = canonical(&first) != canonical(url);
    let names: Vec<String> = readings(&first).into_iter().map(|reading| reading.story).collect();
    let is_part = readings(url).into_iter().any(|reading| reading.part != PagePart::Number(1) && names.contains(&reading.story));
    (is_other && is_part).then_some(first)
}
