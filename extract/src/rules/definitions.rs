//! A file of rules that is being read, and the ids that files define. Reads none.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::entries::Mistake;
use super::rule::RulePlace;
use super::strength::RuleOrigin;
use crate::base::path_text::path_text;

/// A file being read.
pub(super) struct SourceFile<'a> {
    pub path: &'a Path,
    pub text: &'a str,
    pub origin: RuleOrigin,
    /// Where its lines end.
    line_ends: Vec<usize>,
}

impl<'a> SourceFile<'a> {
    pub fn new(path: &'a Path, text: &'a str, origin: RuleOrigin) -> Self {
        Self { path, text, origin, line_ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// The line of a byte, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        1 + self.line_ends.partition_point(|end| *end < offset)
    }

    pub fn place(&self, offset: usize) -> RulePlace {
        RulePlace { origin: self.origin, file: self.path.to_owned(), line: self.line(offset) }
    }
}

/// The file of each id and of each site.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    defined_in: HashMap<String, PathBuf>,
}

impl Definitions {
    /// Notes an id that is defined in a file.
    pub fn add(&mut self, id: &str, file: PathBuf) {
        self.defined_in.insert(id.to_owned(), file);
    }

    /// Notes where the id is defined; false if it is already.
    pub fn define(&mut self, file: &SourceFile<'_>, offset: usize, id: &str, mistakes: &mut Vec<Mistake>) -> bool {
        if let Some(first) = self.defined_in.get(id) {
            mistakes.push(Mistake::new(offset, format!("{id} already exists in {}", path_text(first))));
            return false;
        }
        self.add(id, file.path.to_owned());
        true
    }
}
