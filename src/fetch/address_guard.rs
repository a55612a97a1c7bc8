//! Guards against requests into the user's own network (SSRF): which URLs may be requested and which addresses connected to.
//! The HTTP client has no other resolver than the one here, so each name is checked at the moment of connecting.

use std::error::Error as StdError;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::config::AllowPrivate;
use super::failure::Reason;
use super::internal_address::{InternalAddress, internal_range};

/// Most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;

/// Resolves host names. Its results are not trusted: the guard checks each address before connecting to it.
pub trait Resolver: Send + Sync {
    /// The addresses of a host name.
    fn addresses(&self, host: String) -> Lookup<'_>;
}

/// A lookup in progress.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// The system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn addresses(&self, host: String) -> Lookup<'_> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|socket| socket.ip()).collect()) })
    }
}

/// Decides where a request may go.
pub(super) struct AddressGuard {
    allowed: AllowPrivate,
    resolver: Arc<dyn Resolver>,
}

impl AddressGuard {
    pub fn new(allowed: AllowPrivate, resolver: Arc<dyn Resolver>) -> Self {
        Self { allowed, resolver }
    }

    /// Checks what the URL alone shows: its scheme, and its host where that is an address, which is never resolved.
    pub fn check(&self, url: &Url) -> Result<(), Reason> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Reason::Scheme(url.scheme().to_owned()));
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Reason::NoHost),
        };
        self.check_address(&address.to_string(), address).map_err(Reason::Address)
    }

    /// The addresses of a name that may be connected to. They are used as returned, without a second lookup, so a name that changes in
    /// between (DNS rebinding) has no effect.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Box<dyn StdError + Send + Sync>> {
        let mut refused = None;
        let mut allowed = Vec::new();
        for address in self.resolver.addresses(host.to_owned()).await? {
            match self.check_address(host, address) {
                Ok(()) => allowed.push(address),
                Err(internal) => refused = refused.or(Some(internal)),
            }
        }
        allowed.truncate(MAX_ADDRESSES);
        match refused {
            Some(refused) if allowed.is_empty() => Err(refused.into()),
            _ => Ok(allowed),
        }
    }

    fn check_address(&self, host: &str, address: IpAddr) -> Result<(), InternalAddress> {
        match internal_range(address) {
            Some(range) if !self.allowed.allows(host) && !self.allowed.allows(&address.to_string()) => {
                Err(InternalAddress { address, range })
            }
            _ => Ok(()),
        }
    }
}

/// The HTTP client's resolver: leaves out the internal addresses.
pub(super) struct GuardedResolver(pub Arc<AddressGuard>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let allowed = guard.addresses(name.as_str()).await?;
            Ok(Box::new(allowed.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn guard(allowed: AllowPrivate) -> AddressGuard {
        AddressGuard::new(allowed, Arc::new(SystemResolver))
    }

    #[test]
    fn disguised_internal_urls_and_other_schemes_are_refused() {
        let guard = guard(AllowPrivate::None);
        let check = |url: &str| guard.check(&Url::parse(url).unwrap());
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://１２７.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://169.254.169.254/latest/meta-data/",
            "https://[fd00:ec2::254]/",
        ] {
            assert!(matches!(check(url), Err(Reason::Address(_))), "{url}");
        }
        for url in ["file:///etc/passwd", "data:text/html,x", "ftp://example.org/", "javascript:alert(1)", "gopher://127.0.0.1/"]
        {
            assert!(matches!(check(url), Err(Reason::Scheme(_))), "{url}");
        }
        assert!(check("https://example.org/").is_ok());
    }

    #[test]
    fn listed_hosts_are_allowed() {
        let listed = guard(["127.0.0.1".to_owned(), "[::1]".to_owned()].into_iter().collect());
        let check = |url: &str| listed.check(&Url::parse(url).unwrap()).is_ok();
        assert!(check("http://127.0.0.1:8080/") && check("http://127.1/") && check("http://[::1]/"));
        assert!(!check("http://127.0.0.2/") && !check("http://10.0.0.1/") && !check("http://[::ffff:127.0.0.1]/"));
        assert!(listed.check_address("localhost", Ipv4Addr::LOCALHOST.into()).is_ok(), "an allowed address under any name");
        let named = guard(["intranet".to_owned()].into_iter().collect());
        assert!(named.check_address("intranet", Ipv4Addr::new(10, 0, 0, 7).into()).is_ok());
        assert!(named.check_address("extranet", Ipv4Addr::new(10, 0, 0, 7).into()).is_err());
        assert!(guard(AllowPrivate::All).check(&Url::parse("http://10.0.0.1/").unwrap()).is_ok());
    }
}
