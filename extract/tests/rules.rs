//! The rule files: they are valid, cover the required languages, and do not match stories. How the labeller uses them is tested elsewhere.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use gleaner_extract::document::{Block, Category, Container, ContainerId, Tag};
use gleaner_extract::rules::{Error, RuleFile, RuleSet, Strength, check};

/// The languages that every category with phrases must have.
const LANGUAGES: [&str; 14] = ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"];

/// The categories that must have rules.
const CATEGORIES: [Category; 16] = [
    Category::Paywall,
    Category::Newsletter,
    Category::Comments,
    Category::Related,
    Category::Share,
    Category::Advertising,
    Category::Consent,
    Category::Navigation,
    Category::Footer,
    Category::AuthorBio,
    Category::SiteInfo,
    Category::Donation,
    Category::Widget,
    Category::Tracking,
    Category::Caption,
    Category::Credit,
];

fn embedded() -> RuleSet {
    RuleSet::embedded().unwrap()
}

/// A path inside this crate.
fn crate_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The `sure` rules that match, by id.
fn sure<'a>(rules: &'a RuleSet, text: &str) -> Vec<&'a str> {
    rules
        .match_text(text)
        .into_iter()
        .filter(|found| found.strength == Strength::Sure)
        .map(|found| found.rule.0.as_str())
        .collect()
}

#[test]
fn every_rule_passes_its_own_examples() {
    let problems: Vec<String> = check(&embedded()).iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let rules = embedded();
    let files = rules.rules().map(|rule| rule.file.clone()).chain(rules.sites().map(|site| site.file.clone()));
    let embedded: BTreeSet<PathBuf> = files.collect();
    let mut missing = Vec::new();
    for folder in ["rules/boilerplate", "rules/sites"] {
        for entry in fs::read_dir(crate_path(folder)).unwrap() {
            let path = Path::new(folder).join(entry.unwrap().file_name());
            if path.extension().is_some_and(|extension| extension == "toml") && !embedded.contains(&path) {
                missing.push(path);
            }
        }
    }
    assert!(missing.is_empty(), "without rules, or not in the list of src/rules/load.rs: {missing:?}");
}

#[test]
fn categories_have_rules_in_all_languages() {
    let rules = embedded();
    let mut languages_of: BTreeMap<Category, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules.rules() {
        languages_of.entry(rule.category).or_default().extend(rule.phrases.keys().map(String::as_str));
    }
    for category in CATEGORIES {
        assert!(languages_of.contains_key(&category), "{category} has no rules");
    }
    for (category, languages) in
        languages_of.into_iter().filter(|(category, languages)| CATEGORIES.contains(category) && !languages.is_empty())
    {
        let missing: Vec<_> = LANGUAGES.iter().filter(|language| !languages.contains(*language)).collect();
        assert!(missing.is_empty(), "{category} has no phrases in {missing:?}");
    }
}

#[test]
fn stories_match_no_sure_rule() {
    let text = fs::read_to_string(crate_path("tests/rules/stories.toml")).unwrap();
    let stories: BTreeMap<String, Vec<String>> = toml::from_str(&text).unwrap();
    let rules = embedded();
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let sentences = stories.get(language).map(Vec::as_slice).unwrap_or_default();
        assert!(sentences.len() >= 12, "{language} has only {} sentences", sentences.len());
        for sentence in sentences {
            wrong.extend(sure(&rules, sentence).into_iter().map(|rule| format!("{rule}: {sentence}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_sure_rule_matches_the_story_of_a_seed() {
    let shared = std::env::var_os("GLEANER_SHARED").map_or_else(|| crate_path("../../shared"), PathBuf::from);
    let Ok(entries) = fs::read_dir(shared.join("seeds")) else {
        eprintln!("skipped: no {}", shared.join("seeds").display());
        return;
    };
    let rules = embedded();
    let mut wrong = Vec::new();
    for labels in entries.map(|entry| entry.unwrap().path()) {
        let Some(name) = labels.file_name().and_then(|name| name.to_str()?.strip_suffix(".labels.tsv")) else { continue };
        let text = fs::read_to_string(labels.with_file_name(format!("{name}.txt"))).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for row in fs::read_to_string(&labels).unwrap().lines() {
            let mut cells = row.split('\t');
            let (Some(Ok(number)), Some(label)) = (cells.next().map(str::parse::<usize>), cells.next()) else { continue };
            let line = number.checked_sub(1).and_then(|index| lines.get(index)).copied().unwrap_or_default();
            if ["body", "heading", "standfirst"].contains(&label) {
                wrong.extend(sure(&rules, line).into_iter().map(|rule| format!("{rule} matches {name}, line {number}")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The embedded rules and one user file.
fn with_file(path: &str, text: &str) -> Result<RuleSet, Error> {
    RuleSet::with_files(&[RuleFile { path: path.into(), text: text.to_owned() }])
}

#[test]
fn invalid_files_are_rejected_with_file_and_line() {
    let rule = |rest: &str| format!("# A comment.\n\n[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"sure\"\n{rest}\n");
    let cases = [
        ("footer.toml", "[[rule]\n".to_owned(), 1, ""),
        ("footer.toml", rule("colour = 1"), 7, "colour"),
        ("footer.toml", rule(""), 3, "matches nothing"),
        ("footer.toml", rule("max_words = 5\npatterns = [\"(\"]"), 3, "no regular expression"),
        ("footer.toml", rule("max_words = 5\nphrases = { en = [\"mine\"] }"), 3, "`match`"),
        ("footer.toml", rule("match = \"is\"\nphrases = { en = [\"mine\"] }"), 3, "`max_words`"),
        ("footer.toml", rule("match = \"is\"\nmax_words = 5\nphrases = { xx = [\"mine\"] }"), 3, "xx"),
        ("footer.toml", rule("match = \"is\"\nmax_words = 5\nphrases = { en = [\"…\"] }"), 3, "no letters"),
        ("footer.toml", rule("names = [\"Mine\"]"), 3, "lower-case"),
        ("nonsense.toml", rule("names = [\"mine\"]"), 1, "named after a category"),
        ("sites/example.net.toml", "[[drop]]\nid = \"a\"\nwhy = \"A.\"\nnames = [\"a\"]\n".to_owned(), 1, "`category`"),
        ("sites/example.com.toml", "drop = []\n".to_owned(), 1, "exists already"),
    ];
    for (path, text, expected, part) in cases {
        let error = with_file(path, &text).unwrap_err();
        let Error { path: named, line, reason } = &error;
        assert!(named.ends_with(path), "{error}");
        assert_eq!(*line, expected, "{error}");
        assert!(reason.contains(part), "{error}");
        assert!(error.to_string().contains(&format!("line {expected}")) && !error.hint().is_empty());
    }
}

#[test]
fn a_user_file_adds_rules() {
    let text = "[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"likely\"\nmatch = \"starts\"\nmax_words = 9\n\
                phrases = { en = [\"the lighthouse keeps watch\"] }\n";
    let rules = with_file("more/footer.toml", text).unwrap();
    let found = rules.match_text("The lighthouse keeps watch over 12 ports.");
    assert_eq!(found.iter().map(|found| found.rule.0.as_str()).collect::<Vec<_>>(), ["footer.mine"]);
    assert_eq!(rules.rules().len(), embedded().rules().len() + 1);
    assert_ne!(rules.hash(), embedded().hash());
}

fn block(text: &str) -> Block {
    let text = text.to_owned();
    Block { text, container: ContainerId::ROOT, link_chars: 0, links: 0, emphasis_chars: 0, hidden: false, line: 1, gap: 0 }
}

fn container(tokens: &str) -> Container {
    let (tag, parent, tokens) = (Tag::Div, ContainerId::ROOT, tokens.to_owned());
    Container { tag, parent, depth: 1, tokens, itemprop: None, children: 0, hidden: false }
}

#[test]
fn site_rules_drop_and_keep_blocks() {
    let rules = embedded();
    let (price, story) = (block("Today in the Example Shop"), block("The mayor left."));
    for host in ["example.com", "news.example.com"] {
        let found = rules.match_site(host, &price, &container(""));
        let found: Vec<_> = found.iter().map(|found| (found.rule.0.as_str(), found.category, found.strength)).collect();
        assert_eq!(found, [("site.example.com.price-list", Category::Advertising, Strength::Sure)], "{host}");
        assert_eq!(rules.match_site(host, &story, &container("box example price list")).len(), 1);
        let kept = rules.match_site_keep(host, &story, &container("related facts")).unwrap();
        assert_eq!(kept.rule.0, "site.example.com.fact-box");
        assert!(rules.match_site_keep(host, &story, &container("related")).is_none());
    }
    assert!(rules.match_site("example.org", &price, &container("")).is_empty());
    assert!(rules.match_site("notexample.com", &price, &container("")).is_empty());
}
