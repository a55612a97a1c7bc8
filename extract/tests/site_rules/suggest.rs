//! Rules that are proposed for a site: from pages of several languages and layouts, in any order.

use gleaner_extract::article::clean::{CleanContext, clean_page, elements_of};
use gleaner_extract::article::suggest::{self, PageProfile, Proposal, propose};
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::{RuleFile, RuleSet, check};

use crate::pages::{GERMAN, JAPANESE, RUSSIAN, removed_by};

/// A page of a generated site: the sentences vary by number, the furniture does not.
fn site_page(lang: &str, story: &[&str; 4], number: usize, cruft: &str) -> String {
    let authors = ["Eva Kurz", "Jan Holm", "Ida Berg"];
    let names = ["Alma", "Bruno", "Clara", "Dora", "Emil", "Frieda", "Gustav", "Hanna", "Ingo", "Jana", "Kurt", "Lena"];
    let name = names[number % names.len()];
    let paragraphs: String =
        (0..4).map(|at| format!("<p>{name}{}: {}</p>", "o".repeat(number / 12 + 1), story[(at + number) % 4])).collect();
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><title>{name} {number} an der Wassermühle | The Herald</title></head><body>\
         <div class=\"nav-bar\"><a href=\"/\">Start</a> <a href=\"/2\">Insel</a></div><div class=\"page-frame\">\
         <h1 class=\"main-headline\">{name} {number} an der Wassermühle</h1>\
         <p class=\"meta-line\"><span class=\"writer-name\">{}</span> <time class=\"stamp\" datetime=\"2026-03-{:02}T08:00:00Z\">{}.3.2026</time></p>\
         <div class=\"story-text\">{paragraphs}{cruft}</div><div class=\"side-column\"><p>{}</p></div></div></body></html>",
        authors[number % 3],
        number % 27 + 1,
        number % 27 + 1,
        "Wetter: sonnig",
    )
}

fn built_in() -> RuleSet {
    RuleSet::embedded().unwrap()
}

fn profile(html: &str, rules: &RuleSet) -> PageProfile {
    let raw = RawDocument::local(Origin::Stdin, html.as_bytes().to_vec());
    let limits = page::Config::default();
    let url = "https://herald.example/2026/mill".parse().unwrap();
    let cleaned = clean_page(&raw, Some(&url), CleanContext { rules, limits: &limits, now: None, sites: None }).unwrap();
    suggest::profile(&cleaned, &elements_of(&raw, &limits).unwrap())
}

fn proposal(pages: &[String], rules: &RuleSet) -> Proposal {
    let profiles: Vec<PageProfile> = pages.iter().map(|html| profile(html, rules)).collect();
    propose("herald.example", &profiles, rules)
}

/// A sentence that the labeller takes for part of the story.
const CRUFT: [(&str, [&str; 4], &str); 3] = [
    ("de", GERMAN, "Die Redaktion des Herald dankt allen Fährleuten, die diese Seite jeden Morgen zuerst lesen und weitersagen."),
    ("ja", JAPANESE, "ヘラルド編集部は、毎朝このページを最初に読んでくださる船員の皆さんに感謝しています。"),
    (
        "ru",
        RUSSIAN,
        "Редакция газеты благодарит всех паромщиков, которые каждое утро первыми читают эту страницу и советуют её другим.",
    ),
];

#[test]
fn what_recurs_is_dropped_and_what_varies_is_found_in_any_language() {
    let rules = built_in();
    for (lang, story, line) in CRUFT {
        let pages: Vec<String> = (0..16).map(|number| site_page(lang, &story, number, &format!("<p>{line}</p>"))).collect();
        let found = proposal(&pages, &rules);
        for part in [
            "[[body]]",
            "names = [\"story text\"]",
            "tags = [\"div\"]",
            "[[title]]",
            "main-headline",
            "[[author]]",
            "writer-name",
            "[[date]]",
            "[[drop]]",
            "phrases = [",
            "removes = [",
            "keeps = [",
        ] {
            assert!(found.toml.contains(part), "{lang}: {part} in\n{}", found.toml);
        }
        // The file is read, passes its own check, and does what it says.
        let file = RuleFile { path: "sites/herald.example.toml".into(), text: found.toml.clone() };
        let with = RuleSet::with_files(&[file]).unwrap_or_else(|error| panic!("{error}\n{}", found.toml));
        assert!(check(&with).is_empty(), "{:?}\n{}", check(&with), found.toml);
        let raw = RawDocument::local(Origin::Stdin, pages[3].as_bytes().to_vec());
        let url = "https://herald.example/2026/mill".parse().unwrap();
        let limits = page::Config::default();
        let cleaned =
            clean_page(&raw, Some(&url), CleanContext { rules: &with, limits: &limits, now: None, sites: None }).unwrap();
        assert!(removed_by(&cleaned, line).is_some_and(|rule| rule.starts_with("site.herald.example.lines-")), "{lang}");
        assert!(cleaned.article.text.matches("Dora").count() >= 4, "{lang}: {}", cleaned.article.text);
    }
}

#[test]
fn an_element_whose_kept_text_recurs_is_dropped_by_its_name() {
    let rules = built_in();
    let (lang, story, line) = CRUFT[2];
    let cruft = |number: usize| format!("<section class=\"thanksBox b{number}\"><p>{line}</p></section>");
    let pages: Vec<String> = (0..10).map(|number| site_page(lang, &story, number, &cruft(number))).collect();
    let found = proposal(&pages, &rules);
    let part =
        "names = [\"thanks box\"]\ntags = [\"section\"]\nremoves_names = [\"thanks box b\"]\nkeeps_names = [\"story text\"]\n";
    assert!(found.toml.contains(part) && !found.toml.contains("phrases"), "{}", found.toml);
}

#[test]
fn the_proposal_is_the_same_in_any_order_of_pages() {
    let rules = built_in();
    let pages: Vec<String> = (0..12).map(|number| site_page("de", &GERMAN, number, &format!("<p>{}</p>", CRUFT[0].2))).collect();
    let first = proposal(&pages, &rules);
    for step in [5, 7, 11] {
        let order: Vec<String> = (0..12).map(|index| pages[index * step % 12].clone()).collect();
        assert_eq!(proposal(&order, &rules), first);
    }
}

#[test]
fn pages_without_anything_in_common_give_no_rules_and_odd_markup_is_harmless() {
    let rules = built_in();
    let odd = |number: usize| {
        format!(
            "<div class='a\"b {number}x \\\\ ü' id=\"n\n{number}\"><p class=\"]]>'\">{} {number}</p></div>",
            GERMAN[number % 4]
        )
    };
    let pages: Vec<String> = (0..8).map(|number| format!("<html><body>{}", odd(number))).collect();
    let found = proposal(&pages, &rules);
    let file = RuleFile { path: "sites/herald.example.toml".into(), text: found.toml.clone() };
    let with = RuleSet::with_files(&[file]).unwrap_or_else(|error| panic!("{error}\n{}", found.toml));
    assert!(check(&with).is_empty(), "{}", found.toml);
    assert!(!found.toml.contains("[[title]]"), "{}", found.toml);
}
