//! Reads the files of the user's folder of rules (`rules_dir`), within limits. Parsing them is [`gleaner_extract::rules`]'s task.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::rules::{self, RuleFile, RuleSet};

/// Limits, in case the folder is not one of rules: bytes of a file, number of files, depth of folders.
const MAX_FILE_BYTES: u64 = 4 << 20;
const MAX_FILES: usize = 10_000;
const MAX_DEPTH: usize = 8;

/// Why rules could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("read rules from {path}: {source}", path = path_text(path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is too large, or the folder has too many files.
    #[error("read rules from {path}: {what}", path = path_text(path))]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
        /// What is too large.
        what: String,
    },
    /// A file is invalid.
    #[error(transparent)]
    Invalid(#[from] rules::Error),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "set `rules_dir` in config.toml to a readable folder, or remove the key",
            Self::TooLarge { .. } => "set `rules_dir` to a folder with nothing but rules",
            Self::Invalid(error) => error.hint(),
        }
    }
}

/// The built-in rules, and those of every `*.toml` below the folder if one is given.
pub fn read(dir: Option<&Path>) -> Result<RuleSet, Error> {
    let Some(dir) = dir else { return Ok(RuleSet::embedded()?) };
    let mut paths = Vec::new();
    list_files(dir, 0, &mut paths)?;
    let files = paths.into_iter().map(read_file).collect::<Result<Vec<_>, _>>()?;
    Ok(RuleSet::with_files(&files)?)
}

/// [`read`] for checking the rules: those without mistakes, and every mistake and every file that cannot be read.
pub fn read_all(dir: Option<&Path>) -> Result<(RuleSet, Vec<Error>), Error> {
    let mut paths = Vec::new();
    if let Some(dir) = dir {
        list_files(dir, 0, &mut paths)?;
    }
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match read_file(path) {
            Ok(file) => files.push(file),
            Err(error) => errors.push(error),
        }
    }
    let (rules, mistakes) = RuleSet::read_all(&files);
    errors.extend(mistakes.into_iter().map(Error::Invalid));
    Ok((rules, errors))
}

/// Every `*.toml` file in the folder and its subfolders, in order of their paths.
fn list_files(dir: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::Io { path: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        paths.push((entry.path(), entry.file_type().map_err(failed)?.is_dir()));
    }
    paths.sort();
    for (path, is_dir) in paths {
        if is_dir && depth < MAX_DEPTH {
            list_files(&path, depth + 1, files)?;
        } else if !is_dir && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
        if files.len() > MAX_FILES {
            let what = format!("it has more than {MAX_FILES} .toml files");
            return Err(Error::TooLarge { path: dir.to_owned(), what });
        }
    }
    Ok(())
}

fn read_file(path: PathBuf) -> Result<RuleFile, Error> {
    let failed = |source| Error::Io { path: path.clone(), source };
    match files::read_text(&path, MAX_FILE_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(Error::TooLarge { path, what: format!("it has more than {MAX_FILE_BYTES} bytes") })
        }
        text => Ok(RuleFile { text: text.map_err(failed)?, path }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"likely\"\nnames = [\"mine\"]\n";

    #[test]
    fn toml_files_in_subfolders_are_read() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("more")).unwrap();
        fs::write(dir.path().join("more/footer.toml"), RULE).unwrap();
        fs::write(dir.path().join("notes.txt"), "not rules").unwrap();
        let rules = read(Some(dir.path())).unwrap();
        assert!(rules.rule("footer.mine").is_some_and(|rule| rule.file.ends_with("more/footer.toml")));
        assert_eq!(rules.rules().len(), read(None).unwrap().rules().len() + 1);
    }

    #[test]
    fn unreadable_invalid_and_large_files_are_errors_with_a_hint() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(read(Some(&dir.path().join("nowhere"))), Err(Error::Io { .. })));
        let file = dir.path().join("footer.toml");
        fs::write(&file, RULE.replace("names", "colour")).unwrap();
        assert!(matches!(read(Some(dir.path())), Err(Error::Invalid(_))));
        fs::File::create(&file).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        let error = read(Some(dir.path())).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }) && !error.hint().is_empty());
    }
}
