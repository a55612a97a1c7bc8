//! Arguments, texts and results as files.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use gleaner::relate::memory::MemoryTexts;
use gleaner::relate::{Pair, RelationKind};
use gleaner_bench::copies::find::found;
use gleaner_bench::copies::{Copies, Found};

/// What is measured.
#[derive(Debug)]
pub struct Arguments {
    /// Manifests of texts.
    pub manifests: Vec<PathBuf>,
    /// The seed of all copies.
    pub seed: u64,
    /// Where the copies are written.
    pub write: Option<PathBuf>,
    /// Where pairs are read from.
    pub score: Option<PathBuf>,
    /// Where the relations are written.
    pub relations: Option<PathBuf>,
    /// Number of documents whose speed is measured.
    pub speed: Option<usize>,
}

impl Arguments {
    /// Reads the command line.
    pub fn read() -> Result<Self, Box<dyn Error>> {
        let mut arguments = Self { manifests: Vec::new(), seed: 15, write: None, score: None, relations: None, speed: None };
        let mut given = std::env::args().skip(1);
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--seed" => arguments.seed = value()?.parse()?,
                "--speed" => arguments.speed = Some(value()?.parse()?),
                "--write" => arguments.write = Some(value()?.into()),
                "--relations" => arguments.relations = Some(value()?.into()),
                "--score" => arguments.score = Some(value()?.into()),
                _ => arguments.manifests.push(argument.into()),
            }
        }
        Ok(arguments)
    }
}

/// Writes the copies, one object a line.
pub fn write(path: &Path, copies: &Copies) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    for (id, text) in copies.texts.iter().enumerate() {
        let line = serde_json::json!({
            "id": id, "text": text.text, "script": format!("{:?}", text.script), "family": text.family, "part": format!("{:?}", text.part),
        });
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// Writes every relation, one a line, sorted: the places of the texts, the kind, and the containments. Texts with the same words count once.
pub fn write_relations(path: &Path, copies: &Copies) -> Result<(), Box<dyn Error>> {
    let mut collection = MemoryTexts::default();
    let texts: Vec<&str> = copies.texts.iter().map(|text| text.text.as_str()).collect();
    collection.add(&texts);
    collection.settle();
    let line = |pair: &Pair| format!("{:06} {:06} {} {} {}", pair.a, pair.b, pair.kind.name(), pair.here, pair.there);
    let mut lines: Vec<String> = collection.pairs().iter().map(line).collect();
    lines.sort_unstable();
    Ok(fs::write(path, lines.join("\n") + "\n")?)
}

/// Reads pairs that another program found. Its clusters are what the pairs connect.
pub fn pairs(path: &Path, texts: usize) -> Result<Found, Box<dyn Error>> {
    let mut pairs = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let (a, b): (usize, usize) = serde_json::from_str(line)?;
        pairs.push((a.min(b), a.max(b), RelationKind::Near));
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(found(&pairs, texts))
}
