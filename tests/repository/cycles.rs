//! No import cycle between files, not even inside a module: what two files need of each other goes into a third below both.

use std::collections::BTreeSet;

use crate::imports::{Crate, Imports};
use crate::source::{root, shown};

/// The crates of the workspace by their root files.
const CRATES: &[&str] = &[
    "extract/src/lib.rs",
    "relate/src/lib.rs",
    "warc/src/lib.rs",
    "src/lib.rs",
    "src/bin/gleaner/main.rs",
    "train/src/main.rs",
    "benches/src/main.rs",
    "benches/src/bin/harvest/main.rs",
    "python/src/lib.rs",
];

/// The strongly connected components of two files or more (R. Tarjan, "Depth-first search and linear graph algorithms", 1972).
fn cycles(files: usize, imports: &Imports) -> Vec<Vec<usize>> {
    struct Search<'a> {
        imports: &'a Imports,
        /// The order of visits, and the earliest file that each can get back to.
        visited: Vec<Option<usize>>,
        earliest: Vec<usize>,
        count: usize,
        stack: Vec<usize>,
        found: Vec<Vec<usize>>,
    }

    impl Search<'_> {
        fn visit(&mut self, file: usize) {
            let order = self.count;
            (self.visited[file], self.earliest[file]) = (Some(order), order);
            self.count += 1;
            self.stack.push(file);
            for (_, next) in self.imports.range((file, 0)..=(file, usize::MAX)).map(|(edge, _)| *edge) {
                match self.visited[next] {
                    None => {
                        self.visit(next);
                        self.earliest[file] = self.earliest[file].min(self.earliest[next]);
                    }
                    Some(order) if self.stack.contains(&next) => self.earliest[file] = self.earliest[file].min(order),
                    Some(_) => {}
                }
            }
            if self.earliest[file] == order {
                let start = self.stack.iter().position(|open| *open == file).unwrap();
                let component = self.stack.split_off(start);
                self.found.extend((component.len() > 1).then_some(component));
            }
        }
    }

    let mut search =
        Search { imports, visited: vec![None; files], earliest: vec![0; files], count: 0, stack: Vec::new(), found: Vec::new() };
    for file in 0..files {
        if search.visited[file].is_none() {
            search.visit(file);
        }
    }
    search.found
}

/// A cycle with the names that tie it.
fn describe(found: &Crate, imports: &Imports, cycle: &[usize]) -> String {
    let name = |file: usize| shown(&found.files[file]);
    let mut text = format!("a cycle of {} files:\n", cycle.len());
    for ((from, to), names) in imports.iter().filter(|((from, to), _)| cycle.contains(from) && cycle.contains(to)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        text += &format!("  {} imports {} from {}\n", name(*from), names.join(", "), name(*to));
    }
    text
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let mut found = Vec::new();
    for path in CRATES {
        let files = Crate::read(&root().join(path));
        let imports = files.imports();
        assert!(!imports.is_empty() || files.files.len() < 3, "{path}: no imports were found");
        found.extend(cycles(files.files.len(), &imports).iter().map(|cycle| describe(&files, &imports, cycle)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn cycles_are_found() {
    let edges = |pairs: &[(usize, usize)]| pairs.iter().map(|pair| (*pair, BTreeSet::new())).collect::<Imports>();
    assert!(cycles(4, &edges(&[(0, 1), (0, 2), (1, 3), (2, 3)])).is_empty());
    let mut found = cycles(6, &edges(&[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 0)]));
    found.iter_mut().for_each(|cycle| cycle.sort_unstable());
    found.sort();
    assert_eq!(found, [vec![0, 1, 2], vec![3, 4]]);
}
