//! Lists the files below `rules/`, so that a new rules file needs no code.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut entries = String::new();
    for folder in ["rules/boilerplate", "rules/sites"] {
        println!("cargo::rerun-if-changed={folder}");
        let mut paths =
            fs::read_dir(Path::new(&root).join(folder))?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            entries += &format!("    ({:?}, include_str!({:?})),\n", format!("{folder}/{name}"), path.display().to_string());
        }
    }
    let out = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("embedded_rules.rs");
    fs::write(out, format!("const EMBEDDED: &[(&str, &str)] = &[\n{entries}];\n"))
}
