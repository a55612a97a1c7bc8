//! The interface in a real browser: these tests need a `chromium` on the path, and `node`'s package axe-core at `AXE_CORE` for the one that looks for
//! barriers.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::Mutex;

use serde_json::json;

use crate::chromium::Browser;
use crate::hostile::{VECTORS, page_with};
use crate::support::{Corpus, ONE, usual};

/// One browser at a time: the machine may be small.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
#[ignore = "needs chromium"]
fn a_story_is_found_opened_and_checked_with_the_keyboard_alone() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    browser.open(&server.url);
    browser.press("/");
    assert_eq!(browser.eval("document.activeElement.id"), "search");
    browser.write("harbour -Friday");
    browser.press("Enter");
    browser.wait_for("location.pathname === '/documents' && document.querySelector('mark')");
    browser.press("j");
    assert_eq!(browser.eval("document.activeElement.textContent"), "Harbour wall to be rebuilt");
    browser.press("Enter");
    browser.wait_for("document.querySelector('h1')?.textContent === 'Harbour wall to be rebuilt'");
    browser.tab_to("Side by side");
    browser.press("Enter");
    browser.wait_for("document.querySelector('.blocks .cut')");
    browser.press("?");
    assert_eq!(browser.eval("document.getElementById('keys').open"), true);
    browser.press("Escape");
    browser.wait_for("!document.getElementById('keys').open");
    assert_eq!(browser.eval("window.ran.length"), 0);
}

#[test]
#[ignore = "needs chromium"]
fn blocks_of_a_category_are_hidden_by_its_switch() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    browser.open(&format!("{}documents/{}/blocks", server.url, corpus.id(ONE)));
    let shown = "[...document.querySelectorAll('.blocks > .cut-newsletter')].filter((row) => row.checkVisibility()).length";
    assert_eq!(browser.eval(shown), 1);
    browser.eval("document.getElementById('show-newsletter').click()");
    assert_eq!(browser.eval(shown), 0);
}

#[test]
#[ignore = "needs chromium"]
fn the_list_follows_what_is_typed() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    browser.open(&format!("{}documents", server.url));
    browser.eval("window.isSamePage = true; document.getElementById('search').focus()");
    assert_eq!(browser.eval("document.querySelectorAll('#results ol > li').length"), 3);
    browser.write("library");
    browser.wait_for("document.querySelectorAll('#results ol > li').length === 1 && document.querySelector('#results mark')");
    assert_eq!(browser.eval("window.isSamePage"), true);
    browser.wait_for("location.search.includes('q=library')");
}

#[test]
#[ignore = "needs chromium"]
fn dark_colours_follow_the_system_and_the_switch() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    let dark = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((part) => part < 60)";
    for (scheme, is_dark) in [("light", false), ("dark", true)] {
        let feature = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.call("Emulation.setEmulatedMedia", json!({ "features": feature }));
        browser.open(&server.url);
        assert_eq!(browser.eval(dark), is_dark, "{scheme}");
    }
    for (theme, is_dark) in [("dark", true), ("light", false), ("auto", true)] {
        browser.eval("document.querySelector('[data-theme-switch]').click()");
        assert_eq!(browser.eval("document.querySelector('[data-theme-name]').textContent"), theme);
        browser.open(&server.url);
        assert_eq!(browser.eval(dark), is_dark, "{theme} stays");
    }
}

fn all_pages(corpus: &Corpus, base: &str) -> Vec<String> {
    let one = corpus.id(ONE);
    let of_document =
        ["", "/blocks", "/candidates", "/original", "/versions", "/cluster"].map(|part| format!("{base}documents/{one}{part}"));
    let others = ["", "documents", "documents?q=wall", "documents?q=%22", "sites", "sites/a.example", "keys", "disk", "nothing"];
    others.iter().map(|path| format!("{base}{path}")).chain(of_document).collect()
}

#[test]
#[ignore = "needs chromium"]
fn urls_are_added_with_the_keyboard_alone_and_without_scripts() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve_writable(), Browser::start());
    browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&server.url);
    browser.tab_to("Add pages");
    browser.press("Enter");
    browser.wait_for("location.pathname === '/add'");
    browser.tab_to_id("urls");
    browser.write("https://a.example/from-the-browser");
    browser.tab_to("Add to the queue");
    browser.press("Enter");
    browser.wait_for("document.querySelector('[role=status]')?.textContent.startsWith('1 URL added')");
    assert_eq!(browser.eval("location.search"), "?new=1&again=0&known=0");
    browser.open(&format!("{}add?url=nonsense", server.base()));
    browser.tab_to("Add to the queue");
    browser.press("Enter");
    browser.wait_for("document.querySelector('.error')?.textContent.includes('Line 1')");
    assert_eq!(browser.eval("document.getElementById('urls').value"), "nonsense");
}

#[test]
#[ignore = "needs chromium"]
fn a_wrong_verdict_is_reported_with_the_keyboard_alone() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve_writable(), Browser::start());
    browser.open(&server.url);
    browser.open(&format!("{}documents/{}/blocks", server.base(), corpus.id(ONE)));
    browser.tab_to("This is wrong");
    browser.press("Enter");
    browser.wait_for("document.querySelector('[role=status]')?.textContent.includes('was reported')");
    assert_eq!(std::fs::read_dir(corpus.path().join("reports/a.example")).unwrap().count(), 2);
}

#[test]
#[ignore = "needs chromium"]
fn a_block_is_cut_and_brought_back_with_the_keyboard_alone() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve_writable(), Browser::start());
    browser.open(&server.url);
    browser.open(&format!("{}documents/{}/blocks", server.base(), corpus.id(ONE)));
    for (button, done) in [("Cut", "was cut"), ("Undo the correction", "is as the rules have it")] {
        browser.tab_to(button);
        browser.press("Enter");
        browser.wait_for(&format!("document.querySelector('[role=status]')?.textContent.includes('{done}')"));
    }
    assert_eq!(browser.eval("document.querySelectorAll('button[value^=undo]').length"), 0);
}

#[test]
#[ignore = "needs chromium"]
fn bookmarklets_bring_address_and_page_from_another_site() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve_writable(), Browser::start());
    // Another origin: the same corpus, but its address has another name.
    let site = corpus.serve();
    let story_url = format!("{}documents/{}/original", site.url.replace("127.0.0.1", "localhost"), corpus.id(ONE));
    browser.open(&server.url);
    browser.open(&format!("{}add", server.base()));
    let links = browser.eval(
        "[...document.querySelectorAll('a[href^=\"javascript:\"]')].map((link) => decodeURIComponent(link.href.slice(11)))",
    );
    let [add, keep] = [0, 1].map(|at| links[at].as_str().unwrap().to_owned());
    // The site's policy for forms is not what is tested.
    browser.call("Page.setBypassCSP", json!({ "enabled": true }));
    for (bookmarklet, address) in [(add, "/add"), (keep, "/capture")] {
        browser.open(&story_url);
        // In this window, so that the test can follow.
        let here = bookmarklet.replace("window.open(", "location.assign(").replace("_blank", "_self");
        browser.eval(&format!("document.title = 'x'; {here}; 0"));
        browser.wait_for(&format!("location.pathname === '{address}' && document.readyState === 'complete'"));
        match address {
            "/add" => assert_eq!(browser.eval("document.getElementById('urls').value"), story_url),
            _ => {
                assert!(browser.eval("document.querySelector('[name=html]').value").as_str().unwrap().starts_with("<html"));
                browser.tab_to("Keep this page");
                browser.press("Enter");
                browser.wait_for("document.querySelector('h1') && location.pathname !== '/capture'");
            }
        }
    }
    assert_eq!(browser.dialogues, 0);
}

#[test]
#[ignore = "needs chromium"]
fn every_page_fits_a_phone() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    let phone = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
    browser.call("Emulation.setDeviceMetricsOverride", phone);
    for url in all_pages(&corpus, &server.url) {
        browser.open(&url);
        let width = browser.eval("document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(width <= 360, "{url}: {width}");
    }
}

#[test]
#[ignore = "needs chromium"]
fn hostile_articles_run_nothing_and_reach_nothing() {
    let _alone = ALONE.lock();
    let pages: Vec<(String, String)> =
        VECTORS.iter().enumerate().map(|(number, vector)| (format!("v{number}.html"), page_with(vector, number))).collect();
    // Whoever connects to it was sent by an article.
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let own = "<script>alert(1)</script><img src=TRAP/x onerror=alert(1)><link rel=preload as=image href=TRAP/y><link rel=preconnect href=TRAP>\
        <iframe src=TRAP/z></iframe><svg onload=alert(1)></svg><body onload=alert(1)><meta http-equiv=refresh content=\"0;url=TRAP/r\">\
        <form id=f action=TRAP/f><input autofocus onfocus=alert(1)></form><style>@import url(TRAP/s);p{background:url(TRAP/b)}</style>"
        .replace("TRAP", &format!("http://{}", trap.local_addr().unwrap()));
    let pages: Vec<(&str, String)> =
        pages.iter().map(|(name, page)| (name.as_str(), page.replace("<main>", &format!("{own}<main>")))).collect();
    let corpus = Corpus::of(&pages);
    let (server, mut browser) = (corpus.serve(), Browser::start());
    for (number, vector) in VECTORS.iter().enumerate() {
        let id = corpus.id(&format!("v{number}.html"));
        for part in ["", "/blocks", "/candidates", "/original", "/raw"] {
            browser.open(&format!("{}documents/{id}{part}", server.url));
            assert_eq!(browser.eval("window.ran.length"), 0, "{vector}{part}");
        }
    }
    browser.open(&format!("{}documents", server.url));
    assert_eq!((browser.eval("window.ran.length"), browser.dialogues), (json!(0), 0));
    assert_eq!(trap.accept().map_err(|error| error.kind()).unwrap_err(), ErrorKind::WouldBlock, "something was fetched");
}

#[test]
#[ignore = "needs chromium"]
fn everything_can_be_read_without_scripts() {
    let _alone = ALONE.lock();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&format!("{}documents/{}/blocks", server.url, corpus.id(ONE)));
    browser.eval("document.getElementById('show-newsletter').click()");
    let shown = "[...document.querySelectorAll('.blocks > .cut-newsletter')].filter((row) => row.checkVisibility()).length";
    assert_eq!(browser.eval(shown), 0);
    assert_eq!(browser.eval("document.querySelector('[data-theme-switch]').checkVisibility()"), false);
}

#[test]
#[ignore = "needs chromium"]
fn axe_finds_no_barriers() {
    let _alone = ALONE.lock();
    let path = std::env::var("AXE_CORE").expect("AXE_CORE names axe.min.js of the package axe-core");
    let axe = std::fs::read_to_string(path).unwrap();
    let corpus = usual();
    let (server, mut browser) = (corpus.serve(), Browser::start());
    let writable = corpus.serve_writable();
    browser.open(&writable.url);
    let blocks = format!("{}documents/{}/blocks?reported=1", writable.base(), corpus.id(ONE));
    // A block that is corrected has another button, and the page says what was done.
    browser.open(&blocks);
    browser.eval("document.querySelector('button[form=correct]').click()");
    browser.wait_for("document.body.textContent.includes('Corrected by hand.')");
    let corrected = browser.eval("location.href").as_str().unwrap().to_owned();
    let document = format!("{}documents/{}", writable.base(), corpus.id(ONE));
    let of_writable = [format!("{}add?new=2&again=1&known=1", writable.base()), blocks, corrected, document];
    for scheme in ["light", "dark"] {
        let feature = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.call("Emulation.setEmulatedMedia", json!({ "features": feature }));
        for url in all_pages(&corpus, &server.url).into_iter().chain(of_writable.clone()) {
            browser.open(&url);
            browser.eval(&format!("{axe}; 0"));
            let run = "axe.run(document, { iframes: false }).then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html).slice(0, 3)]))";
            assert_eq!(browser.eval(run), json!([]), "{scheme}: {url}");
        }
    }
}

/// Pages of newspapers in other scripts: the name of the file, the language, whether it is written from right to left, and the font of its text.
const SCRIPTS: &[(&str, &str, bool, &str)] = &[
    ("arabic", "ar", true, "Noto Naskh Arabic"),
    ("hebrew", "he", true, "Noto Serif Hebrew"),
    ("japanese", "ja", false, "Noto Serif CJK JP"),
    ("chinese", "zh", false, "Noto Serif CJK SC"),
];

#[test]
#[ignore = "needs chromium"]
fn articles_of_other_scripts_are_set_as_their_readers_expect() {
    let _alone = ALONE.lock();
    let read = |name: &str| {
        let path = format!("{}/docs/pictures/pages/{name}.html", env!("CARGO_MANIFEST_DIR"));
        (format!("{name}.html"), std::fs::read_to_string(path).unwrap())
    };
    let pages: Vec<(String, String)> = SCRIPTS.iter().map(|(name, ..)| read(name)).collect();
    let named: Vec<(&str, String)> = pages.iter().map(|(name, page)| (name.as_str(), page.clone())).collect();
    let corpus = Corpus::of(&named);
    let (server, mut browser) = (corpus.serve(), Browser::start());
    for (name, language, is_rtl, font) in SCRIPTS {
        let document = format!("{}documents/{}", server.url, corpus.id(&format!("{name}.html")));
        for width in [1200, 360] {
            let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
            browser.call("Emulation.setDeviceMetricsOverride", size);
            browser.open(&document);
            let of_text = |browser: &mut Browser, property: &str| {
                browser.eval(&format!("getComputedStyle(document.querySelector('.text p')).{property}"))
            };
            assert_eq!(browser.eval("document.querySelector('.text').lang"), *language);
            assert_eq!(of_text(&mut browser, "direction"), if *is_rtl { "rtl" } else { "ltr" }, "{name}");
            assert!(of_text(&mut browser, "fontFamily").as_str().unwrap().contains(font), "{name}");
            assert_eq!(browser.eval("document.documentElement.scrollWidth > innerWidth"), false, "{name} at {width}");
            // The text begins where the headline begins, and no line is longer than is good to read.
            let side = if *is_rtl { "right" } else { "left" };
            let edge =
                |selector: &str| format!("Math.round(document.querySelector('{selector}').getBoundingClientRect().{side})");
            assert_eq!(browser.eval(&edge(".text")), browser.eval(&edge("h1")), "{name} at {width}");
            let measure = "(() => { const s = getComputedStyle(document.querySelector('.text')); return parseFloat(s.width) / parseFloat(s.fontSize) <= 34.1 })()";
            assert_eq!(browser.eval(measure), true, "{name} at {width}");
        }
    }
}
