//! Reads the shared sets of pages with known text from their archives. Tests that need them are skipped with a message if they are absent.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A page with its known text.
pub struct KnownPage {
    pub id: String,
    pub url: Option<url::Url>,
    pub html: bool,
    pub bytes: Vec<u8>,
    pub paragraphs: Vec<String>,
    pub page_type: Option<String>,
    pub language: Option<String>,
}

/// The pages of a set; none, with a message, if the shared folder is absent.
pub fn read(name: &str) -> Vec<KnownPage> {
    let shared = std::env::var_os("GLEANER_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let archive = shared.join("datasets").join(format!("{name}.tar.zst"));
    let Ok(file) = File::open(&archive) else {
        eprintln!("skipped: no {}", archive.display());
        return Vec::new();
    };
    let mut files = untar(zstd::stream::read::Decoder::new(file).unwrap());
    let (_, manifest) = files.iter().find(|(path, _)| path.ends_with("manifest.jsonl")).unwrap();
    let manifest = String::from_utf8(manifest.clone()).unwrap();
    let mut take = |file: &str| {
        let path = files.keys().find(|path| path.ends_with(&format!("/{file}")) || *path == file).cloned()?;
        files.remove(&path)
    };
    manifest.lines().filter_map(|line| known_page(&serde_json::from_str(line).unwrap(), &mut take)).collect()
}

fn known_page(row: &Value, take: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Option<KnownPage> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let file = text(&row["file"])?;
    let gold = &row["gold"];
    let paragraphs = match gold["paragraphs"].as_array() {
        Some(list) => list.iter().filter_map(text).collect(),
        None => gold["text"].as_str()?.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
    };
    Some(KnownPage {
        id: text(&row["id"])?,
        url: text(&row["url"]).and_then(|url| url.parse().ok()),
        html: !file.ends_with(".txt"),
        bytes: take(&file)?,
        paragraphs,
        page_type: text(&gold["page_type"]),
        language: text(&gold["lang"]),
    })
}

/// The regular files of a tar archive (POSIX.1-1988 ustar, with GNU long names).
fn untar(mut archive: impl Read) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut header, mut long) = (BTreeMap::new(), [0u8; 512], None);
    while archive.read_exact(&mut header).is_ok() && header[0] != 0 {
        let field =
            |range: std::ops::Range<usize>| String::from_utf8_lossy(&header[range]).trim_end_matches('\0').trim().to_owned();
        let size = usize::from_str_radix(&field(124..136), 8).unwrap();
        let mut bytes = vec![0; size.div_ceil(512) * 512];
        archive.read_exact(&mut bytes).unwrap();
        bytes.truncate(size);
        match header[156] {
            b'L' => long = Some(String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned()),
            b'0' | 0 => {
                let prefix = if &header[257..262] == b"ustar" && header[263] == b'0' { field(345..500) } else { String::new() };
                let name = if prefix.is_empty() { field(0..100) } else { format!("{prefix}/{}", field(0..100)) };
                files.insert(long.take().unwrap_or(name), bytes);
            }
            _ => long = None,
        }
    }
    files
}
