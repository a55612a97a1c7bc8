//! Restores a document to what it was before a run, or says that it would. Hooks are told of its text as of any other.

use super::Corpus;
use crate::engine::setup::Error;
use crate::notify::EventKind;
use crate::outcome::{Outcome, Refusal, Stage};
use crate::store::restore::NotRestored;
use crate::store::undo::Restore;
use gleaner_extract::document::DocumentId;

impl Corpus {
    /// Restores a document.
    pub fn restore(&mut self, restore: &Restore) -> Result<Outcome, Error> {
        let id = restore.id();
        let planned = match self {
            Self::Reading(reader, _) => reader.plan_restore(restore)?,
            Self::Writing(store, ..) => store.plan_restore(restore)?,
        };
        let plan = match planned {
            Ok(plan) => plan,
            Err(why) => return Ok(not_restored(id, why)),
        };
        if let Self::Writing(store, _, outbox) = self {
            // Noted before it is written, so that a kill in between loses no event.
            if let Some(text) = plan.new_text()
                && let Err(error) = outbox.note_document(EventKind::Updated, id, text)
            {
                tracing::warn!("failed to note an event for hooks: {error}");
            }
            store.restore(*plan)?;
        }
        Ok(Outcome::Restored { id, run: restore.run().to_owned() })
    }
}

/// The outcome of a document that is not restored.
fn not_restored(id: DocumentId, why: NotRestored) -> Outcome {
    let failed = |error: &str, hint: &str| {
        let error = format!("restore document {}: {error}", id.short());
        Outcome::Failed { stage: Stage::Store, error, hint: Some(hint.to_owned()) }
    };
    match why {
        NotRestored::AlreadyThere => Outcome::Unchanged { id },
        NotRestored::ChangedSince => Outcome::Refused(Refusal::ChangedSince),
        NotRestored::CorrectedSince => Outcome::Refused(Refusal::CorrectedSince),
        NotRestored::NoDocument => Outcome::Refused(Refusal::NoDocument),
        NotRestored::Damaged => failed("its files are damaged", "run `gleaner verify --repair` first"),
        NotRestored::NoText => failed(
            "no file has its earlier text any more",
            "earlier texts are in clean/.versions/; if they were pruned, restore them from a backup",
        ),
    }
}
