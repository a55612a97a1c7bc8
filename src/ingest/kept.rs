//! Pages that gleaner fetched and keeps under `raw/`: `NAME.html.zst`, with the facts of the fetch in `NAME.json`. Reads these facts; the store
//! writes them.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::failure::Error;
use crate::files;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{FeedEntry, HttpFacts, LaterPage};

/// The `kind` of gleaner's own sidecars.
const KIND: &str = "gleaner-raw";

/// Largest sidecar in bytes, as in the store.
const MAX_BYTES: u64 = 64 << 20;

/// How a kept page was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchFacts {
    /// When it was received.
    pub fetched_at: Option<Timestamp>,
    /// The HTTP facts.
    pub http: HttpFacts,
    /// The feed entry that led to it.
    pub feed: Option<Box<FeedEntry>>,
    /// The story that it is a later page of.
    pub part: Option<LaterPage>,
}

/// The fields of a sidecar that are needed here. The store defines its form and checks the rest.
#[derive(Deserialize)]
struct RawSidecar {
    kind: String,
    file: String,
    fetched_at: Option<Timestamp>,
    http: Option<HttpFacts>,
    feed: Option<Box<FeedEntry>>,
    part: Option<LaterPage>,
}

/// The path of a file's sidecar; `None` unless the file is named like a kept page (`NAME.EXT.zst`).
pub fn sidecar(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(".zst")?;
    let (stem, _) = name.rsplit_once('.')?;
    Some(path.with_file_name(format!("{stem}.json")))
}

/// How a page was fetched; `None` if the file is the user's own.
pub fn facts(path: &Path) -> Result<Option<FetchFacts>, Error> {
    let Some(sidecar_path) = sidecar(path) else { return Ok(None) };
    let text = match files::read(&sidecar_path, MAX_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { path: sidecar_path, source }),
    };
    // A JSON file that is not gleaner's is ignored, and the page is a file like any other.
    let is_ours =
        |sidecar: &RawSidecar| sidecar.kind == KIND && path.file_name().is_some_and(|name| name == sidecar.file.as_str());
    let sidecar: Option<RawSidecar> = serde_json::from_slice(&text).ok().filter(is_ours);
    let facts =
        |RawSidecar { fetched_at, http, feed, part, .. }: RawSidecar| Some(FetchFacts { fetched_at, http: http?, feed, part });
    Ok(sidecar.and_then(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecars_that_are_not_gleaners_are_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("a_b.html.zst");
        let write = |kind: &str| {
            let http = r#"{"requested":"https://a.example/","final_url":"https://a.example/b","redirects":[],"status":200,"headers":{":stands-for":"https://a.example/",":tdm-reservation":"1"},"wire_bytes":1}"#;
            let text = format!(
                r#"{{"schema":1,"kind":"{kind}","file":"a_b.html.zst","fetched_at":"2024-05-01T00:00:00Z","http":{http}}}"#
            );
            std::fs::write(dir.path().join("a_b.json"), text).unwrap();
        };
        assert_eq!(facts(&page).unwrap(), None);
        write("another-kind");
        assert_eq!(facts(&page).unwrap(), None);
        write(KIND);
        let http = facts(&page).unwrap().unwrap().http;
        assert_eq!((http.final_url.as_str(), http.page_url()), ("https://a.example/b", "https://a.example/"));
        assert!(http.tdm_file.is_some_and(|file| file.reserved) && http.headers.is_empty());
        assert_eq!(sidecar(Path::new("x.zst")), None);
    }
}
