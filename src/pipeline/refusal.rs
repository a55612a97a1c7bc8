//! Why an input was not taken, as its outcome.

use gleaner_extract::article::isolate;
use gleaner_extract::page;

use crate::outcome::{Outcome, Stage};

/// A refusal for a reason that is always the same.
pub fn refused(reason: &str) -> Outcome {
    Outcome::Refused { reason: reason.to_owned() }
}

/// What became of a page that could not be cleaned: what is no page is refused, for a later run would find the same.
pub fn outcome_of_page(error: &isolate::Error) -> Outcome {
    match error {
        isolate::Error::Page(page::Error::Empty) => refused("it is empty"),
        isolate::Error::Page(page::Error::Binary { kind }) => Outcome::Refused { reason: format!("it is binary data ({kind})") },
        isolate::Error::Json => refused("it is JSON data"),
        isolate::Error::Page(page::Error::TooLarge { .. }) | isolate::Error::Panic(_) => {
            Outcome::Failed { stage: Stage::Parse, error: error.to_string(), hint: Some(error.hint().to_owned()) }
        }
    }
}
