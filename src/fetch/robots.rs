//! robots.txt (RFC 9309): bytes in, a verdict on a path out. Does not fetch; see `permission`.

pub(super) mod pattern;

use std::time::Duration;

use pattern::{Decode, Pattern, Side, normalise};

/// Bytes of a robots.txt that are read; the rest is ignored (RFC 9309 §2.5).
pub const MAX_BYTES: usize = 500 * 1024;

/// The rules of one robots.txt that bind one crawler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

/// What robots.txt says about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The path may be fetched.
    Allowed,
    /// The path must not be fetched, because of this line.
    Disallowed {
        /// The line's number, from 1.
        line: usize,
        /// The path pattern as it stands in the file.
        pattern: String,
    },
}

impl Robots {
    /// Reads the groups that bind `agent`, the bare product token (`gleaner`): every group naming it, merged; else every `*`
    /// group, merged. Never fails: what cannot be read is skipped, as the RFC asks.
    pub fn parse(file: &[u8], agent: &str) -> Self {
        let (mut named, mut any) = (Self::default(), Self::default());
        let mut group = Group::default();
        let mut agent_seen = false;
        for (index, line) in lines(whole_lines(file)).enumerate() {
            let Some((key, value)) = key_and_value(line) else { continue };
            match Field::of(key) {
                Field::UserAgent => {
                    if group.closed {
                        group = Group::default();
                    }
                    group.any |= is_any_agent(value);
                    group.named |= product_token(value).eq_ignore_ascii_case(agent.as_bytes());
                    agent_seen |= group.named;
                }
                Field::Rule(effect) => {
                    group.closed = true;
                    let Some(rule) = Rule::new(effect, value, index + 1) else { continue };
                    if group.any {
                        any.rules.push(rule.clone());
                    }
                    if group.named {
                        named.rules.push(rule);
                    }
                }
                // Like every other record, it leaves the group open (RFC 9309 §2.2.4).
                Field::CrawlDelay => {
                    let delay = seconds(value);
                    if group.any {
                        any.crawl_delay = any.crawl_delay.max(delay);
                    }
                    if group.named {
                        named.crawl_delay = named.crawl_delay.max(delay);
                    }
                }
                Field::Other => {}
            }
        }
        if agent_seen { named } else { any }
    }

    /// Whether a path with its query (`/a/b?c`, percent-encoded as in the URL) may be fetched: the longest matching rule
    /// decides, and an allowing one wins a tie.
    pub fn verdict(&self, path: &str) -> Verdict {
        let path = if path.is_empty() { "/" } else { path };
        let written = normalise(path.as_bytes(), Side::Path, Decode::Marks);
        let plain = normalise(path.as_bytes(), Side::Path, Decode::Unreserved);
        let longest = self
            .rules
            .iter()
            .filter(|rule| match rule.effect {
                Effect::Allow => rule.pattern.matches(&written),
                Effect::Disallow => rule.pattern.matches(&plain),
            })
            .max_by_key(|rule| (rule.weight, rule.effect));
        match longest {
            Some(rule) if rule.effect == Effect::Disallow => Verdict::Disallowed { line: rule.line, pattern: rule.shown.clone() },
            _ => Verdict::Allowed,
        }
    }

    /// The pause between requests that the file asks for; a common extension, not in the RFC.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// Roughly the bytes held in memory.
    pub(super) fn weight(&self) -> usize {
        self.rules.iter().map(|rule| 128 + 2 * rule.shown.len()).sum()
    }
}

/// The user-agent lines that bind the rules being read.
#[derive(Default)]
struct Group {
    any: bool,
    named: bool,
    /// A rule was seen: the next user-agent line opens a new group.
    closed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Disallow,
    Allow,
}

enum Field {
    UserAgent,
    Rule(Effect),
    CrawlDelay,
    Other,
}

/// Field names, lower case, with the misspellings that Google's parser also accepts.
const USER_AGENT: &[&str] = &["user-agent", "useragent", "user agent"];
const ALLOW: &[&str] = &["allow"];
const DISALLOW: &[&str] = &["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"];
const CRAWL_DELAY: &[&str] = &["crawl-delay", "crawldelay", "crawl delay"];

impl Field {
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
struct Rule {
    effect: Effect,
    pattern: Pattern,
    /// Length of the pattern as written: the longest match decides.
    weight: usize,
    line: usize,
    shown: String,
}

impl Rule {
    /// `None` for an empty pattern, which matches nothing.
    fn new(effect: Effect, value: &[u8], line: usize) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        let written = normalise(value, Side::Pattern, Decode::Marks);
        let weight = written.len();
        // Google's reading, which its vectors hold: allowing /a/index.html allows /a/ as well.
        let index_page = effect == Effect::Allow && (written.ends_with(b"/index.html") || written.ends_with(b"/index.htm"));
        let pattern = match effect {
            Effect::Allow => Pattern::new(&written, index_page),
            // RFC 9309 decodes escaped letters before comparing, Google's vectors do not. Both hold when rules that forbid
            // are read the first way and rules that permit the second.
            Effect::Disallow => Pattern::new(&normalise(value, Side::Pattern, Decode::Unreserved), false),
        };
        Some(Self { effect, pattern, weight, line, shown: String::from_utf8_lossy(value).chars().take(200).collect() })
    }
}

/// The part of the file that counts: no byte order mark (nor a piece of one), no line cut off by the limit.
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

/// Lines ended by LF, CR or CRLF, the last one numbered as an editor numbers it.
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

/// `key: value` without comment and outer white space; also `key value`, where there is just one gap.
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

/// `*`, alone or before white space.
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
        Robots::parse(file.as_bytes(), "gleaner").verdict(path) == Verdict::Allowed
    }

    #[test]
    fn the_longest_match_decides_and_allow_wins_a_tie() {
        let file =
            "User-agent: *\nDisallow: /news\nAllow: /news/today\nDisallow: /news/today/private\nAllow: /tie\nDisallow: /tie\n";
        assert!(!allows(file, "/news/old") && allows(file, "/news/today/1") && !allows(file, "/news/today/private/1"));
        assert!(allows(file, "/tie") && allows(file, "/"));
    }

    #[test]
    fn names_the_line_that_forbids() {
        let robots = Robots::parse(b"# hello\r\nUser-agent: *\r\nDisallow: /a # why\r\n", "gleaner");
        assert_eq!(robots.verdict("/abc"), Verdict::Disallowed { line: 3, pattern: "/a".to_owned() });
    }

    #[test]
    fn groups_that_name_the_crawler_are_merged_and_shut_out_the_others() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: GLEANER/2.0 (test)\nDisallow: /a\n\nUser-agent: other\n\
                    User-agent: gleaner\nDisallow: /b\n\nUser-agent: gleaner-images\nDisallow: /c\n";
        for (path, expected) in [("/a", false), ("/b", false), ("/c", true), ("/d", true)] {
            assert_eq!(allows(file, path), expected, "{path}");
        }
        assert!(!allows("User-agent: gleaner\nUser-agent: *\n\nUser-agent: *\nDisallow: /", "/"), "lines without rules between");
        assert!(allows("User-agent: gleaner\nDisallow:\nUser-agent: *\nDisallow: /", "/"), "a group of its own without rules");
    }

    #[test]
    fn equal_paths_are_equal_in_every_spelling() {
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
    fn reads_what_people_write() {
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
    fn what_lies_beyond_the_limit_is_ignored_and_no_line_is_cut() {
        let mut file = "User-agent: *\nDisallow: /a\n".to_owned();
        file.push_str(&"#".repeat(MAX_BYTES - file.len() - 12));
        // The limit falls behind the slash.
        file.push_str("\nDisallow: /late\n");
        assert!(file.len() > MAX_BYTES);
        assert!(!allows(&file, "/a") && allows(&file, "/late") && allows(&file, "/"));
    }

    #[test]
    fn hostile_patterns_take_no_time() {
        let file = format!("User-agent: *\n{}", format!("Disallow: /{}b\n", "*a".repeat(2000)).repeat(120));
        let path = format!("/{}", "a".repeat(8000));
        let start = std::time::Instant::now();
        assert!(allows(&file, &path));
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}
