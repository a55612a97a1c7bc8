//! `explain`: a page with a verdict on every block, and the candidates for its metadata. Writes nothing.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::Serialize;
use url::Url;

use super::extract;
use crate::engine::context::RunContext;
use crate::engine::later_pages::{JoinedStory, LaterPages, MorePages, answered_at};
use crate::engine::options::EngineOptions;
use crate::engine::{Error, Setup, archives};
use crate::fetch::{Fetched, Request, TdmOptOut};
use crate::files;
use crate::outcome::Outcome;
use crate::store::{CorpusReader, KnownDocument, KnownSites, SourceKey};
use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::article::corrections::{Correction, ReaderVerdict, apply};
use gleaner_extract::base::path_text::{path_of_text, path_text};
use gleaner_extract::base::url::{canonical, hide_logins};
use gleaner_extract::document::{
    Block, Category, Completeness, Decoding, DocumentId, Limit, LiveEntry, Metadata, Origin, RawDocument, RuleId, Spared,
};
use gleaner_extract::label;
use gleaner_extract::metadata::ScoredCandidates;

/// What to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainTarget {
    /// A file.
    File(PathBuf),
    /// A page in an archive: the archive and the place in it.
    Member(PathBuf, String),
    /// A page: the kept body if the corpus has one, otherwise it is fetched.
    Url(Url),
    /// A document of the corpus: the first hex digits of its id (at least 4), or the name of its clean text.
    Id(String),
}

impl ExplainTarget {
    /// Reads a command-line argument: what starts with `http://` or `https://` is a URL, an existing file a file,
    /// `FILE#PLACE` a page in an archive, anything else the name of a document.
    pub fn from_arg(arg: impl AsRef<OsStr>) -> Result<Self, Error> {
        let arg = arg.as_ref();
        let (path, text) = (files::as_written(arg.into()), path_text(Path::new(arg)));
        match arg.to_str().map(Url::parse) {
            Some(Ok(url)) if matches!(url.scheme(), "http" | "https") => Ok(Self::Url(url)),
            // A link to itself or to nothing is there, too: reading it says what is wrong.
            _ if path.symlink_metadata().is_ok() => Ok(Self::File(path)),
            _ if text.is_empty() || text.contains("://") => Err(unknown(&text)),
            // As it is shown, or as the system has it.
            _ => Ok(arg.to_str().and_then(member).or_else(|| member(&text)).unwrap_or(Self::Id(text))),
        }
    }
}

fn unknown(arg: &str) -> Error {
    Error::Unknown(hide_logins(arg).into_owned())
}

/// `FILE#PLACE`, if there is such a file.
fn member(arg: &str) -> Option<ExplainTarget> {
    let mut splits = arg.match_indices('#').filter_map(|(at, _)| Some((path_of_text(arg.get(..at)?), arg.get(at + 1..)?)));
    let (archive, place) = splits.find(|(archive, _)| archive.is_file())?;
    Some(ExplainTarget::Member(archive, place.to_owned()))
}

/// A page with all that explains its clean text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The page, as the user named it.
    pub source: String,
    /// The document, if the corpus has it.
    pub id: Option<DocumentId>,
    /// Whether the whole story is there.
    pub completeness: Completeness,
    /// What that verdict rests on, the strongest first.
    pub completeness_evidence: Vec<String>,
    /// The entries of a live blog.
    pub entries: Vec<LiveEntry>,
    /// The caps that the page exceeded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f32,
    /// Words of the clean text.
    pub words: usize,
    /// What was wrong with the characters of the page, if anything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoding: Option<Decoding>,
    /// What is known about the page, each field with its evidence.
    pub metadata: Metadata,
    /// Every candidate for each field of the metadata, best first: the winners and the losers.
    pub candidates: ScoredCandidates,
    /// The corrections by hand that there are of the document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<ExplainedCorrection>,
    /// Every block of the page, in order, and of the later pages of its story: kept and removed ones together are the page's text.
    pub blocks: Vec<ExplainedBlock>,
}

/// A correction by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedCorrection {
    /// What the reader says of the block.
    pub verdict: ReaderVerdict,
    /// The number of the block, from 1; `None` if the page does not have it any more, so that the correction changes nothing.
    pub block: Option<usize>,
    /// The beginning of the block's text.
    pub text: String,
}

/// One block and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedBlock {
    /// The source line, from 1, for text; `None` for HTML.
    pub line: Option<u32>,
    /// The block's text.
    pub text: String,
    /// What became of it.
    pub verdict: BlockVerdict,
}

/// What became of a block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum BlockVerdict {
    /// Part of the story.
    Kept {
        /// What it is in the story: `paragraph`, `heading`, …
        role: &'static str,
        /// The labeller's probability that it is article text, 0 to 1.
        score: f32,
        /// The rule that wanted to drop it and why a guard kept it.
        spared: Option<SparedBy>,
    },
    /// Dropped.
    Removed {
        /// What it is.
        category: Category,
        /// The rule that named it.
        rule: RuleId,
        /// The rule's reason.
        why: String,
        /// The labeller's probability that it is article text, 0 to 1.
        score: f32,
    },
}

/// A rule that was overruled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SparedBy {
    /// The rule.
    pub rule: RuleId,
    /// Why the guard kept the block.
    pub why: String,
}

/// Explains one page. Writes nothing.
pub fn explain(setup: &Setup, target: &ExplainTarget) -> Result<Explanation, Error> {
    explain_at(setup, target, None)
}

/// [`explain`] for a page whose URL is known although it does not have one itself.
pub fn explain_at(setup: &Setup, target: &ExplainTarget, url: Option<&Url>) -> Result<Explanation, Error> {
    let (raw, id) = read_target(setup, target)?;
    let sites = CorpusReader::open(&setup.layout)?.known_sites()?;
    let cleaned = extract::extract_knowing(setup, (&setup.rules, Some(&sites)), &raw, url)?;
    let (source, candidates) = (raw.origin.to_string(), cleaned.candidates.clone());
    let mut story = match (id, answered_at(&raw)) {
        (Some(id), Some(url)) if raw.origin.place().is_none() => join((setup, &sites), id, cleaned, (&raw, url))?,
        _ => JoinedStory { article: cleaned.article.clone(), pages: vec![cleaned] },
    };
    let corrections = id.map_or(Ok(Vec::new()), |id| correct(setup, id, &mut story))?;
    Ok(Explanation { corrections, ..Explanation::of(source, id, candidates, story) })
}

/// Applies the corrections by hand of a document.
fn correct(setup: &Setup, id: DocumentId, story: &mut JoinedStory) -> Result<Vec<ExplainedCorrection>, Error> {
    let (_, corrections) = CorpusReader::open(&setup.layout)?.corrections(&id)?.into_read()?;
    let found = apply(&mut story.pages, &mut story.article, &corrections);
    let explained = corrections.into_iter().zip(found).map(|(Correction { verdict, text, .. }, at)| {
        let block = at.map(|at| at + 1);
        ExplainedCorrection { verdict, block, text }
    });
    Ok(explained.collect())
}

/// The page that the user named, and its document if the corpus has it.
pub(super) fn read_target(setup: &Setup, target: &ExplainTarget) -> Result<(RawDocument, Option<DocumentId>), Error> {
    Ok(match target {
        ExplainTarget::File(path) => {
            let key = SourceKey(setup.layout.key(path));
            (extract::read_file(setup, path)?, known(setup, &key)?.map(|known| known.id))
        }
        ExplainTarget::Member(archive, place) => {
            let key = SourceKey(setup.layout.member_key(archive, place));
            (body(setup, &key.0)?, known(setup, &key)?.map(|known| known.id))
        }
        ExplainTarget::Url(url) => page_at(setup, &setup.logins.split(url.clone()))?,
        ExplainTarget::Id(name) => document(setup, name)?,
    })
}

/// The page with the later pages of its story, as the document has them.
fn join(
    (setup, sites): (&Setup, &KnownSites),
    id: DocumentId,
    first: CleanedPage,
    (raw, url): (&RawDocument, Url),
) -> Result<JoinedStory, Error> {
    let document = CorpusReader::open(&setup.layout)?.find(id.to_string())?;
    let source = document.map(|document| document.sidecar.raw).filter(|source| source.sha256 == raw.hash());
    let mut later_pages = LaterPages::of(source.map(|source| source.parts).unwrap_or_default(), MorePages::UseKept);
    let mut context = RunContext::new(setup, &EngineOptions::default(), setup.clock.now(), sites);
    context.tdm_opt_out = TdmOptOut::Record;
    later_pages.join(first, url, &context).map_err(|outcome| Error::Page {
        source_name: raw.origin.to_string(),
        error: match outcome {
            Outcome::Failed { error, .. } => error,
            _ => "read the later pages of the story".to_owned(),
        },
        hint: "fetch the page again",
    })
}

fn known(setup: &Setup, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
    Ok(CorpusReader::open(&setup.layout)?.known(source)?)
}

/// The page at an address: the body that the corpus has, else it is fetched.
fn page_at(setup: &Setup, url: &Url) -> Result<(RawDocument, Option<DocumentId>), Error> {
    let known = known(setup, &SourceKey(canonical(url).into()))?;
    let kept = known.as_ref().filter(|known| setup.layout.body(&known.raw.path).0.is_file());
    match kept {
        Some(KnownDocument { id, raw, .. }) => {
            let (mut raw, id) = (body(setup, &raw.path)?, *id);
            raw.origin = Origin::Url(url.clone());
            Ok((raw, Some(id)))
        }
        None => Ok((fetch(setup, url)?, known.map(|known| known.id))),
    }
}

fn document(setup: &Setup, name: &str) -> Result<(RawDocument, Option<DocumentId>), Error> {
    let found = CorpusReader::open(&setup.layout)?.find(name)?.ok_or_else(|| Error::Unknown(name.to_owned()))?;
    Ok((body(setup, &found.sidecar.raw.path)?, Some(found.sidecar.id)))
}

/// The raw body behind a key of the corpus.
pub fn body(setup: &Setup, key: &str) -> Result<RawDocument, Error> {
    let (path, place) = setup.layout.body(key);
    Ok(archives::read(&path, place.as_deref(), setup.config.page.max_bytes)?)
}

fn fetch(setup: &Setup, url: &Url) -> Result<RawDocument, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::Threads(error.to_string()))?;
    let fetcher = setup.fetcher()?;
    let request = Request { url: url.clone(), etag: None, last_modified: None };
    match runtime.block_on(fetcher.fetch(request)).map_err(Error::Fetch)? {
        Fetched::Document(raw) => Ok(*raw),
        Fetched::NotModified => Err(Error::Unknown(url.to_string())),
    }
}

impl Explanation {
    fn of(source: String, id: Option<DocumentId>, candidates: ScoredCandidates, story: JoinedStory) -> Self {
        let JoinedStory { article, pages } = story;
        let blocks = pages.into_iter().flat_map(|page| {
            let CleanedPage { page, labelled: label::Labelled { verdicts, spared, .. }, .. } = page;
            let blocks = page.blocks.into_iter().zip(verdicts).enumerate();
            blocks.map(move |(at, (block, verdict))| explained(block, verdict, spared.iter().find(|spared| spared.block == at)))
        });
        Self {
            source,
            id,
            completeness: article.completeness,
            completeness_evidence: article.evidence,
            entries: article.entries,
            limits: article.limits,
            confidence: article.confidence,
            words: article.words,
            decoding: article.decoding,
            metadata: article.metadata,
            candidates,
            corrections: Vec::new(),
            blocks: blocks.collect(),
        }
    }
}

pub(super) fn explained(block: Block, verdict: label::Verdict, spared: Option<&Spared>) -> ExplainedBlock {
    let verdict = match verdict {
        label::Verdict::Kept { role, score } => {
            let spared = spared.map(|spared| SparedBy { rule: spared.rule.clone(), why: spared.why.clone() });
            BlockVerdict::Kept { role: role.name(), score, spared }
        }
        label::Verdict::Removed(removal) => {
            let (category, rule, why, score) = (removal.category, removal.rule, removal.why, removal.score);
            BlockVerdict::Removed { category, rule, why, score }
        }
    };
    ExplainedBlock { line: (block.line > 0).then_some(block.line), text: block.text, verdict }
}
