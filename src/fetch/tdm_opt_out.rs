//! What each origin's `/.well-known/tdmrep.json` reserves (TDM Reservation Protocol, W3C Community Group final report 2024, "TDM File on the
//! Origin Server"): fetched once, remembered for a day at most. That headers and pages of the host go before it, others know.

use gleaner_extract::base::url::without_login;
use std::sync::Arc;

use reqwest::header::HeaderMap;
use serde_json::Value;
use url::{Position, Url};

use super::address::Guard;
use super::client::{Ask, Purpose};
use super::exchange::Exchange;
use super::memory_permit::MemoryPermit;
use super::origin_cache::{FAILURE_LIFE, Fact, LIFE, OriginCache};
use super::robots::pattern::{Decode, Pattern, Side, normalise};
use super::robots_cache::{MAX_REDIRECTS, RobotsCache};

/// Where the file lies.
const PATH: &str = "/.well-known/tdmrep.json";

/// Rules of one file that are read.
const MAX_RULES: usize = 5_000;

/// Longest pattern, and longest address of a policy, in bytes.
const MAX_TEXT: usize = 2_000;

/// What the files of all origins met say.
#[derive(Default)]
pub(super) struct TdmOptOut {
    origins: OriginCache<Known>,
}

#[derive(Clone)]
struct Known {
    /// In the order of the file; none where the origin says nothing.
    rules: Arc<[Rule]>,
    life: i64,
}

impl Fact for Known {
    fn life(&self) -> i64 {
        self.life
    }

    fn weight(&self) -> usize {
        self.rules.iter().map(|rule| 256 + rule.statement.policy.as_ref().map_or(0, String::len)).sum()
    }
}

struct Rule {
    pattern: Pattern,
    statement: Statement,
}

/// What a file says of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserved {
    /// Text and data mining is reserved.
    Yes,
    /// It is not.
    No,
}

/// What a file says of a page, and where the conditions stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub reserved: Reserved,
    /// The address of the policy, as written.
    pub policy: Option<String>,
}

impl TdmOptOut {
    /// What the origin of a page says of it. A file that is not there, cannot be had or cannot be read says nothing.
    pub async fn of(&self, exchange: &Exchange, way: Way<'_>, url: &Url) -> Option<Statement> {
        let origin = url.origin().ascii_serialization();
        let learn = async {
            let file = fetch(exchange, way, url).await;
            Known {
                life: if file.is_ok() { LIFE } else { FAILURE_LIFE },
                rules: file.map(|file| rules(&file)).unwrap_or_default(),
            }
        };
        let known = self.origins.get(&origin, &*exchange.clock, learn).await;
        statement(&known.rules, url)
    }
}

/// What stands between a request and its host.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub guard: &'a Guard,
    /// `None` where robots.txt is not asked for.
    pub robots: Option<&'a RobotsCache>,
    pub delay: std::time::Duration,
}

/// A file that could not be had, which it may be another time.
struct Unreachable;

/// The file; empty where there is none.
async fn fetch(exchange: &Exchange, way: Way<'_>, page: &Url) -> Result<Vec<u8>, Unreachable> {
    let mut url = page.join(PATH).map_err(|_| Unreachable)?;
    // The protocol allows any number of redirects; these are as many as for robots.txt.
    for _ in 0..=MAX_REDIRECTS {
        way.guard.check(&url).map_err(|_| Unreachable)?;
        let delay = match way.robots {
            Some(robots) => robots.check(exchange, way.guard, &url).await.map_err(|_| Unreachable)?,
            None => way.delay,
        };
        let ask = Ask { url: &url, headers: &HeaderMap::new(), purpose: Purpose::TdmOptOut, permit: &MemoryPermit::default() };
        let answer = exchange.get(&ask, delay).await.map_err(|_| Unreachable)?;
        if answer.status.is_success() {
            return Ok(answer.body);
        }
        if answer.is_passing_trouble() {
            return Err(Unreachable);
        }
        let Some(next) = answer.location().and_then(|location| url.join(&location).ok()) else { break };
        url = without_login(next);
    }
    Ok(Vec::new())
}

/// The rules of a file; what cannot be read of it says nothing.
fn rules(file: &[u8]) -> Arc<[Rule]> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let Ok(Value::Array(rules)) = serde_json::from_slice(file) else { return Arc::default() };
    rules.iter().take(MAX_RULES).filter_map(rule).collect()
}

fn rule(rule: &Value) -> Option<Rule> {
    let location = rule.get("location")?.as_str().filter(|location| location.len() <= MAX_TEXT)?;
    let reserved = match rule.get("tdm-reservation")? {
        Value::Number(number) if number.as_u64() == Some(1) => Reserved::Yes,
        Value::Number(number) if number.as_u64() == Some(0) => Reserved::No,
        Value::String(text) if text == "1" => Reserved::Yes,
        Value::String(text) if text == "0" => Reserved::No,
        // Any other value is a mistake, and says nothing.
        _ => return None,
    };
    let policy = rule.get("tdm-policy").and_then(Value::as_str).filter(|policy| policy.len() <= MAX_TEXT).map(str::to_owned);
    let pattern = Pattern::new(&normalise(location.as_bytes(), Side::Pattern, Decode::Unreserved), false);
    Some(Rule { pattern, statement: Statement { reserved, policy } })
}

/// The first rule that matches counts.
fn statement(rules: &[Rule], url: &Url) -> Option<Statement> {
    let path = normalise(url[Position::BeforePath..Position::AfterQuery].as_bytes(), Side::Path, Decode::Unreserved);
    rules.iter().find(|rule| rule.pattern.matches(&path)).map(|rule| rule.statement.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(file: &str, path: &str) -> Option<Reserved> {
        let url = Url::parse("https://a.example").unwrap().join(path).unwrap();
        statement(&rules(file.as_bytes()), &url).map(|statement| statement.reserved)
    }

    #[test]
    fn the_first_rule_that_matches_counts() {
        let file = r#"[
            {"location": "/free/*.html$", "tdm-reservation": 0},
            {"location": "/free/", "tdm-reservation": 1, "tdm-policy": "https://a.example/policy.json"},
            {"location": "/a%24b", "tdm-reservation": "1"},
            {"location": "/~joe", "tdm-reservation": 1},
            {"location": "/odd", "tdm-reservation": 2},
            {"tdm-reservation": 1}, 7
        ]"#;
        for (path, wanted) in [
            ("/free/x.html", Some(Reserved::No)),
            ("/free/x.html?a", Some(Reserved::Yes)),
            ("/free/x", Some(Reserved::Yes)),
            ("/Free/x", None),
            ("/a$b", Some(Reserved::Yes)),
            ("/%7Ejoe/x", Some(Reserved::Yes)),
            ("/odd", None),
            ("/", None),
        ] {
            assert_eq!(said(file, path), wanted, "{path}");
        }
        let policy = statement(&rules(file.as_bytes()), &Url::parse("https://a.example/free/").unwrap()).unwrap().policy;
        assert_eq!(policy.as_deref(), Some("https://a.example/policy.json"));
        assert_eq!(said("\u{feff}[{\"location\":\"/\",\"tdm-reservation\":1}]", "/x"), Some(Reserved::Yes));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for file in ["", "{}", "null", "<html>", "[{\"location\": \"/\", \"tdm-reservation\": 1}", "[[]]", "[{\"location\": 1}]"]
        {
            assert_eq!(said(file, "/x"), None, "{file}");
        }
        assert_eq!(said(&"[".repeat(100_000), "/x"), None);
    }
}
