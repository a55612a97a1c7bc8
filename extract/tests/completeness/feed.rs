//! The entry of the feed that linked to a page: if it has more text than the page, the story is truncated; and it is a source of metadata.

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Completeness, FeedEntry, Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;

use crate::layouts::{Case, all};

fn clean(page: &str, entry: FeedEntry, rules: &RuleSet) -> CleanedPage {
    let context =
        CleanContext { rules, limits: &page::Config::default(), now: Some(Timestamp::from_unix(1_795_000_000)), sites: None };
    let mut raw = RawDocument::local(Origin::Stdin, page.as_bytes().to_vec());
    raw.feed = Some(Box::new(FeedEntry { feed: "https://news.example/feed".into(), ..entry }));
    clean_page(&raw, None, context).unwrap()
}

fn entry_with(text: &str) -> FeedEntry {
    FeedEntry { text: Some(text.to_owned()), ..FeedEntry::default() }
}

/// Complete stories in every language, in markup without date and author.
fn stories() -> Vec<Case> {
    all().into_iter().filter(|case| case.kind == Completeness::Complete && case.name.ends_with("divs")).collect()
}

#[test]
fn a_story_is_truncated_if_the_feed_has_more_of_it() {
    let rules = RuleSet::embedded().unwrap();
    let stories = stories();
    let texts: Vec<String> = stories.iter().map(|case| clean(&case.page, FeedEntry::default(), &rules).article.text).collect();
    for (at, case) in stories.iter().enumerate() {
        let own = texts[at].repeat(3);
        let longer = clean(&case.page, entry_with(&own), &rules).article;
        assert_eq!(longer.completeness, Completeness::Truncated, "{}", case.name);
        assert!(longer.evidence.iter().any(|reason| reason.starts_with("the feed has ")), "{:?}", longer.evidence);
        // The same text, a part of it, and another story do not count.
        let half: String = texts[at].chars().take(texts[at].chars().count() / 2).collect();
        let other = texts[(at + 1) % texts.len()].repeat(3);
        for text in [texts[at].as_str(), &half, &other] {
            assert_eq!(clean(&case.page, entry_with(text), &rules).article.completeness, Completeness::Complete, "{}", case.name);
        }
    }
}

#[test]
fn a_feed_entry_is_a_source_of_title_authors_and_dates() {
    let rules = RuleSet::embedded().unwrap();
    let at = |text: &str| text.parse::<Timestamp>().ok();
    for case in stories() {
        let entry = FeedEntry {
            title: Some("A headline of the feed's own".into()),
            authors: vec!["Jane Doe".into(), "Max Muster".into()],
            published: at("2026-02-01T06:30:00Z"),
            updated: at("2026-02-02T06:30:00Z"),
            ..FeedEntry::default()
        };
        let cleaned = clean(&case.page, entry, &rules);
        let found = &cleaned.article.metadata;
        let witness = |name: &str| format!("feed:{name}");
        let published = found.published.as_ref().unwrap();
        assert_eq!((published.value.day.to_string().as_str(), &published.evidence), ("2026-02-01", &witness("published")));
        assert_eq!(found.modified.as_ref().unwrap().evidence, witness("updated"));
        assert_eq!(found.authors.as_ref().unwrap().value, ["Jane Doe", "Max Muster"]);
        // The page's own headline says more, and the feed's stands among those that lost.
        assert_ne!(found.title.as_ref().unwrap().evidence, witness("title"), "{}", case.name);
        assert!(cleaned.candidates.title.iter().any(|lost| lost.evidence == witness("title")));
    }
}
