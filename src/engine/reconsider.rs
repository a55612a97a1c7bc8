//! Decides again, at an input's turn, what was decided when it was dispatched.
//!
//! Inputs are dispatched before those ahead of them are committed, so what was known of them by then depends on the number of threads. At its turn
//! an input sees exactly what the inputs before it have made of the corpus. If that is not what it was dispatched with, whether it is unchanged,
//! superseded or has moved is decided again, and a body that was not cleaned but has to be is cleaned now. So what a run writes is what it
//! would write if it did one input after the other.

use std::sync::mpsc;

use super::corpus::look_up::{LookUp, LookUpKey};
use super::in_flight::Basis;
use super::job::{Commit, InputBody, Job, WorkResult};
use super::later_pages::{LaterPages, MorePages};
use super::read_body::ReadBody;
use super::setup::Error;
use super::state::Engine;
use super::worker;
use crate::outcome::{Outcome, Refusal};
use crate::store::KnownDocument;

impl Engine<'_, '_> {
    /// Remembers what an input is dispatched with.
    pub fn remember_basis(&mut self, number: u64, key: LookUpKey, found: LookUp) {
        let generation = self.corpus.generation();
        if let Some(input) = self.in_flight.get(number) {
            input.basis = Some(Basis { key, found, generation });
        }
    }

    /// The result of an input as it is if the input is done now, after all those before it.
    pub fn reconsider(&mut self, number: u64, mut done: WorkResult) -> Result<WorkResult, Error> {
        let Some(basis) = self.in_flight.get(number).and_then(|input| input.basis.take()) else { return Ok(done) };
        if basis.generation == self.corpus.generation() {
            return Ok(done);
        }
        let found = self.corpus.look_up(&basis.key)?;
        let has_new_pages = self.has_new_pages(&done)?;
        if found == basis.found && has_new_pages.is_none() {
            return Ok(done);
        }
        let known = match found {
            LookUp::Superseded(known) => return Ok(WorkResult::settled(Outcome::Unchanged { id: known.id })),
            LookUp::LaterPageOf(address) => return Ok(WorkResult::unread(Commit::LaterPageOf(address))),
            LookUp::Due(known) => known,
        };
        if let (Some(known), Some(read)) = (&known, &done.read)
            && read.is_unchanged(known, self.context)
        {
            self.report.undone += u64::from(read.is_undone(known, self.context));
            let (bytes, result) = (done.bytes, Err(Outcome::Unchanged { id: known.id }));
            return Ok(WorkResult { bytes, read: None, result });
        }
        if let Some(body) = has_new_pages {
            return self.clean_now(body, known);
        }
        match &mut done.result {
            Ok(Commit::Unchanged(_)) => {}
            Ok(Commit::Store(page)) => {
                let has_moved = |read: &ReadBody| known.as_ref().is_some_and(|known| read.has_moved(known, self.context));
                page.has_moved = done.read.as_ref().is_some_and(has_moved);
                page.known = known;
                return Ok(done);
            }
            _ => return Ok(done),
        }
        match done.result {
            Ok(Commit::Unchanged(page)) => self.clean_now(page.body, known),
            _ => Ok(done),
        }
    }

    /// The body of a kept first page, if this run has kept later pages of its story since it was dispatched.
    fn has_new_pages(&self, done: &WorkResult) -> Result<Option<InputBody>, Error> {
        let Some(ReadBody { kept: Some(kept), more: MorePages::UseKept, later_pages, .. }) = &done.read else { return Ok(None) };
        let body = InputBody::File(self.setup.layout.path(&kept.path));
        let count = self.corpus.later_pages_of(self.setup, &body)?.len();
        Ok((Some(count) != *later_pages).then_some(body))
    }

    /// Cleans a body whose turn it is, on an extraction thread, and waits for it.
    fn clean_now(&self, body: InputBody, known: Option<Box<KnownDocument>>) -> Result<WorkResult, Error> {
        let later_pages = LaterPages::of(self.corpus.later_pages_of(self.setup, &body)?, MorePages::UseKept);
        let job = Job { body, known: known.map(|known| *known), later_pages };
        let (sender, receiver) = mpsc::channel();
        let context = self.context;
        // The receiver is there until the result is.
        self.scope.spawn(move |_| drop(sender.send(worker::clean(job, context))));
        Ok(receiver.recv().unwrap_or_else(|_| WorkResult::settled(Outcome::Refused(Refusal::RunEnded))))
    }
}
