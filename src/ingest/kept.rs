//! Pages that gleaner fetched and kept itself: `NAME.html.zst` with `NAME.json` beside it. Reads how they came; the store writes them.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Error;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{FeedEntry, HttpFacts, LaterPage};

/// What a sidecar says of itself when it is ours.
const KIND: &str = "gleaner-raw";

/// How a kept page came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// When it was received.
    pub fetched_at: Option<Timestamp>,
    /// What HTTP said.
    pub http: HttpFacts,
    /// What the feed said that led to it.
    pub feed: Option<Box<FeedEntry>>,
    /// Of which story it is a further page.
    pub part: Option<LaterPage>,
}

/// The sidecar, as far as it is needed here. The store owns its form and checks the rest.
#[derive(Deserialize)]
struct Sidecar {
    kind: String,
    file: String,
    fetched_at: Option<Timestamp>,
    http: Option<HttpFacts>,
    feed: Option<Box<FeedEntry>>,
    part: Option<LaterPage>,
}

/// Where the sidecar of a file would lie, if the file's name is that of a kept page (`NAME.EXT.zst`).
pub fn sidecar(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(".zst")?;
    let (stem, _) = name.rsplit_once('.')?;
    Some(path.with_file_name(format!("{stem}.json")))
}

/// How the page came, if the file is one that gleaner kept; `None` for the user's own.
pub fn facts(path: &Path) -> Result<Option<Facts>, Error> {
    let Some(beside) = sidecar(path) else { return Ok(None) };
    let text = match std::fs::read(&beside) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { path: beside, source }),
    };
    // A file that is not ours tells nothing: the page is then a file like any other.
    let ours = |sidecar: &Sidecar| sidecar.kind == KIND && path.file_name().is_some_and(|name| name == sidecar.file.as_str());
    let sidecar: Option<Sidecar> = serde_json::from_slice(&text).ok().filter(ours);
    let facts = |Sidecar { fetched_at, http, feed, part, .. }: Sidecar| Some(Facts { fetched_at, http: http?, feed, part });
    Ok(sidecar.and_then(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_sidecars_count() {
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
