//! Which gleaner a schedule starts: a path that is still there, and still gleaner, when the schedule needs it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::failure::Error;

/// Folders whose content goes with the session or the next start of the machine.
const TEMPORARY: &[&str] = &["/tmp", "/var/tmp", "/dev/shm", "/run"];

/// The absolute path of the gleaner to schedule: `chosen`, which must be a file, else `running`, the binary that runs now. Where a folder of
/// `search_path` (the value of `PATH`) leads to the running one, that name is taken, because package managers replace what it points to. A
/// binary in a temporary folder or in cargo's `target` is refused.
pub fn stable_program(chosen: Option<&Path>, running: &Path, search_path: Option<&OsStr>) -> Result<PathBuf, Error> {
    if let Some(chosen) = chosen {
        let path = std::path::absolute(chosen).unwrap_or_else(|_| chosen.to_path_buf());
        let reason = "there is no such file";
        return if path.is_file() { Ok(path) } else { Err(Error::Program { path, reason }) };
    }
    let real = running.canonicalize().map_err(|_| Error::Program { path: running.to_path_buf(), reason: "it was deleted" })?;
    let path = name_in_path(running, &real, search_path).unwrap_or(real);
    match weakness(&path) {
        Some(reason) => Err(Error::Program { path, reason }),
        None => Ok(path),
    }
}

/// The first absolute path in `search_path` that leads to the running binary.
fn name_in_path(running: &Path, real: &Path, search_path: Option<&OsStr>) -> Option<PathBuf> {
    let name = running.file_name()?;
    let folders = search_path.into_iter().flat_map(std::env::split_paths).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(name)).find(|path| path.canonicalize().is_ok_and(|found| found == real))
}

/// Why the binary may be gone, or be another, when the schedule starts it.
fn weakness(path: &Path) -> Option<&'static str> {
    let temporary = std::env::temp_dir();
    if TEMPORARY.iter().any(|folder| path.starts_with(folder)) || path.starts_with(&temporary) {
        return Some("it is in a folder for temporary files");
    }
    // cargo keeps its records next to what it builds, and marks its target folder as one that may be deleted (https://bford.info/cachedir/).
    let is_target = |folder: &Path| folder.ends_with("target") && folder.join("CACHEDIR.TAG").is_file();
    let is_build = path.ancestors().skip(1).any(|folder| folder.join(".fingerprint").is_dir() || is_target(folder));
    is_build.then_some("it is in a build folder, which `cargo clean` empties and the next build replaces")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(result: Result<PathBuf, Error>) -> &'static str {
        match result {
            Err(Error::Program { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn binaries_that_may_go_away_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let binary = dir.path().join("gleaner");
        assert_eq!(reason(stable_program(None, &binary, None)), "it was deleted");
        std::fs::write(&binary, "x").unwrap();
        assert!(reason(stable_program(None, &binary, None)).contains("temporary"));
        assert!(reason(stable_program(None, &std::env::current_exe().unwrap(), None)).contains("build folder"));
        assert_eq!(stable_program(Some(&binary), &binary, None).unwrap(), binary);
        assert!(reason(stable_program(Some(&dir.path().join("none")), &binary, None)).contains("no such file"));
    }

    #[cfg(unix)]
    #[test]
    fn the_name_in_path_is_taken_because_an_upgrade_replaces_what_it_points_to() {
        let dir = tempfile::tempdir().unwrap();
        let running = std::env::current_exe().unwrap();
        let link = dir.path().join(running.file_name().unwrap());
        std::os::unix::fs::symlink(&running, &link).unwrap();
        let path = std::env::join_paths(["relative".into(), PathBuf::from("/nowhere"), dir.path().to_path_buf()]).unwrap();
        let real = running.canonicalize().unwrap();
        assert_eq!(name_in_path(&running, &real, Some(&path)), Some(link));
        assert_eq!(name_in_path(&running, &real, None), None);
    }
}
