//! Files that contain secrets: read only if other users cannot read them. Their content is never shown.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::config::SessionError;
use crate::files;

/// Largest file in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A file with secrets.
pub(super) struct SecretFile {
    path: PathBuf,
    text: String,
}

impl SecretFile {
    /// Reads a file that only its owner, or the owner's group, can read.
    pub fn read(path: &Path) -> Result<Self, SessionError> {
        let failed = |source| SessionError::Io { path: path.to_path_buf(), source };
        let file = files::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if is_exposed(&metadata) {
            return Err(SessionError::Exposed(path.to_path_buf()));
        }
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(failed(io::Error::other("it is larger than 1 MiB")));
        }
        // The error of `from_utf8` would contain the bytes.
        let text = String::from_utf8(bytes).map_err(|_| failed(io::Error::other("it is not UTF-8")))?;
        Ok(Self { path: path.to_path_buf(), text })
    }

    /// All lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// An error that names the line but does not show it.
    pub fn invalid(&self, line: usize, why: &'static str) -> SessionError {
        SessionError::Line { path: self.path.clone(), line, why }
    }

    #[cfg(test)]
    pub fn of(text: &str) -> Self {
        Self { path: PathBuf::from("secrets"), text: text.to_owned() }
    }
}

#[cfg(unix)]
fn is_exposed(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o007 != 0
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
    fn files_that_others_can_read_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cookies.txt");
        std::fs::write(&path, "secret").unwrap();
        for (mode, allowed) in [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o604, false), (0o602, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = SecretFile::read(&path).map(|_| ());
            assert_eq!(read.is_ok(), allowed, "{mode:o}");
            if let Err(error) = read {
                assert!(error.hint().unwrap().contains("chmod 600") && error.to_string().contains("cookies.txt"));
            }
        }
        assert!(matches!(SecretFile::read(dir.path()), Err(SessionError::Io { .. })));
        assert!(matches!(SecretFile::read(&dir.path().join("none")), Err(SessionError::Io { .. })));
    }
}
