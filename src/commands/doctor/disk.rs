//! Checks the disk: whether files can be written as the corpus writes them, and how much space there is.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::check::Check;
use crate::config::Loaded;
use crate::files;
use crate::store::Layout;
use gleaner_extract::base::path_text::path_text;

/// Bytes below which there is a warning, and a problem.
const FEW_BYTES: [u64; 2] = [2 << 30, 200 << 20];

/// Inodes below which there is a warning, and a problem: a page takes four.
const FEW_INODES: [u64; 2] = [200_000, 10_000];

pub(super) fn checks(loaded: &Loaded, layout: &Layout) -> Vec<Check> {
    if !layout.root.is_dir() {
        let found = format!("{}: no such folder", path_text(&layout.root));
        return vec![Check::problem("permissions", found, "check `--root`, or create a corpus with `gleaner init DIR`")];
    }
    let mut checks = permissions(loaded, layout);
    checks.extend(free_space(layout));
    checks
}

/// Tries every folder that gleaner writes to. A corpus of the user's own files may be below a folder that nobody may write to.
fn permissions(loaded: &Loaded, layout: &Layout) -> Vec<Check> {
    const NAME: &str = "permissions";
    let mut folders: Vec<&PathBuf> = Vec::new();
    for folder in [&layout.state, &layout.clean, &layout.log, &layout.raw] {
        // One that is not there yet is made in the root.
        let folder = if folder.is_dir() { folder } else { &layout.root };
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let mut checks = Vec::new();
    for folder in &folders {
        let Err((step, error)) = try_to_write(folder) else { continue };
        let found = format!("{}: cannot {step}: {error}", path_text(folder));
        let is_optional = **folder == layout.raw && loaded.config.source.is_empty();
        checks.push(if is_optional {
            Check::warning(
                NAME,
                found,
                "your own files can be cleaned, but no pages be fetched: make the folder writable for that",
            )
        } else {
            Check::problem(NAME, found, advice(step))
        });
    }
    if checks.is_empty() {
        let names: Vec<String> = folders.into_iter().map(|folder| path_text(folder)).collect();
        checks.push(Check::ok(NAME, format!("files can be written, synced, renamed and locked in {}", names.join(", "))));
    }
    checks
}

fn advice(step: &str) -> &'static str {
    match step {
        "lock a file" => {
            "the file system has no locks, so that two runs could meet: mount it with locks, or put the corpus elsewhere"
        }
        "sync a file" | "sync the folder" => {
            "the file system cannot promise that a file survives a crash: put the corpus elsewhere"
        }
        _ => "make the folder belong to the user that runs gleaner (`chown`), on a file system that is mounted writable",
    }
}

/// Writes, syncs, renames and locks a file, and removes it again. The error says at which step.
fn try_to_write(folder: &Path) -> Result<(), (&'static str, io::Error)> {
    let probe = |end: &str| folder.join(format!(".gleaner-doctor-{}{end}", std::process::id()));
    let (first, second) = (probe(".tmp"), probe(""));
    let tried = try_steps(folder, &first, &second);
    // One of the two is there, or none.
    for path in [&first, &second] {
        let _ = fs::remove_file(path);
    }
    tried
}

fn try_steps(folder: &Path, first: &Path, second: &Path) -> Result<(), (&'static str, io::Error)> {
    let at = |step: &'static str| move |error: io::Error| (step, error);
    let mut file = files::create_new(first).map_err(at("create a file"))?;
    file.write_all(b"gleaner doctor\n").map_err(at("write a file"))?;
    file.sync_all().map_err(at("sync a file"))?;
    fs::rename(first, second).map_err(at("rename a file"))?;
    files::open_folder(folder).and_then(|folder| folder.sync_all()).map_err(at("sync the folder"))?;
    file.try_lock().map_err(|error| ("lock a file", error.into()))?;
    File::unlock(&file).map_err(at("unlock a file"))
}

/// The space on every file system that the corpus is on.
fn free_space(layout: &Layout) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut known = Vec::new();
    for folder in [&layout.root, &layout.raw, &layout.clean] {
        let Some((id, free)) = free(folder) else { continue };
        if known.contains(&id) {
            continue;
        }
        known.push(id);
        checks.push(space(folder, &free));
        checks.extend(inodes(folder, &free));
    }
    if known.is_empty() {
        checks.push(Check::warning("disk space", "cannot be found out on this system", "look yourself, such as with `df -h`"));
    }
    checks
}

/// What is free on a file system.
struct Free {
    bytes: u64,
    /// `None` if the file system makes inodes as it needs them.
    inodes: Option<u64>,
}

fn space(folder: &Path, free: &Free) -> Check {
    let gigabytes = free.bytes as f64 / 1e9;
    let found = format!("{gigabytes:.1} GB free for {}", path_text(folder));
    let advice = "free some space: a page takes about 50 kB, three quarters of it in raw/; `gleaner prune` removes old versions";
    graded("disk space", found, advice, free.bytes, FEW_BYTES)
}

fn inodes(folder: &Path, free: &Free) -> Option<Check> {
    let inodes = free.inodes?;
    let found = format!("{} thousand free for {}", inodes / 1_000, path_text(folder));
    let advice = "delete files that are not needed, or put the corpus on a file system with more inodes: a page takes four";
    Some(graded("inodes", found, advice, inodes, FEW_INODES))
}

fn graded(name: &'static str, found: String, advice: &str, value: u64, [few, too_few]: [u64; 2]) -> Check {
    match value {
        value if value < too_few => Check::problem(name, found, advice),
        value if value < few => Check::warning(name, found, advice),
        _ => Check::ok(name, found),
    }
}

/// A number for the file system of a folder, and what is free on it.
#[cfg(unix)]
fn free(folder: &Path) -> Option<(u64, Free)> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    let device = std::os::unix::fs::MetadataExt::dev(&fs::metadata(folder).ok()?);
    let inodes = (stat.f_files > 0).then_some(stat.f_favail);
    Some((device, Free { bytes: stat.f_bavail.saturating_mul(stat.f_frsize), inodes }))
}

/// A number for the file system of a folder, and what is free on it.
#[cfg(not(unix))]
fn free(_: &Path) -> Option<(u64, Free)> {
    None
}

#[cfg(test)]
mod tests {
    use super::super::check::CheckStatus;
    use super::*;

    #[test]
    fn little_space_is_a_warning_and_very_little_a_problem() {
        let status = |bytes, inodes| {
            let free = Free { bytes, inodes: Some(inodes) };
            (space(Path::new("a"), &free).status, inodes_status(&free))
        };
        assert_eq!(status(3 << 30, 1_000_000), (CheckStatus::Ok, CheckStatus::Ok));
        assert_eq!(status(1 << 30, 100_000), (CheckStatus::Warning, CheckStatus::Warning));
        assert_eq!(status(1 << 20, 100), (CheckStatus::Problem, CheckStatus::Problem));
        assert!(inodes(Path::new("a"), &Free { bytes: 1, inodes: None }).is_none());
    }

    fn inodes_status(free: &Free) -> CheckStatus {
        inodes(Path::new("a"), free).unwrap().status
    }

    #[test]
    fn a_folder_is_tried_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        try_to_write(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(try_to_write(&folder.path().join("none")).unwrap_err().0, "create a file");
    }
}
