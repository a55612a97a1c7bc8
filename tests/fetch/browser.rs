//! Real pages in a real browser, on the loopback: these tests need a `chromium` on the path.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gleaner::clock::SystemClock;
use gleaner::fetch::{Error, FetchEnvironment, Fetched, Fetcher, Lookup, Reason, Render, RenderConfig, Resolver};
use gleaner_extract::document::RawDocument;
use tokio::sync::Mutex;

use crate::server::{Reply, Server};
use crate::{quick, request};

/// One browser at a time: the machine may be small.
static ALONE: Mutex<()> = Mutex::const_new(());

const STORY: &str =
    "Forty seals lay on the sandbanks off Holm on Monday morning and watched the ferry go by, as they do each spring.";

fn config() -> RenderConfig {
    // Starting alone may take seconds while other tests run.
    RenderConfig { timeout_s: Duration::from_secs(60).into(), ..RenderConfig::default() }
}

/// Allows 127.0.0.1, as if it were public, and no other internal address.
fn fetcher(render: RenderConfig) -> Fetcher {
    fetcher_with(render, Arc::default())
}

/// Resolves no name, and records the lookups.
#[derive(Default)]
struct NoResolver(std::sync::Mutex<Vec<String>>);

impl Resolver for NoResolver {
    fn addresses(&self, host: String) -> Lookup<'_> {
        self.0.lock().unwrap().push(host);
        Box::pin(async { Ok(Vec::new()) })
    }
}

fn fetcher_with(render: RenderConfig, resolver: Arc<NoResolver>) -> Fetcher {
    let config = gleaner::fetch::Config { allow_private: ["127.0.0.1".to_owned()].into_iter().collect(), ..quick() };
    Fetcher::within(&config, FetchEnvironment { render, resolver, ..FetchEnvironment::new(Arc::new(SystemClock)) }).unwrap()
}

async fn rendered(fetcher: &Fetcher, url: &str, render: Render) -> Result<RawDocument, Error> {
    let Fetched::Document(raw) = fetcher.fetch(request(url)).await.unwrap() else { panic!("not modified") };
    fetcher.rendered(raw, render).await.map(|raw| *raw)
}

fn text(raw: &RawDocument) -> String {
    String::from_utf8(raw.bytes.clone()).unwrap()
}

fn profiles() -> usize {
    let entries = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("gleaner-browser-")).count()
}

/// Waits until neither a browser nor a profile is left.
async fn is_clean() -> bool {
    for _ in 0..50 {
        if (profiles(), browsers()) == (0, 0) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

/// Number of running browsers.
fn browsers() -> usize {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let command_line = |path: &Path| std::fs::read(path.join("cmdline")).unwrap_or_default();
    entries.filter(|entry| command_line(&entry.path()).windows(16).any(|window| window == b"gleaner-browser-")).count()
}

/// A page that its script fills with what it gets from the site.
fn shell(script: &str) -> String {
    format!(
        "<html><head><title>x</title></head><body><div id=root></div><img src=/image.png><script>{script}</script></body></html>"
    )
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_whose_body_is_made_by_a_script_is_read() {
    let _alone = ALONE.lock().await;
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/app.js" => Reply::ok(
            "fetch('/story.json').then(r => r.json()).then(s => { root.innerHTML = '<article><p>' + s.text.repeat(4) + '</p></article>' })",
        )
        .header("Content-Type", "text/javascript"),
        "/story.json" => Reply::ok(format!("{{\"text\": \"{STORY} \"}}")).header("Content-Type", "application/json"),
        "/static" => Reply::html(&format!("<p>{}</p><script>document.body.innerHTML = ''</script>", STORY.repeat(4))),
        _ => Reply::html(&shell("").replace("<script>", "<script src=/app.js>")).header("ETag", "\"a\""),
    })
    .await;
    let resolver = Arc::new(NoResolver::default());
    let fetcher = fetcher_with(config(), Arc::clone(&resolver));
    let raw = rendered(&fetcher, &server.url("/page"), Render::Auto).await.unwrap();
    assert!(text(&raw).contains(&format!("<article><p>{STORY}")), "{}", text(&raw));
    let http = raw.http.as_ref().unwrap();
    assert!(http.rendered && raw.hash() == gleaner_extract::base::hash::ContentHash::of(&raw.bytes));
    assert_eq!((http.header("content-type"), http.header("etag")), (Some("text/html; charset=utf-8"), Some("\"a\"")));
    // The page itself is not requested twice, and images not at all; and the browser sends the same User-Agent as the client.
    let paths = server.paths();
    assert_eq!(paths, ["/robots.txt", "/page", "/app.js", "/story.json"]);
    assert!(server.seen().iter().all(|seen| seen.header("user-agent").unwrap().starts_with("gleaner/")));
    assert!(resolver.0.lock().unwrap().is_empty(), "the browser makes no requests of its own: {:?}", resolver.0.lock().unwrap());
    // A page with text of its own needs no browser.
    let plain = rendered(&fetcher, &server.url("/static"), Render::Auto).await.unwrap();
    assert!(text(&plain).contains(STORY) && !plain.http.unwrap().rendered);
    let never = rendered(&fetcher, &server.url("/page"), Render::Never).await.unwrap();
    assert!(!text(&never).contains(STORY));
    assert!(is_clean().await, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn text_in_open_shadow_trees_is_read_where_it_is_shown() {
    let _alone = ALONE.lock().await;
    let script = format!(
        "customElements.define('x-story', class extends HTMLElement {{ connectedCallback() {{
           this.attachShadow({{mode: 'open'}}).innerHTML = '<article><h1><slot name=head>No head</slot></h1><slot></slot><x-end><slot name=end></slot></x-end></article>' }} }});
         customElements.define('x-end', class extends HTMLElement {{ connectedCallback() {{
           this.attachShadow({{mode: 'open'}}).innerHTML = '<p>The end: <slot></slot></p><img alt=\"a &amp; b\">' }} }});
         root.innerHTML = '<x-story><b slot=end>Fin &lt;3</b><p>{STORY}</p><span slot=head>Seals</span></x-story>'"
    );
    let page = shell(&script);
    let server = Server::pages(move |_, _| Reply::html(&page)).await;
    let fetcher = fetcher(config());
    let raw = rendered(&fetcher, &server.url("/page"), Render::Auto).await.unwrap();
    let expected = format!(
        "<x-story><article><h1><span slot=\"head\">Seals</span></h1><p>{STORY}</p>\
         <x-end><p>The end: <b slot=\"end\">Fin &lt;3</b></p><img alt=\"a &amp; b\"></x-end></article></x-story>"
    );
    assert!(text(&raw).contains(&expected), "{}", text(&raw));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_the_browser_asks_for_counts() {
    let _alone = ALONE.lock().await;
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/data" => Reply::ok("x".repeat(100_000)),
        _ => Reply::html(&shell("fetch('/data').then(r => r.text()).then(t => { root.textContent = t.length })")),
    })
    .await;
    let fetcher = fetcher(config());
    let raw = rendered(&fetcher, &server.url("/page"), Render::Auto).await.unwrap();
    assert!(text(&raw).contains("100000"), "{}", text(&raw));
    let spent = fetcher.spent();
    assert_eq!(spent.requests, 3, "robots.txt, the page, the data: {spent:?}");
    assert!(spent.bytes > 100_000, "{spent:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_that_reaches_for_internal_addresses_gets_nothing() {
    let _alone = ALONE.lock().await;
    let inside = Server::pages(|_, _| Reply::html("secret").header("Access-Control-Allow-Origin", "*")).await;
    let port = inside.port();
    // The server listens on 127.0.0.1 only; a separate socket shows whether something connected to 127.0.0.2.
    let closed = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
    let other = closed.local_addr().unwrap().port();
    let script = format!(
        "const out = t => root.append(t + ' ');
         const tries = ['http://127.0.0.2:{other}/', 'http://[::1]:{port}/', 'http://0.0.0.0:{port}/',
           'http://169.254.169.254/latest/', 'http://10.0.0.1/', 'https://127.0.0.2:{other}/', 'file:///etc/hostname'];
         Promise.all(tries.map(u => fetch(u, {{mode: 'no-cors'}}).then(r => r.text().then(t => out('GOT:' + u + t.slice(0, 9))),
           () => out('REFUSED')))).then(() => out('END'));
         try {{ new WebSocket('ws://127.0.0.2:{other}/').onerror = () => out('NO-SOCKET') }} catch (e) {{}}
         const frame = document.createElement('iframe'); frame.src = 'http://127.0.0.2:{other}/'; document.body.append(frame);
         setTimeout(() => {{ location.href = 'http://127.0.0.2:{other}/away' }}, 100);"
    );
    let page = shell(&script);
    let server = Server::pages(move |_, _| Reply::html(&page)).await;
    let raw = rendered(&fetcher(config()), &server.url("/page"), Render::Always).await.unwrap();
    let shown = text(&raw);
    let shown = shown.split("<div id=\"root\">").nth(1).unwrap().split("</div>").next().unwrap();
    let refused = shown.matches("REFUSED").count() + shown.matches("GOT:http").count();
    assert!(shown.contains("END") && refused == 7 && !shown.contains("secret"), "{shown}");
    let connected = tokio::time::timeout(Duration::from_millis(50), closed.accept()).await;
    assert!(connected.is_err(), "something connected to 127.0.0.2");
    assert!(inside.seen().is_empty(), "{:?}", inside.paths());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_that_never_settles_is_taken_as_it_stands() {
    let _alone = ALONE.lock().await;
    let restless = shell(&format!("root.textContent = '{STORY}'; setInterval(() => {{ root.append('.'); fetch('/tick') }}, 20)"));
    let server = Server::pages(move |seen, _| match seen.path.as_str() {
        "/tick" => Reply::ok("x"),
        _ => Reply::html(&restless),
    })
    .await;
    let limits = RenderConfig { timeout_s: Duration::from_secs(20).into(), max_requests: 20, ..config() };
    let start = Instant::now();
    let raw = rendered(&fetcher(limits), &server.url("/page"), Render::Always).await.unwrap();
    assert!(text(&raw).contains(STORY) && start.elapsed() < Duration::from_secs(22), "{:?}", start.elapsed());
    let ticks = server.paths().iter().filter(|path| *path == "/tick").count();
    assert!((1..=20).contains(&ticks), "{ticks}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn scripts_that_never_let_go_or_fill_the_memory_are_ended() {
    let _alone = ALONE.lock().await;
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/spin" => Reply::html(&shell("for (;;) {}")),
        "/dialogue" => Reply::html(&shell(&format!("alert('stop'); confirm('really?'); root.textContent = '{STORY}'"))),
        _ => Reply::html(&shell(
            "const all = []; setInterval(() => { all.push(new Uint8Array(2e7).fill(7)); root.append('.') }, 10)",
        )),
    })
    .await;
    let limits = || RenderConfig { timeout_s: Duration::from_secs(60).into(), max_memory_mb: 600, ..config() };
    for path in ["/spin", "/memory"] {
        let start = Instant::now();
        let result = rendered(&fetcher(limits()), &server.url(path), Render::Always).await;
        assert!(start.elapsed() < Duration::from_secs(62), "{path}: {:?}", start.elapsed());
        match result {
            Err(error) => {
                assert!(matches!(error.reason(), Some(Reason::Render(_))), "{error}");
                assert!(path == "/spin" || error.to_string().contains("MiB of memory"), "{error}");
                assert!(error.to_string().contains(&server.url(path)) && error.hint().is_some(), "{error}");
            }
            // The page is left as it was when its script was stopped.
            Ok(raw) => assert!(path == "/spin" && text(&raw).contains("<div id=\"root\">"), "{path}: {}", text(&raw)),
        }
        assert!(is_clean().await, "nothing is left behind");
    }
    let raw = rendered(&fetcher(config()), &server.url("/dialogue"), Render::Always).await.unwrap();
    assert!(text(&raw).contains(STORY));
}

#[tokio::test]
async fn a_missing_browser_is_named() {
    let server = Server::pages(|_, _| Reply::html(&shell(""))).await;
    let none = RenderConfig { program: "/nonexistent/browser".into(), ..config() };
    let error = rendered(&fetcher(none), &server.url("/"), Render::Always).await.unwrap_err();
    assert!(matches!(error.reason(), Some(Reason::Render(_))) && error.hint().unwrap().contains("render.program"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_source_says_whether_its_pages_are_opened() {
    let _alone = ALONE.lock().await;
    let page = shell(&format!("root.innerHTML = '<article><h1>Seals</h1><p>' + '{STORY} '.repeat(4) + '</p></article>'"));
    let server = Server::pages(move |_, _| Reply::html(&page)).await;
    for (render, expected) in [("never", false), ("auto", true)] {
        let root = tempfile::tempdir().unwrap();
        let config = format!(
            "[fetch]\nallow_private = [\"127.0.0.1\"]\ndelay_s = 0\n[render]\ntimeout_s = 60\n\
             [[source]]\nkind = \"urls\"\nname = \"seals\"\nurls = [\"{}\"]\nrender = \"{render}\"\n",
            server.url("/page")
        );
        std::fs::write(root.path().join("config.toml"), config).unwrap();
        // As a source, and as a URL that the user resolver.
        for args in [vec!["run".to_owned()], vec!["ingest".to_owned(), server.url("/page"), format!("--render={render}")]] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gleaner"));
            command.args(&args).current_dir(root.path());
            let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            let texts = crate::hostile::texts(&root.path().join("clean"));
            assert_eq!(texts.iter().any(|text| text.contains(STORY)), expected, "{args:?}: {output:?}");
            let _ = std::fs::remove_dir_all(root.path().join("clean"));
            let _ = std::fs::remove_dir_all(root.path().join(".gleaner"));
        }
    }
}
