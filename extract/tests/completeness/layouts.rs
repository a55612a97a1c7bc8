//! Hand-written texts in many languages, in layouts of stories, paywalls, robot checks, lists and live blogs as sites use them.

use std::fs;
use std::path::Path;

use gleaner_extract::document::Completeness;
use serde::Deserialize;

use crate::cut::Dice;
use crate::paywall_notice::paywall_notice;

/// The texts of one invented newspaper.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newspaper {
    #[serde(skip)]
    lang: String,
    site: String,
    title: String,
    story: Vec<String>,
    robot: Vec<String>,
    block: Vec<String>,
    consent: Vec<String>,
    teasers: Vec<String>,
    live: String,
    entries: Vec<String>,
    read_on: String,
    menu: Vec<String>,
}

/// A page and the verdict that it should get.
pub struct Case {
    pub name: String,
    pub kind: Completeness,
    pub page: String,
}

/// Every layout in every language.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/completeness/texts");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| cases_of(&newspaper(file))).collect()
}

fn newspaper(file: &Path) -> Newspaper {
    let newspaper: Newspaper = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    Newspaper { lang: file.file_stem().unwrap().to_str().unwrap().to_owned(), ..newspaper }
}

type Layout = fn(&Newspaper) -> String;

const LAYOUTS: &[(Completeness, &[(&str, Layout)])] = &[
    (Completeness::Complete, &[("semantic", complete_semantic), ("divs", complete_divs), ("dump", complete_dump)]),
    (
        Completeness::Truncated,
        &[
            ("semantic", truncated_semantic),
            ("divs", truncated_divs),
            ("dump", truncated_dump),
            ("excerpt", truncated_excerpt),
            ("counted", truncated_counted),
        ],
    ),
    (
        Completeness::Blocked,
        &[("check", check_page), ("table", block_table), ("bare", block_bare), ("dump", check_dump), ("shell", check_shell)],
    ),
    (Completeness::Consent, &[("wall", consent_wall), ("dialog", consent_dialog), ("dump", consent_dump)]),
    (Completeness::IndexPage, &[("cards", index_cards), ("list", index_list), ("table", index_table)]),
    (Completeness::Live, &[("json-ld", live_json), ("times", live_times), ("dump", live_dump)]),
    (Completeness::Empty, &[("menu", empty_menu), ("shell", empty_shell), ("form", empty_form)]),
];

fn cases_of(newspaper: &Newspaper) -> Vec<Case> {
    let cases = LAYOUTS.iter().flat_map(|(kind, layouts)| layouts.iter().map(move |(name, layout)| (kind, name, layout)));
    cases
        .map(|(kind, name, layout)| Case {
            name: format!("{}/{}-{name}", kind.name(), newspaper.lang),
            kind: *kind,
            page: layout(newspaper),
        })
        .collect()
}

impl Newspaper {
    fn dice(&self) -> Dice {
        Dice::of(&self.site)
    }

    fn page(&self, title: &str, head: &str, body: &str) -> String {
        format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>{head}</head>\n<body>{body}</body></html>\n",
            self.lang
        )
    }

    fn nav(&self) -> String {
        let items: String = self.menu.iter().map(|item| format!("<li><a href=\"/{item}\">{item}</a></li>")).collect();
        format!("<header><nav><ul>{items}</ul></nav></header>")
    }

    fn footer(&self) -> String {
        format!("<footer><p>© 2026 {}</p></footer>", self.site)
    }

    fn page_title(&self) -> String {
        format!("{} | {}", self.title, self.site)
    }

    /// The first paragraph, and two thirds of the second.
    fn preview(&self) -> (String, String) {
        let second: Vec<char> = self.story[1].chars().collect();
        let half: String = second[..second.len() * 2 / 3].iter().collect();
        (self.story[0].clone(), half.trim_end().to_owned())
    }
}

fn paragraphs<T: AsRef<str>>(texts: &[T]) -> String {
    texts.iter().map(|text| format!("<p>{}</p>\n", text.as_ref())).collect()
}

const PUBLISHED: &str = "<meta property=\"og:type\" content=\"article\"><meta property=\"article:published_time\" content=\"2026-02-01T07:30:00+01:00\">";

fn complete_semantic(w: &Newspaper) -> String {
    let more: String = w.teasers[..3].iter().map(|teaser| format!("<li><a href=\"/t\">{teaser}</a></li>")).collect();
    let body = format!(
        "{}<main><article><h1>{}</h1>{}</article><aside class=\"related\"><ul>{more}</ul></aside></main>{}",
        w.nav(),
        w.title,
        paragraphs(&w.story),
        w.footer()
    );
    w.page(&w.page_title(), PUBLISHED, &body)
}

fn complete_divs(w: &Newspaper) -> String {
    let story: String = w.story.iter().map(|text| format!("<div class=\"t-p\">{text}</div>")).collect();
    let body = format!(
        "<div class=\"top\"><a href=\"/\">{}</a><a class=\"btn\" href=\"/abo\">Abo</a></div><div class=\"c\"><h1>{}</h1><div class=\"t-body\">{story}</div></div><div class=\"bottom\">© {}</div>",
        w.site, w.title, w.site
    );
    w.page(&w.page_title(), "", &body)
}

fn complete_dump(w: &Newspaper) -> String {
    format!("{}\n\n{}\n\n{}\n\n© 2026 {}\n", w.menu.join(" | "), w.title, w.story.join("\n\n"), w.site)
}

fn truncated_semantic(w: &Newspaper) -> String {
    let (first, second) = w.preview();
    let wall = paywall_notice(&w.lang, &w.dice(), true);
    let body = format!(
        "{}<main><article><h1>{}</h1><p>{first}</p><p>{second}…</p>{wall}</article></main>{}",
        w.nav(),
        w.title,
        w.footer()
    );
    w.page(&w.page_title(), PUBLISHED, &body)
}

fn truncated_divs(w: &Newspaper) -> String {
    let paid = "<script type=\"application/ld+json\">{\"@type\": \"NewsArticle\", \"isAccessibleForFree\": \"False\", \"hasPart\": {\"@type\": \"WebPageElement\", \"isAccessibleForFree\": false, \"cssSelector\": \".t-body\"}}</script>";
    let wall = paywall_notice(&w.lang, &w.dice(), true);
    let more: String = w.teasers.iter().map(|teaser| format!("<div class=\"m\"><a href=\"/t\">{teaser}</a></div>")).collect();
    let body = format!(
        "<div class=\"c\"><h1>{}</h1><div class=\"t-body\"><div>{}</div><div>{}</div></div>{wall}</div><div class=\"more\">{more}</div>",
        w.title, w.story[0], w.story[1]
    );
    w.page(&w.page_title(), paid, &body)
}

fn truncated_dump(w: &Newspaper) -> String {
    let (first, second) = w.preview();
    format!("{}\n\n{first}\n\n{second}...\n\n{}\n\n© 2026 {}\n", w.title, paywall_notice(&w.lang, &w.dice(), false), w.site)
}

fn truncated_excerpt(w: &Newspaper) -> String {
    let (first, second) = w.preview();
    let body = format!(
        "{}<div class=\"post\"><h2>{}</h2><p>{first}</p><p>{second} […]</p><p><a href=\"/story\">{}</a></p></div>{}",
        w.nav(),
        w.title,
        w.read_on,
        w.footer()
    );
    w.page(&w.page_title(), "", &body)
}

fn truncated_counted(w: &Newspaper) -> String {
    let body: String = std::iter::repeat_n(w.story.join(" "), 6).collect::<Vec<_>>().join(" ");
    let json =
        serde_json::json!({"@context": "https://schema.org", "@type": "NewsArticle", "headline": w.title, "articleBody": body});
    let (first, second) = w.preview();
    let head = format!("{PUBLISHED}<script type=\"application/ld+json\">{json}</script>");
    w.page(
        &w.page_title(),
        &head,
        &format!("{}<article><h1>{}</h1><p>{first}</p><p>{second}</p></article>{}", w.nav(), w.title, w.footer()),
    )
}

fn check_page(w: &Newspaper) -> String {
    let body = format!(
        "<div class=\"main-wrapper\"><h1>{}</h1><div class=\"challenge-container\"></div>{}</div><div class=\"foot\">Ray ID: 8a1f03c2</div><script src=\"/cdn-cgi/challenge-platform/h/b.js\"></script>",
        w.site,
        paragraphs(&w.robot[1..])
    );
    w.page(&w.robot[0], "", &body)
}

fn block_table(w: &Newspaper) -> String {
    let rows: String = w.block.iter().map(|line| format!("<tr><td>{line}</td></tr>")).collect();
    w.page(&w.block[0], "", &format!("<table align=\"center\"><tbody>{rows}<tr><td>#18.5c2f1402.1767</td></tr></tbody></table>"))
}

fn block_bare(w: &Newspaper) -> String {
    w.page(&w.site, "", &format!("<h1>{}</h1>{}<hr><address>edge-7</address>", w.block[0], paragraphs(&w.block[1..])))
}

fn check_dump(w: &Newspaper) -> String {
    format!("{}\n\n{}\n", w.site, w.robot.join("\n\n"))
}

fn check_shell(w: &Newspaper) -> String {
    let body = format!(
        "<div id=\"root\"></div><noscript><div class=\"n\">{}</div></noscript><script src=\"https://geo.captcha-delivery.com/c.js\"></script>",
        w.robot[1]
    );
    w.page(&w.site, "", &body)
}

fn consent_wall(w: &Newspaper) -> String {
    let [head, text @ .., yes, no] = w.consent.as_slice() else { return String::new() };
    w.page(
        &w.site,
        "",
        &format!("<main class=\"gate\"><h2>{head}</h2>{}<button>{yes}</button><a href=\"/o\">{no}</a></main>", paragraphs(text)),
    )
}

fn consent_dialog(w: &Newspaper) -> String {
    let [head, text @ .., yes, no] = w.consent.as_slice() else { return String::new() };
    let body = format!(
        "<div class=\"hd\"><a href=\"/\">{}</a></div><div role=\"dialog\" class=\"layer\"><form><h1>{head}</h1><div>{}</div><button>{no}</button><button>{yes}</button></form></div>",
        w.site,
        text.join("<br><br>")
    );
    w.page(&w.page_title(), "", &body)
}

fn consent_dump(w: &Newspaper) -> String {
    format!("{}\n\n{}\n", w.site, w.consent.join("\n\n"))
}

fn index_cards(w: &Newspaper) -> String {
    let opening: String = w.story[0].chars().take(60).collect();
    let card = |teaser: &String| format!("<div class=\"card\"><h3><a href=\"/a\">{teaser}</a></h3><p>{opening}…</p></div>");
    let cards: String = w.teasers.iter().map(card).collect();
    w.page(
        &w.site,
        "<meta property=\"og:type\" content=\"website\">",
        &format!("{}<main><h1>{}</h1>{cards}</main>{}", w.nav(), w.menu[1], w.footer()),
    )
}

fn index_list(w: &Newspaper) -> String {
    let items: String = w.teasers.iter().map(|teaser| format!("<li><a href=\"/a\">{teaser}</a></li>")).collect();
    w.page(
        &format!("{} – {}", w.menu[3], w.site),
        "",
        &format!("{}<div class=\"list\"><h2>{}</h2><ul>{items}</ul></div>{}", w.nav(), w.menu[3], w.footer()),
    )
}

fn index_table(w: &Newspaper) -> String {
    let rows: String = w
        .teasers
        .iter()
        .map(|teaser| format!("<section><a href=\"/a\"><h2>{teaser}</h2></a><div class=\"dek\">{}</div></section>", w.entries[0]))
        .collect();
    w.page(&w.site, "", &format!("{}<div class=\"river\">{rows}</div>{}", w.nav(), w.footer()))
}

fn live_json(w: &Newspaper) -> String {
    let at = |index: usize| format!("2026-02-01T1{}:05:00+01:00", 9 - index);
    let updates: Vec<_> = w.entries.iter().enumerate().map(|(index, text)| serde_json::json!({"@type": "BlogPosting", "headline": w.teasers[index], "articleBody": text, "datePublished": at(index)})).collect();
    let json = serde_json::json!({"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": w.title, "liveBlogUpdate": updates});
    let entries: String = w
        .entries
        .iter()
        .zip(&w.teasers)
        .map(|(text, title)| format!("<div class=\"e\"><h2>{title}</h2><p>{text}</p></div>"))
        .collect();
    let head = format!("<script type=\"application/ld+json\">{json}</script>");
    w.page(
        &w.page_title(),
        &head,
        &format!("{}<article><h1>{}</h1><p>{}</p>{entries}</article>{}", w.nav(), w.title, w.story[0], w.footer()),
    )
}

fn live_times(w: &Newspaper) -> String {
    let entry = |(index, text): (usize, &String)| {
        format!(
            "<div class=\"entry\"><time datetime=\"2026-02-01T1{}:20:00+01:00\">1{}:20</time><p>{text}</p></div>",
            9 - index,
            9 - index
        )
    };
    let entries: String = w.entries.iter().enumerate().map(entry).collect();
    w.page(
        &format!("{} | {}", w.live, w.site),
        "",
        &format!("{}<main><h1>{}</h1><p>{}</p>{entries}</main>{}", w.nav(), w.live, w.story[0], w.footer()),
    )
}

fn live_dump(w: &Newspaper) -> String {
    let entries: Vec<String> =
        w.entries.iter().enumerate().map(|(index, text)| format!("1{}:4{index}\n\n{text}", 9 - index)).collect();
    format!("{}\n\n{}\n\n{}\n\n© 2026 {}\n", w.live, w.story[0], entries.join("\n\n"), w.site)
}

fn empty_menu(w: &Newspaper) -> String {
    w.page(&w.site, "", &format!("{}<main></main>{}", w.nav(), w.footer()))
}

fn empty_shell(w: &Newspaper) -> String {
    w.page(&w.page_title(), PUBLISHED, &format!("<div id=\"app\"></div><script src=\"/static/main.js\"></script>{}", w.footer()))
}

fn empty_form(w: &Newspaper) -> String {
    let items: String = w.menu.iter().map(|item| format!("<label>{item}<input type=\"checkbox\"></label>")).collect();
    w.page(&w.site, "", &format!("{}<form><input type=\"search\">{items}<button>OK</button></form>{}", w.nav(), w.footer()))
}
