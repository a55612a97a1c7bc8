//! Markup becomes the blocks that a reader sees: words apart, lines apart, words whole, nothing unseen among the seen. In several scripts; labels are not
//! looked at.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use gleaner_extract::page::{Config, Page, ReadHints, read};

fn page(body: &str) -> Page {
    let html = format!("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>{body}</body></html>");
    read(html.as_bytes(), ReadHints { content_type: None, url: None }, &Config::default()).unwrap()
}

/// The texts of the visible blocks.
fn seen(body: &str) -> Vec<String> {
    page(body).blocks.into_iter().filter(|block| !block.hidden).map(|block| block.text).collect()
}

/// The texts of the hidden blocks.
fn hidden(body: &str) -> Vec<String> {
    page(body).blocks.into_iter().filter(|block| block.hidden).map(|block| block.text).collect()
}

#[track_caller]
fn assert_seen(cases: &[(&str, &[&str])]) {
    for (body, expected) in cases {
        assert_eq!(seen(body), *expected, "{body}");
    }
}

#[test]
fn elements_without_space_between_them_are_apart() {
    assert_seen(&[
        ("<p><a href=/a>politics</a><a href=/b>sport</a></p>", &["politics sport"]),
        ("<p><a href=/a>首页</a><a href=/b>新闻</a></p>", &["首页 新闻"]),
        ("<p><a href=/a>الرئيسية</a><a href=/b>أخبار</a></p>", &["الرئيسية أخبار"]),
        ("<p><span>28.09.19</span><span>12:44</span></p>", &["28.09.19 12:44"]),
        ("<p><span>Reuters Press</span><time>April 3</time></p>", &["Reuters Press April 3"]),
        ("<p><span>Анна Новак</span><span>Корреспондент</span></p>", &["Анна Новак Корреспондент"]),
        ("<p><span>Ελένη Παππά</span><span>Αθήνα</span></p>", &["Ελένη Παππά Αθήνα"]),
        ("<p><span>HOLM</span><span>Ferry back</span></p>", &["HOLM Ferry back"]),
        ("<p><b>Industry competency</b>Our crews know the river.</p>", &["Industry competency Our crews know the river."]),
        ("<p><span>EUR 34</span><span>42</span></p>", &["EUR 34 42"]),
        ("<p>Trending on<img src=x.png>this week</p>", &["Trending on this week"]),
        ("<p>Trending on<svg><path/></svg>this week</p>", &["Trending on this week"]),
    ]);
}

#[test]
fn words_that_markup_divides_stay_whole() {
    assert_seen(&[
        ("<p><span class=cap>T</span>he mill burnt down</p>", &["The mill burnt down"]),
        ("<p><span>H</span><span>ouse prices</span></p>", &["House prices"]),
        ("<p><span>the strat</span><span>egy of the town</span></p>", &["the strategy of the town"]),
        ("<p>40 m<sup>2</sup> and CO<sub>2</sub>, the 2<sup>nd</sup></p>", &["40 m2 and CO2, the 2nd"]),
        ("<p>an i<span>Phone</span></p>", &["an iPhone"]),
        ("<p><a href=/x>the har</a><a href=/x>bour</a></p>", &["the harbour"]),
        ("<p><b>ста</b><b>рая мельница</b></p>", &["старая мельница"]),
        ("<p><b>旧</b><span>水车</span>烧毁</p>", &["旧水车烧毁"]),
        ("<p><b>पुरा</b><span>नी चक्की</span></p>", &["पुरानी चक्की"]),
        ("<p>Call <code><span>fn</span><span>Main</span></code> <code>INSERT</code>s</p>", &["Call fnMain INSERTs"]),
        ("<p>well<b>-known</b><i>, he</i> said</p>", &["well-known, he said"]),
        ("<p>one<!-- --> word<wbr>less</p>", &["one wordless"]),
    ]);
}

#[test]
fn line_breaks_after_sentences_end_blocks() {
    assert_seen(&[
        ("<td>The mill burnt down.<br>Nobody was hurt.</td>", &["The mill burnt down.", "Nobody was hurt."]),
        (
            "<div><font size=2>Мельница сгорела.<br>Никто не пострадал.</font></div>",
            &["Мельница сгорела.", "Никто не пострадал."],
        ),
        ("<div>Ο μύλος κάηκε.<br>Κανείς δεν τραυματίστηκε.</div>", &["Ο μύλος κάηκε.", "Κανείς δεν τραυματίστηκε."]),
        ("<div>旧水车烧毁。<br>　　无人受伤。</div>", &["旧水车烧毁。", "无人受伤。"]),
        ("<div>पुरानी चक्की जल गई।<br>कोई घायल नहीं हुआ।</div>", &["पुरानी चक्की जल गई।", "कोई घायल नहीं हुआ।"]),
        ("<div>احترقت الطاحونة القديمة.<br>هل أصيب أحد؟<br>لا</div>", &["احترقت الطاحونة القديمة.", "هل أصيب أحد؟", "لا"]),
        ("<div>“It burnt down,” he said.”<br><b>More on page 3</b></div>", &["“It burnt down,” he said.”", "More on page 3"]),
        ("<div>By Ann Lee<br>May 3, 2024<br>The mill burnt down.</div>", &["By Ann Lee", "May 3, 2024", "The mill burnt down."]),
        ("<div>One.<br><br>Two.<br>&nbsp;<br>Three.</div>", &["One.", "Two.", "Three."]),
    ]);
}

#[test]
fn line_breaks_within_sentences_are_spaces() {
    assert_seen(&[
        (
            "<div>The old mill by<br>the river burnt<br>down on Monday.</div>",
            &["The old mill by the river burnt down on Monday."],
        ),
        ("<div>Старая мельница<br>у реки сгорела.</div>", &["Старая мельница у реки сгорела."]),
        ("<h1>Mill burns down.<br>Nobody hurt.</h1>", &["Mill burns down. Nobody hurt."]),
        ("<p><a href=/x>Mill burns down.<br>Nobody hurt.</a></p>", &["Mill burns down. Nobody hurt."]),
    ]);
    let pre = page("<pre>one.<br>Two.</pre>");
    assert_eq!(pre.blocks[0].text, "one.\nTwo.");
}

#[test]
fn rows_of_data_stay_rows() {
    let table = "<table><tr><td>Holm.<br>North</td><td>41</td></tr><tr><td><p>Morle.<br>South</p></td><td>12</td></tr></table>";
    assert_seen(&[(table, &["Holm. North | 41", "Morle. South | 12"])]);
}

#[test]
fn cells_of_a_layout_table_are_blocks_of_their_own() {
    let story =
        "The old mill by the river burnt down on Monday night. Nobody was hurt, the fire brigade said on the next morning.";
    let table = format!("<table><tr><td><a href=/>Home</a></td><td><font>{story}<br>{story}</font></td></tr></table>");
    assert_eq!(seen(&table), ["Home", story, story]);
}

#[test]
fn lines_keep_their_links_and_emphasis() {
    let page = page("<div><b>Lead.</b><br>The <a href=/m>mill</a> burnt.<br><a href=/c>Comments</a></div>");
    let counts: Vec<_> = page.blocks.iter().map(|block| (block.emphasis_chars, block.links, block.link_chars)).collect();
    assert_eq!(counts, [(5, 0, 0), (0, 1, 4), (0, 1, 8)]);
    let spans: Vec<_> = page.inline.iter().map(|span| (span.block, span.start, span.end)).collect();
    assert_eq!(spans, [(0, 0, 5), (1, 3, 7), (2, 0, 8)]);
}

#[test]
fn invisible_characters_are_left_out_of_words() {
    assert_seen(&[
        ("<p>Tou&shy;risten&shy;attraktion do\u{200b}n\u{2060}’t</p>", &["Touristenattraktion don’t"]),
        ("<p>досто&shy;примечательность</p>", &["достопримечательность"]),
        ("<p>東京\u{200b}都</p>", &["東京都"]),
        ("<p>one \u{200b} two</p>", &["one two"]),
    ]);
}

#[test]
fn readings_in_ruby_are_not_part_of_the_sentence() {
    let ruby = "<p><ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>を<ruby>読<rt>よ</rt></ruby>む</p>";
    assert_eq!((seen(ruby), hidden(ruby)), (vec!["漢字を読む".to_owned()], vec!["かんじよ".to_owned()]));
}

#[test]
fn hints_for_screen_readers_are_hidden() {
    for name in ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "u-visuallyHidden"] {
        let body =
            format!("<p>Zu <a href=/x>weiteren Daten<span class={name}> (öffnet im neuen Fenster)</span></a> schwieg er.</p>");
        assert_eq!(seen(&body), ["Zu weiteren Daten schwieg er."], "{name}");
        assert_eq!(hidden(&body), ["(öffnet im neuen Fenster)"], "{name}");
    }
    let heading = "<h1><span>Brand in Holm</span><span class=sr-only>: </span><span>Mühle zerstört</span></h1>";
    assert_eq!(seen(heading), ["Brand in Holm: Mühle zerstört"]);
}
