//! Hostile articles: whatever a page says in its text, headline, metadata and links, the interface shows it as text.

use crate::shared_archive::read_all;
use crate::support::{Corpus, page_of, story};

/// Texts that become markup, scripts or links where they are not escaped.
pub const VECTORS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "</title></style></textarea></script><script>alert(1)</script>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "javascript:alert(1)",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "<div hx-get=\"/x\" hx-trigger=\"load\" hx-on:click=\"alert(1)\">x</div>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<form action=//evil.example><button>x</button></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "\u{202e}gnp.exe\u{202c} \u{2066}x\u{2069}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{7*7}} ${7*7} <%= 7*7 %>",
];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page that has a text in its headline, in its story, among its boilerplate and in all of its metadata.
pub fn page_with(vector: &str, number: usize) -> String {
    let text = escaped(vector);
    let mut paragraphs = story(number + 100);
    paragraphs[1] += &format!(" {text} was what the sign said.");
    let page = page_of("evil.example", &format!("Sign {number} {text}"), &paragraphs);
    page.replace("Ann Lee", &text)
        .replace("<p>Subscribe to", &format!("<p>{text} Subscribe to"))
        .replace("</head>", &format!("<meta name=\"keywords\" content=\"{text}\"><meta name=\"description\" content=\"{text}\"><meta property=\"og:site_name\" content=\"{text}\"><meta property=\"og:image\" content=\"{text}\"></head>"))
}

/// The tags of a page without the values of their attributes: everything that is no text.
fn markup_of(page: &str) -> String {
    let tags = page.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    tags.map(|tag| format!("<{}>", tag.split('"').step_by(2).collect::<String>())).collect::<String>().to_lowercase()
}

/// What no page of the interface may contain, whatever an article says.
fn check(path: &str, page: &str) {
    let markup = markup_of(page);
    assert_eq!(markup.matches("<script").count(), 2, "{path}: only its own scripts: {markup}");
    for tag in [
        "<svg",
        "<img",
        "<base",
        "<math",
        "<template",
        "<object",
        "<embed",
        "<style",
        "srcdoc",
        "hx-on",
        "http-equiv",
        " on",
        " style",
    ] {
        assert!(!markup.contains(tag), "{path}: {tag}: {markup}");
    }
    let values: Vec<&str> = page.split('"').collect();
    for pair in values.windows(2) {
        let is_link = ["href=", "src=", "action=", "hx-get=", "data-copy="].iter().any(|name| pair[0].ends_with(name));
        let is_safe =
            pair[1].starts_with('/') && !pair[1].starts_with("//") || pair[1].starts_with('#') || pair[1].starts_with("http");
        assert!(!is_link || is_safe, "{path}: {pair:?}");
    }
}

#[test]
fn every_page_of_a_hostile_article_shows_it_as_text() {
    let pages: Vec<(String, String)> =
        VECTORS.iter().enumerate().map(|(number, vector)| (format!("v{number}.html"), page_with(vector, number))).collect();
    let named: Vec<(&str, String)> = pages.iter().map(|(name, page)| (name.as_str(), page.clone())).collect();
    let corpus = Corpus::of(&named);
    let changed: Vec<(&str, String)> =
        named.iter().map(|(name, page)| (*name, page.replace("nine million", "ten million"))).collect();
    corpus.add(&changed);
    let server = corpus.serve();
    for (number, _) in VECTORS.iter().enumerate() {
        let id = corpus.id(&format!("v{number}.html"));
        for part in ["", "/blocks", "/candidates", "/original", "/versions"] {
            let path = format!("/documents/{id}{part}");
            check(&path, &server.page(&path));
        }
    }
    for path in ["/", "/sites"] {
        check(path, &server.page(path));
    }
}

#[test]
fn what_a_request_says_is_shown_as_text_too() {
    let corpus = Corpus::of(&[("one.html", page_of("a.example", "One", &story(1)))]);
    let server = corpus.serve();
    for path in ["/sites/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/documents/%3Cscript%3E", "/%3Cscript%3Ealert(1)%3C%2Fscript%3E"]
    {
        check(path, &server.get(path).body);
    }
}

#[test]
fn the_page_as_fetched_is_served_for_a_sandbox_only() {
    let mut page = page_with("<script>alert(1)</script>", 1);
    page = page.replace(
        "</head>",
        "<script>alert(2)</script><link rel=preconnect href=//evil.example><LINK rel=dns-prefetch href=//evil.example></head>",
    );
    let corpus = Corpus::of(&[("one.html", page), ("two.txt", format!("A headline\n\n{}", story(3).join("\n\n")))]);
    let server = corpus.serve();
    let reply = server.get(&format!("/documents/{}/raw", corpus.id("one.html")));
    let policy = reply.field("content-security-policy").unwrap();
    for part in ["sandbox;", "default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("allow-") && !policy.contains("script-src"), "{policy}");
    assert!(reply.body.contains("alert(2)"), "it is the page itself");
    assert!(!reply.body.to_lowercase().contains("<link"), "{}", reply.body);
    let text = server.get(&format!("/documents/{}/raw", corpus.id("two.txt")));
    assert_eq!(text.field("content-type"), Some("text/plain; charset=utf-8"));
}

/// The list of strings that have broken programs, in the shared data.
#[test]
#[ignore = "needs the shared data"]
fn shared_naughty_strings_are_shown_as_text() {
    let files = read_all("vectors/naughty-strings");
    let (_, list) = files.iter().find(|(name, _)| name.ends_with("blns.json")).unwrap();
    let strings: Vec<String> = serde_json::from_slice(list).unwrap();
    assert!(strings.len() > 400, "only {} strings were read", strings.len());
    // Many on a page: in its headline and metadata the first of them, in its text all.
    let pages: Vec<(String, String)> = strings.chunks(12).enumerate().map(|(number, part)| naughty_page(number, part)).collect();
    let named: Vec<(&str, String)> = pages.iter().map(|(name, page)| (name.as_str(), page.clone())).collect();
    let corpus = Corpus::of(&named);
    let server = corpus.serve();
    for (name, _) in &named {
        let id = corpus.id(name);
        for part in ["", "/blocks", "/candidates", "/original"] {
            let path = format!("/documents/{id}{part}");
            check(&path, &server.page(&path));
        }
    }
    for string in &strings {
        let query: String = url::form_urlencoded::byte_serialize(string.as_bytes()).collect();
        let path = format!("/documents?q={query}");
        let reply = server.get(&path);
        assert!(matches!(reply.status, 200 | 400), "{path}: {}", reply.status);
        check(&path, &reply.body);
    }
}

fn naughty_page(number: usize, strings: &[String]) -> (String, String) {
    let shown = |text: &String| escaped(text).replace('\0', "");
    let mut paragraphs = story(number + 300);
    for (at, text) in strings.iter().enumerate() {
        paragraphs.push(format!(
            "The sign at door {at} of ward {number} said {} when the clerk went by on Monday morning.",
            shown(text)
        ));
    }
    let first = strings.first().map(shown).unwrap_or_default();
    let page = page_of("evil.example", &format!("Sign {number} {first}"), &paragraphs).replace("Ann Lee", &first);
    (format!("n{number}.html"), page)
}
