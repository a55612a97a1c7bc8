//! Archives of the shared data, read through a temporary folder.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::shared;

/// The files of `<name>.tar.zst`: paths and contents, sorted.
pub fn read_all(name: &str) -> Vec<(String, Vec<u8>)> {
    let packed = File::open(shared::path(&format!("{name}.tar.zst"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar").args(["-xf", "-", "-C"]).arg(folder.path()).stdin(Stdio::piped()).spawn().unwrap();
    zstd::stream::copy_decode(packed, tar.stdin.take().unwrap()).unwrap();
    assert!(tar.wait().unwrap().success(), "tar fails on {name}");
    let mut files = Vec::new();
    collect(folder.path(), &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}
