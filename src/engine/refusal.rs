//! Why an input was not taken, or could not be: from the errors of reading and cleaning, and from what the article is.

use gleaner_extract::article::isolate;
use gleaner_extract::document::{Article, NoStory, RawDocument};
use gleaner_extract::page;

use crate::fetch::TdmOptOut;
use crate::ingest::{self, NotAPage};
use crate::outcome::{Outcome, Refusal, Stage};

/// The outcome of an input that cannot be read.
pub fn of_read_error(error: &ingest::Error) -> Outcome {
    match error {
        ingest::Error::Special { .. } => Outcome::Refused(Refusal::NotAFile),
        ingest::Error::NotAPage { kind, .. } => Outcome::Refused(not_a_page(*kind)),
        ingest::Error::Loop { .. } => Outcome::Refused(Refusal::LinkLoop),
        error => Outcome::Failed { stage: Stage::Read, error: error.to_string(), hint: Some(error.hint().to_owned()) },
    }
}

fn not_a_page(kind: NotAPage) -> Refusal {
    Refusal::NotAPage { kind: kind.name(), hint: kind.hint() }
}

/// The outcome of a page that cannot be cleaned. Anything that is not a page is refused: a later run would find the same.
pub fn of_clean_error(error: &isolate::Error) -> Outcome {
    match error {
        isolate::Error::Page(page::Error::Empty) => Outcome::Refused(Refusal::Empty),
        isolate::Error::Page(page::Error::Binary { kind }) => Outcome::Refused(Refusal::Binary { kind: (*kind).into() }),
        isolate::Error::Json => Outcome::Refused(not_a_page(NotAPage::Json)),
        isolate::Error::Page(page::Error::TooLarge { .. }) | isolate::Error::Panic(_) => {
            Outcome::Failed { stage: Stage::Parse, error: error.to_string(), hint: Some(error.hint().to_owned()) }
        }
    }
}

/// Why a cleaned page is not stored as an article, if it is not one: what was served instead of a story never is.
pub fn of_article(article: &Article) -> Option<Refusal> {
    Some(match article.no_story()? {
        NoStory::Blocked => Refusal::BlockPage,
        NoStory::Consent => Refusal::ConsentWall,
        NoStory::NoText => Refusal::NoText,
        NoStory::FrontPage => Refusal::FrontPage,
    })
}

/// The refusal of a fetched page that opts out of text and data mining, if that is honoured.
pub fn of_opt_out(article: &Article, raw: &RawDocument, policy: TdmOptOut) -> Option<Refusal> {
    let declared = article.metadata.opt_out.as_ref().filter(|_| policy == TdmOptOut::Honour && raw.http.is_some())?;
    Some(Refusal::OptedOut { by: declared.value.join(", ") })
}
