//! The shared data: seeds, datasets and test vectors that are not part of the repository, in `$GLEANER_SHARED` (default: `shared` beside the
//! checkout). A test that needs them is `#[ignore = "needs the shared data"]`, and its name begins with `shared_`.

use std::path::{Path, PathBuf};

/// A path in the shared folder. Fails the test where it does not exist.
pub fn path(name: &str) -> PathBuf {
    let folder = std::env::var_os("GLEANER_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "{} does not exist: set GLEANER_SHARED to the folder of the shared data", path.display());
    path
}
