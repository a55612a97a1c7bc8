//! Forgotten documents: `clean/.trash/<id>/` with text, sidecar, corrections and earlier versions. Nothing is deleted; [`super::prune`] does that.
//!
//! Before the first file of a document is moved, the document is noted in `.gleaner/forgetting`. What a killed run noted is moved by the next
//! one ([`recover`]), so that no document is forgotten by half.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::atomic;
use super::clean::VERSIONS;
use super::failure::{Error, io_error};
use super::layout::Layout;
use super::name::Stem;
use crate::files;
use gleaner_extract::document::DocumentId;

/// The folder of forgotten documents, relative to `clean/`.
pub(super) const TRASH: &str = ".trash";

/// The folder of a document's earlier versions, in its folder in the trash.
const TRASHED_VERSIONS: &str = "versions";

/// Largest list of documents that were being forgotten, in bytes.
const MAX_BYTES: u64 = 256 << 20;

/// The trash of a corpus, while documents are moved there.
#[derive(Debug)]
pub(super) struct Trash {
    notes: File,
}

impl Trash {
    /// Opens the trash.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        atomic::make_dir(&layout.clean.join(TRASH))?;
        let path = notes_path(layout);
        Ok(Self { notes: files::append(&path).map_err(io_error("write", &path))? })
    }

    /// Notes that a document is forgotten. Its files are moved by what this returns, or by the next run.
    pub fn note<'a>(&mut self, layout: &Layout, id: &'a DocumentId, stem: &'a Stem) -> Result<NotedDocument<'a>, Error> {
        let folder = free_folder(layout, id);
        let path = notes_path(layout);
        // One write, so that a killed run leaves at most one incomplete line, of a document that it has not touched.
        self.notes.write_all(format!("{folder} {id} {stem}\n").as_bytes()).map_err(io_error("write", &path))?;
        Ok(NotedDocument { folder, id, stem })
    }

    /// Makes the moves durable and removes the notes.
    pub fn close(self, layout: &Layout) -> Result<(), Error> {
        drop(self);
        atomic::sync_dir(&layout.clean.join(TRASH))?;
        remove_notes(layout)
    }
}

/// A document that is noted as forgotten.
pub(super) struct NotedDocument<'a> {
    /// Its folder in the trash.
    folder: String,
    id: &'a DocumentId,
    stem: &'a Stem,
}

impl NotedDocument<'_> {
    /// Moves its files into the trash.
    pub fn move_files(self, layout: &Layout) -> Result<(), Error> {
        move_files(layout, &self.folder, self.id, self.stem)
    }
}

/// Moves what a killed run was moving.
pub(super) fn recover(layout: &Layout) -> Result<(), Error> {
    let path = notes_path(layout);
    let notes = match files::read_text(&path, MAX_BYTES) {
        Ok(notes) => notes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error("read", &path)(error)),
    };
    for line in notes.split_inclusive('\n') {
        // A name that the killed run did not write to its end is not followed by a line feed.
        let mut fields = line.strip_suffix('\n').unwrap_or_default().splitn(3, ' ');
        let (Some(folder), Some(id), Some(stem)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let stem = stem.rsplit('/').next().and_then(Stem::from_name);
        // Nothing else that may be written there leads out of the trash.
        let is_its_folder = folder.strip_prefix(id).is_some_and(|number| number.is_empty() || number.starts_with('_'));
        if let (Ok(id), Some(stem), true) = (id.parse().map(DocumentId), stem, is_its_folder && !folder.contains('/')) {
            move_files(layout, folder, &id, &stem)?;
        }
    }
    remove_notes(layout)
}

fn notes_path(layout: &Layout) -> PathBuf {
    layout.state.join("forgetting")
}

fn remove_notes(layout: &Layout) -> Result<(), Error> {
    let path = notes_path(layout);
    fs::remove_file(&path).map_err(io_error("remove", &path))?;
    atomic::sync_dir(&layout.state)
}

/// A folder that the document does not have in the trash yet: it may have been forgotten before.
fn free_folder(layout: &Layout, id: &DocumentId) -> String {
    let names = std::iter::once(id.to_string()).chain((2_u32..).map(|number| format!("{id}_{number}")));
    let is_free = |name: &String| !layout.clean.join(TRASH).join(name).exists();
    names.into_iter().find(is_free).unwrap_or_else(|| id.to_string())
}

/// Moves whatever there is of a document. The sidecar goes first: without it, there is no document.
fn move_files(layout: &Layout, folder: &str, id: &DocumentId, stem: &Stem) -> Result<(), Error> {
    let to = layout.clean.join(TRASH).join(folder);
    atomic::make_dir(&to)?;
    for path in [stem.sidecar(), stem.text(), stem.corrections()] {
        let name = path.file_name().map(Path::new).unwrap_or(&path);
        move_one(&layout.clean.join(&path), &to.join(name))?;
    }
    move_one(&layout.clean.join(VERSIONS).join(id.to_string()), &to.join(TRASHED_VERSIONS))
}

/// Moves a file or folder; `Ok` if there is none.
fn move_one(from: &Path, to: &Path) -> Result<(), Error> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error("move to the trash", from)(error)),
        _ => Ok(()),
    }
}
