//! The inputs that are in flight: dispatched and not committed yet.

use std::collections::HashMap;

use gleaner_extract::document::{FeedEntry, Origin};
use url::Url;

use super::corpus::look_up::{LookUp, LookUpKey};
use super::crawl::poll::Source;
use super::job::WorkResult;
use crate::fetch::Render;
use crate::queue::UrlKind;
use crate::store::KnownDocument;
use crate::store::journal_facts::RequestFacts;

/// Most URLs in flight, most of them waiting for their hosts: so many that hosts which do not answer leave room for others.
const MAX_URLS: u64 = 16_384;

/// Bytes of bodies and results in flight from which on no more inputs are dispatched.
const MAX_BYTES: u64 = 256 << 20;

/// One input, from its dispatch until it is committed.
pub struct InFlight {
    /// As the user or a source named it.
    pub origin: Origin,
    /// Its row in the queue, until the outcome is written there.
    pub queue_row: Option<i64>,
    /// What its row is taken for.
    pub kind: UrlKind,
    /// True for a URL that the user named.
    pub is_named: bool,
    /// Whether its pages are opened in a browser.
    pub render: Render,
    /// The request that is pending for it.
    pub request: Option<Requested>,
    /// What is requested for it, and how that went, for the journal; `None` for an input that is not from the network.
    pub facts: Option<RequestFacts>,
    /// What it was dispatched with, if that was looked up.
    pub basis: Option<Basis>,
    /// Bytes of its body on the way to a worker, or of its result.
    bytes: u64,
}

/// What an input was dispatched with.
#[derive(Clone, Debug)]
pub struct Basis {
    /// What it was looked up by.
    pub key: LookUpKey,
    /// What was found.
    pub found: LookUp,
    /// The corpus's generation at that time.
    pub generation: u64,
}

/// What a pending request is for.
pub enum Requested {
    /// A page.
    Page(RequestedPage),
    /// A source.
    Source(Box<Source>),
    /// A later page of a story, the earlier pages of which are available.
    LaterPage { so_far: Box<WorkResult>, url: Url },
}

/// A page that was requested.
pub struct RequestedPage {
    pub url: Url,
    /// What the corpus knows of it.
    pub known: Option<Box<KnownDocument>>,
    /// What a feed says of it.
    pub feed: Option<Box<FeedEntry>>,
}

impl Requested {
    /// True for the input itself, false for a page that follows it.
    pub fn is_first(&self) -> bool {
        !matches!(self, Self::LaterPage { .. })
    }
}

/// All inputs in flight, by number.
#[derive(Default)]
pub struct InFlightTable {
    inputs: HashMap<u64, InFlight>,
    /// Inputs dispatched so far; the next one gets this number.
    dispatched: u64,
    urls: u64,
    /// The bytes of all inputs.
    bytes: u64,
}

impl InFlightTable {
    /// Adds an input, and gives its number.
    pub fn add(&mut self, origin: Origin) -> u64 {
        let number = self.dispatched;
        self.dispatched += 1;
        self.urls += u64::from(is_url(&origin));
        self.inputs.insert(
            number,
            InFlight {
                origin,
                queue_row: None,
                kind: UrlKind::Page,
                render: Render::Never,
                request: None,
                facts: None,
                basis: None,
                bytes: 0,
                is_named: false,
            },
        );
        number
    }

    /// The input with this number.
    pub fn get(&mut self, number: u64) -> Option<&mut InFlight> {
        self.inputs.get_mut(&number)
    }

    /// Removes an input that is committed.
    pub fn remove(&mut self, number: u64) -> Option<InFlight> {
        let input = self.inputs.remove(&number)?;
        self.urls -= u64::from(is_url(&input.origin));
        self.bytes -= input.bytes;
        Some(input)
    }

    /// Notes how many bytes an input has in memory now.
    pub fn set_bytes(&mut self, number: u64, bytes: u64) {
        if let Some(input) = self.inputs.get_mut(&number) {
            self.bytes = self.bytes - input.bytes + bytes;
            input.bytes = bytes;
        }
    }

    /// True if the inputs have so many bytes in memory that some must be committed first.
    pub fn is_heavy(&self) -> bool {
        self.bytes >= MAX_BYTES
    }

    /// True if this input waits for the network.
    pub fn is_requested(&self, number: u64) -> bool {
        self.inputs.get(&number).is_some_and(|input| input.request.is_some())
    }

    /// Inputs dispatched so far.
    pub fn dispatched(&self) -> u64 {
        self.dispatched
    }

    /// True if one more input may be dispatched: `max_local` limits those that do not come from the network.
    pub fn has_capacity(&self, max_local: u64) -> bool {
        self.urls < MAX_URLS && self.inputs.len() as u64 - self.urls < max_local && !self.is_heavy()
    }

    /// The numbers of the sources that have been requested and have not answered.
    pub fn polled(&self) -> impl Iterator<Item = u64> {
        let is_source = |input: &InFlight| matches!(input.request, Some(Requested::Source(_)));
        self.inputs.iter().filter(move |(_, input)| is_source(input)).map(|(number, _)| *number)
    }
}

fn is_url(origin: &Origin) -> bool {
    matches!(origin, Origin::Url(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_inputs_hold_others_back() {
        let mut table = InFlightTable::default();
        let numbers: Vec<u64> = (0..3).map(|_| table.add(Origin::Stdin)).collect();
        table.set_bytes(numbers[0], 10);
        table.set_bytes(numbers[1], MAX_BYTES);
        assert!(table.is_heavy() && !table.has_capacity(100));
        table.set_bytes(numbers[1], 10);
        assert!(table.has_capacity(100));
        table.set_bytes(numbers[2], MAX_BYTES);
        table.remove(numbers[2]);
        assert!(table.has_capacity(100) && !table.has_capacity(2));
    }
}
