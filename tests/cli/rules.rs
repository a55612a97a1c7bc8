//! `gleaner rules`, and what the rules in a user's folder do.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Corpus, PAGE};

const APP_LINE: &str = "Get our app for the latest news from Holm and the islands, wherever you are.";

/// A page with a line of boilerplate that gleaner keeps, as it stands between paragraphs.
fn page_with_app_line() -> String {
    PAGE.replace("<p>The island's", &format!("<p>{APP_LINE}</p><p>The island's"))
}

/// A corpus with that page.
fn corpus_with_app_line() -> Corpus {
    let corpus = Corpus::new();
    corpus.write("page.html", page_with_app_line());
    corpus
}

/// A rules file with one rule that starts with this phrase.
fn rule(strength: &str, phrase: &str) -> String {
    format!(
        "[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"{strength}\"\nmatch = \"starts\"\nmax_words = 60\n\
         phrases = {{ en = [\"{phrase}\"] }}\nremoves = [\"{phrase} and more\"]\nkeeps = [\"Not {phrase}\"]\n"
    )
}

fn json(corpus: &Corpus, args: &[&str]) -> Value {
    serde_json::from_slice(&corpus.run(args).stdout).unwrap()
}

/// The code blocks of this language in the section of the rules' README with the recipe.
fn recipe(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("extract/rules/README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with("Add a rule in five minutes")).unwrap();
    let fence = format!("```{language}\n");
    let blocks = section.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().trim_end());
    blocks.map(|block| block.lines().map(|line| format!("{}\n", line.trim_start())).collect()).collect()
}

/// A command of the recipe, run as written.
fn run_recipe_command(corpus: &Corpus, line: &str) -> String {
    let args: Vec<&str> = line.split_whitespace().skip(1).collect();
    let output = corpus.transcript(&args);
    assert!(line.starts_with("gleaner ") && output.contains("exit 0\n"), "{output}");
    output
}

#[test]
fn the_five_minute_recipe_of_the_readme_works_as_written() {
    let corpus = corpus_with_app_line();
    corpus.write("raw/page.html", fs::read(corpus.path("page.html")).unwrap());
    run_recipe_command(&corpus, "gleaner clean");
    let mut commands = recipe("sh").into_iter().flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut next = || run_recipe_command(&corpus, &commands.next().unwrap());

    let explained = next();
    assert!(explained.contains(&format!("  {APP_LINE}")) && !explained.contains(&format!("] {APP_LINE}")), "{explained}");
    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    let rules = recipe("toml");
    assert_eq!(rules.len(), 1);
    corpus.write("rules/advertising.toml", &rules[0]);
    assert!(next().contains("no problem"));
    let effect = next();
    assert!(
        effect.contains("advertising.app-offer (yours, sure)") && effect.contains("kept → removed [advertising]"),
        "{effect}"
    );
    assert!(next().contains("1 updated"));
    assert!(commands.next().is_none());

    let name = corpus.files("clean").into_iter().find(|name| name.ends_with(".txt") && !name.contains(".versions")).unwrap();
    let text = fs::read_to_string(corpus.path("clean").join(name)).unwrap();
    assert!(text.contains("sixty cars") && !text.contains("Get our app"), "{text}");
    let explained = corpus.transcript(&["explain", "page.html"]);
    assert!(explained.contains(&format!("− [advertising] {APP_LINE}\n    advertising.app-offer")), "{explained}");
    let removal = corpus.run(&["extract", "page.html", "--explain", "--format", "json"]);
    assert!(String::from_utf8(removal.stdout).unwrap().contains("\"advertising.app-offer\""));
}

#[test]
fn rules_are_listed_shown_and_checked() {
    let corpus = Corpus::new();
    let list = corpus.run(&["rules", "list", "--category", "newsletter"]);
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(!list.is_empty() && list.lines().all(|line| line.starts_with("newsletter.")), "{list}");
    let first = list.split_whitespace().next().unwrap();
    let shown = corpus.transcript(&["rules", "show", first]);
    assert!(shown.contains("strength   ") && shown.contains("built-in; it is evidence for the model"), "{shown}");
    assert_eq!(corpus.run(&["rules", "check"]).status.code(), Some(0), "{}", corpus.transcript(&["rules", "check"]));
    corpus.write("mine/odd.toml", "[[rule]]\nid = 3\n");
    let odd = corpus.transcript(&["rules", "check", "mine"]);
    assert!(odd.contains("exit 2\n") && odd.contains("odd.toml"), "{odd}");
}

#[test]
fn a_check_names_every_mistake_with_file_and_line() {
    let corpus = corpus_with_app_line();
    corpus.write(
        "mine/advertising.toml",
        format!("{}colour = 1\n", rule("sure", "get our app").replace("removes = [", "removes = [1, ")),
    );
    corpus.write("mine/footer.toml", rule("sure", "no such words").replace("keeps = [\"Not ", "keeps = [\""));
    corpus.write("mine/sites/example.net.toml", "[[drop]]\nid = \"x\"\n\n[[keep]]\nid = \"y\"\nwhy = \"Y.\"\n");
    let text = corpus.transcript(&["rules", "check", "mine"]);
    for place in ["advertising.toml, line 8", "advertising.toml, line 10", "example.net.toml, line 1", "example.net.toml, line 4"]
    {
        assert!(text.contains("failed to read rules from mine/") && text.contains(place), "{place} in {text}");
    }
    assert!(text.contains("footer.mine matches the story it must keep") && text.contains("footer.toml, line 1)"), "{text}");
    assert!(text.contains("exit 2\n") && text.contains(": 5 problems"), "{text}");
    let report = json(&corpus, &["rules", "check", "mine", "--json"]);
    let problems = report["problems"].as_array().unwrap();
    assert!(problems.len() == 5 && problems.iter().all(|problem| problem["line"].is_u64() && problem["file"].is_string()));
}

#[test]
fn rules_of_a_site_are_listed_and_shown() {
    let corpus = Corpus::new();
    let list = String::from_utf8(corpus.run(&["rules", "list"]).stdout).unwrap();
    assert!(list.contains("\nsite.example.com.price-list ") && list.contains(" drop ") && list.contains(" keep "), "{list}");
    let of_site = String::from_utf8(corpus.run(&["rules", "list", "--site", "www.example.com"]).stdout).unwrap();
    assert_eq!(of_site.lines().count(), 2, "{of_site}");
    assert!(corpus.run(&["rules", "list", "--site", "example.org"]).stdout.is_empty());
    let shown = corpus.transcript(&["rules", "show", "site.example.com.price-list"]);
    assert!(
        shown.contains("action     drop") && shown.contains("  today in the example shop") && shown.contains(", line 5"),
        "{shown}"
    );
    let keep = json(&corpus, &["rules", "show", "site.example.com.fact-box", "--json"]);
    assert_eq!((&keep["action"], &keep["site"]), (&"keep".into(), &"example.com".into()));
}

#[test]
fn a_site_rule_applies_to_files_in_a_folder_of_the_site_wherever_the_command_runs() {
    let corpus = Corpus::new();
    let drop = "[[drop]]\nid = \"app\"\nwhy = \"An offer.\"\ncategory = \"advertising\"\nmatch = \"starts\"\nphrases = [\"get our app\"]\n";
    corpus.write("rules/sites/example.net.toml", format!("folders = [\"dumps/courier\"]\n{drop}"));
    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    let page = page_with_app_line();
    corpus.write("raw/dumps/courier/2024/ferry.html", &page);
    corpus.write("raw/other/ferry.html", page.replace("sixty", "sixteen"));
    corpus.run(&["clean", "--quiet"]);
    let texts = corpus.files("clean").into_iter().filter(|name| name.ends_with(".txt"));
    let with_line = texts.filter(|name| fs::read_to_string(corpus.path("clean").join(name)).unwrap().contains(APP_LINE));
    assert_eq!(with_line.count(), 1);
    let from_below = corpus
        .command(&["explain", "ferry.html", "--root", "../../../.."])
        .current_dir(corpus.path("raw/dumps/courier/2024"))
        .output();
    assert!(String::from_utf8(from_below.unwrap().stdout).unwrap().contains("site.example.net.app"));
    let by_url = corpus.transcript(&["explain", "raw/other/ferry.html", "--url", "https://example.net/ferry"]);
    assert!(
        by_url.contains("site.example.net.app")
            && !corpus.transcript(&["explain", "raw/other/ferry.html"]).contains("site.example.net")
    );
}

#[test]
fn a_check_on_a_page_shows_each_match_and_what_became_of_it() {
    let corpus = corpus_with_app_line();
    corpus.write("mine/advertising.toml", rule("sure", "get our app"));
    corpus.write("mine/related.toml", rule("sure", "words of no page"));
    corpus.write("mine/footer.toml", rule("hint", "sign up for our daily"));
    let report = json(&corpus, &["rules", "check", "mine", "--on", "page.html", "--json"]);
    assert_eq!(report["problems"], Value::Array(Vec::new()));
    assert_eq!(report["unmatched"], serde_json::json!(["related.mine"]));
    let page = &report["pages"][0];
    let matches = page["matches"].as_array().unwrap();
    let rules: Vec<&str> = matches.iter().map(|found| found["rule"].as_str().unwrap()).collect();
    assert_eq!(rules[..2], ["advertising.mine", "footer.mine"], "the user's rules come first");
    assert!(rules.contains(&"footer.rights") && matches[2]["origin"] == "built_in");
    let app = &matches[0]["block"];
    assert_eq!((&app["text"], &app["without"]["verdict"]), (&APP_LINE.into(), &"kept".into()));
    assert_eq!((&app["with"]["verdict"], &app["with"]["category"]), (&"removed".into(), &"advertising".into()));
    let named = &matches[1]["block"];
    assert_eq!((&named["without"]["category"], &named["with"]["category"]), (&"newsletter".into(), &"footer".into()));
    assert_eq!(page["without"]["blocks"].as_u64().unwrap(), page["with"]["blocks"].as_u64().unwrap() + 1);

    let mine = corpus.transcript(&["rules", "check", "mine", "--on", "page.html", "page.html", "--mine"]);
    assert!(mine.contains("exit 0\n") && !mine.contains("built-in"), "{mine}");
    assert!(mine.contains("2 blocks changed by your rules") && mine.contains("without a match\n  related.mine"), "{mine}");
    let one = corpus.transcript(&["rules", "check", "--on", "page.html", "--rule", "share.follow"]);
    assert!(one.contains("share.follow (built-in, sure)") && one.contains("    kept · "), "{one}");
}

#[test]
fn a_check_on_a_page_shows_what_was_spared_and_why() {
    let corpus = corpus_with_app_line();
    let paragraphs = ["the ferry between", "about sixty cars", "repairs will cost"];
    corpus.write(
        "mine/related.toml",
        rule("sure", &paragraphs.join("\", \"")).replace(" and more\"", "\"").replace("Not ", "not "),
    );
    let shown = corpus.transcript(&["rules", "check", "mine", "--on", "page.html", "--mine"]);
    assert!(
        shown.contains("kept although related.mine matches · it would drop ") && shown.contains(" % of the story"),
        "{shown}"
    );
    assert!(shown.contains("0 blocks changed"), "{shown}");
}

#[test]
fn a_check_on_a_page_applies_site_rules_where_the_address_is_given() {
    let corpus = corpus_with_app_line();
    let drop = "[[drop]]\nid = \"app\"\nwhy = \"An offer.\"\ncategory = \"advertising\"\nmatch = \"starts\"\nphrases = [\"get our app\"]\n";
    corpus.write("mine/sites/example.net.toml", drop);
    let check = ["rules", "check", "mine", "--on", "page.html", "--mine"];
    let without = corpus.transcript(&check);
    assert!(without.contains("0 blocks changed") && without.contains("without a match\n  site.example.net.app"), "{without}");
    assert!(without.contains("hint: rules of a site need the page's address: add `--url`"), "{without}");
    let with = corpus.transcript(&[&check[..], &["--url", "https://www.example.net/ferry"]].concat());
    assert!(with.contains("site.example.net.app (yours, sure)") && with.contains("kept → removed [advertising]"), "{with}");
}

#[test]
fn a_check_fails_as_a_whole_on_what_it_cannot_read() {
    let corpus = corpus_with_app_line();
    corpus.write(
        "mine/advertising.toml",
        rule("sure", "get our app").replace("and more", "anything").replace("removes = [\"get", "removes = [\"do not get"),
    );
    let wrong = corpus.transcript(&["rules", "check", "mine", "--on", "page.html", "--mine"]);
    assert!(
        wrong.contains("exit 2\n") && wrong.contains("does not match its own example") && wrong.contains("kept → removed"),
        "{wrong}"
    );
    let report = json(&corpus, &["rules", "check", "mine", "--json"]);
    assert_eq!((&report["problems"][0]["rule"], &report["pages"]), (&"advertising.mine".into(), &Value::Array(Vec::new())));
    for args in [&["rules", "check", "--mine"][..], &["rules", "check", "--on", "page.html", "--rule", "no.such"]] {
        assert_eq!(corpus.run(args).status.code(), Some(2), "{args:?}");
    }
    assert_eq!(corpus.run(&["rules", "check", "--on", "nowhere.html"]).status.code(), Some(1));
}
