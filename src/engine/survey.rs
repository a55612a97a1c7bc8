//! A survey: a run that only works out what cleaning documents again changes. Which inputs concern it.

use super::context::RunContext;
use super::corpus::look_up::LookUp;
use super::options::Survey;
use super::read_body::ReadBody;
use crate::store::KnownDocument;

/// Whether a run that is a survey and nothing else passes an input over without reading it: there is no document to be cleaned again.
pub fn passes_over(found: &LookUp, context: &RunContext<'_>) -> bool {
    let is_due = match found {
        LookUp::Due(Some(known)) => context.cleans_again(known),
        LookUp::Due(None) | LookUp::Superseded(_) | LookUp::LaterPageOf(_) => false,
    };
    context.survey == Survey::Only && !is_due
}

/// The same for one that was read: the page has changed, or the document was cleaned from another body.
pub fn passes_over_body(known: Option<&KnownDocument>, read: &ReadBody, context: &RunContext<'_>) -> bool {
    let is_same = known.is_some_and(|known| read.kept.as_ref() == Some(&known.raw) && read.later_pages == Some(known.parts));
    context.survey == Survey::Only && !is_same
}
