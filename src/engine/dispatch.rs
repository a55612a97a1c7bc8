//! Takes tasks, looks them up in the corpus, and hands them to a worker, a host or the queue.

use std::collections::HashSet;
use std::time::Duration;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{FeedEntry, Origin};
use url::Url;

use super::context::RunContext;
use super::corpus::look_up::{LookUp, LookUpKey};
use super::crawl::poll::Source;
use super::crawl::queue::{CrawlQueue, NextStep};
use super::crawl::workers::{FetchSlot, Wanted};
use super::delay;
use super::in_flight::{Requested, RequestedPage};
use super::job::{Commit, InputBody, Job, UnchangedPage, WorkResult};
use super::later_pages::{LaterPages, MorePages, first_page};
use super::options::QueueUse;
use super::pool::AHEAD;
use super::refusal;
use super::setup::Error;
use super::state::{Engine, Message};
use super::survey;
use super::task::{SourceFile, Task, UnreadArchive};
use super::worker;
use crate::fetch::{Render, Request};
use crate::outcome::Outcome;
use crate::queue::{PollResult, QueuedUrl};
use crate::store::journal_facts::{RequestFacts, RequestKind};
use crate::store::{KnownDocument, SourceKey};

impl<'run> Engine<'_, 'run> {
    /// Dispatches as many tasks as fit. If pages have to wait for sources, gives the time they still wait.
    pub fn dispatch_all(&mut self, tasks: &mut dyn Iterator<Item = Task>) -> Result<Option<Duration>, Error> {
        while self.in_flight.has_capacity(AHEAD * self.setup.jobs as u64) && !self.setup.stop.is_requested() {
            match self.next_step(tasks)? {
                NextStep::Task(task) => self.dispatch(task)?,
                NextStep::Poll(source) => self.poll(*source)?,
                NextStep::Wait(left) => return Ok(Some(left)),
                NextStep::Nothing => break,
            }
        }
        Ok(None)
    }

    /// What the user named comes first, then the queue.
    fn next_step(&mut self, tasks: &mut dyn Iterator<Item = Task>) -> Result<NextStep, Error> {
        if let Some(task) = self.opened.as_mut().and_then(Iterator::next) {
            return Ok(NextStep::Task(task));
        }
        self.opened = None;
        if let Some(task) = tasks.next() {
            return Ok(NextStep::Task(task));
        }
        if self.budget.is_spent() || (!self.uses_queue && self.options.queue == QueueUse::WhenNeeded) {
            return Ok(NextStep::Nothing);
        }
        self.queue()?.next_step()
    }

    fn dispatch(&mut self, task: Task) -> Result<(), Error> {
        match task {
            Task::Settled(origin, outcome) => {
                let number = self.number(origin);
                self.reorder.push(number, WorkResult::settled(outcome));
            }
            Task::Forget(id) => {
                let number = self.number(self.corpus.origin_of(self.setup, id)?);
                self.reorder.push(number, WorkResult::unread(Commit::Forget(id)));
            }
            Task::Restore(restore) => {
                let number = self.number(self.corpus.origin_of(self.setup, restore.id())?);
                self.reorder.push(number, WorkResult::unread(Commit::Restore(restore)));
            }
            Task::File(path) => match LookUpKey::of_file(&self.setup.layout, &path) {
                Ok(key) => self.submit(Origin::File(path.clone()), key, InputBody::File(path))?,
                Err(error) => self.dispatch(Task::Settled(Origin::File(path), refusal::of_read_error(&error)))?,
            },
            Task::ArchivePage(archive, place) => {
                let key = LookUpKey::Source(SourceKey(self.setup.layout.member_key(&archive, &place)));
                let origin = Origin::Member { archive: archive.clone(), place: place.clone() };
                self.submit(origin, key, InputBody::ArchivePage(archive, place))?;
            }
            Task::FromArchive(raw) => {
                self.archives.page(&raw.origin);
                let key = LookUpKey::of_page(&self.setup.layout, &raw);
                self.submit(raw.origin.clone(), key, InputBody::FromArchive(raw))?;
            }
            Task::FinishedArchive(archive) => {
                let UnreadArchive { path, known, tasks } = *archive;
                match self.corpus.view().has_all_of(&known.archive)? {
                    true => self.dispatch(Task::Settled(Origin::File(path), Outcome::AllUnchanged { pages: known.pages }))?,
                    false => self.opened = Some(tasks),
                }
            }
            Task::ArchiveEnd(path, note) => self.archives.end(path, *note),
            Task::FromStream(raw) => {
                let key = LookUpKey::of_page(&self.setup.layout, &raw);
                self.submit(raw.origin.clone(), key, InputBody::FromStream(raw))?;
            }
            Task::Url(url) => {
                if self.requested.insert(ContentHash::of(canonical(&url).as_str())) {
                    let number = self.number(Origin::Url(url.clone()));
                    self.open_in_browser(number, self.options.render);
                    if let Some(input) = self.in_flight.get(number) {
                        input.is_named = true;
                        input.facts = Some(RequestFacts::new(RequestKind::Page, ""));
                    }
                    self.request(number, url, None)?;
                }
            }
            Task::NewUrl(new) => {
                let now = self.context.now;
                let added = self.queue()?.add(&new, now)?;
                self.report.dead += added.dead;
            }
            Task::Queued(url) => self.dispatch_queued(*url)?,
            Task::Poll(source) => self.queue()?.push_source(*source),
            Task::SourceFile(file) => self.source_file(*file)?,
        }
        Ok(())
    }

    /// Hands an input to a worker, unless what the corpus knows settles it.
    fn submit(&mut self, origin: Origin, key: LookUpKey, body: InputBody) -> Result<(), Error> {
        let number = self.number(origin);
        let found = self.corpus.look_up(&key)?;
        if survey::passes_over(&found, self.context) {
            self.reorder.push(number, WorkResult::unread(Commit::PassedOver));
            return Ok(());
        }
        self.remember_basis(number, key, found.clone());
        self.in_flight.set_bytes(number, body.held_bytes());
        match found {
            LookUp::Superseded(known) => {
                let unchanged = Box::new(UnchangedPage { id: known.id, body, is_undone: false });
                self.reorder.push(number, WorkResult::unread(Commit::Unchanged(unchanged)));
            }
            LookUp::LaterPageOf(address) => self.reorder.push(number, WorkResult::unread(Commit::LaterPageOf(address))),
            LookUp::Due(known) => {
                let later_pages = LaterPages::of(self.corpus.later_pages_of(self.setup, &body)?, MorePages::UseKept);
                self.spawn(number, Job { body, known: known.map(|known| *known), later_pages }, None);
            }
        }
        Ok(())
    }

    /// What the corpus knows of a page that was named by its URL.
    fn look_up_url(&mut self, number: u64, url: &Url) -> Result<Option<Box<KnownDocument>>, Error> {
        let key = LookUpKey::of_url(url);
        let found = self.corpus.look_up(&key)?;
        self.remember_basis(number, key, found.clone());
        Ok(match found {
            LookUp::Due(known) => known,
            LookUp::Superseded(known) => Some(known),
            LookUp::LaterPageOf(_) => None,
        })
    }

    /// A page of the queue is requested, unless its body was kept by an earlier run.
    fn dispatch_queued(&mut self, queued: QueuedUrl) -> Result<(), Error> {
        let number = self.number(Origin::Url(queued.url.clone()));
        let render = if queued.source.is_empty() { self.options.render } else { self.setup.render_of(&queued.source) };
        self.open_in_browser(number, render);
        if let Some(input) = self.in_flight.get(number) {
            input.queue_row = Some(queued.page);
            input.kind = queued.kind;
            input.facts = Some(RequestFacts::new(RequestKind::Page, &queued.source));
        }
        let kept = queued.raw.map(|raw| self.setup.layout.path(&raw)).filter(|path| path.is_file());
        match kept {
            Some(path) => {
                let known = self.look_up_url(number, &queued.url)?.map(|known| *known);
                let body = InputBody::File(path);
                let later_pages = LaterPages::of(self.corpus.later_pages_of(self.setup, &body)?, MorePages::Fetch);
                self.spawn(number, Job { body, known, later_pages }, None);
            }
            None => self.request(number, queued.url, queued.feed)?,
        }
        Ok(())
    }

    /// Takes an input in; gives its number.
    fn number(&mut self, origin: Origin) -> u64 {
        let number = self.in_flight.add(origin);
        if self.uses_queue {
            self.progress.total(self.in_flight.dispatched());
        }
        number
    }

    fn open_in_browser(&mut self, number: u64, render: Render) {
        if let Some(input) = self.in_flight.get(number) {
            input.render = render;
        }
    }

    /// Gives a job to the extraction threads.
    pub fn spawn(&self, number: u64, job: Job, slot: Option<FetchSlot>) {
        self.work(number, slot, move |context| worker::clean(job, context));
    }

    /// Does work on the extraction threads.
    pub fn work(&self, number: u64, slot: Option<FetchSlot>, work: impl FnOnce(&RunContext<'run>) -> WorkResult + Send + 'run) {
        let (context, sender) = (self.context, self.sender.clone());
        self.scope.spawn(move |_| {
            delay::before(number);
            let result = Box::new(work(context));
            // The receiver is gone only if the run has ended with an error.
            let _ = sender.send(Message::Worked { number, result, slot });
        });
    }

    /// Asks the network for a page, on the condition that it has changed since it was kept.
    fn request(&mut self, number: u64, url: Url, feed: Option<Box<FeedEntry>>) -> Result<(), Error> {
        let known = self.look_up_url(number, &url)?;
        let url = known.as_ref().and_then(|known| first_page(known, &url)).unwrap_or(url);
        // Without the body that it was cleaned from, a "not modified" would leave nothing to clean again.
        let kept = known.as_ref().filter(|known| self.setup.layout.path(&known.raw.path).is_file());
        let request = Request {
            url: url.clone(),
            etag: kept.and_then(|known| known.etag.clone()),
            last_modified: kept.and_then(|known| known.last_modified.clone()),
        };
        self.ask(number, request, Requested::Page(RequestedPage { url, known, feed }))
    }

    /// Sends a request of an input to its host's worker.
    pub fn ask(&mut self, number: u64, request: Request, requested: Requested) -> Result<(), Error> {
        let Some(input) = self.in_flight.get(number) else { return Ok(()) };
        let wanted = match requested {
            Requested::Source(_) => Wanted::Source,
            Requested::Page(_) | Requested::LaterPage { .. } => Wanted::Page(input.render),
        };
        input.request = Some(requested);
        self.workers()?.request(number, request, wanted);
        Ok(())
    }

    /// Polls a source, if it is due.
    fn poll(&mut self, source: Source) -> Result<(), Error> {
        let now = self.context.now;
        let queue = self.queue()?;
        let known = queue.store.source_state(&source.url)?;
        if !queue.may_poll(&source, &known, now)? {
            return queue.settle(&source, now);
        }
        let number = self.number(Origin::Url(source.url.clone()));
        if let Some(input) = self.in_flight.get(number) {
            input.facts = Some(RequestFacts::new(RequestKind::Source, &source.name));
        }
        let request = Request { url: source.url.clone(), etag: known.etag, last_modified: known.last_modified };
        self.ask(number, request, Requested::Source(Box::new(source)))
    }

    /// Records whether the file of a source could be read; if not, that is the outcome of an input.
    fn source_file(&mut self, file: SourceFile) -> Result<(), Error> {
        let SourceFile { source, place, path, failure } = file;
        let failure = failure.map(|failure| failure.or_failure(&place));
        let (now, bounds) = (self.context.now, self.setup.poll_bounds());
        let reason = failure.as_ref().and_then(Outcome::reason);
        let result = reason.as_deref().map_or(PollResult::Unchanged, PollResult::Failed);
        self.queue()?.store.polled(&place, &source, result, bounds, now)?;
        if let Some(outcome) = failure {
            let number = self.number(Origin::File(path));
            self.reorder.push(number, WorkResult::settled(outcome.of_source(&source)));
        }
        Ok(())
    }

    /// Lets commits proceed without the sources that have not answered.
    pub fn stop_waiting_for_sources(&mut self) {
        for number in self.in_flight.polled() {
            self.reorder.defer(number);
        }
        self.queue.iter_mut().for_each(CrawlQueue::stop_waiting);
    }

    /// Cleans the copies again whose original text no document has any more, until that helps none of those left.
    pub fn renew_copies(&mut self) -> Result<(), Error> {
        let mut renewed = HashSet::new();
        while !self.setup.stop.is_requested() {
            let orphaned = self.corpus.view().orphaned_copies()?;
            let bodies: Vec<Task> = orphaned
                .into_iter()
                .filter(|source| renewed.insert(source.clone()))
                .map(|source| self.corpus.body_of(self.setup, &source))
                .collect::<Result<_, _>>()?;
            if bodies.is_empty() {
                return Ok(());
            }
            self.process(&mut bodies.into_iter())?;
        }
        Ok(())
    }
}
