//! Files that hold secrets: read only where nobody else can read them. What stands in them is shown to nobody.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::SessionError;

/// Bytes of one file.
const MAX_BYTES: u64 = 1 << 20;

/// The lines of a file.
pub(super) struct Lines {
    path: PathBuf,
    text: String,
}

impl Lines {
    /// Every line with its number from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// An error that names the line and not what it says.
    pub fn wrong(&self, line: usize, why: &'static str) -> SessionError {
        SessionError::Line { path: self.path.clone(), line, why }
    }

    #[cfg(test)]
    pub fn of(text: &str) -> Self {
        Self { path: PathBuf::from("secrets"), text: text.to_owned() }
    }
}

/// Reads a file that only its owner, or his group, can read.
pub(super) fn read(path: &Path) -> Result<Lines, SessionError> {
    let failed = |source| SessionError::Io { path: path.to_path_buf(), source };
    let file = File::open(path).map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    if !facts.is_file() {
        return Err(failed(io::Error::other("it is no file")));
    }
    if is_exposed(&facts) {
        return Err(SessionError::Exposed(path.to_path_buf()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(io::Error::other("it is larger than a megabyte")));
    }
    // The error of `from_utf8` would carry the bytes along.
    let text = String::from_utf8(bytes).map_err(|_| failed(io::Error::other("it is not UTF-8")))?;
    Ok(Lines { path: path.to_path_buf(), text })
}

#[cfg(unix)]
fn is_exposed(facts: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    facts.permissions().mode() & 0o007 != 0
}

#[cfg(not(unix))]
fn is_exposed(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn only_files_of_ones_own_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cookies.txt");
        std::fs::write(&path, "secret").unwrap();
        for (mode, open) in [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o604, false), (0o602, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = read(&path).map(|_| ());
            assert_eq!(read.is_ok(), open, "{mode:o}");
            if let Err(error) = read {
                assert!(error.hint().unwrap().contains("chmod 600") && error.to_string().contains("cookies.txt"));
            }
        }
        assert!(matches!(read(dir.path()), Err(SessionError::Io { .. })));
        assert!(matches!(read(&dir.path().join("none")), Err(SessionError::Io { .. })));
    }
}
