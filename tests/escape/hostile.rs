//! Pages, feeds, mails, archives, rules and settings with escape sequences in every place that can hold one.

/// What steers a terminal: CSI in seven and eight bits, a window title (OSC), bell, backspace, carriage return, DEL, bidirectional override and isolate.
pub const EVIL: &str = "\u{1b}[35m\u{9b}2J\u{1b}]0;pwned\u{7}\u{8}\r\u{7f}\u{202e}\u{2067}";

/// The same with a line that looks like the program's own.
pub const FORGED: &str = "\ngleaner: FORGED\u{1b}[35m\n";

/// The same as character references; `&amp;` decodes to further ones.
pub const REFERENCES: &str = "&#27;[35m&#x202e;&amp;#27;[36m&#127;&#8;";

fn sentences(name: &str) -> String {
    let sentence =
        format!("The {name} sailed again on Saturday{EVIL} morning, four days after a storm had torn the ramp from its hinges.");
    (0..5)
        .map(|n| format!("<p>{n}. {sentence} {REFERENCES} About sixty cars were waiting at the quay, said the master.</p>\n"))
        .collect()
}

/// A page with escape sequences in its text, metadata, attributes and scripts.
pub fn page(name: &str) -> String {
    let json = serde_json::json!({
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": format!("The {name}{EVIL}"),
        "author": [{"@type": "Person", "name": format!("Ann{EVIL} Lind")}], "datePublished": "2024-05-01T10:00:00Z",
        "publisher": {"@type": "Organization", "name": format!("Holm{EVIL} Courier")},
        "keywords": [format!("ferry{EVIL}"), "storm"], "articleSection": format!("News{EVIL}"), "image": format!("https://a.example/{EVIL}.png"),
    });
    format!(
        r#"<!doctype html><html lang="en{EVIL}"><head><title>The {name}{EVIL} {REFERENCES} | Holm Courier</title>
<meta property="og:title" content="The {name} {REFERENCES}{EVIL}"><meta property="og:site_name" content="Holm{EVIL} Courier">
<meta name="author" content="Ann{EVIL} Lind"><meta name="description" content="A {REFERENCES} ferry{EVIL}.">
<meta name="keywords" content="ferry{EVIL}, storm"><meta property="article:section" content="News{EVIL}">
<meta name="dcterms.license" content="free{EVIL}"><meta name="tdm-policy" content="x{EVIL}">
<link rel="canonical" href="/story{EVIL}"><link rel="license" href="https://a.example/l{EVIL}">
<script type="application/ld+json">{json}</script></head>
<body class="c{EVIL}"><nav><a href="/{EVIL}">Home{EVIL}</a></nav><article><h1>The {name} runs again{EVIL}</h1>
<p class="byline">By Ann{EVIL} Lind</p><time datetime="2024-05-01">1 May{EVIL} 2024</time>
{}<pre>10:00{EVIL} off
11:00 back{REFERENCES}</pre><table><tr><td>Cars{EVIL}</td><td>60{REFERENCES}</td></tr></table>
</article><div class="newsletter">Sign up for our daily newsletter{EVIL} {REFERENCES} and never miss a story.</div>
<footer>© 2024 Holm Courier{EVIL}. All rights reserved.</footer></body></html>"#,
        sentences(name)
    )
}

/// A text dump.
pub fn dump(name: &str) -> String {
    let story =
        "The bakery had run out of flour on Thursday, and its owner came across with the first boat to fetch two hundred kilos.";
    let lines: String = (0..5).map(|n| format!("{n} {name}{EVIL} {story}\n\n")).collect();
    format!("The bakery of {name}{EVIL}\n\nBy Ann{EVIL} Lind\n\n{lines}Sign up for our newsletter{EVIL}\n")
}

/// A mail with escape sequences in its header.
pub fn mail() -> String {
    let subject = "=?utf-8?Q?The_mail=1B[35m=E2=80=AE=C2=9B2J?=";
    format!(
        "From: Ann{EVIL} <ann@a.example>\r\nSubject: {subject}\r\nDate: Wed, 1 May 2024 10:00:00 +0000\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}",
        page("mail").replace('\n', "\r\n")
    )
}

/// A WARC file whose response has escape sequences in its header fields and address.
pub fn warc() -> Vec<u8> {
    let http = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Language: en\u{1b}[35m\u{9b}\r\nTdm-Policy: \u{1b}[35mx\r\n\r\n{}",
        page("archive")
    );
    let fields =
        "WARC-Type: response\r\nWARC-Target-URI: https://holm.example/a\u{1b}[35m\u{202e}\r\nWARC-Date: 2024-02-04T00:00:00Z";
    let head = format!("WARC/1.0\r\n{fields}\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n", http.len());
    (head + &http + "\r\n\r\n").into_bytes()
}

/// A feed that leads to these URLs.
pub fn feed(urls: &[String]) -> String {
    let items: String = urls
        .iter()
        .map(|url| {
            format!(
                "<item><title>The feed&#x9b;2J{} {REFERENCES}</title><link>{url}</link><dc:creator>Ann{}</dc:creator></item>",
                "\u{202e}\u{7f}", "\u{9b}"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T\u{202e}</title>{items}</channel></rss>"
    )
}

/// A TOML string with these characters, escaped as TOML requires.
pub fn toml_string(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' {
                c.to_string()
            } else {
                format!("\\u{:04x}", u32::from(c))
            }
        })
        .collect();
    format!("\"{escaped}\"")
}

/// A file of rules with escape sequences in all that a rule may say.
pub fn rules() -> String {
    let text = |text: &str| toml_string(&format!("{text}{EVIL}{FORGED}"));
    format!(
        "[[rule]]\nid = \"evil\"\nwhy = {}\nstrength = \"sure\"\nmatch = \"contains\"\nmax_words = 40\nremoves = [{}]\nkeeps = [{}]\n\
         patterns = [{}]\n[rule.phrases]\nen = [{}]\n",
        text("it says so"),
        text("Sign up for our daily newsletter and never miss a story."),
        text("The newsletter was closed."),
        toml_string("never miss \u{1b}?\u{202e}?a .*"),
        text("daily newsletter"),
    )
}
