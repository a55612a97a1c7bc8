//! Layers: a module imports from lower layers only, and modules of one layer do not import each other. The list of both crates is here.

use std::collections::BTreeSet;
use std::path::Path;

use crate::imports::Crate;
use crate::source::{files, production_tokens, read, root, shown};

/// The layers of a crate, lowest first.
type Layers = &'static [&'static [&'static str]];

const EXTRACT: Layers = &[&["base"], &["document"], &["rules", "page"], &["label", "metadata"], &["article"]];

const GLEANER: Layers = &[
    &["clock", "compare", "feed_date", "files", "outcome", "reclean", "relate", "search"],
    &["discover", "fetch", "queue", "ingest", "store", "export", "schedule", "health"],
    &["notify"],
    &["config"],
    &["engine"],
    &["commands"],
    &["serve"],
];

const CRATES: &[(&str, Layers)] = &[("extract/src", EXTRACT), ("src", GLEANER)];

fn layer(layers: Layers, module: &str) -> Option<usize> {
    layers.iter().position(|modules| modules.contains(&module))
}

/// The top-level module that a library file belongs to; `None` for `lib.rs` and the binary.
fn module(source: &Path, file: &Path) -> Option<String> {
    let first = file.strip_prefix(source).unwrap().components().next()?.as_os_str().to_str()?;
    (first != "bin" && first != "lib.rs").then(|| first.trim_end_matches(".rs").to_owned())
}

#[test]
fn every_module_has_a_layer() {
    for (source, layers) in CRATES {
        let modules: BTreeSet<String> =
            files(source, "rs").iter().filter_map(|file| module(&root().join(source), file)).collect();
        let listed: BTreeSet<String> =
            layers.iter().flat_map(|modules| modules.iter()).map(|module| (*module).to_owned()).collect();
        assert_eq!(modules, listed, "modules of {source} and modules that have a layer");
    }
}

#[test]
fn imports_go_to_lower_layers_only() {
    let mut wrong = Vec::new();
    for (source, layers) in CRATES {
        let source = root().join(source);
        let found = Crate::read(&source.join("lib.rs"));
        let imports = found.imports();
        assert!(imports.len() > 50, "{}: only {} imports were found", source.display(), imports.len());
        for ((from, to), names) in &imports {
            let (from, to) = (&found.files[*from], &found.files[*to]);
            let Some(importer) = module(&source, from) else { continue };
            let imported = module(&source, to);
            let below = imported.as_ref().is_some_and(|imported| layer(layers, imported) < layer(layers, &importer));
            if imported.as_ref() != Some(&importer) && !below {
                wrong.push(format!("{}: imports {names:?} from {}", shown(from), shown(to)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_does_not_use_its_own_public_name() {
    for file in files("src", "rs").iter().filter(|file| module(&root().join("src"), file).is_some()) {
        let source = read(file);
        let tokens = production_tokens(&source);
        let named = tokens.windows(2).any(|pair| pair[0].is("gleaner") && pair[1].is("::"));
        assert!(!named, "{}: names the library by its public name", shown(file));
    }
}

#[test]
fn the_binary_uses_the_public_interface_only() {
    let main = read(&root().join("src/bin/gleaner/main.rs"));
    assert!(main.lines().count() < 60, "main.rs reads as the program: under 60 lines");
    for file in files("src", "rs").into_iter().chain(files("extract/src", "rs")) {
        assert!(!read(&file).contains("#[path"), "{}: takes in a file of another module", shown(&file));
    }
}
