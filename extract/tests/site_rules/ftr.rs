//! Files in the ftr-site-config format: which hosts they are for, what their directives do to pages, and what is left out.

use gleaner_extract::article::pagination::{PaginatedStory, StoryPage};
use gleaner_extract::rules::{PageSite, RuleFile, RuleSet, Severity};

use crate::pages::{GERMAN, JAPANESE, RUSSIAN, clean_at, page, removed_by, rules};

const URL: &str = "https://www.herald.example/2026/mill-7";

#[test]
fn directives_say_where_story_and_metadata_are_in_any_language() {
    let text = "# A comment.\n\
        title: //h2[@class='none']\n\
        title: substring-before(//title, ' | ')\n\
        body://div[@class='text']\n\
        author: //p[@class='who']/b\n\
        date: //span[@class='when']\n\
        strip: //p[contains(., '@@')]\n\
        strip_id_or_class: 'promo'\n\
        tidy: no\nprune: no\ntest_url: https://www.herald.example/1\n";
    let rules = rules("rules/herald.example.txt", text);
    for (lang, story, date) in [("de", GERMAN, "4. März 2026"), ("ja", JAPANESE, "2026年3月4日"), ("ru", RUSSIAN, "4 марта 2026")]
    {
        let marked = format!("{} @@", story[2]);
        let inside = format!(
            "<p class=\"who\">Text: <b>Eva Kurz</b></p><p>{marked}</p><div class=\"box-promo-3\"><p>{}</p></div>\
             <p><span class=\"when\">{date}</span></p>",
            story[0].to_owned() + "!"
        );
        let html = page(lang, &story[..3], &inside).replace("<footer>", &format!("<p>{}</p><footer>", story[3]));
        let cleaned = clean_at(URL, &html, &rules);
        assert_eq!(removed_by(&cleaned, story[0]), None, "{lang}");
        assert_eq!(removed_by(&cleaned, &marked).as_deref(), Some("ftr.herald.example.strip-7"), "{lang}");
        assert_eq!(removed_by(&cleaned, &(story[0].to_owned() + "!")).as_deref(), Some("ftr.herald.example.strip-id-or-class-8"));
        assert!(removed_by(&cleaned, story[3]).is_some(), "{lang}: outside of the body");
        let metadata = &cleaned.article.metadata;
        let title = metadata.title.as_ref().unwrap();
        assert_eq!((title.value.as_str(), title.evidence.as_str()), ("Mill 7", "rule:ftr.herald.example.title-3"), "{lang}");
        assert_eq!(metadata.authors.as_ref().unwrap().value, ["Eva Kurz"], "{lang}");
        assert_eq!(metadata.published.as_ref().unwrap().value.day.to_string(), "2026-03-04", "{lang}");
    }
}

#[test]
fn files_are_for_one_host_or_for_its_subdomains() {
    let file = |path: &str| RuleFile { path: path.into(), text: "body: //article\n".to_owned() };
    let files = ["a.example.txt", ".b.example.txt", "www.c.example.txt", "x.b.example.txt"].map(file);
    let (rules, mistakes) = RuleSet::read_all(&files);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let matched = |host: &str| -> Vec<String> {
        let matcher = rules.site_matcher(PageSite { host: Some(host), ..PageSite::default() });
        let hosts = ["a.example", "b.example", "c.example", "x.b.example"];
        hosts
            .iter()
            .filter(|site| matcher.as_ref().is_some_and(|matcher| matcher.has(site)))
            .map(|site| site.to_string())
            .collect()
    };
    for (host, wanted) in [
        ("a.example", &["a.example"][..]),
        ("www.a.example", &["a.example"]),
        ("news.a.example", &[]),
        ("b.example", &[]),
        ("www.b.example", &[]),
        ("news.b.example", &["b.example"]),
        ("x.b.example", &["x.b.example"]),
        ("y.x.b.example", &["b.example"]),
        ("www.C.example.", &["c.example"]),
    ] {
        assert_eq!(matched(host), wanted, "{host}");
    }
}

#[test]
fn texts_in_the_markup_are_replaced_before_it_is_read() {
    let text = "replace_string(<hr class=\"end\">): </div><div class=\"after\">\n\
        find_string: <b>Anzeige</b>\nreplace_string: <i class=\"promo\">Anzeige</i>\n\
        body: //div[@class='text']\nreplace_string(</none>):\n";
    let rules = rules("herald.example.txt", text);
    let html = page("de", &GERMAN[..3], &format!("<hr class=\"end\"><p>{}</p>", GERMAN[3]));
    let cleaned = clean_at(URL, &html, &rules);
    assert_eq!(removed_by(&cleaned, GERMAN[3]).as_deref(), Some("ftr.herald.example.body-4"));
    assert_eq!(removed_by(&cleaned, GERMAN[0]), None);
}

#[test]
fn links_to_other_pages_of_the_story_are_followed_if_the_page_is_as_they_ask() {
    let text = "single_page_link: //a[@class='all']\nif_page_contains: //nav[@id='pages']\nnext_page_link: //a[contains(., 'Weiter')]/@href\n";
    let rules = rules("herald.example.txt", text);
    let url = "https://www.herald.example/x?n=mill".parse().unwrap();
    let next = |nav: &str| {
        let links = format!("{nav}<p><a class=all href=/print/9>Alles</a> <a href='/more/second-half'>Weiter</a></p>");
        let cleaned = clean_at("https://www.herald.example/x?n=mill", &page("de", &GERMAN, &links), &rules);
        let story = StoryPage { page: &cleaned.page, url: &url };
        let found = PaginatedStory::of(story).unwrap().next(story, std::slice::from_ref(&url));
        (found.page.unwrap().path().to_owned(), found.whole.map(|url| url.path().to_owned()))
    };
    assert_eq!(next("<nav id=pages>1</nav>"), ("/more/second-half".to_owned(), Some("/print/9".to_owned())));
    assert_eq!(next(""), ("/more/second-half".to_owned(), None));
    let elsewhere = page("de", &GERMAN, "<a href='https://other.example/2'>Weiter</a>");
    let cleaned = clean_at("https://www.herald.example/x?n=mill", &elsewhere, &rules);
    assert!(PaginatedStory::of(StoryPage { page: &cleaned.page, url: &url }).is_none(), "another host");
}

#[test]
fn lines_that_are_wrong_or_not_known_are_left_out_and_named() {
    let text = "body: //article[\nbrand_new: yes\nno directive\nstrip: //p[matches(., 'x')]\ntitle: //h1\n\
        replace_string: x\nfind_string: y\nif_page_contains: //a\nstrip_id_or_class: it's\nfind_string: z\n";
    let files = [
        RuleFile { path: "herald.example.txt".into(), text: text.to_owned() },
        RuleFile { path: "README.txt".into(), text: String::new() },
    ];
    let (rules, mistakes) = RuleSet::read_all(&files);
    let found: Vec<(usize, Severity)> = mistakes.iter().map(|mistake| (mistake.line, mistake.severity)).collect();
    use Severity::{LeftOut, Warning};
    let wanted = [
        (1, LeftOut),
        (2, Warning),
        (3, LeftOut),
        (4, Warning),
        (6, LeftOut),
        (8, Warning),
        (7, LeftOut),
        (10, LeftOut),
        (1, Warning),
    ];
    assert_eq!(found, wanted, "{mistakes:#?}");
    for mistake in &mistakes {
        assert!(mistake.to_string().contains(&format!("line {}", mistake.line)) && !mistake.hint().is_empty(), "{mistake}");
    }
    let site = rules.sites().find(|site| site.host == "herald.example").unwrap();
    assert_eq!(
        site.rules().map(|rule| rule.id.0.as_str()).collect::<Vec<_>>(),
        ["ftr.herald.example.strip-id-or-class-9", "ftr.herald.example.title-5",]
    );
    // A run goes on with the rest.
    assert!(RuleSet::with_files(&files).is_ok());
}

#[test]
fn a_hostile_file_is_read_in_bounded_time_and_space() {
    let deep = format!("body: //a{}{}\n", "[b".repeat(1500), "]".repeat(1500));
    let union = format!("strip: {}\n", vec!["//a"; 1000].join("|"));
    let many: String = (0..5000).map(|index| format!("strip: //div[@id='n{index}']\n")).collect();
    let (rules, mistakes) = RuleSet::read_all(&[RuleFile { path: "herald.example.txt".into(), text: deep + &union + &many }]);
    let site = rules.sites().find(|site| site.host == "herald.example").unwrap();
    assert!(site.drops.len() < 2000 && mistakes.len() == 3, "{} {}", site.drops.len(), mistakes.len());
    let blocks: String = (0..300).map(|index| format!("<div id=n{index}><p>{} {index}</p></div>", GERMAN[index % 4])).collect();
    let cleaned = clean_at(URL, &page("de", &GERMAN, &blocks), &rules);
    assert!(!cleaned.article.text.is_empty());
}
