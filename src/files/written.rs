//! Paths as people and manifests write them.

use std::path::{Path, PathBuf};

use gleaner_extract::base::path_text::path_of_text;

/// The path that was meant by a written one: itself, unless nothing is there and what its escapes (`\xHH`, `\\`) stand for is, as gleaner
/// itself writes names that are not UTF-8 ([`gleaner_extract::base::path_text`]).
pub fn as_written(path: PathBuf) -> PathBuf {
    let exists = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    let unescaped = path.to_str().filter(|text| text.contains('\\') && !exists(&path)).map(path_of_text);
    unescaped.filter(|unescaped| exists(unescaped)).unwrap_or(path)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn an_escape_is_read_as_one_only_if_nothing_has_the_name_as_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let (escaped, name) = (dir.path().join(r"caf\xe9"), dir.path().join(OsStr::from_bytes(b"caf\xe9")));
        assert_eq!(as_written(escaped.clone()), escaped);
        std::fs::write(&name, "x").unwrap();
        assert_eq!(as_written(escaped.clone()), name);
        std::fs::write(&escaped, "x").unwrap();
        assert_eq!(as_written(escaped.clone()), escaped);
    }
}
