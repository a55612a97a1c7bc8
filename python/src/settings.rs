//! How pages are extracted: the settings that all functions share, and the extraction itself, which needs no interpreter.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};

use gleaner_extract::article::clean::{CleanContext, CleanedPage};
use gleaner_extract::article::extras::{self, Extras, Include};
use gleaner_extract::article::isolate::{Error, clean_isolated};
use gleaner_extract::article::render::OutputFormat;
use gleaner_extract::article::site::SiteTables;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Favour, HttpFacts, Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::{RuleFile, RuleSet};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::{Borrowed, create_exception};
use url::Url;

use super::input::PageInput;

create_exception!(gleaner, ExtractionError, PyValueError, "The bytes are no page: empty, binary, JSON, or larger than 20 MiB.");

/// The embedded rules. Empty if a file could not be parsed, which a test of the extractor rules out.
static EMBEDDED: LazyLock<Arc<RuleSet>> = LazyLock::new(|| Arc::new(RuleSet::embedded().unwrap_or_default()));

/// Rules: those that ship with gleaner, and one's own.
#[pyclass(frozen, module = "gleaner")]
pub struct Rules(Arc<RuleSet>);

#[pymethods]
impl Rules {
    /// Rules from files, each given by its path, which says what its rules are for, and its content.
    #[new]
    fn new(files: Vec<(PathBuf, String)>) -> PyResult<Self> {
        let files: Vec<RuleFile> = files.into_iter().map(|(path, text)| RuleFile { path, text }).collect();
        let rules = RuleSet::with_files(&files);
        Ok(Self(Arc::new(rules.map_err(|error| PyValueError::new_err(format!("failed to {error}; {}", error.hint())))?)))
    }

    /// The number of rules.
    fn __len__(&self) -> usize {
        self.0.rules().len()
    }
}

/// A point in time: a `datetime`, or seconds since 1970.
pub struct FetchedAt(i64);

impl FromPyObject<'_, '_> for FetchedAt {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let seconds: f64 = match value.extract() {
            Ok(seconds) => seconds,
            Err(_) => value.call_method0("timestamp")?.extract()?,
        };
        Ok(Self(seconds.floor() as i64))
    }
}

/// How pages are extracted.
#[derive(Clone)]
pub struct Settings {
    rules: Arc<RuleSet>,
    limits: page::Config,
    fetched_at: Option<Timestamp>,
    /// How the content is written; `None` if it is the text.
    pub format: Option<OutputFormat>,
    /// Whether removals and candidates are kept.
    pub explain: bool,
    /// What the article has besides its text.
    include: Include,
}

/// The settings as Python passes them.
pub struct Arguments<'a> {
    /// The name of an output format.
    pub format: &'a str,
    /// Favours precision.
    pub precision: bool,
    /// Favours recall.
    pub recall: bool,
    /// Keeps removals and candidates.
    pub explain: bool,
    /// What the article has besides its text.
    pub include: Include,
    /// The time of fetching, which relative dates count from. Without it they are ignored, and no date is later than now.
    pub fetched_at: Option<FetchedAt>,
    /// Other rules than the embedded ones.
    pub rules: Option<&'a Rules>,
}

impl Default for Arguments<'_> {
    fn default() -> Self {
        let include = Include::default();
        Self { format: "text", precision: false, recall: false, explain: false, include, fetched_at: None, rules: None }
    }
}

impl Settings {
    /// Checks the arguments.
    pub fn of(arguments: Arguments<'_>) -> PyResult<Self> {
        let favour = match (arguments.precision, arguments.recall) {
            (true, true) => return Err(PyValueError::new_err("precision and recall cannot both be favoured")),
            (true, false) => Favour::Precision,
            (false, true) => Favour::Recall,
            (false, false) => Favour::Balanced,
        };
        let format = OutputFormat::ALL.iter().find(|format| format.name() == arguments.format).ok_or_else(|| {
            let names: Vec<&str> = OutputFormat::ALL.iter().map(|format| format.name()).collect();
            PyValueError::new_err(format!("format is one of {}, not {:?}", names.join(", "), arguments.format))
        })?;
        Ok(Self {
            rules: arguments.rules.map_or_else(|| Arc::clone(&EMBEDDED), |rules| Arc::clone(&rules.0)),
            limits: page::Config { favour, ..page::Config::default() },
            fetched_at: arguments.fetched_at.map(|fetched_at| Timestamp::from_unix(fetched_at.0)),
            // As text, comments are a section below the article's own.
            format: Some(*format).filter(|format| *format != OutputFormat::Text || arguments.include.comments),
            explain: arguments.explain,
            include: arguments.include,
        })
    }

    /// Extracts a page. Needs no interpreter.
    pub fn clean(&self, input: PageInput) -> Result<CleanedPage, Error> {
        self.clean_with_extras(input).map(|(cleaned, _)| cleaned)
    }

    /// Extracts a page, with its links, images and comments as far as they are included. Needs no interpreter.
    pub fn clean_with_extras(&self, input: PageInput) -> Result<(CleanedPage, Extras), Error> {
        let url = input.url.as_deref().and_then(|url| Url::parse(url).ok());
        let mut raw = RawDocument::local(Origin::Stdin, input.bytes);
        raw.fetched_at = self.fetched_at;
        raw.http = input.content_type.map(|content_type| HttpFacts::of_page(url.as_ref(), &content_type));
        let context = self.context(None);
        let cleaned = clean_isolated(&raw, url.as_ref(), context)?;
        let extras = extras::find(&raw, &cleaned, context, self.include)?;
        Ok((cleaned, extras))
    }

    /// What cleaning a page needs besides the page; with tables of sites, what recurs there is removed.
    pub fn context<'a>(&'a self, sites: Option<&'a dyn SiteTables>) -> CleanContext<'a> {
        CleanContext { rules: &self.rules, limits: &self.limits, now: Some(self.fetched_at.unwrap_or_else(now)), sites }
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// What a page that cannot be read fails with.
pub fn message(error: &Error) -> String {
    format!("failed to {error}; {}", error.hint())
}
