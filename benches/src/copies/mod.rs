//! Edited copies of texts whose relations are known, by which the finding of near duplicates is measured.
//!
//! [`Copies::make`] takes texts of any origin and makes of them, from a seed, the edited copies that news has (`edits`), and texts that must not be
//! related although they share something (`negatives`). Where a script has too few texts, others are invented (`invented`). `score` compares what was
//! found with what is known. The same seed and texts give the same copies.

mod edits;
pub mod find;
pub(crate) mod invented;
mod negatives;
mod random;
mod score;
mod script;
mod sentences;

pub use edits::Class;
pub use random::Random;
pub use score::{Found, Score};
pub use script::Script;

use std::collections::HashSet;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use gleaner_extract::article::fingerprint::Sketch;
use serde_json::Value;

/// Shingles of a text that copies are made of, at least: a fifth of it can still be recognised.
const MIN_SHINGLES: usize = 140;

/// Texts of a script, at least; those that are missing are invented.
const MIN_ORIGINALS: usize = 24;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An original text of a family of its own.
    Original,
    /// A copy of the original of its family.
    Copy(Class),
    /// A text that is related to no other.
    Unrelated,
}

/// A text and what is known of it.
#[derive(Clone, Debug)]
pub struct KnownText {
    /// The text.
    pub text: String,
    /// Its script.
    pub script: Script,
    /// The family: texts of different families are not related.
    pub family: usize,
    /// What it is.
    pub part: Part,
}

/// Texts whose relations are known.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    /// The texts, in an order without a pattern.
    pub texts: Vec<KnownText>,
}

impl Copies {
    /// Makes copies of texts: of each script, of at most so many. Texts that are short, or that have much in common with another, are left out.
    pub fn make(texts: Vec<String>, seed: u64, originals_per_script: usize) -> Self {
        let mut random = Random::new(seed);
        let mut made = Self::default();
        let mut families = 0;
        let originals = originals(texts);
        for script in Script::ALL {
            let mut known: Vec<String> = originals.iter().filter(|text| Script::of(text) == Some(*script)).cloned().collect();
            while known.len() < MIN_ORIGINALS.min(originals_per_script) {
                known.push(invented::text(*script, 240 + random.below(500), &mut random));
            }
            let spare: Vec<String> = known.iter().skip(originals_per_script).cloned().collect();
            known.truncate(originals_per_script);
            for at in 0..known.len() {
                made.family(&known, at, (*script, families), &mut random);
                families += 1;
            }
            let unrelated = spare.into_iter().chain(negatives::texts(*script, &known, &mut random));
            for text in unrelated {
                made.texts.push(KnownText { text, script: *script, family: families, part: Part::Unrelated });
                families += 1;
            }
        }
        random.shuffle(&mut made.texts);
        made
    }

    fn family(&mut self, known: &[String], at: usize, (script, family): (Script, usize), random: &mut Random) {
        let Some(original) = known.get(at) else { return };
        self.texts.push(KnownText { text: original.clone(), script, family, part: Part::Original });
        for class in Class::ALL {
            let text = edits::edit(*class, original, random);
            self.texts.push(KnownText { text, script, family, part: Part::Copy(*class) });
        }
    }
}

/// A copy of a text; see [`Class`].
pub fn edited(class: Class, text: &str, random: &mut Random) -> String {
    edits::edit(class, text, random)
}

/// An invented text of about so many words.
pub fn invented_text(script: Script, words: usize, random: &mut Random) -> String {
    invented::text(script, words, random)
}

/// The texts of the project's own pages: the expected texts in `extract/tests/pages`, in order of their names.
pub fn written_texts() -> std::io::Result<Vec<String>> {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../extract/tests/pages");
    let mut folders: Vec<_> = std::fs::read_dir(pages)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    folders.sort();
    folders.iter().map(|folder| folder.join("expected.txt")).filter(|file| file.is_file()).map(std::fs::read_to_string).collect()
}

/// The gold texts of manifests; the expected texts of the extractor's page folders if there are none.
pub fn gold_texts(manifests: &[PathBuf]) -> Result<Vec<String>, Box<dyn Error>> {
    if manifests.is_empty() {
        return Ok(written_texts()?);
    }
    let mut texts = Vec::new();
    for manifest in manifests {
        for line in BufReader::new(File::open(manifest)?).lines() {
            let entry: Value = serde_json::from_str(&line?)?;
            texts.extend(entry.get("gold").and_then(text_of));
        }
    }
    Ok(texts)
}

fn text_of(gold: &Value) -> Option<String> {
    if let Some(text) = gold.get("text").and_then(Value::as_str).filter(|text| !text.is_empty()) {
        return Some(text.to_owned());
    }
    let paragraphs: Vec<&str> = gold.get("paragraphs")?.as_array()?.iter().filter_map(Value::as_str).collect();
    Some(paragraphs.join("\n\n"))
}

/// Texts that are long enough, and of which little is in another one, in the order in which they were given.
fn originals(texts: Vec<String>) -> Vec<String> {
    let mut seen: HashSet<u64> = HashSet::new();
    let mut longest_first: Vec<usize> = (0..texts.len()).collect();
    longest_first.sort_by_key(|at| std::cmp::Reverse(texts.get(*at).map(String::len)));
    let is_new = |at: &usize| {
        let hashes = texts.get(*at).map(|text| Sketch::of(text).shingles().to_vec()).unwrap_or_default();
        let known = hashes.iter().filter(|hash| seen.contains(hash)).count();
        let is_new = hashes.len() >= MIN_SHINGLES && known * 6 < hashes.len();
        seen.extend(hashes);
        is_new
    };
    let mut chosen: Vec<usize> = longest_first.into_iter().filter(is_new).collect();
    chosen.sort_unstable();
    chosen.into_iter().filter_map(|at| texts.get(at).cloned()).collect()
}
