//! Feeds of every format, written for these tests.

use url::Url;

use super::*;

fn base() -> Url {
    Url::parse("https://paper.example/feeds/all.xml").unwrap()
}

fn read_text(feed: &str) -> Feed {
    read(feed.as_bytes(), None, Some(&base())).unwrap()
}

const RSS: &str = r#"<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY lol "ha">]>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Tidewater &amp; Vale</title><atom:link href="https://paper.example/feeds/all.xml" rel="self"/><link>https://paper.example/</link>
<image><title>Logo</title><link>https://paper.example/logo</link></image>
<item><title>Ferry &lt;em&gt;late&lt;/em&gt; again &lol;</title><link>/2024/ferry?a=1&amp;b=2</link><guid isPermaLink="false">tag:1</guid>
<pubDate>Sat, 03 Feb 2024 08:15:00 +0100</pubDate><dc:creator>Mara Quill</dc:creator><description>The ferry was late.</description>
<content:encoded><![CDATA[<p>The ferry was late.</p><p>Nobody&nbsp;minded.</p>]]></content:encoded>
<source url="https://other.example/"><title>Other</title></source></item>
<item><title>Only a permanent address</title><guid>https://paper.example/2024/mill</guid></item>
<item><title>No address at all</title></item>
</channel></rss>"#;

#[test]
fn rss_in_common_variants() {
    let feed = read_text(RSS);
    assert_eq!((feed.title.as_deref(), feed.count, feed.entries.len()), (Some("Tidewater & Vale"), 3, 2));
    let first = &feed.entries[0];
    assert_eq!(first.url.as_str(), "https://paper.example/2024/ferry?a=1&b=2");
    assert_eq!(first.title.as_deref(), Some("Ferry late again &lol;"), "declared entities are not expanded");
    assert_eq!(first.published.unwrap().to_string(), "2024-02-03T07:15:00Z");
    assert_eq!(first.text.as_deref(), Some("The ferry was late.\n\nNobody minded."));
    assert_eq!(first.authors, ["Mara Quill"]);
    assert_eq!(feed.entries[1].url.as_str(), "https://paper.example/2024/mill");
}

#[test]
fn atom_with_markup_of_every_type() {
    let feed = read_text(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.example/">
        <title type="text">1 &lt; 2</title><link rel="next" href="/feeds/2.xml"/>
        <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Mill <b>burns</b></div></title>
        <link rel="edit" href="/edit/1"/><link rel="enclosure" href="/a.mp3" type="audio/mpeg"/><link href="mill"/>
        <author><name>Ada Brook</name><email>ada@paper.example</email></author>
        <updated>2024-02-04T00:00:00Z</updated><published>2024-02-03T00:00:00Z</published>
        <summary type="html">&lt;p&gt;Short.&lt;/p&gt;</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One &amp; only.</p><p>Two.</p></div></content>
        <source><title>Elsewhere</title><updated>2020-01-01T00:00:00Z</updated></source></entry></feed>"#,
    );
    assert_eq!(feed.title.as_deref(), Some("1 < 2"));
    assert_eq!(feed.next.unwrap().as_str(), "https://paper.example/feeds/2.xml");
    let entry = &feed.entries[0];
    assert_eq!((entry.url.path(), entry.title.as_deref()), ("/mill", Some("Mill burns")));
    assert_eq!(entry.published.unwrap().to_string(), "2024-02-03T00:00:00Z");
    assert_eq!(entry.text.as_deref(), Some("One & only.\n\nTwo."));
    assert_eq!(entry.authors, ["Ada Brook"]);
}

#[test]
fn older_formats_and_json() {
    let rdf = r##"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>T</title></channel>
        <item rdf:about="https://paper.example/1"><title>One</title></item><item><title>Two</title><link>https://paper.example/2</link></item></rdf:RDF>"##;
    assert_eq!(read_text(rdf).entries.iter().map(|e| e.url.path()).collect::<Vec<_>>(), ["/1", "/2"]);
    let old = "<rss version='0.91'><channel><title>T</title><item><title>One</title><link>https://paper.example/1</link></item></channel></rss>";
    assert_eq!(read_text(old).entries.len(), 1);
    let cdf = "<CHANNEL><TITLE>T</TITLE><ITEM HREF='/1'><TITLE>One</TITLE></ITEM></CHANNEL>";
    assert_eq!(read_text(cdf).entries[0].title.as_deref(), Some("One"));
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[
        {"id":"1","url":"/1","title":"Fish & chips","content_html":"<p>A</p><p>B</p>","date_published":"2024-02-03T00:00:00Z","authors":[{"name":"Ada Brook"}]},
        {"id":2,"content_text":"no address"}]}"#;
    let feed = read_text(json);
    assert_eq!((feed.count, feed.entries.len()), (2, 1));
    let entry = &feed.entries[0];
    assert_eq!((entry.title.as_deref(), entry.text.as_deref()), (Some("Fish & chips"), Some("A\n\nB")));
    assert_eq!(entry.authors, ["Ada Brook"]);
}

#[test]
fn the_declared_charset_is_used() {
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>Caf\xe9</title><link>/1</link></item></channel></rss>";
    let feed = read(latin, Some("text/xml; charset=utf-8"), Some(&base())).unwrap();
    assert_eq!(feed.entries[0].title.as_deref(), Some("Café"));
    let wide: Vec<u8> = "\u{feff}<rss><channel><item><title>Žluť</title><link>/1</link></item></channel></rss>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&wide, None, Some(&base())).unwrap().entries[0].title.as_deref(), Some("Žluť"));
}

#[test]
fn entries_before_a_malformed_part_are_kept() {
    let cut = RSS.split("<item><title>No address").next().unwrap();
    assert_eq!(read_text(cut).entries.len(), 2, "a missing end");
    let broken = format!("{cut}<item><title><![CDATA[never closed");
    let feed = read_text(&broken);
    assert!(feed.damage.is_some() && feed.entries.len() == 2, "{feed:?}");
    for none in ["<!doctype html><html><body>no</body></html>", "", "nonsense", "<urlset/>", "{\"a\":1}", "[1]"] {
        assert!(read(none.as_bytes(), None, None).is_err(), "{none:?}");
    }
}

#[test]
fn large_feeds_are_cut() {
    let entries = "<item><link>https://paper.example/1</link></item>".repeat(MAX_ENTRIES + 10);
    assert_eq!(read_text(&format!("<rss><channel>{entries}</channel></rss>")).entries.len(), MAX_ENTRIES);
    let deep = format!("<rss><channel><item><link>https://paper.example/1</link><description>{}", "<b>".repeat(100_000));
    assert_eq!(read_text(&deep).entries.len(), 1);
}
