//! The configuration file, which combines the `Config` of each stage. Reads it; never writes it.
//!
//! `default.toml`, embedded here, is both the default configuration and its documentation: it explains every key, and the `config.toml` of a
//! new corpus is a copy of it.

pub mod corpus_root;
pub mod diagnose;
pub mod rules_dir;
pub mod source;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files;
use crate::store::Layout;
use crate::{fetch, health, notify, queue, reclean, search, store};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::page;

pub use diagnose::Error;
use rules_dir::RuleFolders;
pub use source::{SourceConfig, SourcePlace};

/// The commented template: the default configuration and its documentation.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The file name of the configuration.
pub const FILE_NAME: &str = "config.toml";

/// Largest configuration file in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of raw pages, relative to the configuration file's folder.
    pub raw: PathBuf,
    /// Folder from which files are taken into the corpus, relative to the configuration file's folder.
    pub drop: PathBuf,
    /// Folder of clean text, relative to the configuration file's folder.
    pub clean: PathBuf,
    /// Folder of the documents as Markdown files, relative to the configuration file's folder; `None` for none.
    pub markdown: Option<PathBuf>,
    /// Folder of the user's own rules, added to the built-in ones.
    pub rules_dir: Option<PathBuf>,
    /// Folder of rules in the ftr-site-config format.
    pub ftr_rules_dir: Option<PathBuf>,
    /// Number of threads; 0 means one per core.
    pub jobs: usize,
    /// How pages are fetched.
    pub fetch: fetch::Config,
    /// Cookies and headers to send to sites.
    pub session: Vec<fetch::SessionConfig>,
    /// The browser that renders pages which need scripts.
    pub render: fetch::RenderConfig,
    /// Limits of the page parser.
    pub page: page::Config,
    /// The queue, and the limits of `run`.
    pub queue: queue::Config,
    /// The limits of `ingest`.
    pub ingest: queue::IngestConfig,
    /// When young stories are requested again.
    pub recheck: queue::RecheckConfig,
    /// How much cleaning again may lose.
    pub reclean: reclean::Config,
    /// How documents are named.
    pub store: store::Config,
    /// Which journals of earlier runs are kept.
    pub journal: store::JournalConfig,
    /// Whether a run ends with a look at the health of the sites.
    pub health: health::Config,
    /// Who is told of a run.
    pub notify: notify::Config,
    /// What is started when something has happened.
    pub hook: Vec<notify::HookConfig>,
    /// Saved searches.
    pub watch: Vec<search::WatchConfig>,
    /// Where `gleaner run` gets its pages.
    pub source: Vec<SourceConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            raw: "raw".into(),
            drop: "drop".into(),
            clean: "clean".into(),
            markdown: None,
            rules_dir: None,
            ftr_rules_dir: None,
            jobs: 0,
            fetch: fetch::Config::default(),
            session: Vec::new(),
            render: fetch::RenderConfig::default(),
            page: page::Config::default(),
            queue: queue::Config::default(),
            ingest: queue::IngestConfig::default(),
            recheck: queue::RecheckConfig::default(),
            reclean: reclean::Config::default(),
            store: store::Config::default(),
            journal: store::JournalConfig::default(),
            health: health::Config::default(),
            notify: notify::Config::default(),
            hook: Vec::new(),
            watch: Vec::new(),
            source: Vec::new(),
        }
    }
}

/// A configuration, and the folder that its paths are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// The file that they were read from; `None` for the built-in defaults.
    pub path: Option<PathBuf>,
    /// The corpus root: the configuration file's folder, else the current folder. Paths in the settings are relative to it.
    pub root: PathBuf,
}

impl Loaded {
    /// The folders of the corpus.
    pub fn layout(&self) -> Layout {
        let mut layout = Layout::at(&self.root);
        layout.raw = self.root.join(&self.config.raw);
        layout.drop = Some(self.root.join(&self.config.drop));
        layout.clean = self.root.join(&self.config.clean);
        layout.names = self.config.store.names;
        layout
    }

    /// The folders that rules are read from.
    pub fn rule_folders(&self) -> RuleFolders {
        let at = |dir: &Option<PathBuf>| dir.as_ref().map(|dir| self.root.join(dir));
        RuleFolders { own: at(&self.config.rules_dir), ftr: at(&self.config.ftr_rules_dir) }
    }
}

/// Reads the configuration: the file at `path` if given, else `config.toml` in `folder` if it exists, else the defaults.
pub fn load(path: Option<&Path>, folder: &Path) -> Result<Loaded, Error> {
    let found = match path {
        Some(path) => path.to_path_buf(),
        None => folder.join(FILE_NAME),
    };
    let text = match path {
        Some(named) => files::open_named(named).and_then(|file| files::read_text_from(file, MAX_BYTES)),
        None => files::read_text(&found, MAX_BYTES),
    };
    let text = match text {
        Ok(text) => text,
        Err(error) if path.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Loaded { config: Config::default(), path: None, root: folder.to_path_buf() });
        }
        Err(source) => return Err(Error::Io { path: found, source }),
    };
    let config = Config::parse(&text, &found)?;
    let root = match found.parent() {
        Some(parent) if parent.as_os_str().is_empty() => folder,
        Some(parent) => parent,
        None => folder,
    };
    Ok(Loaded { config, root: root.to_path_buf(), path: Some(found) })
}

impl Config {
    /// Parses a configuration; `path` is for errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let config: Self = toml::from_str(text).map_err(|error| Error::new(text, path, &error, &tables()))?;
        if let Some((index, problem)) = config.hook.iter().zip(1..).find_map(|(hook, index)| Some((index, hook.problem()?))) {
            return Err(Error::hook(text, path, index, problem));
        }
        let waits_for_drifts = |hook: &notify::HookConfig| hook.on.contains(&notify::EventKind::Drift);
        if let (false, Some(index)) = (config.health.after_run, config.hook.iter().position(waits_for_drifts)) {
            let problem = "`drift` happens only with `after_run = true` in [health]";
            return Err(Error::hook(text, path, index + 1, problem));
        }
        if let Some((index, problem)) = watch_problem(&config.watch) {
            return Err(Error::watch(text, path, index, &problem));
        }
        match source::find_duplicate(&config.source) {
            Some(duplicate) => Err(Error::duplicate(text, path, &duplicate)),
            None => Ok(config),
        }
    }

    /// SHA-256 of the settings that affect clean text, and no others. Part of the cleaner's version in every sidecar.
    pub fn text_hash(&self) -> ContentHash {
        // Serializing numbers and strings cannot fail.
        ContentHash::of(serde_json::to_vec(&self.page).unwrap_or_default())
    }

    /// The number of threads: the setting, or one per core.
    pub fn threads(&self) -> usize {
        match self.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        }
    }
}

/// The first saved search that cannot be used, from 1, and why.
fn watch_problem(watches: &[search::WatchConfig]) -> Option<(usize, String)> {
    watches.iter().enumerate().find_map(|(at, watch)| {
        let has_name = |other: &search::WatchConfig| other.name == watch.name;
        let is_again = watches.iter().take(at).any(has_name);
        let problem = watch.problem().or_else(|| is_again.then(|| format!("another one has the name `{}`", watch.name)))?;
        Some((at + 1, problem))
    })
}

/// Every table of the configuration with its keys. They are taken from the TOML parser's error about an unknown key, so they cannot differ from the
/// fields of [`Config`].
pub fn tables() -> Vec<(&'static str, Vec<String>)> {
    const TABLES: &[(&str, &str)] = &[
        ("the top, above all tables", ""),
        ("[fetch]", "[fetch]\n"),
        ("[[session]]", "[[session]]\n"),
        ("[render]", "[render]\n"),
        ("[page]", "[page]\n"),
        ("[queue]", "[queue]\n"),
        ("[ingest]", "[ingest]\n"),
        ("[recheck]", "[recheck]\n"),
        ("[reclean]", "[reclean]\n"),
        ("[store]", "[store]\n"),
        ("[journal]", "[journal]\n"),
        ("[health]", "[health]\n"),
        ("[notify]", "[notify]\n"),
        ("[[hook]]", "[[hook]]\n"),
        ("[[watch]]", "[[watch]]\n"),
        ("[[source]]", "[[source]]\n"),
    ];
    let keys = |header: &str| {
        let parsed = toml::from_str::<Config>(&format!("{header}no-such-key = 0"));
        let message = parsed.err().map(|error| error.message().to_owned()).unwrap_or_default();
        message.split('`').skip(1).step_by(2).skip(1).map(str::to_owned).collect()
    };
    TABLES.iter().map(|(name, header)| (*name, keys(header))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_and_hint(text: &str) -> (String, String) {
        let error = Config::parse(text, Path::new("config.toml")).unwrap_err();
        (error.to_string(), error.hint().unwrap().to_owned())
    }

    #[test]
    fn the_template_has_the_default_values() {
        assert_eq!(Config::parse(DEFAULT_TOML, Path::new("default.toml")).unwrap(), Config::default());
    }

    #[test]
    fn every_key_is_documented_in_its_table() {
        for (table, keys) in tables() {
            assert!(!keys.is_empty(), "{table}");
            let header = if table.starts_with('[') { table } else { "" };
            let start = DEFAULT_TOML.find(&format!("\n{header}")).or(DEFAULT_TOML.find(&format!("\n# {header}")));
            let section = &DEFAULT_TOML[start.unwrap_or_else(|| panic!("no {table}")) + 1..];
            let header_end = section.find('\n').unwrap();
            let end = section[header_end..].find("\n[").map_or(section.len(), |end| end + header_end);
            for key in keys {
                if DEFAULT_TOML.contains(&format!("[{key}]")) {
                    continue; // A table, checked separately.
                }
                let documented = section[..end].lines().any(|line| {
                    let line = line.trim_start_matches("# ");
                    line.strip_prefix(&key).is_some_and(|rest| rest.trim_start().starts_with('='))
                });
                assert!(documented, "`{key}` of {table} is missing from default.toml");
            }
        }
    }

    #[test]
    fn the_example_at_the_root_is_a_copy_of_the_template() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE_NAME);
        assert_eq!(std::fs::read_to_string(root).unwrap(), DEFAULT_TOML, "copy src/config/default.toml to config.toml");
    }

    #[test]
    fn errors_name_line_and_key_and_suggest_the_right_one() {
        let (error, hint) = error_and_hint("raw = \"raw\"\n\n[page]\nmax_byte = 1\n");
        assert!(error.starts_with("read the configuration config.toml, line 4: unknown field `max_byte`"), "{error}");
        assert_eq!(hint, "did you mean `max_bytes`?");
        assert_eq!(error_and_hint("max_depth = 3").1, "`max_depth` is a key of `[page]`: move it there");
        assert!(error_and_hint("[page]\nmax_bytes = \"1\"").0.contains("line 2: invalid type"));
        assert!(error_and_hint("a = ").0.contains("line 1"));
    }

    #[test]
    fn each_kind_of_source_needs_its_own_keys() {
        let sources = "[[source]]\nkind = \"urls\"\nname = \"a\"\nurls = [\"https://a.example/\"]\n\
                       [[source]]\nkind = \"list\"\nname = \"b\"\nfile = \"b.txt\"\n";
        let config = Config::parse(sources, Path::new("c")).unwrap();
        assert_eq!(config.source.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let (error, _) = error_and_hint("[[source]]\nkind = \"fed\"\nname = \"a\"\n");
        assert!(error.contains("line 2: unknown variant `fed`, expected one of `urls`, `list`"), "{error}");
        assert!(error_and_hint("[[source]]\nkind = \"feed\"\nname = \"a\"\n").0.contains("needs `url = "));
        assert!(error_and_hint("[[source]]\nkind = \"feed\"\nname = \"a\"\nurl = \"ftp://x\"").0.contains("is not an address"));
        assert!(
            error_and_hint("[[source]]\nkind = \"feed\"\nname = \"a\"\nurl = \"https://x/\"\ncolumn = \"b\"")
                .0
                .contains("no `column`")
        );
        let feed =
            "[[source]]\nkind = \"feed\"\nname = \"a\"\nurl = \"https://a.example/feed\"\ntags = [\"x\"]\nmin_interval_s = 60";
        let feed = &Config::parse(feed, Path::new("c")).unwrap().source[0];
        assert_eq!((feed.kind(), feed.tags.as_slice(), feed.min_interval_s), ("feed", &["x".to_owned()][..], Some(60)));
        assert!(error_and_hint("[[source]]\nkind = \"urls\"\nname = \"a\"\nfile = \"x\"").0.contains("needs `urls"));
        assert!(error_and_hint("[[source]]\nkind = \"urls\"\nurls = []").0.contains("missing field `name`"));
    }

    #[test]
    fn sources_with_the_same_name_or_place_and_bad_contacts_are_named_with_their_line() {
        let feed = |name: &str, url: &str| format!("[[source]]\nkind = \"feed\"\nname = \"{name}\"\nurl = \"{url}\"\n");
        let (error, hint) = error_and_hint(&(feed("News", "https://a.example/1") + &feed("news ", "https://a.example/2")));
        assert!(error.contains("config.toml, line 7: two sources have the name `news`") && hint.contains("--only"), "{error}");
        let (error, hint) = error_and_hint(&(feed("A", "https://a.example") + "\n" + &feed("B", "https://A.example/")));
        assert!(error.contains("line 9: the sources `A` and `B` have the same `url`: https://a.example/"), "{error}");
        assert!(hint.contains("remove one"), "{hint}");
        let inline =
            "source = [{ kind = \"list\", name = \"a\", file = \"x\" },\n{ kind = \"csv\", name = \"b\", file = \"x\" }]\n";
        assert!(error_and_hint(inline).0.contains("line 2: the sources `a` and `b` have the same `file`: x"));
        let (error, _) = error_and_hint("jobs = 1\n[fetch]\nrobots = \"honour\"\ncontact = \"me\"\n");
        assert!(error.contains("config.toml, line 4: `contact` is neither an e-mail address"), "{error}");
    }

    #[test]
    fn only_settings_that_affect_text_are_in_the_hash() {
        let parse = |text: &str| Config::parse(text, Path::new("c")).unwrap().text_hash();
        assert_eq!(parse(""), parse("jobs = 3\nraw = \"elsewhere\""));
        assert_ne!(parse(""), parse("[page]\nmax_depth = 3"));
    }

    #[test]
    fn the_folder_of_the_configuration_file_is_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let none = load(None, dir.path()).unwrap();
        assert_eq!((none.path.as_deref(), none.root.as_path()), (None, dir.path()));
        let sub = dir.path().join("sub");
        std::fs::create_dir(&sub).unwrap();
        let path = sub.join(FILE_NAME);
        std::fs::write(&path, "clean = \"out\"\n").unwrap();
        for loaded in [load(Some(&path), dir.path()).unwrap(), load(None, &sub).unwrap()] {
            assert_eq!(loaded.layout().clean, sub.join("out"));
        }
        assert!(matches!(load(Some(&dir.path().join("no.toml")), dir.path()), Err(Error::Io { .. })));
    }
}
