//! The fuzz targets on their seeds and on a hundred changed seeds each: what every change passes. `fuzz/run` goes on from here with libFuzzer.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(clippy::expect_used, reason = "a fuzz target panics where something does not hold")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

#[path = "../shared/random.rs"]
mod random;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use random::Random;

/// Changed seeds of each target; `GLEANER_FUZZ_INPUTS` sets another number.
const INPUTS: usize = 100;

/// Longest changed seed in bytes.
const MAX_BYTES: usize = 8 << 10;

/// What readers of text formats trip over.
const TOKENS: &[&str] = &[
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&#x0;",
    "&amp",
    "<script>",
    "</script>",
    "<table>",
    "<p ",
    "=\"",
    "[",
    "](",
    "![",
    "```",
    "\n\n",
    "\r\n",
    "\0",
    "\u{1b}[31m",
    "\u{85}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "漢",
    "👩‍🚀",
    "{",
    "}",
    "\"",
    "\\u0000",
    "\\ud800",
    ":",
    ",",
    "null",
    "1e999",
    "-1",
    "18446744073709551616",
    "2024-02-30",
    "Content-Length: 9999999999\r\n",
    "PK\u{3}\u{4}",
    "=?utf-8?B?",
    "%",
    "%zz",
    "*",
    "$",
    "#",
    "//",
    "http://[::1",
    "@",
    ";",
];

/// A range within this many bytes, mostly a short one.
fn some_range(random: &mut Random, length: usize) -> std::ops::Range<usize> {
    let start = random.below(length + 1);
    let longest = if random.below(8) == 0 { length } else { 64 };
    start..(start + random.below(longest)).min(length)
}

/// Changes a seed in a few places: bytes flipped, cut, repeated, moved in from another seed, tokens put in.
fn change(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(6) {
        let range = some_range(random, bytes.len());
        match random.below(6) {
            0 if !bytes.is_empty() => {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            1 => drop(bytes.drain(range)),
            2 => {
                let part = bytes[range.clone()].repeat(1 + random.below(30));
                bytes.splice(range, part);
            }
            3 => {
                let part = other[some_range(random, other.len())].to_vec();
                bytes.splice(range, part);
            }
            _ => {
                let token = TOKENS[random.below(TOKENS.len())].repeat(1 + random.below(3));
                let at = range.start;
                bytes.splice(at..at, token.bytes());
            }
        }
    }
    bytes.truncate(MAX_BYTES);
    bytes
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join("fuzz/seeds").join(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn targets_hold_on_their_seeds_and_on_changed_seeds() {
    let inputs = std::env::var("GLEANER_FUZZ_INPUTS").map_or(INPUTS, |count| count.parse().unwrap());
    for (name, target) in targets::TARGETS {
        let seeds = seeds(name);
        let mut random = Random::new(1);
        for input in 0..seeds.len() + inputs {
            let (seed, other) = (&seeds[input % seeds.len()], &seeds[random.below(seeds.len())]);
            let bytes = if input < seeds.len() { seed.clone() } else { change(seed, other, &mut random) };
            let held = catch_unwind(|| target(&bytes));
            assert!(held.is_ok(), "{name}, input {input}: {:?}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn every_target_can_be_fuzzed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    for (name, _) in targets::TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
        assert!(!seeds(name).is_empty(), "{name} has no seeds");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), targets::TARGETS.len());
}
