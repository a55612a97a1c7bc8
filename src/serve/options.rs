//! What the user asked for, and why the server could not start.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::engine;

/// The port unless the user names another.
pub const DEFAULT_PORT: u16 = 8017;

/// Shortest token that is accepted, in characters.
const MIN_TOKEN: usize = 16;

/// How the corpus is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeOptions {
    /// Where the server listens; port 0 means any that is free.
    pub address: SocketAddr,
    /// Names by which browsers may call the server besides `localhost` and IP addresses.
    pub hosts: Vec<String>,
    /// What a client must know. `None` on the loopback means that everybody on this machine may read; elsewhere, and where clients may write, one is
    /// generated.
    pub token: Option<String>,
    /// Whether clients may add pages to the corpus, correct documents and leave reports.
    pub writable: bool,
}

impl Default for ServeOptions {
    fn default() -> Self {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DEFAULT_PORT);
        Self { address, hosts: Vec::new(), token: None, writable: false }
    }
}

impl ServeOptions {
    /// The same with a token wherever one is needed: `generate` makes it.
    pub(super) fn with_token(mut self, generate: impl FnOnce() -> Result<String, Error>) -> Result<Self, Error> {
        match &self.token {
            Some(token) if token.chars().count() < MIN_TOKEN || !token.chars().all(is_token_char) => {
                return Err(Error::WeakToken);
            }
            None if self.writable || !self.address.ip().is_loopback() => self.token = Some(generate()?),
            _ => {}
        }
        Ok(self)
    }
}

/// Characters that stand for themselves in URLs, cookies and headers.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')
}

/// Why the server cannot start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The token is too short, or has characters that URLs cannot have.
    #[error("use the token: it needs at least {MIN_TOKEN} characters, all of them letters, digits or one of -_.~")]
    WeakToken,
    /// The system gives no random bytes.
    #[error("generate a token: {0}")]
    Random(String),
    /// No threads.
    #[error("start threads: {0}")]
    Threads(std::io::Error),
    /// The corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] engine::Error),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Listen { source, .. } if source.kind() == std::io::ErrorKind::AddrInUse => Some(
                "another program has the port: choose another with `--addr 127.0.0.1:PORT`; port 0 takes any that is free"
                    .to_owned(),
            ),
            Self::Listen { .. } => Some("name an address of this machine, such as 127.0.0.1:8017".to_owned()),
            Self::WeakToken => Some("leave `--token` out, and one is generated where it is needed".to_owned()),
            Self::Random(_) => Some("name one with `--token`".to_owned()),
            Self::Threads(_) => None,
            Self::Corpus(error) => error.hint(),
        }
    }

    /// True if the command must be changed, so that trying again is of no use.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Listen { .. } | Self::WeakToken => true,
            Self::Random(_) | Self::Threads(_) => false,
            Self::Corpus(error) => error.is_usage(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_token(address: &str, token: Option<&str>) -> Result<Option<String>, Error> {
        let token = token.map(str::to_owned);
        generated(ServeOptions { address: address.parse().unwrap(), token, ..ServeOptions::default() })
    }

    fn generated(options: ServeOptions) -> Result<Option<String>, Error> {
        options.with_token(|| Ok("generated-generated".to_owned())).map(|options| options.token)
    }

    #[test]
    fn whoever_may_write_needs_a_token() {
        let options = ServeOptions { writable: true, ..ServeOptions::default() };
        assert_eq!(generated(options).unwrap().as_deref(), Some("generated-generated"));
    }

    #[test]
    fn only_the_loopback_is_served_without_a_token() {
        assert_eq!(with_token("127.0.0.1:0", None).unwrap(), None);
        assert_eq!(with_token("[::1]:0", None).unwrap(), None);
        for address in ["0.0.0.0:1", "192.168.1.2:1", "[::]:1"] {
            assert_eq!(with_token(address, None).unwrap().as_deref(), Some("generated-generated"), "{address}");
        }
    }

    #[test]
    fn weak_tokens_are_refused() {
        for token in ["", "short", "sixteen characters", "sixteencharacters;"] {
            assert!(matches!(with_token("127.0.0.1:0", Some(token)), Err(Error::WeakToken)), "{token}");
        }
        assert!(with_token("127.0.0.1:0", Some("sixteen-characters")).is_ok());
    }
}
