//! The `[fetch]` section of `config.toml`. Only data and its parsing.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use gleaner_warc::http::redirect::DEFAULT_MAX_REDIRECTS;

/// How pages are fetched. Every key is documented in `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How site owners reach you: an e-mail address (`mailto:you@example.org`) or a page. Sent with every request as part of
    /// the User-Agent, `gleaner/<version> (+<contact>)`. Default: none.
    #[serde(deserialize_with = "contact")]
    pub contact: Option<String>,
    /// Whether robots.txt is obeyed: `honour` or `ignore`. Default: `honour`.
    pub robots: RobotsPolicy,
    /// What to do with pages that opt out of text and data mining or AI training (`tdm-reservation`, `noai`, `X-Robots-Tag`,
    /// `Content-Usage`): `record` keeps them and notes the opt-out in the sidecar; `check` does the same, and also fetches each host's
    /// `/.well-known/tdmrep.json` once per run; `honour` fetches it too, and skips pages that opt out. Default: `record`.
    pub reservations: TdmOptOut,
    /// Where to look for a page that is gone (404, 410): a URL template in which `{url}` stands for the page's URL. Default: none.
    pub fallback: Option<String>,
    /// Allows private, loopback and other internal addresses, which are refused by default so that no link can lead into your
    /// own network: `true` for all, or a list of hosts such as `["localhost", "10.1.2.3"]`. Default: `false`.
    pub allow_private: AllowPrivate,
    /// Seconds between the end of one request and the start of the next to the same host. Default: 2.
    pub delay_s: Seconds,
    /// Most seconds that a host's robots.txt (`Crawl-delay`) can raise `delay_s` to. Default: 30.
    pub max_delay_s: Seconds,
    /// Longest wait in seconds that a host may ask for (`Retry-After`); beyond it, its pages are left for the next run. Default: 120.
    pub max_retry_after_s: Seconds,
    /// Most requests in flight at the same time, over all hosts; one host never has more than one. A host that has not answered after
    /// 250 ms releases its slot to others; counting those too, there are at most 512. At least 1. Default: 16.
    pub concurrency: usize,
    /// Attempts per URL, the first one included, where another attempt can help: 429, 5xx, timeouts, lost
    /// connections. At least 1. Default: 3.
    pub attempts: u32,
    /// Seconds before the second attempt; doubled for each further one, minus jitter of up to half. Default: 1.
    pub backoff_s: Seconds,
    /// Seconds for name lookup, connection and TLS handshake together. Default: 10.
    pub connect_timeout_s: Seconds,
    /// Seconds without a single byte from the host. Default: 20.
    pub read_timeout_s: Seconds,
    /// Seconds for one request, from the connection to the last byte. Default: 60.
    pub total_timeout_s: Seconds,
    /// Redirects followed for one page. Default: 10.
    pub max_redirects: usize,
    /// Most pages fetched of a story that is split over several; 1 fetches the first only. Default: 20.
    pub parts: usize,
    /// Bytes of one page after decompression. Default: 10485760 (10 MiB).
    pub max_bytes: u64,
    /// Bytes of one page on the wire, before decompression. Default: 10485760 (10 MiB).
    pub max_wire_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            contact: None,
            robots: RobotsPolicy::Honour,
            reservations: TdmOptOut::Record,
            fallback: None,
            allow_private: AllowPrivate::None,
            delay_s: Seconds::new(2),
            max_delay_s: Seconds::new(30),
            max_retry_after_s: Seconds::new(120),
            concurrency: 16,
            attempts: 3,
            backoff_s: Seconds::new(1),
            connect_timeout_s: Seconds::new(10),
            read_timeout_s: Seconds::new(20),
            total_timeout_s: Seconds::new(60),
            max_redirects: DEFAULT_MAX_REDIRECTS,
            parts: 20,
            max_bytes: 10 * 1024 * 1024,
            max_wire_bytes: 10 * 1024 * 1024,
        }
    }
}

impl Config {
    /// The contact, if one is configured.
    pub fn contact(&self) -> Option<&str> {
        self.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty())
    }
}

/// Reads the contact: something else than an address would be sent with every request, and help nobody.
fn contact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let contact = Option::<String>::deserialize(deserializer)?;
    match contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty() && !is_contact(contact)) {
        Some(wrong) => Err(de::Error::custom(format!(
            "`contact` is neither an e-mail address nor a web address: {wrong:?}; write it like \"mailto:you@example.org\" or \
             \"https://www.example.org/contact\""
        ))),
        None => Ok(contact),
    }
}

/// True for an e-mail address, with or without `mailto:`, and for an http(s) URL, all of which can be sent in a header.
fn is_contact(text: &str) -> bool {
    let is_safe = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')'));
    let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let is_mail = text.strip_prefix("mailto:").unwrap_or(text).split_once('@').is_some_and(|(user, host)| {
        let is_host = url::Host::parse(host).is_ok_and(|host| matches!(host, url::Host::Domain(_)));
        !user.is_empty() && !user.contains([':', '/']) && is_host
    });
    is_safe && (is_web || is_mail)
}

/// Whether robots.txt is obeyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RobotsPolicy {
    /// robots.txt is fetched and obeyed (RFC 9309).
    #[default]
    Honour,
    /// robots.txt is never fetched: for your own sites.
    Ignore,
}

/// What to do with pages that opt out of text and data mining or AI training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TdmOptOut {
    /// Keep them and note the opt-out in the sidecar.
    #[default]
    Record,
    /// Do the same, and also check the host's tdmrep.json.
    Check,
    /// Skip them, including those that the host's tdmrep.json reserves.
    Honour,
}

/// A duration, written in the file as a number of seconds: `2`, `0.5`. At most a year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(Duration);

const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl Seconds {
    /// Whole seconds.
    pub const fn new(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// As a duration.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl From<Duration> for Seconds {
    /// Longer durations become a year.
    fn from(duration: Duration) -> Self {
        Self(duration.min(YEAR))
    }
}

impl fmt::Debug for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.subsec_nanos() {
            0 => serializer.serialize_u64(self.0.as_secs()),
            _ => serializer.serialize_f64(self.0.as_secs_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Seconds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds, from 0 to a year")
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Seconds, E> {
                let duration = Duration::from_secs(seconds);
                if duration > YEAR {
                    return Err(E::invalid_value(de::Unexpected::Unsigned(seconds), &self));
                }
                Ok(Seconds(duration))
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Seconds, E> {
                match u64::try_from(seconds) {
                    Ok(seconds) => self.visit_u64(seconds),
                    Err(_) => Err(E::invalid_value(de::Unexpected::Signed(seconds), &self)),
                }
            }

            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Seconds, E> {
                match Duration::try_from_secs_f64(seconds) {
                    Ok(duration) if duration <= YEAR => Ok(Seconds(duration)),
                    _ => Err(E::invalid_value(de::Unexpected::Float(seconds), &self)),
                }
            }
        }

        deserializer.deserialize_any(Number)
    }
}

/// Which internal addresses may be requested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AllowPrivate {
    /// None: the default.
    #[default]
    None,
    /// All.
    All,
    /// Those of the listed hosts: names or IP addresses, lower case, without port.
    Hosts(BTreeSet<String>),
}

impl AllowPrivate {
    /// Whether the internal addresses of this host, a name or an IP address, are allowed.
    pub(super) fn allows(&self, host: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Hosts(hosts) => hosts.contains(&normalised_host(host)),
        }
    }
}

/// Normalises a host: lower case, no brackets, no final dot.
pub(super) fn normalised_host(host: &str) -> String {
    host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase()
}

impl FromIterator<String> for AllowPrivate {
    fn from_iter<I: IntoIterator<Item = String>>(hosts: I) -> Self {
        Self::Hosts(hosts.into_iter().map(|host| normalised_host(&host)).collect())
    }
}

impl Serialize for AllowPrivate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_bool(false),
            Self::All => serializer.serialize_bool(true),
            Self::Hosts(hosts) => serializer.collect_seq(hosts),
        }
    }
}

impl<'de> Deserialize<'de> for AllowPrivate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoolOrHosts;

        impl<'de> Visitor<'de> for BoolOrHosts {
            type Value = AllowPrivate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or a list of hosts")
            }

            fn visit_bool<E: de::Error>(self, all: bool) -> Result<AllowPrivate, E> {
                Ok(if all { AllowPrivate::All } else { AllowPrivate::None })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AllowPrivate, A::Error> {
                let mut hosts = Vec::new();
                while let Some(host) = list.next_element::<String>()? {
                    hosts.push(host);
                }
                Ok(hosts.into_iter().collect())
            }
        }

        deserializer.deserialize_any(BoolOrHosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_section_is_the_default_and_every_value_survives_a_round_trip() {
        assert_eq!(toml::from_str::<Config>("").unwrap(), Config::default());
        let config: Config = toml::from_str(
            "contact = 'mailto:a@example.org'\nrobots = 'ignore'\nallow_private = ['LocalHost.', '[::1]']\ndelay_s = 0.25\n",
        )
        .unwrap();
        assert_eq!(config.delay_s.duration(), Duration::from_millis(250));
        assert!(config.allow_private.allows("localhost") && config.allow_private.allows("::1"));
        assert!(!config.allow_private.allows("127.0.0.1"));
        assert_eq!(toml::from_str::<Config>(&toml::to_string(&config).unwrap()).unwrap(), config);
    }

    #[test]
    fn a_contact_is_an_e_mail_or_web_address() {
        let contact = |value: &str| toml::from_str::<Config>(&format!("contact = '{value}'")).map(|config| config.contact);
        for good in ["mailto:a@example.org", "a.b+c@news.example.org", "https://www.example.org/bot", "http://example.org", ""] {
            assert_eq!(contact(good).unwrap().as_deref(), Some(good));
        }
        for bad in [
            "me",
            "Jane Doe",
            "example.org",
            "mailto:me",
            "a@",
            "@example.org",
            "ftp://example.org",
            "https://",
            "a@b c",
            "a@b(c)",
        ] {
            let error = contact(bad).unwrap_err().to_string();
            assert!(error.contains("neither an e-mail address nor a web address") && error.contains("mailto:you@"), "{error}");
        }
    }

    #[test]
    fn impossible_values_are_refused() {
        for bad in
            ["delay_s = -1", "delay_s = nan", "delay_s = '2'", "delay_s = 1e12", "allow_private = 'localhost'", "delays = 1"]
        {
            assert!(toml::from_str::<Config>(bad).is_err(), "{bad}");
        }
    }
}
