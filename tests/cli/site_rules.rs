//! `rules suggest` and `rules test`, and rules in the ftr-site-config format from a folder that the configuration names.

use std::fs;

use crate::support::Corpus;

const STORY: [&str; 4] = [
    "The old water mill at the edge of Holm burnt down to its walls in the night to Monday, the fire brigade said in the morning.",
    "Nobody was hurt because the miller and his family had gone to see relatives on the mainland on Sunday, a spokesman said.",
    "The parish puts the damage at half a million crowns, but the insurance will only pay when the inquiry has come to an end.",
    "The mill cannot be built again before next summer, said the mayor, who had come to see the fire herself in the night.",
];

const LINE: &str =
    "The editors of the Herald thank every ferryman who reads this page first and tells others of it each morning.";

/// The page of a site; the stories differ, the line in them and what is around them do not.
pub fn page(number: usize) -> String {
    let names = ["Alma", "Bruno", "Clara", "Dora", "Emil", "Frieda", "Gustav", "Hanna"];
    let paragraphs: String =
        (0..4).map(|at| format!("<p>{} told us: {}</p>", names[number % 8], STORY[(at + number) % 4])).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{name} and the mill of Holm | The Herald</title></head><body>\
         <div class=\"site-top\"><a href=\"/\">Home</a></div><h1 class=\"main-headline\">{name} and the mill of Holm</h1>\
         <div class=\"story-text\">{paragraphs}<p>{LINE}</p></div><div class=\"side-column\"><p>Weather: fine</p></div></body></html>",
        name = names[number % 8],
    )
}

fn corpus(pages: usize) -> Corpus {
    let corpus = Corpus::new();
    for number in 0..pages {
        corpus.write(&format!("raw/herald.example/{number}.html"), page(number));
    }
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    corpus
}

fn texts(corpus: &Corpus) -> Vec<String> {
    let names = corpus.files("clean").into_iter().filter(|name| name.ends_with(".txt") && !name.contains(".versions"));
    names.map(|name| fs::read_to_string(corpus.path("clean").join(name)).unwrap()).collect()
}

fn json(corpus: &Corpus, args: &[&str]) -> serde_json::Value {
    serde_json::from_slice(&corpus.run(args).stdout).unwrap()
}

#[test]
fn rules_are_proposed_checked_tested_and_used() {
    let corpus = corpus(8);
    let before = texts(&corpus);
    fs::create_dir_all(corpus.path("rules/sites")).unwrap();
    let file = "rules/sites/herald.example.toml";
    let written = corpus.transcript(&["rules", "suggest", "herald.example", "-o", file]);
    assert!(written.contains("exit 0") && written.contains(" rules from 8 pages in rules/sites/"), "{written}");
    let toml = fs::read_to_string(corpus.path(file)).unwrap();
    assert_eq!(String::from_utf8(corpus.run(&["rules", "suggest", "https://herald.example/x"]).stdout).unwrap(), toml);
    assert!(toml.contains("[[body]]") && toml.contains("[[drop]]") && toml.contains("removes = ["), "{toml}");
    let again = corpus.transcript(&["rules", "suggest", "herald.example", "-o", file]);
    assert!(again.contains("exit 2") && again.contains("already exists") && again.contains("hint: "), "{again}");

    let checked = corpus.transcript(&["rules", "check", "rules"]);
    assert!(checked.contains("no problem"), "{checked}\n{toml}");
    let tested = corpus.transcript(&["rules", "test", "herald.example", "--rules", file]);
    assert!(tested.contains("8 of 8 pages change") && tested.contains(&format!("- {LINE}")), "{tested}\n{toml}");
    let report = json(&corpus, &["rules", "test", "herald.example", "--rules", file, "--json"]);
    assert_eq!((&report["changed"], &report["pages"], &report["words_gained"]), (&8.into(), &8.into(), &0.into()));
    assert_eq!(texts(&corpus), before, "a test writes nothing");

    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    let configured = corpus.transcript(&["rules", "test", "herald.example"]);
    assert!(configured.contains("8 of 8 pages change"), "{configured}");
    let listed = corpus.transcript(&["rules", "list", "--site", "herald.example"]);
    assert!(listed.contains(" body ") && listed.contains(" drop "), "{listed}");
    let shown = corpus.transcript(&["rules", "show", "site.herald.example.body-story-text"]);
    assert!(shown.contains("action     body: drops what is outside"), "{shown}");
    // The line is more than a re-clean may lose by itself.
    assert_eq!(corpus.run(&["clean", "--quiet"]).status.code(), Some(3));
    assert!(corpus.run(&["clean", "--quiet", "--accept-loss"]).status.success());
    assert!(texts(&corpus).iter().all(|text| !text.contains(LINE) && text.contains("told us")));
    // The rules that the site has are not used for proposing others.
    assert_eq!(String::from_utf8(corpus.run(&["rules", "suggest", "herald.example"]).stdout).unwrap(), toml);
}

#[test]
fn what_a_guard_spares_and_what_is_missing_is_said() {
    let corpus = corpus(4);
    let few = corpus.transcript(&["rules", "suggest", "herald.example"]);
    assert!(few.contains("exit 2") && few.contains("4 can be read, and 5 are needed") && few.contains("hint: "), "{few}");
    let none = corpus.transcript(&["rules", "test", "herald.example"]);
    assert!(none.contains("exit 2") && none.contains("find rules for herald.example"), "{none}");
    corpus.write("all.toml", "[[drop]]\nid = \"all\"\nwhy = \"All.\"\ncategory = \"other\"\nxpath = [\"//p\"]\n");
    let guarded = corpus.transcript(&["rules", "test", "herald.example", "--rules", "all.toml"]);
    assert!(
        guarded.contains("0 of 4 pages change") && guarded.contains("a guard spared blocks on 4 pages: it would drop"),
        "{guarded}"
    );
    let nowhere = corpus.transcript(&["rules", "test", "other.example", "--rules", "all.toml"]);
    assert!(nowhere.contains("exit 2") && nowhere.contains("find pages of other.example: 0 can be read"), "{nowhere}");
    corpus.write("odd.toml", "[[drop]]\nid = \"all\"\nwhy = \"All.\"\nxpath = [\"//p[\"]\n");
    let odd = corpus.transcript(&["rules", "test", "herald.example", "--rules", "odd.toml"]);
    assert!(odd.contains("exit 2") && odd.contains("odd.toml, line 1") && odd.contains("is no XPath"), "{odd}");
    fs::remove_file(corpus.path("raw/herald.example/0.html")).unwrap();
    let gone = corpus.transcript(&["rules", "test", "herald.example", "--rules", "all.toml"]);
    assert!(gone.contains("exit 3") && gone.contains("1 page below"), "{gone}");
}

#[test]
fn rules_in_the_ftr_format_are_read_from_the_folder_that_the_configuration_names() {
    let corpus = corpus(2);
    corpus.write("config.toml", "ftr_rules_dir = \"ftr\"\n");
    corpus
        .write("ftr/herald.example.txt", format!("body: //div[@class='story-text']\nstrip: //p[. = '{LINE}']\nbrand_new: yes\n"));
    corpus.write("ftr/LICENSE.toml", "not rules");
    let checked = corpus.transcript(&["rules", "check"]);
    assert!(checked.contains("exit 0") && checked.contains("no problem, 1 warning"), "{checked}");
    assert!(checked.contains("ftr/herald.example.txt, line 3: the directive `brand_new` is not known"), "{checked}");
    let shown = corpus.transcript(&["rules", "show", "ftr.herald.example.strip-2"]);
    assert!(shown.contains("//p[. = ") && shown.contains("ftr/herald.example.txt, line 2"), "{shown}");
    let tested = corpus.transcript(&["rules", "test", "herald.example"]);
    assert!(tested.contains("2 of 2 pages change") && tested.contains("ftr.herald.example.strip-2: on 2 pages"), "{tested}");
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    assert!(texts(&corpus).iter().all(|text| !text.contains(LINE) && text.contains("told us")));

    corpus.write("ftr/other.example.txt", "title: //h1\nbody: //div[@class\n");
    let wrong = corpus.transcript(&["rules", "check"]);
    assert!(wrong.contains("exit 2") && wrong.contains("other.example.txt, line 2") && wrong.contains("hint: "), "{wrong}");
    assert!(corpus.run(&["clean", "--quiet"]).status.success(), "a wrong line stops no run");
    corpus.write("config.toml", "ftr_rules_dir = \"nowhere\"\n");
    let missing = corpus.transcript(&["clean"]);
    assert!(missing.contains("exit 2") && missing.contains("nowhere"), "{missing}");
}
