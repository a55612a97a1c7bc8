//! A survey: a run that only works out what cleaning documents again changes. Which inputs concern it.

use super::context::RunContext;
use super::corpus::look_up::LookUp;
use super::options::Survey;
use super::read_body::ReadBody;
use crate::store::KnownDocument;

/// Whether a run that is a survey and nothing else passes an input over without reading it: there is no document to be cleaned again.
pub fn passes_over(found: &LookUp, context: &RunContext<'_>) -> bool {
    let known = match found {
        LookUp::Due(known) => known.as_deref(),
        LookUp::Superseded(_) | LookUp::LaterPageOf(_) => None,
    };
    let is_due = known.is_some_and(|known| context.cleans_again(known));
    let is_by_other = known.is_some_and(|known| known.cleaner.as_ref() != Some(&context.cleaner));
    match context.survey {
        Survey::None | Survey::Count => false,
        Survey::Only => !is_due,
        Survey::OnlyOthers => !(is_due && is_by_other),
    }
}

/// The same for one that was read: the page has changed, or the document was cleaned from another body.
pub fn passes_over_body(known: Option<&KnownDocument>, read: &ReadBody, context: &RunContext<'_>) -> bool {
    let is_same = known.is_some_and(|known| read.kept.as_ref() == Some(&known.raw) && read.later_pages == Some(known.parts));
    matches!(context.survey, Survey::Only | Survey::OnlyOthers) && !is_same
}
