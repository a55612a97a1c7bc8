//! The parser of `page` gives the same tree of elements and texts as html5ever, for any markup.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

#[path = "outline/html5lib.rs"]
mod html5lib;
mod outline;
mod shared;
#[path = "shared/archive.rs"]
mod shared_archive;

use gleaner_extract::page::{self, html::parse_keeping};
use outline::{Line, by_gleaner, by_html5ever, of_document};
use proptest::prelude::*;

fn assert_same(markup: &str) {
    assert_eq!(by_gleaner(markup), by_html5ever(markup), "{markup:?}");
}

/// Pieces of markup, valid and invalid.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<P Class=A id=b>",
    "<div class='a \"b\"' title=\"c > d\">",
    "</div >",
    "<a href=?x=1&copy=2&amp;y>",
    "</a>",
    "<a href=\"?a&lt;b&reg=c&notit;d&#38;\">",
    "text",
    " ",
    "\n",
    "\r\n",
    "\r",
    "a < b",
    "&amp;",
    "&nbsp",
    "&#8217;",
    "&#x80;",
    "&#0;",
    "&",
    "&;",
    "&#",
    "&#x",
    "&notit;",
    "&unknown;",
    "&lt",
    "<!-- c -->",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<!--->",
    "<!---->",
    "<!---",
    "<!doctype html>",
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 3.2//EN\">",
    "<!doctype",
    "<!x>",
    "<?php x ?>",
    "</>",
    "</ x>",
    "<",
    "</",
    "<3",
    "<br/>",
    "<br / >",
    "<img src=x alt=y/>",
    "<p =x y=>",
    "<p a=1 a=2 class=x class=y>",
    "<p class>",
    "<p id='x'title=y>",
    "<script>",
    "</script>",
    "<script type='application/ld+json'>",
    "<script>if (a<b) '</p>'</script>",
    "<script><!-- <script></script> --></script>",
    "<style>",
    "</style>",
    "<style>p{}</style>",
    "<title>a &amp; <b></title>",
    "<textarea>\n<p>&lt;</textarea>",
    "<noscript><p>x</noscript>",
    "<xmp><p></xmp>",
    "<iframe src=y><p></iframe>",
    "<plaintext>",
    "<svg>",
    "</svg>",
    "<svg><style><p></style></svg>",
    "<svg/>",
    "<![CDATA[x]]>",
    "<math><mi>",
    "]]>",
    "<svg><title>t</title><path/>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<li>",
    "<ul>",
    "</ul>",
    "<b x=1>",
    "</b>",
    "<b x=2>",
    "<i>",
    "<pre>",
    "<select>",
    "<option>",
    "<template>",
    "</template>",
    "<body class=x>",
    "<html lang=en>",
    "<head>",
    "</head>",
    "<form>",
    "</form>",
    "<h1>",
    "</h2>",
    "é",
    "日本",
    "<x-y>",
    "</x-y>",
    "<p/class=z>",
    "<p class=a/>",
    "<p class=\"a",
    "<p \"x\">",
    "\u{c}",
    "<p title='a\0&amp;b\0' \0id=x>",
    "<p id=\0>",
    "<tbody>",
    "<thead>",
    "<th>",
    "</tr>",
    "</td>",
    "</tbody>",
    "<caption>",
    "</caption>",
    "<colgroup>",
    "<col>",
    "</colgroup>",
    "<input type=hidden>",
    "<input>",
    "<a>",
    "<nobr>",
    "</nobr>",
    "</i>",
    "<em class=a>",
    "</em>",
    "<div>",
    "</div>",
    "<span>",
    "</span>",
    "<dd>",
    "<dt>",
    "</dl>",
    "<dl>",
    "</li>",
    "</ol>",
    "<button>",
    "</button>",
    "<object>",
    "</object>",
    "<applet>",
    "<option>",
    "<optgroup>",
    "</option>",
    "</select>",
    "<hr>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "<rtc>",
    "<rb>",
    "</ruby>",
    "<frameset>",
    "<frame>",
    "</frameset>",
    "<noframes>x</noframes>",
    "</body>",
    "</html>",
    "<image>",
    "<foreignObject>",
    "</foreignObject>",
    "<desc>",
    "</g>",
    "<g>",
    "<font>",
    "<font color=a>",
    "</font>",
    "<mglyph>",
    "<annotation-xml encoding=text/html>",
    "<annotation-xml>",
    "</math>",
    "<mtext>",
    "<svg viewBox=x xlink:href=y xml:lang=z>",
    "</br>",
    "<body id=y>",
    "<section>",
    "</section>",
    "<address>",
    "<small>",
    "</strong>",
    "<strong>",
    "<code>",
    "</template><template><tr>",
    "<h2>",
    "</table></div>",
    "<d\0v class=x>",
    "</d\0v>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_pieces_gives_the_same_tree(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..24)) {
        assert_same(&pieces.concat());
    }

    #[test]
    fn any_sequence_of_characters_gives_the_same_tree(markup in "[<>/!&;#='\"a-c x\\-\\[\\]\n?]{0,40}") {
        assert_same(&markup);
    }
}

#[test]
fn every_piece_and_pair_of_pieces_gives_the_same_tree() {
    for first in PIECES {
        assert_same(first);
        for second in PIECES {
            assert_same(&[*first, *second].concat());
        }
    }
}

/// html5lib's cases for tree construction that come out otherwise, by what is different.
const DIFFERENT: &[(&str, &[&str])] = &[
    (
        "U+0000 is dropped in SVG too, where it should become U+FFFD: no text of a page has it",
        &[
            "<svg><![CDATA[\0filler\0text\0]]>",
            "<svg>\0filler\0text",
            "<svg>\0<frameset>",
            "<svg>\0 <frameset>",
            "<svg>\0a<frameset>",
            "<svg>\0a</svg><frameset>",
        ],
    ),
    (
        "<selectedcontent> does not show the selected option again: browsers copy it, and its text would be there twice",
        &[
            "<select><button><selectedcontent></button><option>X",
            "<select><button><selectedcontent></button><option>x<i>i<b>ib</i>b",
            "<select><button><selectedcontent></button><option>X<option>Y",
            "<select><button><selectedcontent></button><option>X<option selected>Y",
        ],
    ),
];

#[test]
#[ignore = "needs the shared data"]
fn shared_html5lib_cases_give_their_trees() {
    let folder = shared_archive::unpack("vectors/html5lib");
    let (mut count, mut skipped, mut wrong) = (0, 0, Vec::new());
    let mut files: Vec<_> = std::fs::read_dir(folder.path().join("html5lib/tree-construction")).unwrap().collect();
    files.sort_by_key(|file| file.as_ref().unwrap().path());
    for file in files.into_iter().map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "dat"))
    {
        for case in html5lib::cases(&String::from_utf8(std::fs::read(&file).unwrap()).unwrap()) {
            // Every page is a whole one, in which scripting counts as enabled.
            if case.is_fragment || case.is_unscripted {
                skipped += 1;
                continue;
            }
            count += 1;
            let named = case.attributes();
            let read: Vec<&str> = named.iter().map(String::as_str).collect();
            let lower = named
                .iter()
                .flat_map(|name| ["", "xlink:", "xml:"].map(|prefix| format!("{prefix}{}", name.to_ascii_lowercase())));
            let kept: Vec<String> = lower.collect();
            let parsed = parse_keeping(&case.markup, &page::Config::default(), &kept);
            let found = of_document(&parsed.document, &read);
            let is_known = DIFFERENT.iter().any(|(_, markups)| markups.contains(&case.markup.as_str()));
            if (found == case.outline()) == is_known {
                wrong.push((file.clone(), case.markup.clone(), found, case.outline()));
            }
        }
    }
    assert!(count > 1_400, "{count} cases, {skipped} skipped");
    assert!(wrong.is_empty(), "{} of {count}: {wrong:#?}", wrong.len());
}

/// Whether a line is the same element as another, with fewer attributes: what is far behind in a long tag is dropped.
fn lacks_attributes(ours: &Line, theirs: &Line) -> bool {
    let name = |line: &str| line.split([' ', '>']).next().filter(|name| name.starts_with('<')).map(str::to_owned);
    ours.0 == theirs.0 && ours.1.len() < theirs.1.len() && name(&ours.1).is_some_and(|ours| Some(ours) == name(&theirs.1))
}

/// Datasets of real pages.
const DATASETS: &[&str] = &["wcxb-dev", "fundus-pub-a", "traf-a", "daniel-a", "silver-a", "htmldate-a", "fundus-old-a"];

#[test]
#[ignore = "needs the shared data"]
fn shared_pages_give_the_same_tree() {
    let (mut count, mut shortened, mut different) = (0, 0, Vec::new());
    for name in DATASETS {
        let unpacked = shared_archive::unpack(&format!("datasets/{name}"));
        let folder = unpacked.path().join(name);
        for line in std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap().lines() {
            let page: serde_json::Value = serde_json::from_str(line).unwrap();
            let bytes = std::fs::read(folder.join(page["file"].as_str().unwrap())).unwrap();
            let text = page::decode::decode(&bytes, None, None).text;
            count += 1;
            let (ours, theirs) = (by_gleaner(&text), by_html5ever(&text));
            for at in 0..ours.len().max(theirs.len()) {
                match (ours.get(at), theirs.get(at)) {
                    (Some(ours), Some(theirs)) if ours == theirs => {}
                    (Some(ours), Some(theirs)) if lacks_attributes(ours, theirs) => shortened += 1,
                    lines => {
                        different.push(format!("{name}/{}, line {at}: {lines:?}", page["file"]));
                        break;
                    }
                }
            }
        }
    }
    // Tags of more than 64 kB, with pictures or settings in them.
    assert!(shortened < 100, "{shortened} tags lost attributes");
    assert!(count > 4_000, "{count} pages");
    assert!(different.is_empty(), "{} of {count} pages:\n{}", different.len(), different.join("\n"));
}
