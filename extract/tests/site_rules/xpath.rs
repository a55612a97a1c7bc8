//! XPath for the rules of sites: what expressions select on a page, which are not read and why, and that neither an expression nor a page can make
//! them take long.

use gleaner_extract::document::elements::ElementTree;
use gleaner_extract::page::{self, ReadHints, SiteRequest};
use gleaner_extract::rules::xpath::{OutOfSteps, Selection, XPath, XPathError};

const PAGE: &str = r#"<!doctype html><html lang="de"><head><title>Mühle brennt | Der Bote</title>
<meta property="og:title" content="Mühle brennt"><meta name="author" content="Eva Kurz"></head><body>
<header class="top"><a href="/">Der Bote</a></header>
<article class="story main-story" id="a17" data-kind="report"><h1>Mühle <em>brennt</em></h1>
<p class="byline">Von <span class="author">Eva Kurz</span>, <time datetime="2026-03-04T10:00:00Z">4. März</time></p>
<div class="text"><p>Erster Absatz.</p><p class="ad">Werbung</p><p>Zweiter Absatz.</p><ul><li>a</li><li>b</li><li>c</li></ul></div>
<div class="related"><p>Lesen Sie auch</p><a rel="next" href="/seite-2">Weiter</a></div></article>
<footer>Impressum</footer></body></html>"#;

fn tree_of(html: &str, attributes: &[String]) -> ElementTree {
    let request = SiteRequest { attributes, ..SiteRequest::default() };
    let hints = ReadHints { content_type: Some("text/html"), url: None };
    page::read_with_elements(html.as_bytes(), hints, &page::Config::default(), request).unwrap().1
}

/// The texts that an expression selects, squeezed.
fn select_in(html: &str, xpath: &str) -> Vec<String> {
    let xpath = XPath::parse(xpath).unwrap();
    let tree = tree_of(html, xpath.attributes());
    let texts = match xpath.select(&tree, &mut 1_000_000).unwrap() {
        Selection::Nodes(spots) => spots.into_iter().map(|spot| spot.text(&tree)).collect(),
        Selection::Text(text) => vec![text],
    };
    texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn select(xpath: &str) -> Vec<String> {
    select_in(PAGE, xpath)
}

#[test]
fn paths_lead_along_every_axis() {
    for (xpath, wanted) in [
        ("//h1", &["Mühle brennt"][..]),
        ("/html/body/footer", &["Impressum"]),
        ("//article//li", &["a", "b", "c"]),
        ("//li[2]", &["b"]),
        ("//li[last()]", &["c"]),
        ("//li[position() > 1]", &["b", "c"]),
        ("//li[position() mod 2 = 1]", &["a", "c"]),
        ("(//p)[1]", &["Von Eva Kurz, 4. März"]),
        ("//ul/li[1]/following-sibling::li", &["b", "c"]),
        ("//li[3]/preceding-sibling::li[1]", &["b"]),
        ("//li[. = 'b']/ancestor::div/@class", &["text"]),
        ("//em/..", &["Mühle brennt"]),
        ("//em/parent::h1/text()", &["Mühle"]),
        ("//footer/preceding::h1", &["Mühle brennt"]),
        ("//ul/following::a/@href", &["/seite-2"]),
        ("//span/ancestor-or-self::*[@class]/@class", &["story main-story", "byline", "author"]),
        ("//div[@class='text']/descendant::p[@class]", &["Werbung"]),
        ("//div[p='Lesen Sie auch']/a", &["Weiter"]),
        ("//title", &["Mühle brennt | Der Bote"]),
        ("//article/@data-kind", &["report"]),
        ("//*[@data-kind]/@ID", &["a17"]),
        ("//a/@*", &["/", "/seite-2", "next"]),
        ("//h1 | //footer | //h1", &["Mühle brennt", "Impressum"]),
        ("//comment() | //li[4]", &[]),
    ] {
        assert_eq!(select(xpath), wanted, "{xpath}");
    }
}

#[test]
fn conditions_hold_as_in_xpath_1() {
    for (xpath, wanted) in [
        ("//*[contains(@class, 'auth')]", &["Eva Kurz"][..]),
        ("//*[contains(concat(' ', normalize-space(@class), ' '), ' main-story ')]/h1", &["Mühle brennt"]),
        ("//p[not(@class)][1]", &["Erster Absatz.", "Lesen Sie auch"]),
        ("//p[starts-with(., 'Zwei') or contains(text(), 'Werb')]", &["Werbung", "Zweiter Absatz."]),
        ("//p[@class and not(contains(@class, 'by'))]", &["Werbung"]),
        ("//a[text() = 'Weiter']/@href", &["/seite-2"]),
        ("//li[count(preceding-sibling::li) = 2]", &["c"]),
        ("//li[. != 'a' and . != \"c\"]", &["b"]),
        ("//p[string-length(.) < 8]", &["Werbung"]),
        ("//*[local-name() = 'time']/@datetime", &["2026-03-04T10:00:00Z"]),
        ("//a[translate(@rel, 'NEXT', 'next') = 'next']", &["Weiter"]),
        ("//div[.//li][@class = 'text']/p[2]", &["Werbung"]),
        ("//li[true()][false() or position() = 1]", &["a"]),
        ("//li[-1 + 2]", &["a"]),
    ] {
        assert_eq!(select(xpath), wanted, "{xpath}");
    }
}

#[test]
fn expressions_may_be_texts() {
    for (xpath, wanted) in [
        ("substring-after(//p[@class='byline'], 'Von ')", "Eva Kurz, 4. März"),
        ("substring-before(//title, ' | ')", "Mühle brennt"),
        ("concat(//span, ' (', //meta[@name='author']/@content, ')')", "Eva Kurz (Eva Kurz)"),
        ("normalize-space(//h1)", "Mühle brennt"),
        ("substring(//footer, 1, 3)", "Imp"),
        ("string(//meta[@property='og:title']/@content)", "Mühle brennt"),
    ] {
        assert_eq!(select(xpath), [wanted], "{xpath}");
    }
    assert!(select("count(//li)").is_empty(), "a number selects nothing");
}

#[test]
fn what_is_no_xpath_is_told_apart_from_what_is_not_known() {
    for (xpath, at) in [
        ("", 1),
        ("//div[", 7),
        ("//div[@class='a]", 14),
        ("//div]", 6),
        ("//div[@class=]", 14),
        ("div#main", 4),
        ("//", 3),
        ("contains(@a)", 1),
    ] {
        match XPath::parse(xpath) {
            Err(XPathError::Syntax { at: found, .. }) => assert_eq!(found, at, "{xpath}"),
            other => panic!("{xpath}: {other:?}"),
        }
    }
    for xpath in ["//p[matches(., 'x')]", "$x", "namespace::x", "id('x')", "//a[@b = @c = @d]", &"(".repeat(100)] {
        assert!(matches!(XPath::parse(xpath), Err(XPathError::Unsupported { .. })), "{xpath}");
    }
}

#[test]
fn long_and_deep_expressions_are_refused() {
    let nested = format!("//p{}{}", "[p".repeat(2000), "]".repeat(2000));
    let functions = format!("{}//p{}", "not(".repeat(900), ")".repeat(900));
    let union = vec!["//a"; 1000].join("|");
    let minus = "-".repeat(4000);
    for xpath in [nested, functions, union, minus, "a".repeat(5000)] {
        assert!(XPath::parse(&xpath).is_err(), "{}", &xpath[..20]);
    }
    assert!(XPath::parse(&vec!["//a"; 200].join("|")).is_ok());
}

/// The steps that an expression takes on a page.
fn steps(xpath: &str, html: &str) -> Result<u64, OutOfSteps> {
    let tree = tree_of(html, &[]);
    let most = 200 * u64::from(tree.len());
    let mut left = most;
    XPath::parse(xpath).unwrap().select(&tree, &mut left)?;
    Ok(most - left)
}

#[test]
fn common_expressions_take_time_linear_in_the_page() {
    let wide = |count: usize| format!("<html><body>{}", "<div class=a><p class=b>x <b>y</b></p></div>".repeat(count));
    for xpath in [
        "//div[contains(concat(' ', @class, ' '), ' a ')]//p",
        "//*[contains(@class, 'zz') or contains(@id, 'zz')]",
        "//div//p//b | //p[contains(., 'y')]",
        "//b/ancestor::div",
    ] {
        let (small, large) = (steps(xpath, &wide(500)).unwrap(), steps(xpath, &wide(2000)).unwrap());
        assert!(large < 5 * small, "{xpath}: {small} and {large}");
    }
    let deep = format!("<html><body>{}x", "<div class=a>".repeat(400));
    assert!(steps("//div//div//div//div", &deep).is_ok());
}

#[test]
fn an_expression_that_takes_too_long_is_stopped() {
    let wide = format!("<html><body><ul>{}", "<li>x".repeat(20_000));
    for xpath in [
        "//li[count(preceding-sibling::li) > count(following-sibling::li)]",
        "//li[//li[//li[. = 'y']]]",
        "//*[following::*[following::*]]/preceding::*",
        "//li[. = //li/following::li]",
    ] {
        assert_eq!(steps(xpath, &wide), Err(OutOfSteps), "{xpath}");
    }
    // Texts count, also where only the number in them is asked for.
    let deep = format!("<html><body>{}{}", "<div>".repeat(400), "12 ".repeat(200_000));
    for xpath in ["//div[-. > 0]", "//div[. + 1 > 0]", "//div[number(.) > 0]", "//div[substring('x', .) = 'x']", "//div[. = 7]"] {
        assert_eq!(steps(xpath, &deep), Err(OutOfSteps), "{xpath}");
    }
}
