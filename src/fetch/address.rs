//! The guard against requests into the user's own network (SSRF): which URLs may be asked for and which addresses dialled.
//! The resolver here is the only one that the HTTP client has, so a name is checked at the moment it is dialled.

use std::error::Error as StdError;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::config::AllowPrivate;
use super::failure::Reason;

/// Address ranges that are not the public internet: network, prefix length, name (IANA special-purpose registry).
const V4: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "unspecified"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier-grade NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "cloud metadata"),
    (Ipv4Addr::new(169, 254, 169, 254), 32, "cloud metadata"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignment"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(255, 255, 255, 255), 32, "broadcast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// As [`V4`]; ranges that carry an IPv4 address are refused whole, whatever they carry.
const V6: &[(Ipv6Addr, u32, &str)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified"),
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "IPv4-mapped"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96, "IPv4-compatible"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "NAT64"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "NAT64"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "discard-only"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "Teredo"),
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, "benchmarking"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignment"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, "cloud metadata"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Where global unicast lies; anything else in IPv6 is not yet, or no longer, the public internet.
const V6_GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;

/// The name of the range that makes an address internal; `None` for an address of the public internet.
pub fn internal_range(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => {
            let inside = |net: Ipv4Addr, prefix: u32| (v4.to_bits() ^ net.to_bits()).leading_zeros() >= prefix;
            V4.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|entry| entry.2)
        }
        IpAddr::V6(v6) => {
            let inside = |net: Ipv6Addr, prefix: u32| (v6.to_bits() ^ net.to_bits()).leading_zeros() >= prefix;
            let named = V6.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|entry| entry.2);
            named.or_else(|| (!inside(V6_GLOBAL.0, V6_GLOBAL.1)).then_some("reserved"))
        }
    }
}

/// Where the addresses of a host's name come from. What comes is not believed: the guard checks each address that is dialled.
pub trait Names: Send + Sync {
    /// The addresses of a name.
    fn addresses(&self, host: String) -> Lookup<'_>;
}

/// A lookup under way.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// The system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, host: String) -> Lookup<'_> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|socket| socket.ip()).collect()) })
    }
}

/// Decides where a request may go.
pub(super) struct Guard {
    allowed: AllowPrivate,
    names: Arc<dyn Names>,
}

impl Guard {
    pub fn new(allowed: AllowPrivate, names: Arc<dyn Names>) -> Self {
        Self { allowed, names }
    }

    /// Checks what can be told from the URL: its scheme, and its host where that is an address, which no resolver will see.
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

    /// The addresses of a name that may be dialled. Nobody asks again before dialling: a name that changes its mind in between
    /// changes nothing.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Box<dyn StdError + Send + Sync>> {
        let mut refused = None;
        let mut open = Vec::new();
        for address in self.names.addresses(host.to_owned()).await? {
            match self.check_address(host, address) {
                Ok(()) => open.push(address),
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        open.truncate(MAX_ADDRESSES);
        match refused {
            Some(refused) if open.is_empty() => Err(refused.into()),
            _ => Ok(open),
        }
    }

    /// Checks one address of a host.
    fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        match internal_range(address) {
            Some(range) if !self.allowed.opens(host) && !self.allowed.opens(&address.to_string()) => {
                Err(Refused { address, range })
            }
            _ => Ok(()),
        }
    }
}

/// An internal address that is not opened by the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its address {address} is not on the public internet ({range})")]
pub struct Refused {
    /// The address.
    pub address: IpAddr,
    /// The kind of range it lies in: `loopback`, `private`, …
    pub range: &'static str,
}

/// The HTTP client's resolver: names, with the internal addresses taken out.
pub(super) struct GuardedResolver(pub Arc<Guard>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let open = guard.addresses(name.as_str()).await?;
            Ok(Box::new(open.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: AllowPrivate) -> Guard {
        Guard::new(allowed, Arc::new(SystemNames))
    }

    fn range(address: &str) -> Option<&'static str> {
        internal_range(address.parse().unwrap())
    }

    #[test]
    fn the_tables_hold_networks_and_each_first_and_last_address_is_refused() {
        for (net, prefix, name) in V4 {
            let host_bits = u32::MAX.checked_shr(*prefix).unwrap_or(0);
            assert_eq!(net.to_bits() & host_bits, 0, "{net}/{prefix}");
            assert!(internal_range(IpAddr::V4(*net)).is_some(), "{name}");
            assert!(internal_range(IpAddr::V4(Ipv4Addr::from_bits(net.to_bits() | host_bits))).is_some(), "{name}");
        }
        for (net, prefix, name) in V6 {
            let host_bits = u128::MAX.checked_shr(*prefix).unwrap_or(0);
            assert_eq!(net.to_bits() & host_bits, 0, "{net}/{prefix}");
            assert!(internal_range(IpAddr::V6(*net)).is_some(), "{name}");
            assert!(internal_range(IpAddr::V6(Ipv6Addr::from_bits(net.to_bits() | host_bits))).is_some(), "{name}");
        }
    }

    #[test]
    fn names_the_range() {
        for (address, expected) in [
            ("127.0.0.1", "loopback"),
            ("10.255.255.255", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("100.64.0.1", "carrier-grade NAT"),
            ("100.127.255.255", "carrier-grade NAT"),
            ("169.254.1.1", "link-local"),
            ("169.254.169.254", "cloud metadata"),
            ("fd00:ec2::254", "cloud metadata"),
            ("0.0.0.0", "unspecified"),
            ("255.255.255.255", "broadcast"),
            ("224.0.0.1", "multicast"),
            ("240.0.0.1", "reserved"),
            ("168.63.129.16", "cloud metadata"),
            ("198.19.255.255", "benchmarking"),
            ("::1", "loopback"),
            ("::", "unspecified"),
            ("::ffff:127.0.0.1", "IPv4-mapped"),
            ("::ffff:8.8.8.8", "IPv4-mapped"),
            ("::127.0.0.1", "IPv4-compatible"),
            ("64:ff9b::7f00:1", "NAT64"),
            ("64:ff9b:1::1", "NAT64"),
            ("2002:7f00:1::", "6to4"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
            ("2001:db8::1", "documentation"),
            ("fc00::1", "private"),
            ("fe80::1", "link-local"),
            ("ff02::1", "multicast"),
            ("4000::1", "reserved"),
        ] {
            assert_eq!(range(address), Some(expected), "{address}");
        }
    }

    #[test]
    fn leaves_the_public_internet_open() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001:80b::200e",
            "2001:4860:4860::8888",
        ] {
            assert_eq!(range(address), None, "{address}");
        }
    }

    #[test]
    fn checks_urls_in_every_disguise() {
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
    fn opens_what_the_configuration_lists() {
        let listed = guard(["127.0.0.1".to_owned(), "[::1]".to_owned()].into_iter().collect());
        let check = |url: &str| listed.check(&Url::parse(url).unwrap()).is_ok();
        assert!(check("http://127.0.0.1:8080/") && check("http://127.1/") && check("http://[::1]/"));
        assert!(!check("http://127.0.0.2/") && !check("http://10.0.0.1/") && !check("http://[::ffff:127.0.0.1]/"));
        assert!(listed.check_address("localhost", Ipv4Addr::LOCALHOST.into()).is_ok(), "an opened address under any name");
        let named = guard(["intranet".to_owned()].into_iter().collect());
        assert!(named.check_address("intranet", Ipv4Addr::new(10, 0, 0, 7).into()).is_ok());
        assert!(named.check_address("extranet", Ipv4Addr::new(10, 0, 0, 7).into()).is_err());
        assert!(guard(AllowPrivate::All).check(&Url::parse("http://10.0.0.1/").unwrap()).is_ok());
    }
}
