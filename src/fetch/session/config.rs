//! The `[[session]]` tables of `config.toml`, and why one cannot be used. Reads no files.

use std::path::PathBuf;

use gleaner_extract::base::path_text::path_text;
use serde::{Deserialize, Serialize};

/// One `[[session]]` table of `config.toml`. It names files and never holds a secret itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionConfig {
    /// The site: `example.org` covers itself and its subdomains over https. `http://example.org` covers plain http too; a port must match.
    pub site: String,
    /// A file of header fields, one `Name: value` per line.
    pub headers: Option<PathBuf>,
    /// A file of cookies in the format of Netscape and curl (`cookies.txt`).
    pub cookies: Option<PathBuf>,
}

/// Why a session cannot be used. Names the file and the line, never their content.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The site is not valid.
    #[error("use the session for {site:?}: {why}")]
    Site {
        /// The site as written.
        site: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file could not be read.
    #[error("read the session file {path}: {source}", path = path_text(path))]
    Io {
        /// The file.
        path: PathBuf,
        /// The I/O error.
        source: std::io::Error,
    },
    /// The file is readable by everyone.
    #[error("read the session file {}: every user of this machine can read it", path_text(.0))]
    Exposed(PathBuf),
    /// A line of the file is not valid.
    #[error("read the session file {path}, line {line}: {why}", path = path_text(path))]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl SessionError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Site { .. } => "write `site = \"example.org\"`, or `site = \"http://example.org\"` for one without https",
            Self::Io { .. } => "check the path in the [[session]] table; it is relative to the folder of config.toml",
            Self::Exposed(_) => "it contains secrets: `chmod 600` it, so that only you can read it",
            Self::Line { .. } => {
                "headers are lines of `Name: value`; cookies are lines of seven tab-separated fields, as curl writes them"
            }
        })
    }
}
