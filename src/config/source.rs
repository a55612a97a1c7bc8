//! `[[source]]` tables: where `gleaner run` gets its pages.

use std::path::PathBuf;

use serde::Deserialize;

/// A source of pages for `gleaner run`, one `[[source]]` table each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
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

/// The table as written: which keys it may have depends on its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    kind: Kind,
    name: String,
    urls: Option<Vec<String>>,
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Urls,
    List,
}

impl TryFrom<Table> for Source {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let Table { kind, name, urls, file } = table;
        if name.trim().is_empty() {
            return Err("a source has an empty `name`".to_owned());
        }
        match (kind, urls, file) {
            (Kind::Urls, Some(urls), None) => Ok(Self::Urls { name, urls }),
            (Kind::List, None, Some(file)) => Ok(Self::List { name, file }),
            (Kind::Urls, ..) => {
                Err(format!("source `{name}` is of kind `urls`: it needs `urls = [\"https://…\"]`, and no `file`"))
            }
            (Kind::List, ..) => Err(format!("source `{name}` is of kind `list`: it needs `file = \"…\"`, and no `urls`")),
        }
    }
}
