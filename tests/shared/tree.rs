//! The files below a folder as a value, to be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Relative path and content of files.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// The files below a folder, without those in the folders of these names right below it.
pub fn tree(root: &Path, without: &[&str]) -> Tree {
    let (mut tree, mut open) = (Tree::new(), vec![root.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            match path.is_dir() {
                true if without.contains(&name.as_str()) => {}
                true => open.push(path),
                false => drop(tree.insert(name, fs::read(path).unwrap())),
            }
        }
    }
    tree
}
