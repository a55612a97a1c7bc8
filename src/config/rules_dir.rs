//! Reads the files of the user's folders of rules (`rules_dir`, `ftr_rules_dir`), within limits. Parsing them is [`gleaner_extract::rules`]'s task.

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

/// The folders that rules are read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFolders {
    /// Of the user's own rules: every `*.toml` in it, at any depth.
    pub own: Option<PathBuf>,
    /// Of rules in the ftr-site-config format: every `*.txt` in it, at any depth.
    pub ftr: Option<PathBuf>,
}

impl RuleFolders {
    /// One folder with rules of both formats.
    pub fn of(dir: PathBuf) -> Self {
        Self { own: Some(dir.clone()), ftr: Some(dir) }
    }

    /// The files in them, in order of their paths: first the user's own.
    fn files(&self) -> Result<Vec<PathBuf>, Error> {
        let mut paths = Vec::new();
        for (dir, extension) in [(&self.own, "toml"), (&self.ftr, "txt")] {
            if let Some(dir) = dir {
                list_files(dir, extension, 0, &mut paths)?;
            }
        }
        Ok(paths)
    }
}

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
            Self::Io { .. } => "set `rules_dir` and `ftr_rules_dir` in config.toml to readable folders, or remove the key",
            Self::TooLarge { .. } => "set `rules_dir` and `ftr_rules_dir` to folders with nothing but rules",
            Self::Invalid(error) => error.hint(),
        }
    }
}

/// The built-in rules, and those in the folders.
pub fn read(folders: &RuleFolders) -> Result<RuleSet, Error> {
    let files = folders.files()?.into_iter().map(read_file).collect::<Result<Vec<_>, _>>()?;
    Ok(RuleSet::with_files(&files)?)
}

/// [`read`] for checking the rules: those without mistakes, and every mistake and every file that cannot be read.
pub fn read_all(folders: &RuleFolders) -> Result<(RuleSet, Vec<Error>), Error> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in folders.files()? {
        match read_file(path) {
            Ok(file) => files.push(file),
            Err(error) => errors.push(error),
        }
    }
    let (rules, mistakes) = RuleSet::read_all(&files);
    errors.extend(mistakes.into_iter().map(Error::Invalid));
    Ok((rules, errors))
}

/// The files with this extension in the folder and its subfolders, in order of their paths.
fn list_files(dir: &Path, extension: &str, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::Io { path: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        paths.push((entry.path(), entry.file_type().map_err(failed)?.is_dir()));
    }
    paths.sort();
    for (path, is_dir) in paths {
        if is_dir && depth < MAX_DEPTH {
            list_files(&path, extension, depth + 1, files)?;
        } else if !is_dir && path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
        if files.len() > MAX_FILES {
            let what = format!("it has more than {MAX_FILES} .{extension} files");
            return Err(Error::TooLarge { path: dir.to_owned(), what });
        }
    }
    Ok(())
}

/// Reads one file of rules.
pub fn read_file(path: PathBuf) -> Result<RuleFile, Error> {
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
        let rules = read(&RuleFolders::of(dir.path().into())).unwrap();
        assert!(rules.rule("footer.mine").is_some_and(|rule| rule.file.ends_with("more/footer.toml")));
        assert_eq!(rules.rules().len(), read(&RuleFolders::default()).unwrap().rules().len() + 1);
    }

    #[test]
    fn unreadable_invalid_and_large_files_are_errors_with_a_hint() {
        let dir = tempfile::tempdir().unwrap();
        let read_dir = |dir: &Path| read(&RuleFolders { own: Some(dir.into()), ftr: None });
        assert!(matches!(read_dir(&dir.path().join("nowhere")), Err(Error::Io { .. })));
        let file = dir.path().join("footer.toml");
        fs::write(&file, RULE.replace("names", "colour")).unwrap();
        assert!(matches!(read_dir(dir.path()), Err(Error::Invalid(_))));
        fs::File::create(&file).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        let error = read_dir(dir.path()).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }) && !error.hint().is_empty());
    }

    #[test]
    fn files_in_the_ftr_format_are_read_and_what_is_wrong_in_them_stops_no_run() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("ftr")).unwrap();
        fs::write(dir.path().join("ftr/.news.example.txt"), "body: //article\nbody: //div[\nnew_thing: yes\n").unwrap();
        fs::write(dir.path().join("ftr/footer.toml"), "no rules").unwrap();
        let folders = RuleFolders { own: None, ftr: Some(dir.path().join("ftr")) };
        let rules = read(&folders).unwrap();
        assert!(rules.sites().any(|site| site.host == "news.example" && site.finds.len() == 1));
        let (_, mistakes) = read_all(&folders).unwrap();
        let severities = mistakes.iter().map(|mistake| match mistake {
            Error::Invalid(mistake) => (mistake.line, mistake.severity),
            other => panic!("{other}"),
        });
        assert_eq!(severities.collect::<Vec<_>>(), [(2, rules::Severity::LeftOut), (3, rules::Severity::Warning)]);
    }
}
