//! Fetched pages: `raw/<site>/<day>_<slug>_<8 hex of the body's hash>.html.zst`, with the facts of the fetch in a `.json` file of the same name. The later
//! pages of a story are next to its first one, named after it and their number: `<day>_<slug>_<8 hex>_2_<8 hex>.html.zst`.
//!
//! Files are written once and never changed: the same body from the same address is found by its hash. The body is compressed with zstd
//! (RFC 8878); the facts contain the hashes of both the body and the file. The user's own files under `raw/` are never changed.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;

use super::atomic::{self, ExpectedData, FilePair, RenameFailpoints, StagingArea};
use super::checksummed;
use super::document::RawRef;
use super::failure::{Error, READ, io_error, is_not_found};
use super::layout::Layout;
use super::name::{file_name, is_hex};
use super::readable::{SLUG_MAX, ascii_slug};
use crate::files;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::base::url::site_label;
use gleaner_extract::document::{FeedEntry, HttpFacts, LaterPage, Origin, RawDocument};
use gleaner_warc::compression::Compression;

/// Level 3 compresses a page to about a fifth at hundreds of MB/s.
const ZSTD_LEVEL: i32 = 3;
const SCHEMA: u32 = 1;
const KIND: &str = "gleaner-raw";
const UNDATED: &str = "undated";

/// Largest body in bytes, compressed or not: far above the fetcher's own cap.
const MAX_BYTES: u64 = 1 << 30;

/// File extensions by media type of the body; `.html.zst` for any other.
const EXTENSIONS: &[(&str, &str)] = &[("text/plain", "txt.zst"), ("text/markdown", "md.zst"), ("application/pdf", "pdf.zst")];
const HTML: &str = "html.zst";

const POINTS: RenameFailpoints = RenameFailpoints {
    data: ["raw.before-rename", "raw.after-rename"],
    facts: ["raw-facts.before-rename", "raw-facts.after-rename"],
};

/// The facts of a fetched body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFacts {
    pub schema: u32,
    /// Distinguishes gleaner's files from the user's.
    pub kind: String,
    /// The body's file name.
    pub file: String,
    /// SHA-256 of the file, compressed.
    pub file_sha256: ContentHash,
    /// SHA-256 of the body.
    pub sha256: ContentHash,
    pub fetched_at: Option<Timestamp>,
    pub http: Option<HttpFacts>,
    /// The feed entry that led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<Box<FeedEntry>>,
    /// The story that it is a later page of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<LaterPage>,
    /// The origin, for display.
    pub source: String,
}

impl RawFacts {
    fn decode(bytes: &[u8]) -> Result<(Self, ContentHash), String> {
        let (facts, checksum) = checksummed::decode::<Self>(bytes)?;
        if facts.schema != SCHEMA || facts.kind != KIND {
            return Err(format!("it is {} of schema {}, not {KIND} of schema {SCHEMA}", facts.kind, facts.schema));
        }
        Ok((facts, checksum))
    }

    /// The URLs that distinguish two pages with the same body.
    pub fn addresses(&self) -> (Option<&str>, Option<&str>) {
        let http = self.http.as_ref();
        (http.map(|http| http.requested.as_str()), http.map(|http| http.final_url.as_str()))
    }
}

/// A body that was written, and its facts.
pub(super) struct WrittenRaw {
    pub reference: RawRef,
    pub facts: RawFacts,
    pub checksum: ContentHash,
}

/// Writes fetched bodies.
pub(super) struct RawWriter {
    staging: StagingArea,
    /// Shared, because creating one takes longer than compressing a short page.
    compressor: Compressor<'static>,
}

impl std::fmt::Debug for RawWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawWriter").field("staging", &self.staging).finish_non_exhaustive()
    }
}

impl RawWriter {
    /// Opens `raw/` for writing.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        let staging = StagingArea::open(&layout.raw, &layout.state, "raw")?;
        let compressor = Compressor::new(ZSTD_LEVEL).map_err(io_error("compress for", &layout.raw))?;
        Ok(Self { staging, compressor })
    }

    /// Makes what was written so far durable.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.staging.sync()
    }

    /// Whether a write failed halfway, so that the next run has to recover.
    pub fn has_partial_commit(&self) -> bool {
        self.staging.has_partial_commit()
    }

    /// Writes a body and its facts: a later page of a story next to its first page. The caller has checked that they are not written yet.
    pub fn write(&mut self, layout: &Layout, raw: &RawDocument, first: Option<&RawRef>) -> Result<WrittenRaw, Error> {
        let compressed = self.compressor.compress(&raw.bytes).map_err(io_error("compress for", &layout.raw))?;
        let after_first = raw.part.as_ref().and_then(|part| location_after(layout, first?, part));
        let (folder, prefix) = after_first.unwrap_or_else(|| location(raw));
        let extension = extension(raw);
        let addresses = raw.http.as_ref().map_or(("", ""), |http| (&http.requested, &http.final_url));
        // If the same body from another URL has the name, the URL is hashed into it.
        let with_urls =
            ContentHash::of_parts([addresses.0.as_bytes(), addresses.1.as_bytes(), raw.hash().to_string().as_bytes()]);
        let names = [raw.hash().short(), with_urls.short(), with_urls.to_string()].map(|hex| format!("{prefix}_{hex}"));
        let taken = |name: &str| layout.raw.join(&folder).join(format!("{name}.json")).exists();
        let name = names.iter().find(|name| !taken(name)).unwrap_or(&names[2]);
        let file = format!("{name}.{extension}");
        let facts = RawFacts {
            schema: SCHEMA,
            kind: KIND.to_string(),
            file_sha256: ContentHash::of(&compressed),
            sha256: raw.hash(),
            fetched_at: raw.fetched_at,
            http: raw.http.clone(),
            feed: raw.feed.clone(),
            part: raw.part.clone(),
            source: raw.origin.to_string(),
            file,
        };
        let (data_path, facts_path) = (Path::new(&folder).join(&facts.file), Path::new(&folder).join(format!("{name}.json")));
        let checksummed = checksummed::encode(&facts).map_err(|error| io_error("write", &facts_path)(error.into()))?;
        self.staging.commit(FilePair {
            data: Some((&data_path, &compressed)),
            facts: (&facts_path, &checksummed.bytes),
            failpoints: &POINTS,
        })?;
        let reference = RawRef { sha256: raw.hash(), path: layout.key(&layout.raw.join(data_path)) };
        Ok(WrittenRaw { reference, facts, checksum: checksummed.checksum })
    }
}

/// The folder relative to `raw/`, and the name up to the hash.
fn location(raw: &RawDocument) -> (String, String) {
    let requested = match &raw.origin {
        Origin::Url(url) => Some(url.clone()),
        Origin::File(_) | Origin::Member { .. } | Origin::Stdin => None,
    };
    let url = raw.final_url().or(requested);
    let site = url.as_ref().and_then(site_label).unwrap_or_else(|| "local".to_string());
    let source = url.map_or_else(
        || raw.origin.to_string(),
        |url| percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy().into_owned(),
    );
    let day = raw.fetched_at.map_or_else(|| UNDATED.to_string(), |at| at.day().to_string());
    let mut slugs = [ascii_slug(file_name(&source), SLUG_MAX), ascii_slug(&source, SLUG_MAX), "index".to_string()].into_iter();
    (site, format!("{day}_{}", slugs.find(|slug| !slug.is_empty()).unwrap_or_default()))
}

/// The folder and the name of a later page of a story: those of the first page with a number, so that it is read after it.
fn location_after(layout: &Layout, first: &RawRef, part: &LaterPage) -> Option<(String, String)> {
    let first = layout.path(&first.path);
    let (stem, _) = split(&first)?;
    let folder = first.parent()?.strip_prefix(&layout.raw).ok()?.to_str()?;
    Some((folder.to_owned(), format!("{stem}_{}", part.number)))
}

fn extension(raw: &RawDocument) -> &'static str {
    let media_type = raw.http.as_ref().and_then(|http| http.header("content-type")).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    EXTENSIONS.iter().find(|(name, _)| *name == media_type).map_or(HTML, |(_, extension)| extension)
}

/// Whether a file under `raw/` is one of gleaner's own: body and facts both exist and are named as gleaner names them.
pub fn is_ours(path: &Path) -> bool {
    let Some((stem, extension)) = split(path) else { return false };
    let exists = |extension: &str| path.with_file_name(format!("{stem}.{extension}")).is_file();
    if extension == "json" { extensions().any(exists) } else { exists("json") }
}

/// Whether a file is named as gleaner names fetched pages.
pub(super) fn has_raw_name(path: &Path) -> bool {
    split(path).is_some()
}

/// Reads a fetched page: body and facts. Checks the body's hash.
pub fn read(path: &Path) -> Result<RawDocument, Error> {
    let damaged = |reason: &str| Error::Raw { path: path.to_path_buf(), reason: reason.to_string() };
    let (facts, _) = facts(&facts_path(path).ok_or_else(|| damaged("gleaner does not name fetched pages like this"))?)?;
    let compressed = atomic::read(path, MAX_BYTES)?;
    let mut bytes = Vec::new();
    let decompressed =
        zstd::stream::read::Decoder::new(compressed.as_slice()).and_then(|d| d.take(MAX_BYTES).read_to_end(&mut bytes));
    decompressed.map_err(|error| damaged(&error.to_string()))?;
    if ContentHash::of(&bytes) != facts.sha256 {
        return Err(damaged("its content does not match its hash"));
    }
    let requested = facts.http.as_ref().and_then(|http| http.requested.parse().ok());
    let origin = requested.map_or(Origin::Stdin, Origin::Url);
    let RawFacts { sha256, fetched_at, http, feed, part, .. } = facts;
    Ok(RawDocument { hash: sha256.into(), origin, fetched_at, http, feed, part, bytes })
}

/// Reads the facts of a page, and the checksum of their file.
pub(super) fn facts(path: &Path) -> Result<(RawFacts, ContentHash), Error> {
    let bytes = atomic::read(path, super::sidecar::MAX_BYTES).map_err(Error::of_sidecar)?;
    RawFacts::decode(&bytes).map_err(|reason| Error::Sidecar { path: path.to_path_buf(), reason })
}

/// The fetched pages under `raw/`, in order of their paths.
pub(super) fn entries(raw: &Path) -> Result<impl Iterator<Item = Result<RawEntry, Error>>, Error> {
    let raw = raw.to_path_buf();
    let sites = atomic::names(&raw)?;
    Ok(sites.into_iter().flat_map(move |site| match in_site(&raw.join(site)) {
        Ok(entries) => entries.into_iter().map(Ok).collect(),
        // gleaner's own folders are readable: this one is the user's, and is reported when the user's files are read.
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::PermissionDenied => Vec::new(),
        Err(error) => vec![Err(error)],
    }))
}

/// The files of a fetched page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawEntry {
    pub body: Option<PathBuf>,
    pub facts: Option<PathBuf>,
}

fn in_site(folder: &Path) -> Result<Vec<RawEntry>, Error> {
    let mut pages: BTreeMap<String, RawEntry> = BTreeMap::new();
    for name in atomic::names(folder)? {
        let path = folder.join(&name);
        let Some((stem, extension)) = split(&path) else { continue };
        let entry = pages.entry(stem).or_insert(RawEntry { body: None, facts: None });
        if extension == "json" { entry.facts = Some(path) } else { entry.body = Some(path) }
    }
    Ok(pages.into_values().collect())
}

fn facts_path(body: &Path) -> Option<PathBuf> {
    let (stem, _) = split(body)?;
    Some(body.with_file_name(format!("{stem}.json")))
}

fn extensions() -> impl Iterator<Item = &'static str> {
    EXTENSIONS.iter().map(|(_, extension)| *extension).chain([HTML])
}

/// Stem and extension of a file named as gleaner names fetched pages.
fn split(path: &Path) -> Option<(String, &str)> {
    let name = path.file_name()?.to_str()?;
    let (stem, extension) = name.split_once('.')?;
    let mut parts = stem.split('_');
    let (day, _, hex) = (parts.next()?, parts.next()?, parts.next()?);
    let is_day = day == UNDATED || day.parse::<Day>().is_ok();
    let is_later_page = |number: &str, hex: &str| number.parse::<u32>().is_ok() && is_hex(hex);
    let has_valid_end = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => true,
        (Some(number), Some(hex), None) => is_later_page(number, hex),
        _ => false,
    };
    (is_day && is_hex(hex) && has_valid_end && (extension == "json" || extensions().any(|known| known == extension)))
        .then(|| (stem.to_string(), extension))
}

/// The body that staged facts describe, for [`StagingArea::recover`].
pub(super) fn expected(below: &Path, bytes: &[u8]) -> Option<ExpectedData> {
    let (facts, _) = RawFacts::decode(bytes).ok()?;
    let is_plain_name = Path::new(&facts.file).file_name().is_some_and(|name| name == facts.file.as_str());
    is_plain_name.then(|| ExpectedData { data: Some((below.with_file_name(&facts.file), facts.file_sha256)) })
}

/// The hash of a user's file, if the file is the compressed body and not the body itself.
pub(super) fn compressed_hash(layout: &Layout, raw: &RawRef) -> Result<Option<ContentHash>, Error> {
    let path = layout.path(&raw.path);
    if is_ours(&path) || !is_compressed(&path)? {
        return Ok(None);
    }
    Ok(atomic::hash_file(&path)?.filter(|hash| *hash != raw.sha256))
}

fn is_compressed(path: &Path) -> Result<bool, Error> {
    let mut start = Vec::new();
    match files::open(path).and_then(|file| file.take(Compression::DETECTION_BYTES as u64).read_to_end(&mut start)) {
        Ok(_) => Ok(Compression::detect(&start).is_some()),
        // A page in an archive.
        Err(error) if is_not_found(&error) => Ok(false),
        Err(error) => Err(io_error(READ, path)(error)),
    }
}
