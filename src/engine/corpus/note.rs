//! Notes for hooks what is about to be written, so that a kill between writing and noting loses no event.

use std::path::PathBuf;

use crate::notify::{EventKind, Outbox};
use crate::store::{self, KnownDocument, NewDocument, PutResult};
use gleaner_extract::base::path_text::path_text;

/// A note about a document, made before the document is written.
pub struct Note {
    kind: Option<EventKind>,
    file: Option<PathBuf>,
}

impl Note {
    /// Notes what writing the document is expected to do.
    pub fn of(outbox: &mut Outbox, known: Option<&KnownDocument>, document: &NewDocument) -> Self {
        let kind = match known {
            None => Some(EventKind::Article),
            Some(known) => (known.text_sha256 != store::text_sha256(&document.article.text)).then_some(EventKind::Updated),
        };
        Self { kind, file: kind.and_then(|kind| write(outbox, kind, document)) }
    }

    /// Corrects the note where it turned out otherwise.
    pub fn settle(&mut self, outbox: &mut Outbox, put: &PutResult, document: &NewDocument) {
        let kind = match put {
            PutResult::New => Some(EventKind::Article),
            // A text that was damaged or gone, and is there again, is no news.
            PutResult::Updated => self.kind.filter(|kind| *kind == EventKind::Updated),
            PutResult::SidecarOnly | PutResult::Copy(_) => None,
        };
        if kind == self.kind {
            return;
        }
        if let Some(file) = self.file.take()
            && let Err(error) = std::fs::remove_file(&file)
        {
            tracing::warn!("{}: {error}; a hook may be told of something that did not happen", path_text(&file));
        }
        self.file = kind.and_then(|kind| write(outbox, kind, document));
    }
}

/// A hook that cannot be told is no reason not to store a document.
fn write(outbox: &mut Outbox, kind: EventKind, document: &NewDocument) -> Option<PathBuf> {
    let text_sha256 = store::text_sha256(&document.article.text);
    outbox.note_document(kind, document.id, text_sha256).unwrap_or_else(|error| {
        tracing::warn!("failed to note an event for hooks: {error}");
        None
    })
}
