//! The inputs of a pass on their way in: what the corpus knows of each, and the thread, host or queue that it is given to.

use rayon::Scope;
use url::Url;

use super::{Asked, Doors, Message, Pass, Task, parts};
use crate::fetch::{Render, Request};
use crate::outcome::Outcome;
use crate::pipeline::Error;
use crate::pipeline::corpus::Seen;
use crate::pipeline::door::{Door, What};
use crate::pipeline::fetching::{Hold, Want};
use crate::pipeline::parts::{Gather, Parts};
use crate::pipeline::prepare::{Body, Job, Prepared, Work, prepare};
use crate::queue::QueuedUrl;
use crate::store::SourceKey;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{FeedEntry, Origin};

impl<'a> Pass<'a> {
    pub(super) fn hand_out<'s>(&mut self, scope: &Scope<'s>, task: Task) -> Result<(), Error>
    where
        'a: 's,
    {
        match task {
            Task::Settled(origin, outcome) => {
                let number = self.number(&origin);
                self.in_order.push(number, Prepared::settled(origin, outcome));
            }
            Task::File(path) => {
                let seen = self.corpus.look_up(self.setup, &path)?;
                self.hand_over(scope, Origin::File(path.clone()), seen, Body::File(path))?;
            }
            Task::Member(archive, place) => {
                let key = SourceKey(self.setup.layout.member_key(&archive, &place));
                let seen = Seen::Due(self.corpus.known(&key)?.map(Box::new));
                let origin = Origin::Member { archive: archive.clone(), place: place.clone() };
                self.hand_over(scope, origin, seen, Body::Member(archive, place))?;
            }
            Task::Capture(raw) => {
                self.archives.page(&raw.origin);
                let seen = self.corpus.look_up_page(self.setup, &raw)?;
                self.hand_over(scope, raw.origin.clone(), seen, Body::Page(raw))?;
            }
            Task::ReadThrough(path, note) => self.archives.end(path, *note),
            Task::Passing(raw) => {
                let seen = self.corpus.look_up_page(self.setup, &raw)?;
                self.hand_over(scope, raw.origin.clone(), seen, Body::Fetched(raw))?;
            }
            Task::Url(url) => {
                if self.taken.insert(ContentHash::of(canonical(&url).as_str())) {
                    let number = self.number(&Origin::Url(url.clone()));
                    self.opens(number, self.options.render);
                    self.ask(number, url, None)?;
                }
            }
            Task::NewUrl(lead) => {
                let now = self.now;
                self.queue()?.add(&lead, now)?;
            }
            Task::Page(next) => self.hand_out_page(scope, *next)?,
            Task::Door(door) => self.queue()?.push_door(*door),
        }
        Ok(())
    }

    /// Gives an input to the extracting threads, unless it is settled by what the corpus has.
    pub(super) fn hand_over<'s>(&mut self, scope: &Scope<'s>, origin: Origin, seen: Seen, body: Body) -> Result<(), Error>
    where
        'a: 's,
    {
        let number = self.number(&origin);
        match seen {
            Seen::Superseded(known) => {
                self.in_order.push(number, Prepared::settled(origin, Outcome::Unchanged { id: known.id }));
            }
            Seen::LaterPage(address) => {
                self.in_order.push(number, Prepared { origin, bytes: 0, result: Ok(Work::PartOf(address)) });
            }
            Seen::Due(known) => {
                let parts = Parts::of(self.parts_of(&body)?, Gather::AtHand);
                self.spawn(scope, number, Job { origin, body, known: known.map(|known| *known), parts }, None);
            }
        }
        Ok(())
    }

    /// A page of the queue: asked for, unless its body is at hand already.
    pub(super) fn hand_out_page<'s>(&mut self, scope: &Scope<'s>, next: QueuedUrl) -> Result<(), Error>
    where
        'a: 's,
    {
        let origin = Origin::Url(next.url.clone());
        let number = self.number(&origin);
        self.pages.insert(number, next.page);
        let render = if next.source.is_empty() { self.options.render } else { self.setup.render_of(&next.source) };
        self.opens(number, render);
        let at_hand = next.raw.map(|raw| self.setup.layout.path(&raw)).filter(|path| path.is_file());
        match at_hand {
            Some(path) => {
                let known = self.corpus.known(&SourceKey(canonical(&next.url).into()))?;
                let body = Body::File(path);
                let parts = Parts::of(self.parts_of(&body)?, Gather::Ask);
                self.spawn(scope, number, Job { origin, body, known, parts }, None);
            }
            None => self.ask(number, next.url, next.feed)?,
        }
        Ok(())
    }

    /// The next number, for an input of this origin.
    pub(super) fn number(&mut self, origin: &Origin) -> u64 {
        *self.under_way.count(origin) += 1;
        self.handed_out += 1;
        if self.queue.is_some() {
            self.progress.total(self.handed_out);
        }
        self.handed_out - 1
    }

    /// A browser opens the pages of an input, or does not.
    pub(super) fn opens(&mut self, number: u64, render: Render) {
        if render != Render::Never {
            self.renders.insert(number, render);
        }
    }

    /// Whether a browser opens the pages of an input.
    pub(super) fn render(&self, number: u64) -> Render {
        self.renders.get(&number).copied().unwrap_or(Render::Never)
    }

    /// Gives a job to the extracting threads.
    pub(super) fn spawn<'s>(&mut self, scope: &Scope<'s>, number: u64, job: Job, hold: Option<Hold>)
    where
        'a: 's,
    {
        let (shared, sender) = (self.shared, self.sender.clone());
        scope.spawn(move |_| {
            let prepared = Box::new(prepare(job, shared));
            // The receiver is gone only where the run has ended with an error.
            let _ = sender.send(Message::Prepared { number, prepared, hold });
        });
    }

    /// Asks the network for a page, with what is needed to be told that the copy at hand is still good.
    pub(super) fn ask(&mut self, number: u64, url: Url, feed: Option<Box<FeedEntry>>) -> Result<(), Error> {
        let known = self.corpus.known(&SourceKey(canonical(&url).into()))?;
        let url = known.as_ref().and_then(|known| parts::first_page(known, &url)).unwrap_or(url);
        // Without the body that it was cleaned from, a "not modified" would leave nothing to clean again.
        let at_hand = known.as_ref().filter(|known| self.setup.layout.path(&known.raw.path).is_file());
        let request = Request {
            url: url.clone(),
            etag: at_hand.and_then(|known| known.etag.clone()),
            last_modified: at_hand.and_then(|known| known.last_modified.clone()),
        };
        self.asked.insert(number, Asked::Page { url, known: known.map(Box::new), feed });
        let want = Want::Page(self.render(number));
        self.fetching()?.ask(number, request, want);
        Ok(())
    }

    /// Asks for a document that leads to pages, where its time has come.
    pub(super) fn knock(&mut self, door: Door) -> Result<(), Error> {
        let (all, now) = (self.options.doors == Doors::All, self.now);
        let queue = self.queue()?;
        let known = queue.store.source_state(&door.url)?;
        let is_wanted = match (door.modified, known.checked_at) {
            (Some(modified), Some(checked)) => modified > checked,
            _ => known.next_at.is_none_or(|next| next <= now),
        };
        // What a list leads to has a rhythm of its own, and a feed's older pages belong to the look at the feed.
        let is_always = door.what == What::List || door.older.is_some();
        if !all && !is_always && !is_wanted {
            return queue.settle(&door, now);
        }
        let number = self.number(&Origin::Url(door.url.clone()));
        let request = Request { url: door.url.clone(), etag: known.etag, last_modified: known.last_modified };
        self.asked.insert(number, Asked::Door(Box::new(door)));
        self.fetching()?.ask(number, request, Want::Door);
        Ok(())
    }
}
