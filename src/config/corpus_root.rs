//! Finds the corpus that a folder belongs to, as git finds a repository: the folder itself or the nearest one above it that has the marks of one.
//!
//! The marks are `.gleaner/`, or `config.toml` next to `raw/`; in the folder itself `config.toml` alone. A `.gleaner/` with a `log/` in it is
//! that of an output folder (`gleaner clean --output`), which is not a corpus.

use std::path::{Path, PathBuf};

use super::FILE_NAME;

/// The root of the corpus that an absolute path belongs to.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let is_marked = |candidate: &&Path| {
        let state = candidate.join(".gleaner");
        let has_config = candidate.join(FILE_NAME).symlink_metadata().is_ok();
        let has_state = state.is_dir() && !state.join("log").is_dir();
        has_state || (has_config && (*candidate == folder || candidate.join("raw").is_dir()))
    };
    folder.ancestors().find(is_marked).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_with_the_marks_of_a_corpus_is_its_root() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for folder in
            ["news/.gleaner", "news/raw/site", "news/out/.gleaner/log", "news/raw/old/.gleaner", "new/raw/a", "hugo/posts"]
        {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        for file in ["new/config.toml", "hugo/config.toml"] {
            std::fs::write(at(file), "").unwrap();
        }
        for (folder, root) in [
            ("news", Some("news")),
            ("news/raw/site", Some("news")),
            ("news/out", Some("news")),
            ("news/raw/old", Some("news/raw/old")),
            ("new/raw/a", Some("new")),
            ("hugo", Some("hugo")),
            ("hugo/posts", None),
        ] {
            // The temporary folder may itself be below a corpus.
            let found = find(&at(folder)).filter(|found| found.starts_with(dir.path()));
            assert_eq!(found, root.map(at), "{folder}");
        }
    }
}
