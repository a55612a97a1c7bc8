//! What comes back from the network and from the extracting threads: kept, put into order, stored, and settled in the queue.

use rayon::Scope;
use url::Url;

use super::parts::PartAnswer;
use super::{Asked, Message, Pass};
use crate::discover::kind_of;
use crate::fetch::Fetched;
use crate::outcome::Outcome;
use crate::pipeline::clean::Again;
use crate::pipeline::corpus::Stored;
use crate::pipeline::door::{Door, What};
use crate::pipeline::fetching::{Answer, Hold, News, Trouble};
use crate::pipeline::parts::{Gather, Parts};
use crate::pipeline::prepare::{self, Body, Job, Opened, Prepared, Work};
use crate::pipeline::{Error, Event};
use crate::queue;
use crate::store::KnownDocument;
use gleaner_extract::document::{Completeness, FeedEntry, Origin, RawDocument};

impl<'a> Pass<'a> {
    pub(super) fn take_in<'s>(&mut self, scope: &Scope<'s>, message: Message) -> Result<(), Error>
    where
        'a: 's,
    {
        match message {
            Message::News(News::Started(number)) => {
                let is_first = !matches!(self.asked.get(&number), Some(Asked::Part(..)));
                if let (Some(page), Some(queue), true) = (self.pages.get(&number), &mut self.queue, is_first) {
                    queue.store.started(*page, self.now)?;
                }
            }
            Message::News(News::Answered(Answer { number, result, hold })) => match self.asked.remove(&number) {
                Some(Asked::Page { url, known, feed }) => {
                    let page = PageAnswer { number, url, known, feed, hold };
                    self.page_came(scope, page, result)?;
                }
                Some(Asked::Door(door)) => self.door_came(scope, (number, *door, hold), result)?,
                Some(Asked::Part(prepared, url)) => self.part_came(scope, PartAnswer { number, prepared, url, hold }, result)?,
                None => {}
            },
            Message::Prepared { number, mut prepared, hold } => {
                self.prepared(number, &mut prepared)?;
                // The body is on disk now, its bytes are gone: another page may come in.
                drop(hold);
                if let Some(prepared) = self.go_on(number, prepared)? {
                    self.in_order.push(number, *prepared);
                }
            }
        }
        Ok(())
    }

    fn page_came<'s>(&mut self, scope: &Scope<'s>, page: PageAnswer, result: Result<Fetched, Trouble>) -> Result<(), Error>
    where
        'a: 's,
    {
        let PageAnswer { number, url, known, feed, hold } = page;
        let origin = Origin::Url(url.clone());
        let body = match (result, &known) {
            (Ok(Fetched::Document(raw)), _) if self.is_door(number, &raw) => {
                let door = Door::new(url, What::Any, "", self.setup.bounds());
                self.queue()?.take_up();
                self.open(scope, (number, door, hold), *raw);
                return Ok(());
            }
            (Ok(Fetched::Document(mut raw)), _) => {
                raw.feed = feed;
                Ok(Body::Fetched(raw))
            }
            (Ok(Fetched::NotModified), Some(known)) => self.not_modified(known),
            (Ok(Fetched::NotModified), None) => Err(Outcome::Refused { reason: "the host sent no page".to_owned() }),
            (Err(Trouble::Unasked), _) => {
                self.put_back(number)?;
                self.in_order.push(number, Prepared { origin, bytes: 0, result: Ok(Work::Nothing) });
                return Ok(());
            }
            (Err(Trouble::Asked { outcome, lasting }), _) => {
                self.came_to_nothing(number, &outcome, lasting)?;
                Err(outcome)
            }
        };
        match body {
            Ok(body) => {
                let parts = Parts::of(self.parts_at_hand(&body, known.as_deref())?, Gather::Ask);
                self.spawn(scope, number, Job { origin, body, known: known.map(|known| *known), parts }, hold);
            }
            Err(outcome) => self.in_order.push(number, Prepared::settled(origin, outcome)),
        }
        Ok(())
    }

    /// Whether what a user named is no page but leads to pages.
    fn is_door(&self, number: u64, raw: &RawDocument) -> bool {
        let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
        !self.pages.contains_key(&number) && kind_of(&raw.bytes, content_type).is_some()
    }

    fn door_came<'s>(
        &mut self,
        scope: &Scope<'s>,
        (number, door, hold): (u64, Door, Option<Hold>),
        result: Result<Fetched, Trouble>,
    ) -> Result<(), Error>
    where
        'a: 's,
    {
        let origin = Origin::Url(door.url.clone());
        let result = match result {
            Ok(Fetched::Document(raw)) => {
                self.open(scope, (number, door, hold), *raw);
                return Ok(());
            }
            Ok(Fetched::NotModified) => Ok(Work::Queue(Box::new(Opened::closed(door, Ok(None))))),
            Err(Trouble::Asked { outcome, .. }) => Ok(Work::Queue(Box::new(Opened::closed(door, Err(outcome))))),
            Err(Trouble::Unasked) => Ok(Work::Nothing),
        };
        self.in_order.push(number, Prepared { origin, bytes: 0, result });
        Ok(())
    }

    /// Gives what came from a door to the extracting threads: a large sitemap is work as well.
    fn open<'s>(&mut self, scope: &Scope<'s>, (number, door, hold): (u64, Door, Option<Hold>), raw: RawDocument)
    where
        'a: 's,
    {
        let (shared, sender) = (self.shared, self.sender.clone());
        scope.spawn(move |_| {
            let prepared = Box::new(prepare::open(door, &raw, shared));
            // The receiver is gone only where the run has ended with an error.
            let _ = sender.send(Message::Prepared { number, prepared, hold });
        });
    }

    /// Keeps a fetched body as soon as it is known to be a page, so that it is never asked for again.
    fn prepared(&mut self, number: u64, prepared: &mut Prepared) -> Result<(), Error> {
        match &mut prepared.result {
            Ok(Work::Store(ready)) => {
                self.corpus.keep_raw(ready)?;
                if let (Some(page), Some(queue), Some(kept)) = (self.pages.get(&number), &mut self.queue, &ready.kept) {
                    queue.store.kept(*page, &kept.path, self.now)?;
                }
            }
            Err(outcome @ (Outcome::Refused { .. } | Outcome::Failed { .. })) => {
                let lasting = prepare::is_lasting(outcome);
                self.came_to_nothing(number, &outcome.clone(), lasting)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The page is as it was: nothing to do, unless what shapes text has changed.
    fn not_modified(&self, known: &KnownDocument) -> Result<Body, Outcome> {
        // Of a story that breaks off, a further page may be there by now.
        let is_whole = known.completeness != Completeness::Truncated;
        if known.cleaner.as_ref() == Some(&self.shared.cleaner) && self.options.again == Again::Changed && is_whole {
            return Err(Outcome::Unchanged { id: known.id });
        }
        Ok(Body::File(self.setup.layout.path(&known.raw.path)))
    }

    /// A page of the queue came to nothing: for good, or for this time.
    pub(super) fn came_to_nothing(&mut self, number: u64, outcome: &Outcome, lasting: bool) -> Result<(), Error> {
        let (Some(page), Some(queue)) = (self.pages.remove(&number), &mut self.queue) else { return Ok(()) };
        let reason = match outcome {
            Outcome::Refused { reason } => reason,
            Outcome::Failed { error, .. } => error,
            _ => return Ok(()),
        };
        match lasting {
            true => queue.store.dead(page, reason, self.now)?,
            false => queue.store.failed(page, reason, &self.setup.config.queue, self.now)?,
        }
        Ok(())
    }

    /// A page of the queue was not asked for.
    pub(super) fn put_back(&mut self, number: u64) -> Result<(), Error> {
        if let (Some(page), Some(queue)) = (self.pages.remove(&number), &mut self.queue) {
            queue.store.requeue(page, self.now)?;
        }
        Ok(())
    }

    /// Stores every result whose turn has come; tells whether there was any.
    pub(super) fn store_what_is_due(&mut self) -> Result<bool, Error> {
        let mut any = false;
        while let Some((number, Prepared { origin, bytes, result })) = self.in_order.pop() {
            any = true;
            *self.under_way.count(&origin) -= 1;
            self.renders.remove(&number);
            let Stored { outcome, diff } = match result {
                Ok(Work::Store(ready)) => self.corpus.store(self.shared, *ready, self.options.diff)?,
                Ok(Work::BeginsAt(first)) => Stored { outcome: self.begin_at(number, &first)?, diff: None },
                Ok(Work::PartOf(address)) => Stored { outcome: self.corpus.story_of(&address)?, diff: None },
                Ok(Work::Queue(opened)) => Stored { outcome: self.take_findings(*opened)?, diff: None },
                Ok(Work::Nothing) => continue,
                Err(outcome) => Stored { outcome, diff: None },
            };
            if let (Some(page), Some(queue)) = (self.pages.remove(&number), &mut self.queue) {
                queue.store.done(page, self.now)?;
            }
            self.archives.settled(&origin, &outcome);
            self.corpus.journal(&origin, &outcome)?;
            self.report.add(&origin, &outcome, bytes);
            self.progress.done(Event { source: &origin, outcome: &outcome, bytes, diff: diff.as_deref() });
        }
        Ok(any)
    }

    /// What a door leads to goes into the queue.
    fn take_findings(&mut self, opened: Opened) -> Result<Outcome, Error> {
        let Opened { door, findings, etag, last_modified } = opened;
        let (now, corpus) = (self.now, &self.corpus);
        let Some(queue) = &mut self.queue else { return Ok(Outcome::Read { found: 0, new: 0 }) };
        let outcome = match findings {
            Ok(Some(findings)) => {
                let is_known = |url: &Url| corpus.has_address(url);
                let outcome = queue.take_in(&door, findings, (etag.as_deref(), last_modified.as_deref()), &is_known, now)?;
                queue.read_on(&door)?;
                outcome
            }
            Ok(None) => {
                queue.store.polled(&door.url, &door.source, queue::PollResult::Unchanged, door.bounds, now)?;
                queue.read_no_further(&door)?;
                queue.read_on(&door)?;
                Outcome::Read { found: 0, new: 0 }
            }
            Err(outcome) => {
                let reason = match &outcome {
                    Outcome::Refused { reason } => reason,
                    Outcome::Failed { error, .. } => error,
                    _ => "",
                };
                let answer = queue::PollResult::Failed(reason);
                queue.store.polled(&door.url, &door.source, answer, door.bounds, now)?;
                if queue.store.source_state(&door.url)?.failures >= MOST_FAILURES {
                    queue.read_no_further(&door)?;
                }
                outcome
            }
        };
        queue.settle(&door, now)?;
        Ok(outcome)
    }
}

/// Failures in a row after which a feed's page with older entries is given up.
const MOST_FAILURES: u32 = 3;

/// A page that was asked for.
struct PageAnswer {
    number: u64,
    url: Url,
    known: Option<Box<KnownDocument>>,
    feed: Option<Box<FeedEntry>>,
    hold: Option<Hold>,
}
