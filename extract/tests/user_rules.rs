//! A user's rules act on top of the model's decision, within the guards; built-in rules do not act alone.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

use std::sync::LazyLock;

use gleaner_extract::article::clean::{CleanContext, CleanedPage, PageLocation, clean_page};
use gleaner_extract::document::{Category, Completeness, Origin, RawDocument};
use gleaner_extract::label::Verdict;
use gleaner_extract::page;
use gleaner_extract::rules::{RuleFile, RuleSet, Strength};

const STORY: [&str; 4] = [
    "The ferry between the mainland and Holm sailed again on Saturday morning, four days after a storm had torn the ramp from its hinges.",
    "About sixty cars were waiting at the quay when the first boat left, said the harbour master, who had slept in his office since Tuesday.",
    "The island's bakery had run out of flour on Thursday, and its owner came across with the first boat to fetch two hundred kilos himself.",
    "Repairs will cost the county more than a million crowns, and the old ramp will be watched by divers until a new one is built next year.",
];

/// A line that the model keeps between paragraphs although a built-in rule of strength `sure` matches it.
const APP_LINE: &str = "Get our app for the latest news from Holm and the islands, wherever you are.";

/// A sponsored paragraph that reads like the story.
const BAKERY: &str =
    "Bakeries of the region baked more than nine thousand loaves on Friday, said the guild, and sold them for two crowns each.";

fn html(last: &str) -> String {
    let story: String = STORY.iter().map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Ferry to Holm runs again after storm</title></head><body>\
         <article><h1>Ferry to Holm runs again after storm</h1>\n{story}{last}</article>\
         <footer>© 2024 Holm Courier. All rights reserved.</footer></body></html>"
    )
}

fn dump(last: &str) -> String {
    format!(
        "Ferry to Holm runs again after storm\n\n{}\n\n{last}\n\n© 2024 Holm Courier. All rights reserved.\n",
        STORY.join("\n\n")
    )
}

fn with_app_line() -> String {
    html("").replace("<p>The island's", &format!("<p>{APP_LINE}</p>\n<p>The island's"))
}

/// A file of the user's with one rule: `keys` are its keys besides id, reason and strength.
fn file(category: &str, strength: &str, keys: &str) -> RuleFile {
    let text = format!("[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"{strength}\"\n{keys}\n");
    RuleFile { path: format!("{category}.toml").into(), text }
}

fn phrases(matching: &str, phrases: &[&str]) -> String {
    format!("match = \"{matching}\"\nmax_words = 400\nphrases = {{ en = {phrases:?} }}")
}

static BUILT_IN: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().unwrap());

fn clean(page: &str, files: &[RuleFile]) -> CleanedPage {
    let with_files = (!files.is_empty()).then(|| RuleSet::with_files(files).unwrap());
    let rules = with_files.as_ref().unwrap_or(&*BUILT_IN);
    let raw = RawDocument::local(Origin::Stdin, page.as_bytes().to_vec());
    let url = "https://www.example.net/ferry".parse().unwrap();
    clean_page(&raw, Some(&url), CleanContext { rules, limits: &page::Config::default(), now: None, sites: None }).unwrap()
}

/// The verdict on the block that begins with these words, and its score.
fn verdict<'a>(cleaned: &'a CleanedPage, start: &str) -> (&'a Verdict, f32) {
    let index = cleaned.page.blocks.iter().position(|block| block.text.starts_with(start)).unwrap();
    let verdict = &cleaned.labelled.verdicts[index];
    match verdict {
        Verdict::Kept { score, .. } => (verdict, *score),
        Verdict::Removed(removal) => (verdict, removal.score),
    }
}

fn is_kept(cleaned: &CleanedPage, start: &str) -> bool {
    matches!(verdict(cleaned, start).0, Verdict::Kept { .. })
}

/// Category and rule of a removed block.
fn removed_by<'a>(cleaned: &'a CleanedPage, start: &str) -> Option<(Category, &'a str)> {
    match verdict(cleaned, start).0 {
        Verdict::Removed(removal) => Some((removal.category, removal.rule.0.as_str())),
        Verdict::Kept { .. } => None,
    }
}

/// Rule and reason of a block that a guard spared.
fn spared<'a>(cleaned: &'a CleanedPage, start: &str) -> Option<(&'a str, &'a str)> {
    let index = cleaned.page.blocks.iter().position(|block| block.text.starts_with(start)).unwrap();
    let spared = cleaned.labelled.spared.iter().find(|spared| spared.block == index)?;
    Some((spared.rule.0.as_str(), spared.why.as_str()))
}

/// A file of the user's for a site, and a page without a URL from this path.
fn clean_local(page: &str, path: Option<&str>, site: &str) -> CleanedPage {
    let rules = RuleSet::with_files(&[RuleFile { path: "sites/courier.example.toml".into(), text: site.to_owned() }]).unwrap();
    let raw = RawDocument::local(Origin::Stdin, page.as_bytes().to_vec());
    let context = CleanContext { rules: &rules, limits: &page::Config::default(), now: None, sites: None };
    clean_page(&raw, PageLocation { url: None, path }, context).unwrap()
}

const DROP: &str = "[[drop]]\nid = \"app\"\nwhy = \"An offer.\"\ncategory = \"advertising\"\n";

#[test]
fn a_site_rule_drops_from_a_text_dump_in_a_folder_of_the_site() {
    let rule = format!("folders = [\"courier\"]\n{DROP}match = \"starts\"\nphrases = [\"bakeries of the\"]\n");
    let dump = dump(BAKERY);
    let there = clean_local(&dump, Some("raw/Courier/2010/a.txt"), &rule);
    assert_eq!(removed_by(&there, "Bakeries of"), Some((Category::Advertising, "site.courier.example.app")));
    for path in [None, Some("raw/other/a.txt")] {
        assert!(is_kept(&clean_local(&dump, path, &rule), "Bakeries of"), "{path:?}");
    }
}

#[test]
fn a_site_rule_may_be_for_a_subdomain() {
    let rule = format!("{DROP}match = \"starts\"\nphrases = [\"get our app\"]\n");
    for (file, applies) in [("www.example.net", true), ("example.net", true), ("m.example.net", false)] {
        let files = [RuleFile { path: format!("sites/{file}.toml").into(), text: rule.clone() }];
        assert_eq!(is_kept(&clean(&with_app_line(), &files), "Get our app"), !applies, "{file}");
    }
}

#[test]
fn a_site_rule_drops_from_a_page_that_gives_the_name_of_the_site() {
    let rule = |name: &str| format!("site_names = [\"{name}\"]\n{DROP}match = \"starts\"\nphrases = [\"get our app\"]\n");
    let page = with_app_line().replace("<head>", "<head><meta property=\"og:site_name\" content=\"Holm Courier\">");
    let cleaned = clean_local(&page, None, &rule("holm courier"));
    assert_eq!(cleaned.article.metadata.site.as_ref().map(|site| site.value.as_str()), Some("Holm Courier"));
    assert_eq!(removed_by(&cleaned, "Get our app"), Some((Category::Advertising, "site.courier.example.app")));
    assert!(is_kept(&clean_local(&page, None, &rule("Courier")), "Get our app"));
}

#[test]
fn names_of_a_site_rule_match_any_element_around_a_block_but_those_of_most_of_the_page() {
    let rule = format!("folders = [\"x\"]\n{DROP}names = [\"zig zag\"]\n");
    let in_box = |around: &str| html(&format!("<div class=\"{around}\"><div><p>{APP_LINE}</p></div></div>"));
    let local = |page: &str| clean_local(page, Some("x/a.html"), &rule);
    let by_site =
        |page: &str| removed_by(&local(page), "Get our app").is_some_and(|(_, rule)| rule == "site.courier.example.app");
    assert!(by_site(&in_box("zig zag")) && !by_site(&in_box("zig")));
    assert!(!by_site(&with_app_line().replace("<body", "<body class=\"zig zag\"")), "the whole page");
    let deep = format!("{}<p>{APP_LINE}</p>{}", "<div>".repeat(20), "</div>".repeat(20));
    assert!(!by_site(&html(&format!("<div class=\"zig zag\">{deep}</div>"))), "further away than sixteen elements");
}

#[test]
fn a_sure_built_in_rule_does_not_drop_alone() {
    assert!(BUILT_IN.built_in().match_text(APP_LINE).iter().any(|found| found.strength == Strength::Sure));
    assert!(is_kept(&clean(&with_app_line(), &[]), "Get our app"));
}

#[test]
fn a_sure_user_rule_drops_a_block_that_the_model_keeps() {
    for (page, start) in [(with_app_line(), "Get our app"), (dump(BAKERY), "Bakeries of the region")] {
        assert!(is_kept(&clean(&page, &[]), start), "{page}");
        let cleaned = clean(&page, &[file("advertising", "sure", &phrases("starts", &["get our app", "bakeries of the"]))]);
        assert_eq!(removed_by(&cleaned, start), Some((Category::Advertising, "advertising.mine")));
        assert!(!cleaned.article.text.contains(start));
        assert!(STORY.iter().all(|paragraph| cleaned.article.text.contains(paragraph)), "{}", cleaned.article.text);
    }
}

#[test]
fn a_user_pattern_drops_too() {
    let cleaned = clean(&with_app_line(), &[file("advertising", "sure", "max_words = 20\npatterns = ['Get our .+']")]);
    assert_eq!(removed_by(&cleaned, "Get our app"), Some((Category::Advertising, "advertising.mine")));
}

#[test]
fn a_user_rule_for_names_drops_what_is_in_the_element() {
    let page = html(&format!("<div class=\"guildBox\"><div><p>{BAKERY}</p></div></div>"));
    assert!(is_kept(&clean(&page, &[]), "Bakeries"));
    let cleaned = clean(&page, &[file("advertising", "sure", "names = [\"guild box\"]")]);
    assert_eq!(removed_by(&cleaned, "Bakeries"), Some((Category::Advertising, "advertising.mine")));
    assert!(STORY.iter().all(|paragraph| cleaned.article.text.contains(paragraph)));
}

#[test]
fn a_user_heading_rule_drops_the_element_that_it_opens() {
    let page = html(&format!("<section><h3>From the island blog</h3><p>{BAKERY}</p></section>"));
    assert!(is_kept(&clean(&page, &[]), "Bakeries"));
    let keys = format!("opens_section = true\n{}", phrases("is", &["from the island blog"]));
    let cleaned = clean(&page, &[file("related", "sure", &keys)]);
    for start in ["From the island blog", "Bakeries"] {
        assert_eq!(removed_by(&cleaned, start), Some((Category::Related, "related.mine")), "{start}");
    }
}

#[test]
fn a_likely_user_rule_drops_only_blocks_with_a_low_score() {
    let keys = phrases("starts", &["get our app", "the ferry between"]);
    let cleaned = clean(&with_app_line(), &[file("advertising", "likely", &keys)]);
    let (app, ferry) = (verdict(&cleaned, "Get our app").1, verdict(&cleaned, "The ferry between").1);
    assert!(app < 0.8 && ferry >= 0.8, "{app} {ferry}");
    assert_eq!(removed_by(&cleaned, "Get our app"), Some((Category::Advertising, "advertising.mine")));
    let (rule, why) = spared(&cleaned, "The ferry between").unwrap();
    assert_eq!((rule, why), ("advertising.mine", "a `likely` rule only drops blocks that score below 0.8"));
}

#[test]
fn a_user_hint_names_the_category_and_drops_nothing() {
    let keys = phrases("contains", &["get our app", "all rights reserved"]);
    let cleaned = clean(&with_app_line(), &[file("site_info", "hint", &keys)]);
    assert!(is_kept(&cleaned, "Get our app") && spared(&cleaned, "Get our app").is_none());
    assert_eq!(removed_by(&cleaned, "©"), Some((Category::SiteInfo, "site_info.mine")));
}

#[test]
fn user_rules_change_no_score() {
    let rules = [file("advertising", "sure", &phrases("starts", &["get our app"])), file("related", "likely", "tags = [\"p\"]")];
    let (without, with) = (clean(&with_app_line(), &[]), clean(&with_app_line(), &rules));
    for block in &without.page.blocks {
        let start = block.text.as_str();
        assert_eq!(verdict(&without, start).1.to_bits(), verdict(&with, start).1.to_bits(), "{start}");
    }
}

#[test]
fn a_user_rule_never_drops_most_of_the_story() {
    let most = phrases("starts", &["the ferry between", "about sixty cars", "repairs will cost"]);
    let files = [file("related", "sure", &most), file("advertising", "sure", &phrases("starts", &["get our app"]))];
    let cleaned = clean(&with_app_line(), &files);
    assert!(STORY.iter().all(|paragraph| cleaned.article.text.contains(paragraph)), "{}", cleaned.article.text);
    let (rule, why) = spared(&cleaned, "About sixty cars").unwrap();
    assert!(rule == "related.mine" && why.starts_with("it would drop ") && why.ends_with(" % of the story"), "{rule}: {why}");
    assert!(!is_kept(&cleaned, "Get our app"), "the other rule still acts");
}

#[test]
fn two_user_rules_do_not_drop_most_of_the_story_together() {
    let files = [
        file("related", "sure", &phrases("starts", &["the ferry between", "about sixty cars"])),
        file("advertising", "sure", &phrases("starts", &["repairs will cost"])),
    ];
    let cleaned = clean(&html(""), &files);
    assert!(is_kept(&cleaned, "The ferry") && is_kept(&cleaned, "About sixty") && !is_kept(&cleaned, "Repairs"));
}

#[test]
fn an_element_with_most_of_the_story_is_spared() {
    let page = html("").replace("<article>", "<article class=\"paid story\">");
    let cleaned = clean(&page, &[file("paywall", "sure", "names = [\"paid story\"]")]);
    assert_eq!(cleaned.article.text, clean(&page, &[]).article.text);
    let (rule, why) = spared(&cleaned, "About sixty cars").unwrap();
    assert_eq!((rule, why), ("paywall.mine", "the element that it matches has 100 % of the story"));
}

#[test]
fn a_phrase_in_a_long_paragraph_is_spared() {
    let long = STORY.join(" ");
    let page = html(&format!("<p>{long} {long}</p>"));
    let cleaned = clean(&page, &[file("advertising", "sure", &phrases("contains", &["million crowns"]))]);
    let long = cleaned.page.blocks.iter().position(|block| block.text.len() > 800).unwrap();
    let spared = cleaned.labelled.spared.iter().find(|spared| spared.block == long).unwrap();
    assert!(spared.why.starts_with("the phrase is ") && spared.rule.0 == "advertising.mine", "{}", spared.why);
}

#[test]
fn a_keep_of_the_site_wins() {
    let keep = "[[keep]]\nid = \"app\"\nwhy = \"Kept.\"\nmatch = \"starts\"\nphrases = [\"get our app\"]\n";
    let keep = RuleFile { path: "sites/example.net.toml".into(), text: keep.to_owned() };
    let cleaned = clean(&with_app_line(), &[keep, file("advertising", "sure", &phrases("starts", &["get our app"]))]);
    assert_eq!(spared(&cleaned, "Get our app"), Some(("advertising.mine", "a `keep` of the site's rules matches too")));
}

#[test]
fn a_user_rule_can_say_that_the_story_stops() {
    let page = html("<p>The remaining chapters wait for members of the lighthouse circle.</p>");
    let keys = format!("stops_story = true\n{}", phrases("starts", &["the remaining chapters"]));
    let cleaned = clean(&page, &[file("paywall", "sure", &keys)]);
    assert_eq!(cleaned.article.completeness, Completeness::Truncated, "{:?}", cleaned.article.evidence);
    assert_ne!(clean(&page, &[]).article.completeness, Completeness::Truncated);
}
