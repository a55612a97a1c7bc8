//! The built-in rules as data: they are consistent, cover all languages and match no story. What user rules do is tested in `user_rules.rs`.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use gleaner_extract::document::Category;
use gleaner_extract::rules::{Error, PageSite, RuleFile, RuleSet, Strength, check};

/// The languages that every category with phrases has phrases in.
const LANGUAGES: [&str; 14] = ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"];

/// Categories that must have rules.
const REQUIRED: [Category; 16] = [
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

fn in_crate(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The `sure` rules that match, by id.
fn sure_rules<'a>(rules: &'a RuleSet, text: &str) -> Vec<&'a str> {
    rules
        .match_text(text)
        .into_iter()
        .filter(|found| found.strength == Strength::Sure)
        .map(|found| found.rule.0.as_str())
        .collect()
}

#[test]
fn every_rule_passes_its_check() {
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
        for entry in fs::read_dir(in_crate(folder)).unwrap() {
            let path = Path::new(folder).join(entry.unwrap().file_name());
            if path.extension().is_some_and(|extension| extension == "toml") && !embedded.contains(&path) {
                missing.push(path);
            }
        }
    }
    assert!(missing.is_empty(), "without rules, or not embedded by build.rs: {missing:?}");
}

#[test]
fn every_required_category_has_phrases_in_every_language() {
    let rules = embedded();
    let mut languages_of: BTreeMap<Category, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules.rules() {
        languages_of.entry(rule.category).or_default().extend(rule.phrases.keys().map(String::as_str));
    }
    for category in REQUIRED {
        assert!(languages_of.contains_key(&category), "{category} has no rules");
    }
    for (category, languages) in
        languages_of.into_iter().filter(|(category, languages)| REQUIRED.contains(category) && !languages.is_empty())
    {
        let missing: Vec<_> = LANGUAGES.iter().filter(|language| !languages.contains(*language)).collect();
        assert!(missing.is_empty(), "{category} has no phrases in {missing:?}");
    }
}

#[test]
fn stories_match_no_sure_rule() {
    let text = fs::read_to_string(in_crate("tests/rules/stories.toml")).unwrap();
    let stories: BTreeMap<String, Vec<String>> = toml::from_str(&text).unwrap();
    let rules = embedded();
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let count = stories.get(language).map_or(0, Vec::len);
        assert!(count >= 12, "{language} has only {count} sentences");
    }
    for sentence in stories.values().flatten() {
        wrong.extend(sure_rules(&rules, sentence).into_iter().map(|rule| format!("{rule}: {sentence}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs the shared data"]
fn shared_seeds_keep_their_stories() {
    let entries = fs::read_dir(shared::path("seeds")).unwrap();
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
                wrong.extend(sure_rules(&rules, line).into_iter().map(|rule| format!("{rule} matches {name}, line {number}")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The built-in rules and one file of a user's.
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
        ("footer.toml", rule("max_words = 5\npatterns = [\"(\"]"), 3, "not a valid regular expression"),
        ("footer.toml", rule("max_words = 5\nphrases = { en = [\"mine\"] }"), 3, "`match`"),
        ("footer.toml", rule("match = \"is\"\nphrases = { en = [\"mine\"] }"), 3, "`max_words`"),
        ("footer.toml", rule("match = \"is\"\nmax_words = 5\nphrases = { xx = [\"mine\"] }"), 3, "xx"),
        ("footer.toml", rule("match = \"is\"\nmax_words = 5\nphrases = { en = [\"…\"] }"), 3, "no letters"),
        ("footer.toml", rule("names = [\"Mine\"]"), 3, "lower-case"),
        ("nonsense.toml", rule("names = [\"mine\"]"), 1, "named after a category"),
        ("sites/example.net.toml", "[[drop]]\nid = \"a\"\nwhy = \"A.\"\nnames = [\"a\"]\n".to_owned(), 1, "`category`"),
        ("sites/example.com.toml", "drop = []\n".to_owned(), 1, "already exists"),
    ];
    for (path, text, expected_line, expected_reason) in cases {
        let error = with_file(path, &text).unwrap_err();
        let Error { path: error_path, line, reason, severity: _ } = &error;
        assert!(error_path.ends_with(path), "{error}");
        assert_eq!(*line, expected_line, "{error}");
        assert!(reason.contains(expected_reason), "{error}");
        assert!(error.to_string().contains(&format!("line {expected_line}")) && !error.hint().is_empty());
    }
}

#[test]
fn a_users_file_adds_rules() {
    let text = "[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"likely\"\nmatch = \"starts\"\nmax_words = 9\n\
                phrases = { en = [\"the lighthouse keeps watch\"] }\n";
    let rules = with_file("more/footer.toml", text).unwrap();
    let found = rules.match_text("The lighthouse keeps watch over 12 ports.");
    assert_eq!(found.iter().map(|found| found.rule.0.as_str()).collect::<Vec<_>>(), ["footer.mine"]);
    assert_eq!(rules.rules().len(), embedded().rules().len() + 1);
    assert_ne!(rules.hash(), embedded().hash());
}

const SITE_DROP: &str = "[[drop]]\nid = \"x\"\nwhy = \"X.\"\ncategory = \"footer\"\nnames = [\"x\"]\n";

#[test]
fn site_rules_apply_to_the_host_and_its_subdomains_only() {
    let rules = embedded();
    let of_host = |host| rules.site_matcher(PageSite { host: Some(host), ..PageSite::default() });
    for host in ["example.com", "news.example.com"] {
        let site = of_host(host).unwrap();
        let found = site.match_text("Today in the Example Shop", "today in the example shop").drops;
        let found: Vec<_> = found.iter().map(|found| (found.rule.0.as_str(), found.category, found.strength)).collect();
        assert_eq!(found, [("site.example.com.price-list", Category::Advertising, Strength::Sure)], "{host}");
        assert_eq!(site.match_element("div", "box example price list").drops.len(), 1);
        assert_eq!(site.match_element("div", "related facts").keep.unwrap().rule.0, "site.example.com.fact-box");
        assert!(site.match_element("div", "related").keep.is_none());
    }
    assert!(of_host("example.org").is_none() && of_host("notexample.com").is_none());
}

#[test]
fn site_rules_apply_to_files_in_the_folders_of_a_site_and_to_pages_that_give_its_name() {
    let file = RuleFile {
        path: "sites/courier.example.toml".into(),
        text: format!("folders = [\"Dumps/Courier\"]\nsite_names = [\"Holm Courier\"]\n{SITE_DROP}"),
    };
    let rules = RuleSet::with_files(&[file]).unwrap();
    let applies = |path, site_name, host| rules.site_matcher(PageSite { host, path, site_name }).is_some();
    for path in ["raw/dumps/courier/2010/a.txt", "dumps/courier/a.txt", "raw/www.courier.example/a.txt", "x.zip#dumps/courier/a"]
    {
        assert!(applies(Some(path), None, None), "{path}");
    }
    for path in ["raw/dumps/a/courier/b.txt", "dumps/courier", "raw/courier.example", "raw/mycourier.example/a.txt", ""] {
        assert!(!applies(Some(path), None, None), "{path}");
    }
    assert!(applies(None, Some("HOLM  courier"), None) && !applies(None, Some("Courier"), None));
    // A URL says where a page is from; nothing else counts then.
    assert!(!applies(Some("dumps/courier/a.txt"), Some("Holm Courier"), Some("example.org")));
}

#[test]
fn every_mistake_in_every_file_is_named_with_its_line() {
    let file = |path: &str, text: &str| RuleFile { path: path.into(), text: text.to_owned() };
    let files = [
        file("mine/footer.toml", "[[rule]]\nid = 3\ncolour = 1\n[[rule]]\nid = \"A\"\nwhy = \"\"\nstrength = \"sure\"\n"),
        file("mine/odd.toml", "[[rule]]\nid = \n"),
        file(
            "mine/sites/a.example.toml",
            "folder = [\"x\"]\n[[drop]]\nid = \"x\"\nwhy = \"X.\"\nnames = [\"X\"]\n[[keep]]\nid = \"y\"\n",
        ),
        file("mine/share.toml", "[[rule]]\nid = \"fine\"\nwhy = \"Fine.\"\nstrength = \"hint\"\nnames = [\"fine\"]\n"),
    ];
    let (rules, mistakes) = RuleSet::read_all(&files);
    let found: Vec<(&str, usize)> = mistakes.iter().map(|error| (error.path.to_str().unwrap(), error.line)).collect();
    let expected = [
        ("mine/footer.toml", 2),
        ("mine/footer.toml", 3),
        ("mine/footer.toml", 4),
        ("mine/footer.toml", 4),
        ("mine/footer.toml", 4),
        ("mine/odd.toml", 1),
        ("mine/odd.toml", 2),
        ("mine/sites/a.example.toml", 1),
        ("mine/sites/a.example.toml", 2),
        ("mine/sites/a.example.toml", 6),
    ];
    let mut unique = found.clone();
    unique.dedup();
    assert_eq!(found[..2], expected[..2], "{mistakes:#?}");
    for place in expected {
        assert!(unique.contains(&place), "{place:?} in {mistakes:#?}");
    }
    assert!(rules.rule("share.fine").is_some(), "files without mistakes are read");
}
