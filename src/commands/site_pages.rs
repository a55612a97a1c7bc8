//! The stored raw pages of one site: a bounded number of them, the same whatever the order of the documents. Cleans nothing.

use std::collections::BTreeMap;

use url::Url;

use super::explain;
use crate::engine::{Error, Setup};
use crate::store::sidecar::Sidecar;
use crate::store::{CorpusReader, SourceKey};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::fold;
use gleaner_extract::document::{DocumentId, RawDocument};
use gleaner_extract::rules::PageSite;

/// A stored page of a site.
#[derive(Clone, Debug)]
pub struct StoredPage {
    /// The document that was cleaned from it.
    pub id: DocumentId,
    /// The document's title.
    pub title: Option<String>,
    /// The key of its raw body.
    pub raw: String,
    /// Its URL, if it has one.
    pub url: Option<Url>,
}

/// Pages of a site.
#[derive(Clone, Debug)]
pub struct SitePages {
    /// Those that were chosen, in order of the hashes of their sources.
    pub chosen: Vec<StoredPage>,
    /// The number of all documents of the site.
    pub documents: u64,
}

impl StoredPage {
    /// Reads the raw body.
    pub fn read(&self, setup: &Setup) -> Result<RawDocument, Error> {
        explain::body(setup, &self.raw)
    }
}

/// The pages of a site: of its host and the hosts below it; of files, those in a folder with such a name, those that give the name of the site, and
/// those that rules of the site know. At most `most`, chosen by hash.
pub fn of_site(setup: &Setup, site: &str, most: usize) -> Result<SitePages, Error> {
    let reader = CorpusReader::open(&setup.layout)?;
    let (mut chosen, mut documents) = (BTreeMap::new(), 0);
    for document in reader.documents()? {
        let sidecar = document?.sidecar;
        if sidecar.copy_of.is_some() || !belongs(setup, &sidecar, site) {
            continue;
        }
        documents += 1;
        let key = ContentHash::of(sidecar.source.0.as_bytes());
        let (id, url) = (sidecar.id, url_of(&sidecar));
        chosen.insert(key, StoredPage { id, title: sidecar.title.map(|title| title.value), raw: sidecar.raw.path, url });
        if chosen.len() > most {
            chosen.pop_last();
        }
    }
    Ok(SitePages { chosen: chosen.into_values().collect(), documents })
}

fn url_of(sidecar: &Sidecar) -> Option<Url> {
    let addresses = [&sidecar.urls.r#final, &sidecar.urls.requested, &sidecar.urls.canonical];
    let fetched = addresses.into_iter().flatten().find_map(|url| url.parse().ok());
    fetched.or_else(|| SourceKey(sidecar.source.0.clone()).url())
}

/// Whether a document is of the site.
fn belongs(setup: &Setup, sidecar: &Sidecar, site: &str) -> bool {
    let is_host = |host: &str| {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        host.strip_suffix(site).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    };
    if let Some(url) = url_of(sidecar) {
        return url.host_str().is_some_and(is_host);
    }
    let name = sidecar.site.as_ref().map(|found| found.value.as_str());
    let path = sidecar.source.0.as_str();
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let known = setup.rules.site_matcher(PageSite { host: None, path: Some(path), site_name: name });
    folders.split(['/', '#']).any(is_host)
        || name.is_some_and(|name| fold(name) == fold(site))
        || known.is_some_and(|matcher| matcher.has(site))
}
