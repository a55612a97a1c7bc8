//! The walks in ARCHITECTURE.md are true: every function that they name exists, and they stay short.

use crate::source::{production_tokens, read, root};

/// The most steps of each walk: a file, a URL.
const MAX_STEPS: [usize; 2] = [25, 45];

/// The file and function of each step, one list per table.
fn walks(text: &str) -> Vec<Vec<(String, String)>> {
    let mut walks: Vec<Vec<(String, String)>> = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        match cells.as_slice() {
            [_, "step", "file", "function", ..] => walks.push(Vec::new()),
            [_, step, file, function, ..] if step.parse::<usize>().is_ok() => {
                let walk = walks.last_mut().expect("a step stands below the head of its table");
                assert_eq!(step.parse(), Ok(walk.len() + 1), "steps are numbered: {line}");
                walk.push((file.to_string(), function.to_string()));
            }
            _ => {}
        }
    }
    walks
}

#[test]
fn every_step_of_the_walks_exists() {
    let walks = walks(&read(&root().join("ARCHITECTURE.md")));
    assert_eq!(walks.len(), MAX_STEPS.len(), "a walk for a file and one for a URL");
    for (walk, max_steps) in walks.iter().zip(MAX_STEPS) {
        assert!((10..=max_steps).contains(&walk.len()), "{} steps", walk.len());
        for (file, function) in walk {
            let source = read(&root().join(file));
            let tokens = production_tokens(&source);
            let is_defined = tokens.windows(2).any(|pair| pair[0].is("fn") && pair[1].is(function));
            assert!(is_defined, "{file} has no function `{function}`");
        }
    }
}
