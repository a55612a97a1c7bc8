//! The fuzz targets, as functions of bytes: they panic where something does not hold. Runs nothing by itself: libFuzzer does
//! (`fuzz_targets/`), and `tests/fuzz` of the workspace does on the seeds and on changed seeds.

#[path = "../../extract/tests/outline/mod.rs"]
mod outline;

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gleaner::discover::{feed as feeds, listing_kind, opml, page as front_page, sitemap as sitemaps};
use gleaner::fetch::robots::{Robots, RobotsDecision};
use gleaner::fetch::{SessionConfig, Sessions};
use gleaner::ingest::archive::columns::Columns;
use gleaner::ingest::archive::{Archive, ArchiveOptions, detect_file};
use gleaner::ingest::file::read_stream;
use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::article::extras::{self, Extras, Include};
use gleaner_extract::article::render::{OutputFormat, render_with};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Article, HttpFacts, Origin, RawDocument};
use gleaner_extract::page as extract_page;
use gleaner_extract::page::{ReadHints, SiteRequest};
use gleaner_extract::rules::{PageParts, PageSite, RuleFile, RuleSet, SiteMatcher};
use url::Url;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Most bytes of markup that is compared with html5ever.
const MAX_TREE_BYTES: usize = 8 << 10;

/// Most bytes that a page may have.
const MAX_PAGE_BYTES: usize = 1 << 20;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().expect("the embedded rules are valid"));

/// Extracts a page, not isolated, so that a panic is a find, and checks what comes out of it.
fn extract(bytes: &[u8], content_type: Option<&str>) {
    let url = Url::parse("https://news.example/2024/05/02/story.html").ok();
    let mut raw = RawDocument::local(Origin::Stdin, bytes.to_vec());
    raw.http = content_type.map(|content_type| HttpFacts::of_page(url.as_ref(), content_type));
    let now = Some(Timestamp::from_unix(1_714_608_000));
    let context = CleanContext { rules: &RULES, limits: &extract_page::Config::default(), now, sites: None };
    if let Ok(cleaned) = clean_page(&raw, url.as_ref(), context) {
        check(&cleaned.article);
        let include = Include { links: true, images: true, comments: true };
        let extras = extras::find(&raw, &cleaned, context, include).expect("a page that was cleaned is read again");
        check_rendered(&cleaned, &Extras::default());
        check_rendered(&cleaned, &extras);
    }
}

/// Nothing in an article can change what a terminal or a reader shows.
fn check(article: &Article) {
    assert!(!article.text.contains(is_harmful), "text: {:?}", article.text);
    let metadata = serde_json::to_value(&article.metadata).expect("metadata is JSON");
    assert!(!holds_harmful(&metadata), "metadata: {metadata}");
    assert!((0.0..=1.0).contains(&article.confidence), "confidence: {}", article.confidence);
}

fn check_rendered(cleaned: &CleanedPage, extras: &Extras) {
    for format in OutputFormat::ALL {
        let text = render_with(cleaned, extras, *format);
        assert!(!text.contains(is_harmful), "{}: {text:?}", format.name());
    }
}

/// Whether a string anywhere in this value has a harmful character.
fn holds_harmful(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains(is_harmful),
        serde_json::Value::Array(values) => values.iter().any(holds_harmful),
        serde_json::Value::Object(fields) => fields.values().any(holds_harmful),
        _ => false,
    }
}

/// Control characters but tab and line feed, and characters that reorder the text around them.
fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Does something with the bytes, and panics where what should hold does not.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("page", page),
    ("html_tree", html_tree),
    ("text", text),
    ("markdown", markdown),
    ("json_ld", json_ld),
    ("feed", feed),
    ("sitemap", sitemap),
    ("warc", warc),
    ("table", table),
    ("tar", tar),
    ("mail", mail),
    ("zip", zip),
    ("robots", robots),
    ("cookie_jar", cookie_jar),
    ("rules", rules),
];

/// Bytes sent as HTML.
pub fn page(bytes: &[u8]) {
    extract(bytes, Some("text/html"));
}

/// Bytes as markup, whose tree is the same as html5ever's. Short, so that no limit on the tree is reached.
pub fn html_tree(bytes: &[u8]) {
    let markup = String::from_utf8_lossy(bytes.get(..MAX_TREE_BYTES).unwrap_or(bytes));
    assert_eq!(outline::by_gleaner(&markup), outline::by_html5ever(&markup));
}

/// Bytes of a file, whatever they are: mostly text dumps.
pub fn text(bytes: &[u8]) {
    extract(bytes, None);
}

/// Markdown below a heading, so that it is taken for Markdown.
pub fn markdown(bytes: &[u8]) {
    extract(&[b"# Mill burns down\n\nBy [Ann Lee](https://news.example/ann)\n\n", bytes].concat(), None);
}

/// A JSON-LD block in the head of a page with a short story.
pub fn json_ld(bytes: &[u8]) {
    let page = [
        b"<!doctype html><title>Mill burns down</title><script type=\"application/ld+json\">".as_slice(),
        bytes,
        b"</script><article><h1>Mill burns down</h1><p>The old mill at the river burnt down in the night. Nobody was hurt.</p></article>",
    ];
    extract(&page.concat(), Some("text/html; charset=utf-8"));
}

/// Feeds, lists of feeds, and front pages.
pub fn feed(bytes: &[u8]) {
    let Ok(base) = Url::parse("https://news.example/feed") else { return };
    let _ = listing_kind(bytes, None);
    if let Ok(feed) = feeds::read(bytes, None, Some(&base)) {
        assert!(feed.entries.len() <= feeds::MAX_ENTRIES);
    }
    if let Ok(feeds) = opml::read(bytes, None) {
        assert!(feeds.len() <= opml::MAX_FEEDS);
        let written = opml::write("Feeds", &feeds);
        let again = opml::read(written.as_bytes(), None).expect("what was written can be read");
        assert_eq!(again.len(), feeds.len());
    }
    let _ = front_page::read(bytes, None, &base, &extract_page::Config::default());
}

/// Sitemaps and the sitemap lines of robots.txt.
pub fn sitemap(bytes: &[u8]) {
    let base = Url::parse("https://news.example/sitemap.xml").ok();
    let mut entries = 0;
    if let Ok(summary) = sitemaps::read(bytes, base.as_ref(), None, &mut |_| entries += 1) {
        assert_eq!(summary.entries, entries);
    }
    let _ = sitemaps::of_robots(bytes, base.as_ref());
}

/// WARC and WET files, as they are and below a first line that makes them one.
pub fn warc(bytes: &[u8]) {
    read_archive(bytes);
    read_archive(&[b"WARC/1.0\r\n", bytes].concat());
}

/// Tables of pages: JSON Lines and CSV, as they are and below a first row that makes them one.
pub fn table(bytes: &[u8]) {
    read_archive(bytes);
    read_archive(&[b"{\"url\": \"https://news.example/a\", \"html\": \"<p>Mill\"}\n", bytes].concat());
    read_archive(&[b"url,title,text\nhttps://news.example/a,Mill,The mill burnt down.\n", bytes].concat());
}

/// tar files of pages.
pub fn tar(bytes: &[u8]) {
    read_archive(bytes);
}

/// Mail, newsletters and MHTML.
pub fn mail(bytes: &[u8]) {
    for start in ["", "From: Ann Lee <ann@news.example>\r\nSubject: Mill burns down\r\nMIME-Version: 1.0\r\n"] {
        if let Ok(raw) = read_stream([start.as_bytes(), bytes].concat().as_slice(), MAX_PAGE_BYTES) {
            extract(&raw.bytes, None);
        }
    }
}

/// DOCX and EPUB: the bytes as a file, and as the text inside of well-formed ones.
pub fn zip(bytes: &[u8]) {
    let docx = zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", bytes)]);
    for file in [bytes, &docx] {
        if let Ok(raw) = read_stream(file, MAX_PAGE_BYTES) {
            assert!(raw.bytes.len() <= MAX_PAGE_BYTES);
        }
    }
    // The first half stands for the list of chapters, the second for a chapter.
    let (list, chapter) = bytes.split_at(bytes.len() / 2);
    let container = br#"<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>"#;
    let plain_list = br#"<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>"#;
    for list in [list, plain_list] {
        read_epub(&zip_of(&[
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", container),
            ("book.opf", list),
            ("a.xhtml", chapter),
        ]));
    }
}

/// robots.txt: the first line is a path, the rest the file.
pub fn robots(bytes: &[u8]) {
    let (path, file) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0));
    let path = format!("/{}", String::from_utf8_lossy(path));
    let robots = Robots::parse(file, "gleaner");
    let _ = robots.crawl_delay();
    if let RobotsDecision::Disallowed { line, pattern } = robots.check(&path) {
        assert!(line >= 1 && !pattern.is_empty());
    }
    assert_eq!(Robots::parse(b"", "gleaner").check(&path), RobotsDecision::Allowed);
}

/// The files of a session: cookies as curl writes them, and header fields. An error never shows their content.
pub fn cookie_jar(bytes: &[u8]) {
    let file = file_of(bytes);
    let path = Some(file.path().to_path_buf());
    let site = "news.example".to_owned();
    for table in [
        SessionConfig { site: site.clone(), headers: None, cookies: path.clone() },
        SessionConfig { site: site.clone(), headers: path, cookies: None },
    ] {
        let _ = Sessions::read(&[table], file.path());
    }
}

/// Rules files of a user: of a category, of a site, and in the ftr-site-config format. Without the built-in rules, which take a hundred times longer to
/// read. What those of a site select is tried on a page.
pub fn rules(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for path in ["newsletter.toml", "sites/news.example.toml", "news.example.txt"] {
        let file = RuleFile { path: PathBuf::from(path), text: text.to_owned() };
        let (rules, errors) = RuleSet::of_user_files(&[file]);
        for error in errors {
            assert!(error.line >= 1 && error.line <= 1 + text.matches('\n').count());
        }
        let site = PageSite { host: Some("news.example"), ..PageSite::default() };
        if let Some(matcher) = rules.site_matcher(site) {
            select(&matcher);
        }
    }
}

/// A page with most of what expressions look at.
const RULES_PAGE: &str = "<html lang=de><head><title>A | B</title><meta name=author content=C></head><body class='x y'><div id=a class=story>\
    <h1>A</h1><p class=by>By <b>C</b> <time datetime=2026-01-02>today</time></p><p>One.<p>Two<br>Three</p><ul><li>1<li>2<li>3</ul>\
    <table><tr><td>a<td>b</table></div><a rel=next href=/2>Next</a></body></html>";

fn select(matcher: &SiteMatcher<'_>) {
    let (replacements, attributes) = (matcher.replacements(), matcher.attributes());
    let request = SiteRequest { replacements: &replacements, attributes: &attributes };
    let hints = ReadHints { content_type: Some("text/html"), url: None };
    let read = extract_page::read_with_elements(RULES_PAGE.as_bytes(), hints, &extract_page::Config::default(), request);
    // A replacement may leave nothing.
    let Ok((page, tree)) = read else { return };
    let (selected, _) = matcher.select(PageParts { containers: &page.containers, blocks: &page.blocks, tree: &tree });
    assert!(
        selected.iter().all(|selected| selected.blocks.is_sorted() && selected.blocks.iter().all(|at| *at < page.blocks.len()))
    );
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        zip.start_file(*name, stored).expect("a new entry");
        zip.write_all(content).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}

/// Reads a stream, if it is an archive.
fn read_archive(bytes: &[u8]) {
    if let Ok(Ok(archive)) = Archive::from_stream(Path::new("fuzz"), bytes, &ArchiveOptions::new(MAX_PAGE_BYTES)) {
        check_pages(archive);
    }
}

/// No page is larger than allowed.
fn check_pages(archive: Archive<'_>) {
    for page in archive.take(1000).flatten() {
        assert!(page.bytes.len() <= MAX_PAGE_BYTES);
    }
}

fn read_epub(bytes: &[u8]) {
    let file = file_of(bytes);
    let format = detect_file(file.path(), &Columns::default()).expect("the file can be read").expect("it is an EPUB");
    if let Ok(archive) = Archive::open(file.path(), format, &ArchiveOptions::new(MAX_PAGE_BYTES)) {
        check_pages(archive);
    }
}

/// A temporary file, in memory where that is possible.
fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new_in("/dev/shm").or_else(|_| tempfile::NamedTempFile::new());
    let mut file = file.expect("a temporary file can be made");
    file.write_all(bytes).expect("a temporary file can be written");
    file
}
