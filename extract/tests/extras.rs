//! Links, images and comments that are asked for: what is of the story, how addresses are resolved, what the markup says of comments, and every format.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the same way tests do")]

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::article::extras::{Extras, Include, find};
use gleaner_extract::article::render::{OutputFormat, render, render_with};
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;
use serde_json::{Value, json};

const ALL: Include = Include { links: true, images: true, comments: true };

/// A cleaned page with what is asked for.
fn read(html: &str, url: Option<&str>, include: Include) -> (CleanedPage, Extras) {
    let raw = RawDocument::local(Origin::Stdin, html.as_bytes().to_vec());
    let url = url.map(|url| url.parse().unwrap());
    let rules = RuleSet::embedded().unwrap();
    let context = CleanContext { rules: &rules, limits: &page::Config::default(), now: None, sites: None };
    let cleaned = clean_page(&raw, url.as_ref(), context).unwrap();
    let extras = find(&raw, &cleaned, context, include).unwrap();
    (cleaned, extras)
}

fn json_of(cleaned: &CleanedPage, extras: &Extras) -> Value {
    serde_json::from_str(&render_with(cleaned, extras, OutputFormat::Json)).unwrap()
}

/// A German page as many systems set it: a lead image, one in the text, lazy ones, teasers, comments with names and days.
const FAEHRE: &str = r##"<!doctype html><html lang="de"><head><title>Die Fähre nach Norderwiek fährt wieder</title><base href="/archiv/2024/"></head><body>
<header class="site-header"><a href="/"><img src="/logo.png" alt="Der Bote"></a><nav><a href="/politik">Politik</a> <a href="/sport">Sport</a></nav></header>
<main><article><h1>Die Fähre nach Norderwiek fährt wieder</h1>
<figure><img src="data:image/gif;base64,R0lGOD" data-src="bilder/faehre (1).jpg" alt="Die Fähre am *Kai*"><figcaption>Die Fähre am Kai. Foto: Jantje Petersen</figcaption></figure>
<p>Nach vier Monaten in der Werft hat die Fähre nach Norderwiek am Montag wieder abgelegt, wie der <a href="betreiber.html">Betreiber der Linie</a> mitteilte.</p>
<p>Die Reparatur kostete elf Millionen Euro und dauerte doppelt so lange wie geplant, weil ein Ersatzteil aus Übersee erst im Februar eintraf. <img src="https://bilder.example/welle.jpg" alt="Die neue Welle"></p>
<div class="related-articles"><h3>Lesen Sie auch</h3><a href="/bruecke"><img src="/bruecke.jpg" alt="Brücke">Die Brücke bleibt gesperrt</a></div>
<p>Bürgermeisterin Undine Kassebohm nannte den Tag einen Feiertag für die Insel, auf der viele Betriebe seit dem Herbst auf Gäste warten mussten.</p>
<p><img src="pixel.gif" width="1" height="1" alt=""><img src="javascript:alert(1)" alt="x">Der <a href="javascript:alert(2)">Fahrplan</a> gilt bis Ende Oktober, danach soll ein kleineres Schiff die Strecke übernehmen, sagte sie.</p>
<figure><picture><source srcset="karte-480.webp 480w, karte-1200.webp 1200w"><img alt="Die Strecke"></picture></figure>
<p>Gegner der Linie kündigten an, gegen den Vertrag zu klagen, den der Kreistag im Januar mit knapper Mehrheit beschlossen hatte.</p>
</article>
<section id="comments" class="comments-area"><h2 class="comments-title">2 Kommentare</h2><ol class="comment-list">
<li id="comment-11" class="comment even"><article id="div-comment-11" class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><img class="avatar" src="/avatar.png" alt=""><b class="fn">Heiko &amp; Wiebke</b> <span class="says">sagt:</span></div><div class="comment-metadata"><a href="#comment-11"><time datetime="2024-03-05T10:11:00+01:00">5. März 2024 um 10:11 Uhr</time></a></div></footer>
<div class="comment-content"><p>Endlich kommen wir wieder ohne Umweg zu den Großeltern auf die Insel.</p><p>Nur der Preis könnte *niedriger* sein.</p></div><div class="reply"><a href="?replytocom=11">Antworten</a></div></article>
<ol class="children"><li id="comment-12" class="comment odd"><article class="comment-body"><div class="comment-author"><b class="fn">Ole</b></div><div class="comment-metadata">6. März 2024</div><div class="comment-content"><p>Für Insulaner gibt es eine Zehnerkarte, die ist deutlich günstiger.</p></div></article></li></ol></li>
</ol><div class="comment-respond"><h3>Schreibe einen Kommentar</h3><form class="comment-form"><p>Deine E-Mail-Adresse wird nicht veröffentlicht.</p></form></div></section>
</main><footer><img src="/footer.png" alt="Bote"><p>© Der Bote</p></footer></body></html>"##;

const FAEHRE_URL: &str = "https://bote.example/insel/faehre.html";

#[test]
fn images_and_links_are_those_of_the_story() {
    let (cleaned, extras) = read(FAEHRE, Some(FAEHRE_URL), ALL);
    let line = json_of(&cleaned, &extras);
    assert_eq!(
        line["links"],
        json!([{ "url": "https://bote.example/archiv/2024/betreiber.html", "text": "Betreiber der Linie", "paragraph": 0 }]),
    );
    assert_eq!(
        line["images"],
        json!([
            { "url": "https://bote.example/archiv/2024/bilder/faehre%20(1).jpg", "alt": "Die Fähre am *Kai*", "paragraph": 0 },
            { "url": "https://bilder.example/welle.jpg", "alt": "Die neue Welle", "paragraph": 2 },
            { "url": "https://bote.example/archiv/2024/karte-1200.webp", "alt": "Die Strecke", "paragraph": 4 },
        ]),
    );
    let paragraphs: Vec<&str> = line["text"].as_str().unwrap().split("\n\n").collect();
    assert!(paragraphs[2].starts_with("Bürgermeisterin") && paragraphs.len() == 5, "{paragraphs:?}");
}

#[test]
fn comments_have_what_the_markup_says_of_them() {
    let (cleaned, extras) = read(FAEHRE, Some(FAEHRE_URL), ALL);
    assert_eq!(
        json_of(&cleaned, &extras)["comments"],
        json!([
            {
                "author": "Heiko & Wiebke",
                "date": "2024-03-05",
                "text": "Endlich kommen wir wieder ohne Umweg zu den Großeltern auf die Insel.\n\nNur der Preis könnte *niedriger* sein.",
            },
            { "author": "Ole", "date": "2024-03-06", "text": "Für Insulaner gibt es eine Zehnerkarte, die ist deutlich günstiger." },
        ]),
    );
}

#[test]
fn nothing_changes_unless_it_is_asked_for() {
    let (cleaned, none) = read(FAEHRE, Some(FAEHRE_URL), Include::default());
    for format in OutputFormat::ALL {
        assert_eq!(render_with(&cleaned, &none, *format), render(&cleaned, *format), "{}", format.name());
    }
    // What is asked for is in no other place than its own.
    let (_, links) = read(FAEHRE, Some(FAEHRE_URL), Include { links: true, ..Include::default() });
    let line = json_of(&cleaned, &links);
    assert!(line.get("images").is_none() && line.get("comments").is_none() && line["links"].is_array(), "{line}");
}

#[test]
fn every_format_has_what_is_asked_for() {
    let (cleaned, extras) = read(FAEHRE, Some(FAEHRE_URL), ALL);
    let shown = |format| render_with(&cleaned, &extras, format);
    let wanted: &[(OutputFormat, &[&str])] = &[
        (
            OutputFormat::Text,
            &[
                "beschlossen hatte.\n\nComments\n\nHeiko & Wiebke, 2024-03-05:\nEndlich kommen",
                "\n\nOle, 2024-03-06:\nFür Insulaner",
            ],
        ),
        (
            OutputFormat::Markdown,
            &[
                "\n\n![Die Fähre am \\*Kai\\*](https://bote.example/archiv/2024/bilder/faehre%20%281%29.jpg)\n\nNach vier",
                "[Betreiber der Linie](https://bote.example/archiv/2024/betreiber.html)",
                "beschlossen hatte.\n\n## Comments\n\n> **Heiko \\& Wiebke**, 2024-03-05\n>\n> Endlich",
                "\\*niedriger\\* sein.\n\n> **Ole**, 2024-03-06\n>\n> Für",
            ],
        ),
        (
            OutputFormat::Html,
            &[
                "<p><img src=\"https://bilder.example/welle.jpg\" alt=\"Die neue Welle\"></p>\n<p>Bürger",
                "</article>\n<section class=\"comments\">\n<h2>Comments</h2>\n<article>\n<p><strong>Heiko &amp; Wiebke</strong>, <time datetime=\"2024-03-05\">",
            ],
        ),
        (
            OutputFormat::Tei,
            &[
                "<p><graphic url=\"https://bilder.example/welle.jpg\"><desc>Die neue Welle</desc></graphic></p>\n",
                "<ref target=\"https://bote.example/archiv/2024/betreiber.html\">",
                "</div>\n<div type=\"comments\">\n<div type=\"comment\" n=\"1\">\n<byline><docAuthor>Heiko &amp; Wiebke</docAuthor>, <date when=\"2024-03-05\">",
            ],
        ),
        (
            OutputFormat::Xml,
            &[
                "<graphic src=\"https://bilder.example/welle.jpg\" alt=\"Die neue Welle\"/>\n",
                "</main>\n<comments>\n<p n=\"1\" author=\"Heiko &amp; Wiebke\" date=\"2024-03-05\">Endlich",
                "<p n=\"2\" author=\"Ole\"",
            ],
        ),
    ];
    for (format, parts) in wanted {
        let shown = shown(*format);
        for part in *parts {
            assert!(shown.contains(part), "{}: {part}\n{shown}", format.name());
        }
        assert!(!shown.contains("javascript:") && !shown.contains("data:") && !shown.contains("bruecke"), "{shown}");
    }
}

/// A Russian page with the properties of schema.org; the comments are `div`s without a telling class.
const MELNITSA: &str = r#"<html lang="ru"><head><title>Старая мельница сгорела за одну ночь</title></head><body><article><h1>Старая мельница сгорела за одну ночь</h1>
<p>Старая мельница у реки сгорела в ночь на понедельник, сообщили пожарные, которые тушили огонь до самого утра и спасли соседний склад.</p>
<p>Никто не пострадал, но восстановить здание уже нельзя: обрушились и крыша, и верхний этаж, построенный ещё в девятнадцатом веке.</p>
<p>Причину пожара устанавливают эксперты, а жители посёлка собирают деньги на памятный знак у плотины.</p></article>
<div class="comments"><h3>Комментарии</h3>
<div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author"><span itemprop="name">Земляк</span></span><meta itemprop="dateCreated" content="2008-11-14"><div itemprop="text">Мы там в детстве рыбу ловили, очень жаль эту мельницу.</div></div>
<div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><div><span itemprop="name">Марина</span></div><div itemprop="text">А лесопилку напротив тоже задело или обошлось?</div></div>
</div></body></html>"#;

/// A Japanese page on which nothing but a heading says what comments are.
const KASHI: &str = r#"<html lang="ja"><head><title>川沿いの古い灯台が五十年ぶりに点灯</title></head><body><article><h1>川沿いの古い灯台が五十年ぶりに点灯</h1>
<p>港町の外れに立つ古い灯台が月曜日の夜、五十年ぶりに点灯した。地元の漁師たちが三年かけて修理を続け、部品のほとんどを手作りしたという。</p>
<p>点灯式には町民およそ二百人が集まり、光が沖へ伸びると大きな拍手が起きた。町長は「これからも大切に守っていきたい」と話した。</p>
<p>灯台は来月から週末に一般公開され、上まで登ることができる。入場料は無料で、寄付を受け付ける箱が入り口に置かれる予定だ。</p></article>
<div class="comments"><h3>コメント</h3><p>子どもの頃に見た光をもう一度見られてうれしいです。</p><p>来月さっそく家族で登りに行きます。</p><p>返信</p></div></body></html>"#;

#[test]
fn comments_are_found_by_properties_and_by_their_heading() {
    let of = |html: &str| {
        let (_, extras) = read(html, None, Include { comments: true, ..Include::default() });
        let comment = |comment: &gleaner_extract::article::extras::Comment| (comment.signature(), comment.text.clone());
        extras.comments.iter().map(comment).collect::<Vec<_>>()
    };
    let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    assert_eq!(
        of(MELNITSA),
        owned(&[
            ("Земляк, 2008-11-14", "Мы там в детстве рыбу ловили, очень жаль эту мельницу."),
            ("Марина", "А лесопилку напротив тоже задело или обошлось?"),
        ]),
    );
    assert_eq!(
        of(KASHI),
        owned(&[("", "子どもの頃に見た光をもう一度見られてうれしいです。"), ("", "来月さっそく家族で登りに行きます。")]),
    );
}

#[test]
fn relative_addresses_need_an_address_of_the_page() {
    let page = |head: &str| {
        let story =
            "The old ferry sails again after four months in the yard, and the island waits for its first guests of the year. "
                .repeat(2);
        format!(
            "<html><head><title>Ferry</title>{head}</head><body><article><h1>Ferry</h1><p>{story}</p><p>Read <a href='b'>more of it</a>. {story}</p><img src='c.jpg' alt='Pier'><p>{story}</p></article></body></html>"
        )
    };
    let of = |head: &str, url: Option<&str>| {
        let (cleaned, extras) = read(&page(head), url, ALL);
        let line = json_of(&cleaned, &extras);
        (line["links"][0]["url"].as_str().map(str::to_owned), line["images"][0]["url"].as_str().map(str::to_owned))
    };
    let both = |link: &str, image: &str| (Some(link.to_owned()), Some(image.to_owned()));
    assert_eq!(of("", None), (None, None));
    assert_eq!(of("", Some("https://a.example/x/y")), both("https://a.example/x/b", "https://a.example/x/c.jpg"));
    let canonical = "<link rel=canonical href='https://b.example/story/'>";
    assert_eq!(of(canonical, None), both("https://b.example/story/b", "https://b.example/story/c.jpg"));
    let base = "<base href='https://c.example/z/'><base href='https://d.example/'>";
    assert_eq!(of(base, Some("https://a.example/x/y")), both("https://c.example/z/b", "https://c.example/z/c.jpg"));
    assert_eq!(
        of("<base href='javascript:1'>", Some("https://a.example/")),
        both("https://a.example/b", "https://a.example/c.jpg")
    );
}

/// Deep, wide and endless pages take no more than their share.
#[test]
fn hostile_pages_are_read_within_limits() {
    let story =
        "<p>The old ferry sails again after four months in the yard, and the island waits for its first guests of the year.</p>"
            .repeat(3);
    let nested: String =
        (0..3000).map(|n| format!("<li class='comment'><b class='fn'>Reader {n}</b><p>I was there on day {n}.</p>")).collect();
    let images: String = (0..3000).map(|n| format!("<img src='https://a.example/{n}.jpg'>")).collect();
    let sets = format!("<picture>{}<img></picture>", "<source srcset='a 1x, b 2x'>".repeat(3000));
    let html = format!(
        "<html><body><article>{story}{images}{sets}{story}</article><ol class='comment-list'>{nested}</ol></body></html>"
    );
    let (cleaned, extras) = read(&html, Some("https://a.example/"), ALL);
    assert_eq!(extras.images.len(), 1000);
    assert!(extras.comments.len() <= 3000, "{}", extras.comments.len());
    let line = json_of(&cleaned, &extras);
    assert_eq!(line["images"].as_array().map(Vec::len), Some(1000));
    let dark = "<html><body><article><h1>Ferry</h1><p>The old ferry sails again after four months in the yard.</p><img src='https://a.example/a.jpg' alt='a\u{1b}[31mred'><p>The island waits for its first guests of the year, said the mayor on Monday.</p></article></body></html>";
    let (_, extras) = read(dark, None, ALL);
    assert!(extras.images.iter().all(|image| !image.alt.contains('\u{1b}')), "{extras:?}");
}
