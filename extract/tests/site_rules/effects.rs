//! What rules of a site as TOML do to a page: bodies, expressions, and the guard that keeps them from removing most of a story.

use gleaner_extract::document::Limit;
use gleaner_extract::rules::{RuleFile, RuleSet, check};

use crate::pages::{GERMAN, JAPANESE, RUSSIAN, clean_at, page, removed_by, rules};

const URL: &str = "https://herald.example/2026/mill-7";
const PATH: &str = "sites/herald.example.toml";

#[test]
fn a_body_by_name_or_expression_drops_what_is_outside_and_keeps_prose_inside() {
    for selector in ["names = [\"text\"]\ntags = [\"div\"]", "xpath = [\"//div[@id='none']\", \"//div[@id='t9']\"]"] {
        let rules = rules(PATH, &format!("[[body]]\nid = \"story\"\nwhy = \"The story.\"\n{selector}\n"));
        for story in [GERMAN, JAPANESE, RUSSIAN] {
            let html =
                page("de", &story[..3], "<ul><li>Karte</li></ul>").replace("<footer>", &format!("<p>{}</p><footer>", story[3]));
            let cleaned = clean_at(URL, &html, &rules);
            assert!((0..3).all(|index| removed_by(&cleaned, story[index]).is_none()));
            assert_eq!(removed_by(&cleaned, story[3]).as_deref(), Some("site.herald.example.story"));
        }
    }
}

#[test]
fn a_body_that_would_drop_most_of_the_story_is_set_aside() {
    let rules = rules(PATH, "[[body]]\nid = \"story\"\nwhy = \"The story.\"\nxpath = [\"//main/h2 | //*[@id='teaser']\"]\n");
    let html =
        page("de", &GERMAN, "<p id=\"teaser\">Mehr aus Holm und von den Inseln lesen Sie jeden Morgen in unserer Zeitung.</p>");
    let cleaned = clean_at(URL, &html, &rules);
    assert!(GERMAN.iter().all(|paragraph| removed_by(&cleaned, paragraph).is_none()));
    let spared = &cleaned.labelled.spared;
    let by_rule = spared.iter().filter(|spared| spared.rule.0 == "site.herald.example.story").count();
    assert!(by_rule >= 4 && spared[0].why.starts_with("it would drop "), "{spared:?}");
}

#[test]
fn drops_that_would_remove_most_of_a_story_are_set_aside_and_others_are_not() {
    let text = "[[drop]]\nid = \"all\"\nwhy = \"X.\"\ncategory = \"other\"\nxpath = [\"//div[@class='text']/p[not(@class)]\"]\n\
        [[drop]]\nid = \"one\"\nwhy = \"X.\"\ncategory = \"other\"\nxpath = [\"//p[@class='late']\"]\n";
    let html = page("ru", &RUSSIAN, &format!("<p class=\"late\">{}</p>", GERMAN[0]));
    let cleaned = clean_at(URL, &html, &rules(PATH, text));
    assert!(RUSSIAN.iter().all(|paragraph| removed_by(&cleaned, paragraph).is_none()));
    assert_eq!(removed_by(&cleaned, GERMAN[0]).as_deref(), Some("site.herald.example.one"));
    assert!(cleaned.labelled.spared.iter().any(|spared| spared.rule.0 == "site.herald.example.all"));
}

#[test]
fn expressions_keep_drop_and_find_metadata_in_parts_of_lines() {
    let text = "[[drop]]\nid = \"note\"\nwhy = \"X.\"\ncategory = \"credit\"\nxpath = [\"//p/span[@data-kind='note']\"]\n\
        [[author]]\nid = \"who\"\nwhy = \"X.\"\nxpath = [\"//span[@data-kind='who']\"]\n\
        [[date]]\nid = \"when\"\nwhy = \"X.\"\nxpath = [\"//time\"]\n";
    let inside = "<p><span data-kind=\"note\">Dieser Text wurde zuerst in der Zeitung der Insel gedruckt und ist dort seit Montag zu lesen.</span></p>\
        <p>Von <span data-kind=\"who\">Jan Holm</span>, <time datetime=\"2026-05-06\">Mittwoch</time></p>";
    let cleaned = clean_at(URL, &page("de", &GERMAN, inside), &rules(PATH, text));
    assert_eq!(removed_by(&cleaned, "Dieser Text").as_deref(), Some("site.herald.example.note"));
    assert_eq!(cleaned.article.metadata.authors.unwrap().value, ["Jan Holm"]);
    assert_eq!(cleaned.article.metadata.published.unwrap().value.day.to_string(), "2026-05-06");
}

#[test]
fn an_expression_that_takes_too_long_selects_nothing_and_the_page_says_so() {
    let text = "[[drop]]\nid = \"slow\"\nwhy = \"X.\"\ncategory = \"other\"\n\
        xpath = [\"//li[count(preceding-sibling::li[count(following-sibling::li) > 2]) > count(//li)]\"]\n";
    let list = format!("<ul>{}</ul>", "<li>Punkt".repeat(3000));
    let cleaned = clean_at(URL, &page("de", &GERMAN, &list), &rules(PATH, text));
    assert!(cleaned.article.limits.contains(&Limit::Rules), "{:?}", cleaned.article.limits);
    assert_eq!(removed_by(&cleaned, GERMAN[0]), None);
}

#[test]
fn a_long_text_in_many_inline_elements_is_read_a_few_times_only() {
    let text = "[[drop]]\nid = \"line\"\nwhy = \"X.\"\ncategory = \"other\"\nxpath = [\"//span\"]\n";
    let spans = |words: usize| format!("{}{}{}", "<span>".repeat(200), "Zeile ".repeat(words), "</span>".repeat(200));
    for (words, is_too_long) in [(20, false), (100_000, true)] {
        let cleaned = clean_at(URL, &page("de", &GERMAN, &spans(words)), &rules(PATH, text));
        assert_eq!(cleaned.article.limits.contains(&Limit::Rules), is_too_long, "{words}");
    }
}

#[test]
fn mistakes_in_tables_and_examples_are_named() {
    for (table, reason) in [
        ("[[body]]\nid = \"a\"\nwhy = \"A.\"\n", "neither `names` nor `xpath`"),
        ("[[body]]\nid = \"a\"\nwhy = \"A.\"\nphrases = [\"x\"]\nnames = [\"x\"]\n", "no `phrases`"),
        ("[[title]]\nid = \"a\"\nwhy = \"A.\"\nnames = [\"x\"]\n", "give it `xpath`"),
        ("[[date]]\nid = \"a\"\nwhy = \"A.\"\nxpath = [\"//p[\"]\n", "is no XPath"),
        ("[[author]]\nid = \"a\"\nwhy = \"A.\"\nxpath = [\"//p[matches(., 'x')]\"]\n", "does not know"),
        ("[[keep]]\nid = \"a\"\nwhy = \"A.\"\ncategory = \"footer\"\nnames = [\"x\"]\n", "a keep has no `category`"),
    ] {
        let file = RuleFile { path: PATH.into(), text: table.to_owned() };
        let error = RuleSet::with_files(&[file]).unwrap_err();
        assert!(error.reason.contains(reason), "{table}: {error}");
    }
    let text = "[[drop]]\nid = \"a\"\nwhy = \"A.\"\ncategory = \"footer\"\nphrases = [\"weiter lesen\"]\nnames = [\"zig\"]\n\
        removes = [\"Weiter lesen\", \"Weiter\"]\nkeeps = [\"Weiter lesen!\", \"Wer weiter lesen will\"]\nremoves_names = [\"zag\"]\n\
        [[body]]\nid = \"b\"\nwhy = \"B.\"\nnames = [\"story\"]\nkeeps_names = [\"story box\"]\nremoves_names = [\"main story\"]\n";
    let problems: Vec<String> = check(&rules(PATH, text)).iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 4, "{problems:#?}");
    for part in ["own example \"Weiter\"", "it must keep \"Weiter lesen!\"", "names \"zag\"", "leave alone \"main story\""] {
        assert!(
            problems.iter().any(|problem| problem.contains(part) && problem.contains("herald.example.toml, line ")),
            "{part}"
        );
    }
}

#[test]
fn examples_and_the_order_of_files_do_not_change_the_hash_and_expressions_do() {
    let table = |rest: &str| {
        rules(PATH, &format!("[[drop]]\nid = \"a\"\nwhy = \"A.\"\ncategory = \"footer\"\nnames = [\"x\"]\n{rest}")).hash()
    };
    assert_eq!(table(""), table("removes_names = [\"x\"]\n"));
    assert_ne!(table(""), table("xpath = [\"//p\"]\n"));
}
