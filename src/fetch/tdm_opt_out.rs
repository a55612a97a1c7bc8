//! Opt-outs that hosts declare in `/.well-known/tdmrep.json` (TDM Reservation Protocol, W3C Community Group final report 2024, "TDM File on
//! the Origin Server"): fetched once per origin and cached for at most a day. Does not know the headers and page elements that override them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use url::{Position, Url};

use super::address_guard::AddressGuard;
use super::client::Purpose;
use super::failure::Reason;
use super::origin_cache::{Cacheable, FAILURE_LIFETIME, LIFETIME, OriginCache};
use super::origin_file::{self, OriginFile};
use super::path_pattern::{PathPattern, PathSyntax, Unescape, normalise};
use super::polite_client::PoliteClient;
use super::robots_cache::RobotsCache;
use gleaner_extract::document::TdmDeclaration;
use gleaner_warc::http::redirect::MAX_ORIGIN_FILE_REDIRECTS;

/// The path of the file.
const PATH: &str = "/.well-known/tdmrep.json";

/// Most rules that are read from one file.
const MAX_RULES: usize = 5_000;

/// Longest pattern, and longest URL of a policy, in bytes.
const MAX_TEXT: usize = 2_000;

/// The files of all origins seen.
#[derive(Default)]
pub(super) struct TdmFileCache {
    origins: OriginCache<CachedRules>,
}

#[derive(Clone)]
struct CachedRules {
    /// In the order of the file; empty where the origin declares nothing.
    rules: Arc<[TdmRule]>,
    lifetime: i64,
}

impl Cacheable for CachedRules {
    fn lifetime(&self) -> i64 {
        self.lifetime
    }

    fn size(&self) -> usize {
        self.rules.iter().map(|rule| 256 + rule.declaration.policy.as_ref().map_or(0, String::len)).sum()
    }
}

struct TdmRule {
    pattern: PathPattern,
    declaration: TdmDeclaration,
}

/// What a request for the file has to respect.
#[derive(Clone, Copy)]
pub(super) struct RequestRules<'a> {
    pub guard: &'a AddressGuard,
    /// `None` where robots.txt is ignored.
    pub robots: Option<&'a RobotsCache>,
    /// The pause between requests where robots.txt is ignored.
    pub delay: Duration,
}

impl TdmFileCache {
    /// What the page's origin declares for the page. A file that is missing, unreachable or malformed declares nothing.
    pub async fn declaration(&self, client: &PoliteClient, rules: RequestRules<'_>, page: &Url) -> Option<TdmDeclaration> {
        let fetch = async {
            let file = fetch(client, rules, page).await;
            CachedRules {
                lifetime: if file.is_ok() { LIFETIME } else { FAILURE_LIFETIME },
                rules: file.map(|file| parse(&file)).unwrap_or_default(),
            }
        };
        let cached = self.origins.get(&page.origin().ascii_serialization(), &*client.clock, fetch).await;
        declaration(&cached.rules, page)
    }
}

/// Fetches the file; empty where there is none.
async fn fetch(client: &PoliteClient, rules: RequestRules<'_>, page: &Url) -> Result<Vec<u8>, Reason> {
    let mut url = page.join(PATH).map_err(|error| Reason::BadRedirect(error.to_string()))?;
    for _ in 0..=MAX_ORIGIN_FILE_REDIRECTS {
        let delay = match rules.robots {
            Some(robots) => robots.check(client, rules.guard, &url).await?,
            None => rules.delay,
        };
        match origin_file::request(client, rules.guard, &url, Purpose::TdmFile, delay).await? {
            OriginFile::Body(body) => return Ok(body),
            OriginFile::Missing => break,
            OriginFile::Redirect(next) => url = next,
        }
    }
    Ok(Vec::new())
}

/// The rules of a file, without those that are malformed.
fn parse(file: &[u8]) -> Arc<[TdmRule]> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let Ok(Value::Array(rules)) = serde_json::from_slice(file) else { return Arc::default() };
    rules.iter().take(MAX_RULES).filter_map(parse_rule).collect()
}

fn parse_rule(rule: &Value) -> Option<TdmRule> {
    let location = rule.get("location")?.as_str().filter(|location| location.len() <= MAX_TEXT)?;
    let reserved = match rule.get("tdm-reservation")? {
        Value::Number(number) if number.as_u64() == Some(1) => true,
        Value::Number(number) if number.as_u64() == Some(0) => false,
        Value::String(text) if text == "1" => true,
        Value::String(text) if text == "0" => false,
        // Any other value is an error and declares nothing.
        _ => return None,
    };
    let policy = rule.get("tdm-policy").and_then(Value::as_str).filter(|policy| policy.len() <= MAX_TEXT).map(str::to_owned);
    let pattern = PathPattern::new(&normalise(location.as_bytes(), PathSyntax::Pattern, Unescape::Unreserved));
    Some(TdmRule { pattern, declaration: TdmDeclaration { reserved, policy } })
}

/// The first rule that matches counts.
fn declaration(rules: &[TdmRule], page: &Url) -> Option<TdmDeclaration> {
    let path = normalise(page[Position::BeforePath..Position::AfterQuery].as_bytes(), PathSyntax::Path, Unescape::Unreserved);
    rules.iter().find(|rule| rule.pattern.matches(&path)).map(|rule| rule.declaration.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved(file: &str, path: &str) -> Option<bool> {
        let url = Url::parse("https://a.example").unwrap().join(path).unwrap();
        declaration(&parse(file.as_bytes()), &url).map(|declaration| declaration.reserved)
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
        for (path, expected) in [
            ("/free/x.html", Some(false)),
            ("/free/x.html?a", Some(true)),
            ("/free/x", Some(true)),
            ("/Free/x", None),
            ("/a$b", Some(true)),
            ("/%7Ejoe/x", Some(true)),
            ("/odd", None),
            ("/", None),
        ] {
            assert_eq!(reserved(file, path), expected, "{path}");
        }
        let policy = declaration(&parse(file.as_bytes()), &Url::parse("https://a.example/free/").unwrap()).unwrap().policy;
        assert_eq!(policy.as_deref(), Some("https://a.example/policy.json"));
        assert_eq!(reserved("\u{feff}[{\"location\":\"/\",\"tdm-reservation\":1}]", "/x"), Some(true));
    }

    #[test]
    fn malformed_files_declare_nothing() {
        for file in ["", "{}", "null", "<html>", "[{\"location\": \"/\", \"tdm-reservation\": 1}", "[[]]", "[{\"location\": 1}]"]
        {
            assert_eq!(reserved(file, "/x"), None, "{file}");
        }
        assert_eq!(reserved(&"[".repeat(100_000), "/x"), None);
    }
}
