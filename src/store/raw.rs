//! Fetched pages as they came: `raw/<site>/<day>_<slug>_<8 hex of the body's hash>.html.zst`, with the facts beside it as `.json`. The further
//! pages of a story lie beside its first one, under its name and their number: `<day>_<slug>_<8 hex>_2_<8 hex>.html.zst`.
//!
//! Written once and never again: the same body from the same address is found by its hash and kept as it is. The body is compressed
//! with zstd (RFC 8878); the facts hold the hashes of both the body and the file. The user's own files under `raw/` are never touched.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zstd::bulk::Compressor;

use super::atomic::{self, Expected, Pair, Points, Staging};
use super::checksummed;
use super::name::{file_name, is_hex};
use super::{Error, Layout, RawRef, SourceKey, io_error};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::slug;
use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::base::url::site_label;
use gleaner_extract::document::{FeedEntry, HttpFacts, LaterPage, Origin, RawDocument};

/// Level 3 packs a page to about a fifth at hundreds of MB/s.
const ZSTD_LEVEL: i32 = 3;
const SCHEMA: u32 = 1;
const KIND: &str = "gleaner-raw";
const UNDATED: &str = "undated";
const SLUG_MAX: usize = 60;

/// No body is larger, compressed or not: far above the fetcher's own cap.
const MAX_BYTES: u64 = 1 << 30;

/// What the file extension says of the body, by media type. Anything else is `.html.zst`.
const EXTENSIONS: &[(&str, &str)] = &[("text/plain", "txt.zst"), ("text/markdown", "md.zst"), ("application/pdf", "pdf.zst")];
const HTML: &str = "html.zst";

const POINTS: Points =
    Points { data: ["raw.before-rename", "raw.after-rename"], facts: ["raw-facts.before-rename", "raw-facts.after-rename"] };

/// The facts beside a fetched body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFacts {
    pub schema: u32,
    /// Tells gleaner's files from the user's.
    pub kind: String,
    /// The body's file name.
    pub file: String,
    /// SHA-256 of the file, compressed.
    pub file_sha256: ContentHash,
    /// SHA-256 of the body.
    pub sha256: ContentHash,
    pub fetched_at: Option<Timestamp>,
    pub http: Option<HttpFacts>,
    /// What the feed says that led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<Box<FeedEntry>>,
    /// Of which story it is a further page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<LaterPage>,
    /// The origin as shown to people.
    pub source: String,
}

impl RawFacts {
    fn open(bytes: &[u8]) -> Result<(Self, ContentHash), String> {
        let (facts, checksum) = checksummed::open::<Self>(bytes)?;
        if facts.schema != SCHEMA || facts.kind != KIND {
            return Err(format!("it is {} of schema {}, not {KIND} of schema {SCHEMA}", facts.kind, facts.schema));
        }
        Ok((facts, checksum))
    }

    /// What tells two pages with the same body apart.
    pub fn addresses(&self) -> (Option<&str>, Option<&str>) {
        let http = self.http.as_ref();
        (http.map(|http| http.requested.as_str()), http.map(|http| http.final_url.as_str()))
    }
}

/// A body that was written.
pub(super) struct Kept {
    pub reference: RawRef,
    pub facts: RawFacts,
    pub checksum: ContentHash,
}

/// Writes fetched bodies.
pub(super) struct Keeper {
    staging: Staging,
    /// One for all: to make one takes longer than to pack a short page.
    packer: Compressor<'static>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("staging", &self.staging).finish_non_exhaustive()
    }
}

impl Keeper {
    /// Fails where nothing can be written below `raw/`.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        let staging = Staging::open(&layout.raw, &layout.state, "raw")?;
        let packer = Compressor::new(ZSTD_LEVEL).map_err(io_error("compress for", &layout.raw))?;
        Ok(Self { staging, packer })
    }

    /// Makes what was kept so far last through a power cut.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.staging.sync()
    }

    /// True where keeping failed half-way: the next run has to recover.
    pub fn is_torn(&self) -> bool {
        self.staging.is_torn()
    }

    /// Writes a body and its facts: in a place of its own, or beside the first page of its story. The caller has made sure that they are not kept yet.
    pub fn keep(&mut self, layout: &Layout, raw: &RawDocument, first: Option<&RawRef>) -> Result<Kept, Error> {
        let packed = self.packer.compress(&raw.bytes).map_err(io_error("compress for", &layout.raw))?;
        let beside = raw.part.as_ref().and_then(|part| place_beside(layout, first?, part));
        let (folder, front) = beside.unwrap_or_else(|| place(raw));
        let extension = extension(raw);
        let addresses = raw.http.as_ref().map_or(("", ""), |http| (&http.requested, &http.final_url));
        // Where the name is taken, by the same body from another address, the address goes in.
        let other = ContentHash::of_parts([addresses.0.as_bytes(), addresses.1.as_bytes(), raw.hash.to_string().as_bytes()]);
        let names = [raw.hash.short(), other.short(), other.to_string()].map(|hex| format!("{front}_{hex}"));
        let taken = |name: &str| layout.raw.join(&folder).join(format!("{name}.json")).exists();
        let name = names.iter().find(|name| !taken(name)).unwrap_or(&names[2]);
        let file = format!("{name}.{extension}");
        let facts = RawFacts {
            schema: SCHEMA,
            kind: KIND.to_string(),
            file_sha256: ContentHash::of(&packed),
            sha256: raw.hash,
            fetched_at: raw.fetched_at,
            http: raw.http.clone(),
            feed: raw.feed.clone(),
            part: raw.part.clone(),
            source: raw.origin.to_string(),
            file,
        };
        let (data_path, facts_path) = (Path::new(&folder).join(&facts.file), Path::new(&folder).join(format!("{name}.json")));
        let checksummed = checksummed::seal(&facts).map_err(|error| io_error("write", &facts_path)(error.into()))?;
        self.staging.commit(Pair {
            data: Some((&data_path, &packed)),
            facts: (&facts_path, &checksummed.bytes),
            points: &POINTS,
        })?;
        let reference = RawRef { sha256: raw.hash, path: layout.key(&layout.raw.join(data_path)) };
        Ok(Kept { reference, facts, checksum: checksummed.checksum })
    }
}

/// The folder below `raw/`, and the name up to the hash.
fn place(raw: &RawDocument) -> (String, String) {
    let requested = match &raw.origin {
        Origin::Url(url) => Some(url.clone()),
        Origin::File(_) | Origin::Member { .. } | Origin::Stdin => None,
    };
    let url = raw.final_url().or(requested);
    let site = url.as_ref().and_then(site_label).unwrap_or_else(|| "local".to_string());
    let source = url.map_or_else(|| raw.origin.to_string(), |url| url.path().to_string());
    let day = raw.fetched_at.map_or_else(|| UNDATED.to_string(), |at| at.day().to_string());
    let mut slugs = [slug(file_name(&source), SLUG_MAX), slug(&source, SLUG_MAX), "index".to_string()].into_iter();
    (site, format!("{day}_{}", slugs.find(|slug| !slug.is_empty()).unwrap_or_default()))
}

/// The folder and name of a story's first page, for a further one: so that it is read behind the first.
fn place_beside(layout: &Layout, first: &RawRef, part: &LaterPage) -> Option<(String, String)> {
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

/// Whether a file is one of gleaner's own under `raw/`, body or facts: both are there, with names as gleaner gives them.
pub fn is_ours(path: &Path) -> bool {
    let Some((stem, extension)) = split(path) else { return false };
    let beside = |extension: &str| path.with_file_name(format!("{stem}.{extension}")).is_file();
    if extension == "json" { extensions().any(beside) } else { beside("json") }
}

/// Whether a file has a name as gleaner gives them to fetched pages.
pub(super) fn has_our_name(path: &Path) -> bool {
    split(path).is_some()
}

/// Reads a fetched page back: body and facts. The body's hash is checked.
pub fn read(path: &Path) -> Result<RawDocument, Error> {
    let damaged = |reason: &str| Error::Raw { path: path.to_path_buf(), reason: reason.to_string() };
    let (facts, _) = facts(&facts_path(path).ok_or_else(|| damaged("its name is not one that gleaner gives"))?)?;
    let packed = atomic::read(path, MAX_BYTES)?;
    let mut bytes = Vec::new();
    let unpacked = zstd::stream::read::Decoder::new(packed.as_slice()).and_then(|d| d.take(MAX_BYTES).read_to_end(&mut bytes));
    unpacked.map_err(|error| damaged(&error.to_string()))?;
    if ContentHash::of(&bytes) != facts.sha256 {
        return Err(damaged("its content does not fit its hash"));
    }
    let requested = facts.http.as_ref().and_then(|http| http.requested.parse().ok());
    let origin = requested.map_or(Origin::Stdin, Origin::Url);
    let RawFacts { sha256: hash, fetched_at, http, feed, part, .. } = facts;
    Ok(RawDocument { hash, origin, fetched_at, http, feed, part, bytes })
}

/// The source behind a fetched body: its canonical address, or none for standard input.
pub fn source(path: &Path) -> Result<Option<SourceKey>, Error> {
    let Some(facts_path) = facts_path(path) else { return Ok(None) };
    let (facts, _) = facts(&facts_path)?;
    let url = facts.http.and_then(|http| http.requested.parse::<url::Url>().ok());
    Ok(url.map(|url| SourceKey(gleaner_extract::base::url::canonical(&url).to_string())))
}

/// Reads the facts, with their checksum.
pub(super) fn facts(path: &Path) -> Result<(RawFacts, ContentHash), Error> {
    let bytes = atomic::read(path, super::sidecar::MAX_BYTES)?;
    RawFacts::open(&bytes).map_err(|reason| Error::Sidecar { path: path.to_path_buf(), reason })
}

/// The fetched pages below `raw/`, in order of their paths.
pub(super) fn entries(raw: &Path) -> Result<impl Iterator<Item = Result<RawEntry, Error>>, Error> {
    let raw = raw.to_path_buf();
    let sites = atomic::names(&raw)?;
    Ok(sites.into_iter().flat_map(move |site| match in_site(&raw.join(site)) {
        Ok(entries) => entries.into_iter().map(Ok).collect(),
        // gleaner's own folders can be read: this one is the user's, and what walks the user's files reports it.
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::PermissionDenied => Vec::new(),
        Err(error) => vec![Err(error)],
    }))
}

/// A fetched page on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawEntry {
    pub body: Option<PathBuf>,
    pub facts: Option<PathBuf>,
}

fn in_site(folder: &Path) -> Result<Vec<RawEntry>, Error> {
    let mut found: std::collections::BTreeMap<String, RawEntry> = std::collections::BTreeMap::new();
    for name in atomic::names(folder)? {
        let path = folder.join(&name);
        let Some((stem, extension)) = split(&path) else { continue };
        let entry = found.entry(stem).or_insert(RawEntry { body: None, facts: None });
        if extension == "json" { entry.facts = Some(path) } else { entry.body = Some(path) }
    }
    Ok(found.into_values().collect())
}

fn facts_path(body: &Path) -> Option<PathBuf> {
    let (stem, _) = split(body)?;
    Some(body.with_file_name(format!("{stem}.json")))
}

fn extensions() -> impl Iterator<Item = &'static str> {
    EXTENSIONS.iter().map(|(_, extension)| *extension).chain([HTML])
}

/// Stem and extension of a name that gleaner gives to raw files.
fn split(path: &Path) -> Option<(String, &str)> {
    let name = path.file_name()?.to_str()?;
    let (stem, extension) = name.split_once('.')?;
    let mut parts = stem.split('_');
    let (day, _, hex) = (parts.next()?, parts.next()?, parts.next()?);
    let dated = day == UNDATED || day.parse::<Day>().is_ok();
    let is_part = |number: &str, hex: &str| number.parse::<u32>().is_ok() && is_hex(hex);
    let ends_well = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => true,
        (Some(number), Some(hex), None) => is_part(number, hex),
        _ => false,
    };
    (dated && is_hex(hex) && ends_well && (extension == "json" || extensions().any(|known| known == extension)))
        .then(|| (stem.to_string(), extension))
}

/// What staged facts say of their body, for [`Staging::recover`].
pub(super) fn expected(below: &Path, bytes: &[u8]) -> Option<Expected> {
    let (facts, _) = RawFacts::open(bytes).ok()?;
    let inside = Path::new(&facts.file).file_name().is_some_and(|name| name == facts.file.as_str());
    inside.then(|| Expected { data: Some((below.with_file_name(&facts.file), facts.file_sha256)) })
}

/// The hash of a user's file, where the file is not the body itself but compressed (gzip, RFC 1952; zstd, RFC 8878).
pub(super) fn compressed_hash(layout: &Layout, raw: &RawRef) -> Result<Option<ContentHash>, Error> {
    let path = layout.path(&raw.path);
    if is_ours(&path) {
        return Ok(None);
    }
    if !is_compressed(&path) {
        return Ok(None);
    }
    Ok(atomic::hash_file(&path)?.filter(|hash| *hash != raw.sha256))
}

fn is_compressed(path: &Path) -> bool {
    let mut magic = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && (magic.starts_with(&[0x1f, 0x8b]) || magic == [0x28, 0xb5, 0x2f, 0xfd])
}
