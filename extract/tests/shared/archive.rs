//! Archives of the shared data, unpacked into a temporary folder.

use std::fs::File;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::shared;

/// The content of `<name>.tar.zst`, until the value is dropped.
pub fn unpack(name: &str) -> TempDir {
    let packed = File::open(shared::path(&format!("{name}.tar.zst"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar").args(["-xf", "-", "-C"]).arg(folder.path()).stdin(Stdio::piped()).spawn().unwrap();
    zstd::stream::copy_decode(packed, tar.stdin.take().unwrap()).unwrap();
    assert!(tar.wait().unwrap().success(), "tar fails on {name}");
    folder
}
