//! robots.txt (RFC 9309): parses the file and decides about a path. Does not fetch; see `robots_cache`.

use std::time::Duration;

use super::path_pattern::{PathPattern, PathSyntax, Unescape, normalise};

/// Bytes of a robots.txt that are read; the rest is ignored (RFC 9309 §2.5).
pub const MAX_BYTES: usize = 500 * 1024;

/// The rules of one robots.txt that apply to one crawler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<RobotsRule>,
    crawl_delay: Option<Duration>,
}

/// Whether robots.txt allows a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RobotsDecision {
    /// The path may be fetched.
    Allowed,
    /// The path must not be fetched, because of this line.
    Disallowed {
        /// The line's number, from 1.
        line: usize,
        /// The path pattern as written in the file.
        pattern: String,
    },
}

impl Robots {
    /// Reads the groups for `agent`, the bare product token (`gleaner`): all groups naming it, merged; else all `*` groups,
    /// merged. Never fails: invalid lines are skipped, as the RFC requires.
    pub fn parse(file: &[u8], agent: &str) -> Self {
        let (mut named, mut any) = (Self::default(), Self::default());
        let mut group = Group::default();
        let mut agent_seen = false;
        for (index, line) in lines(whole_lines(file)).enumerate() {
            let Some((key, value)) = key_and_value(line) else { continue };
            match RobotsField::of(key) {
                RobotsField::UserAgent => {
                    if group.closed {
                        group = Group::default();
                    }
                    group.any |= is_any_agent(value);
                    group.named |= product_token(value).eq_ignore_ascii_case(agent.as_bytes());
                    agent_seen |= group.named;
                }
                RobotsField::Rule(effect) => {
                    group.closed = true;
                    let Some(rule) = RobotsRule::new(effect, value, index + 1) else { continue };
                    if group.any {
                        any.rules.push(rule.clone());
                    }
                    if group.named {
                        named.rules.push(rule);
                    }
                }
                // Like any other record, it does not end the list of user agents (RFC 9309 §2.2.4).
                RobotsField::CrawlDelay => {
                    let delay = seconds(value);
                    if group.any {
                        any.crawl_delay = any.crawl_delay.max(delay);
                    }
                    if group.named {
                        named.crawl_delay = named.crawl_delay.max(delay);
                    }
                }
                RobotsField::Other => {}
            }
        }
        if agent_seen { named } else { any }
    }

    /// Whether a path with its query (`/a/b?c`, percent-encoded as in the URL) may be fetched: the longest matching rule
    /// decides; `Allow` wins a tie.
    pub fn check(&self, path: &str) -> RobotsDecision {
        let path = if path.is_empty() { "/" } else { path };
        let as_written = normalise(path.as_bytes(), PathSyntax::Path, Unescape::Marks);
        let unescaped = normalise(path.as_bytes(), PathSyntax::Path, Unescape::Unreserved);
        let longest = self
            .rules
            .iter()
            .filter(|rule| match rule.effect {
                Effect::Allow => rule.pattern.matches(&as_written),
                Effect::Disallow => rule.pattern.matches(&unescaped),
            })
            .max_by_key(|rule| (rule.length, rule.effect));
        match longest {
            Some(rule) if rule.effect == Effect::Disallow => {
                RobotsDecision::Disallowed { line: rule.line, pattern: rule.text.clone() }
            }
            _ => RobotsDecision::Allowed,
        }
    }

    /// The pause between requests that the file asks for (`Crawl-delay`, a common extension that is not in the RFC).
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// Approximate size in memory, in bytes.
    pub(super) fn size(&self) -> usize {
        self.rules.iter().map(|rule| 128 + 2 * rule.text.len()).sum()
    }
}

/// The user agents to which the following rules apply.
#[derive(Default)]
struct Group {
    any: bool,
    named: bool,
    /// Whether a rule was read: the next user-agent line starts a new group.
    closed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Disallow,
    Allow,
}

enum RobotsField {
    UserAgent,
    Rule(Effect),
    CrawlDelay,
    Other,
}

/// Field names in lower case, with the misspellings that Google's parser accepts too.
const USER_AGENT: &[&str] = &["user-agent", "useragent", "user agent"];
const ALLOW: &[&str] = &["allow"];
const DISALLOW: &[&str] = &["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"];
const CRAWL_DELAY: &[&str] = &["crawl-delay", "crawldelay", "crawl delay"];

impl RobotsField {
    fn of(key: &[u8]) -> Self {
        let is_in = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()));
        match () {
            () if is_in(USER_AGENT) => Self::UserAgent,
            () if is_in(ALLOW) => Self::Rule(Effect::Allow),
            () if is_in(DISALLOW) => Self::Rule(Effect::Disallow),
            () if is_in(CRAWL_DELAY) => Self::CrawlDelay,
            () => Self::Other,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct RobotsRule {
    effect: Effect,
    pattern: PathPattern,
    /// Length of the normalised pattern: the longest match decides.
    length: usize,
    line: usize,
    /// The pattern as written.
    text: String,
}

impl RobotsRule {
    /// `None` for an empty pattern, which matches nothing.
    fn new(effect: Effect, value: &[u8], line: usize) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        let as_written = normalise(value, PathSyntax::Pattern, Unescape::Marks);
        let length = as_written.len();
        let is_index_page = as_written.ends_with(b"/index.html") || as_written.ends_with(b"/index.htm");
        let pattern = match effect {
            // As in Google's test vectors, allowing /a/index.html allows /a/ too.
            Effect::Allow if is_index_page => PathPattern::index_page(&as_written),
            Effect::Allow => PathPattern::new(&as_written),
            // RFC 9309 decodes escaped letters before comparing, Google's test vectors do not. Reading `Disallow` the first way and
            // `Allow` the second satisfies both.
            Effect::Disallow => PathPattern::new(&normalise(value, PathSyntax::Pattern, Unescape::Unreserved)),
        };
        Some(Self { effect, pattern, length, line, text: String::from_utf8_lossy(value).chars().take(200).collect() })
    }
}

/// The file without its byte order mark (or the beginning of one) and without the line that the size limit cuts off.
fn whole_lines(file: &[u8]) -> &[u8] {
    let file = match file.get(..MAX_BYTES) {
        Some(head) if file.len() > MAX_BYTES => {
            let end = head.iter().rposition(|b| matches!(b, b'\n' | b'\r')).unwrap_or(0);
            &head[..end]
        }
        _ => file,
    };
    let mark = b"\xef\xbb\xbf".iter().zip(file).take_while(|(expected, byte)| expected == byte).count();
    &file[mark..]
}

/// Lines that end in LF, CR or CRLF, counted as an editor counts them.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(file);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|b| matches!(b, b'\n' | b'\r')) else {
            rest = None;
            return Some(text);
        };
        let width = if text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = Some(&text[end + width..]);
        Some(&text[..end])
    })
}

/// `key: value` without comment and surrounding white space; also `key value`, where there is exactly one gap.
fn key_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.split(|b| *b == b'#').next().unwrap_or(line).trim_ascii();
    let (key, value) = match line.iter().position(|b| *b == b':') {
        Some(colon) => (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()),
        None => {
            let gap = line.iter().position(u8::is_ascii_whitespace)?;
            let value = line[gap..].trim_ascii();
            (!value.iter().any(u8::is_ascii_whitespace)).then_some((&line[..gap], value))?
        }
    };
    (!key.is_empty()).then_some((key, value))
}

/// Whether the value is `*`, alone or before white space.
fn is_any_agent(value: &[u8]) -> bool {
    value.strip_prefix(b"*").is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// The leading letters, `_` and `-` (RFC 9309 §2.2.1): `gleaner/1.0 (bot)` names `gleaner`.
fn product_token(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|b| !(b.is_ascii_alphabetic() || matches!(b, b'_' | b'-')));
    &value[..end.unwrap_or(value.len())]
}

fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(file: &str, path: &str) -> bool {
        Robots::parse(file.as_bytes(), "gleaner").check(path) == RobotsDecision::Allowed
    }

    #[test]
    fn the_longest_match_decides_and_allow_wins_a_tie() {
        let file =
            "User-agent: *\nDisallow: /news\nAllow: /news/today\nDisallow: /news/today/private\nAllow: /tie\nDisallow: /tie\n";
        assert!(!allows(file, "/news/old") && allows(file, "/news/today/1") && !allows(file, "/news/today/private/1"));
        assert!(allows(file, "/tie") && allows(file, "/"));
    }

    #[test]
    fn the_disallowing_line_is_named() {
        let robots = Robots::parse(b"# hello\r\nUser-agent: *\r\nDisallow: /a # why\r\n", "gleaner");
        assert_eq!(robots.check("/abc"), RobotsDecision::Disallowed { line: 3, pattern: "/a".to_owned() });
    }

    #[test]
    fn groups_that_name_the_crawler_are_merged_and_replace_the_others() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: GLEANER/2.0 (test)\nDisallow: /a\n\nUser-agent: other\n\
                    User-agent: gleaner\nDisallow: /b\n\nUser-agent: gleaner-images\nDisallow: /c\n";
        for (path, expected) in [("/a", false), ("/b", false), ("/c", true), ("/d", true)] {
            assert_eq!(allows(file, path), expected, "{path}");
        }
        assert!(!allows("User-agent: gleaner\nUser-agent: *\n\nUser-agent: *\nDisallow: /", "/"), "lines without rules between");
        assert!(allows("User-agent: gleaner\nDisallow:\nUser-agent: *\nDisallow: /", "/"), "a group of its own without rules");
    }

    #[test]
    fn differently_encoded_paths_are_equal() {
        for (pattern, path, matches) in [
            ("/a%3cd", "/a%3Cd", true),
            ("/a<d", "/a%3Cd", true),
            ("/%7Ejoe", "/~joe", true),
            ("/~joe", "/%7ejoe", true),
            ("/ツ", "/%E3%83%84", true),
            ("/%e3%83%84", "/%E3%83%84", true),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz", true),
            ("/foo/bar/baz", "/foo/bar/%62%61%7A", true),
            ("/a%2Fb", "/a/b", false),
            ("/a/b", "/a%2fb", false),
            ("/a%zz", "/a%zz", true),
            ("/100%", "/100%", true),
            ("/a b", "/a%20b", true),
        ] {
            let file = format!("User-agent: *\nDisallow: {pattern}\n");
            assert_eq!(!allows(&file, path), matches, "{pattern} on {path}");
        }
        let open = "User-agent: *\nDisallow: /\nAllow: /~joe\nAllow: /ツ\n";
        assert!(allows(open, "/%7Ejoe/x") && allows(open, "/%E3%83%84") && !allows(open, "/joe"));
    }

    #[test]
    fn sloppy_files_are_read() {
        for file in [
            "\u{feff}User-agent: *\nDisallow: /a\n",
            "user-agent:*\rdisallow:/a",
            "USERAGENT *\n\tDissallow : /a # comment\n",
            "User-agent: *\nSitemap: https://example.org/s.xml\nnonsense\n\nDisallow: /a",
            "User-agent: x\nCrawl-delay: 1\nUser-agent: *\nDisallow: /a",
        ] {
            assert!(!allows(file, "/a"), "{file:?}");
        }
        for file in
            ["", "<!doctype html><p>Disallow: /", "Disallow: /a", "User-agent: *\nDisallow:\n", "User-agent: *\nUser-agent\n: /"]
        {
            assert!(allows(file, "/a"), "{file:?}");
        }
        assert_eq!(Robots::parse(&[0xff, 0, b'\n', 0xfe, b':', b'*'], "gleaner"), Robots::default());
    }

    #[test]
    fn the_delay_is_read_per_group() {
        let delay = |file: &str| Robots::parse(file.as_bytes(), "gleaner").crawl_delay();
        assert_eq!(delay("User-agent: *\nCrawl-delay: 1.5\n"), Some(Duration::from_millis(1500)));
        assert_eq!(delay("User-agent: *\nCrawl-delay: 9\n\nUser-agent: gleaner\nDisallow: /x\n"), None);
        for bad in ["-1", "soon", "nan", "1e99", ""] {
            assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {bad}\n")), None, "{bad}");
        }
    }

    #[test]
    fn everything_beyond_the_limit_is_ignored_and_no_line_is_cut() {
        let mut file = "User-agent: *\nDisallow: /a\n".to_owned();
        file.push_str(&"#".repeat(MAX_BYTES - file.len() - 12));
        // The limit is just after the slash.
        file.push_str("\nDisallow: /late\n");
        assert!(file.len() > MAX_BYTES);
        assert!(!allows(&file, "/a") && allows(&file, "/late") && allows(&file, "/"));
    }

    #[test]
    fn hostile_patterns_are_matched_quickly() {
        let file = format!("User-agent: *\n{}", format!("Disallow: /{}b\n", "*a".repeat(2000)).repeat(120));
        let path = format!("/{}", "a".repeat(8000));
        let start = std::time::Instant::now();
        assert!(allows(&file, &path));
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}
