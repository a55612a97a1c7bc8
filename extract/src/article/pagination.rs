//! Paginated stories: finds the next page and the first page of a story. Fetches nothing.
//!
//! Only links within the story count: their URLs differ from its own only in the page number (`base::url::readings`). So archives, forums, next posts
//! and comments are not taken for the next page, even if they have `rel=next`.

use serde_json::Value;
use url::Url;

use crate::base::url::shape;
use crate::base::url::{PagePart, PartForm, PartReading, canonical, readings};
use crate::document::selected::SiteAction;
use crate::page::aside::is_comment_word;
use crate::page::{Page, Paging};

/// A paginated story, identified by the URLs of its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaginatedStory {
    /// What the URLs of its pages have in common.
    names: Vec<String>,
    /// A rule of the site says where it goes on, so its URLs need have nothing in common.
    is_ruled: bool,
}

/// Where a story continues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextPage {
    /// The next of its numbered pages.
    pub page: Option<Url>,
    /// The page with the whole story, if only the first page has been read.
    pub whole: Option<Url>,
}

impl NextPage {
    /// The page to fetch: that with the whole story, as it saves fetching the others.
    pub fn preferred(&self) -> Option<&Url> {
        self.whole.as_ref().or(self.page.as_ref())
    }
}

/// A page with the URL that it was fetched from, after redirects.
#[derive(Clone, Copy, Debug)]
pub struct StoryPage<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its URL.
    pub url: &'a Url,
}

/// The least score of the shape of a story's URL. A page that declares itself an article may have any URL.
const MIN_SHAPE_SCORE: f32 = 2.0;

impl PaginatedStory {
    /// The story that begins on this page. `None` if nothing leads to another page, or the page is no story.
    pub fn of(first: StoryPage<'_>) -> Option<Self> {
        let head = &first.page.head;
        let is_ruled =
            [SiteAction::NextPage, SiteAction::SinglePage].iter().any(|action| selected_link(first, *action).is_some());
        let has_links = is_ruled || !head.paging.is_empty() || links(first, &["next", "canonical"]).next().is_some();
        if !has_links || !(is_ruled || is_story(first.page, first.url)) {
            return None;
        }
        let is_first = |reading: &PartReading| matches!(reading.part, PagePart::Number(0 | 1));
        let mut names: Vec<PartReading> = readings(first.url).into_iter().filter(is_first).collect();
        let declared = canonical_link(first).map(|url| readings(&url)).unwrap_or_default();
        let whole = declared.iter().find(|reading| reading.part == PagePart::Whole).cloned();
        names.extend(whole.map_or_else(|| declared.into_iter().filter(is_first).collect(), |whole| vec![whole]));
        Some(Self { names: names.into_iter().map(|reading| reading.story).collect(), is_ruled })
    }

    /// Where the story continues after `last`, the last page that is available; `so_far` are the URLs of all available pages, in order.
    pub fn next(&self, last: StoryPage<'_>, so_far: &[Url]) -> NextPage {
        let is_new = |url: &Url| !so_far.iter().any(|seen| canonical(seen) == canonical(url));
        let links = page_links(last).filter(|link| is_new(&link.url));
        let links: Vec<PageLink> = links.filter_map(|link| link.within(&self.names)).collect();
        let whole = links.iter().find(|link| so_far.len() == 1 && link.part == PagePart::Whole);
        let ruled = |action: SiteAction| selected_link(last, action).filter(is_new);
        let ruled_whole = || ruled(SiteAction::SinglePage).filter(|_| so_far.len() == 1);
        NextPage {
            page: ruled(SiteAction::NextPage).or_else(|| page_numbered(&links, so_far.len() as u32 + 1)),
            whole: ruled_whole().or_else(|| whole.map(|link| link.url.clone())),
        }
    }

    /// Whether this is the URL of a page with the whole story.
    pub fn is_single_page_url(&self, url: &Url) -> bool {
        readings(url).iter().any(|reading| reading.part == PagePart::Whole && self.names.contains(&reading.story))
    }

    /// Whether a page that was fetched as a part of the story is one, by its canonical URL, or else by the URL it was fetched from.
    pub fn contains(&self, part: StoryPage<'_>) -> bool {
        let is_part = |url: &Url| readings(url).iter().any(|reading| self.names.contains(&reading.story));
        // What a rule leads to is part of the story, whatever its URL.
        self.is_ruled || is_part(&canonical_link(part).unwrap_or_else(|| part.url.clone()))
    }
}

/// The first page of the story that this page continues, if the page names it: by its canonical URL, or by a link to page 1.
pub fn beginning(later: StoryPage<'_>) -> Option<Url> {
    let stories: Vec<String> = readings(later.url)
        .into_iter()
        .filter(|reading| matches!(reading.part, PagePart::Number(2..)) && reading.story.contains('/'))
        .map(|reading| reading.story)
        .collect();
    let is_first = |reading: &PartReading| matches!(reading.part, PagePart::Number(0 | 1)) && stories.contains(&reading.story);
    let begins = |url: &Url| readings(url).iter().any(is_first) && is_story(later.page, url);
    let declared = canonical_link(later).filter(begins);
    let linked = || {
        let first =
            page_links(later).filter(|link| link.number == Some(1) || link.has_rel(&["first", "start", "prev", "previous"]));
        first.map(|link| link.url).find(begins)
    };
    (!stories.is_empty()).then(|| declared.or_else(linked)).flatten()
}

/// A link that may lead to another page of the story.
struct PageLink {
    url: Url,
    rel: String,
    /// The number in its text.
    number: Option<u32>,
    /// The page that its URL names, and how.
    part: PagePart,
    form: PartForm,
}

impl PageLink {
    fn has_rel(&self, relations: &[&str]) -> bool {
        self.rel.split_ascii_whitespace().any(|word| relations.contains(&word))
    }

    /// The same link, its URL read as a page of the story with one of these names.
    fn within(self, names: &[String]) -> Option<Self> {
        let mut readings = readings(&self.url).into_iter().rev();
        let PartReading { part, form, .. } = readings.find(|reading| names.contains(&reading.story))?;
        Some(Self { part, form, ..self })
    }
}

/// The URL of the page with this number. URLs may count from 0; the number in the text of a link then is one higher.
fn page_numbered(links: &[PageLink], wanted: u32) -> Option<Url> {
    let has_number = |link: &PageLink, number: u32| link.part == PagePart::Number(number);
    let agrees = |link: &PageLink| {
        link.number.is_some_and(|number| has_number(link, number) || has_number(link, number.saturating_sub(1)))
    };
    // A bare number after the name in the URL only counts if a link with such a URL has the same number in its text.
    let bare_counts = || links.iter().any(|link| link.form == PartForm::NumberSuffix && agrees(link));
    let is_certain = |link: &&PageLink| link.form == PartForm::Explicit || bare_counts();
    let mut by_rel = links.iter().filter(|link| matches!(link.part, PagePart::Number(_)) && link.has_rel(&["next"]));
    let mut by_text = links.iter().filter(|link| link.number == Some(wanted) && agrees(link));
    let mut by_url =
        links.iter().filter(|link| has_number(link, wanted) && link.form == PartForm::Explicit && link.number.is_none());
    let found = by_rel.find(is_certain).or_else(|| by_text.next()).or_else(|| by_url.next());
    found.map(|link| link.url.clone())
}

/// The links of the page that may lead to another page of the story.
fn page_links(story_page: StoryPage<'_>) -> impl Iterator<Item = PageLink> {
    let link = |url: Url, rel: &str, number| PageLink {
        url,
        rel: rel.to_owned(),
        number,
        part: PagePart::Number(1),
        form: PartForm::Explicit,
    };
    let in_head = links(story_page, &["next", "prev", "previous", "first", "start", "canonical"])
        .map(move |(url, rel)| link(url, rel, None));
    let is_outside_comments =
        move |paging: &&Paging| !leads_to_comments(&paging.href) && !is_in_comments(story_page.page, paging.block);
    let anchors = story_page.page.head.paging.iter().filter(is_outside_comments);
    in_head.chain(anchors.filter_map(move |paging| Some(link(joined(story_page, &paging.href)?, &paging.rel, paging.number))))
}

/// The `<link>` elements with one of these relations, on the same host.
fn links<'a>(story_page: StoryPage<'a>, relations: &'a [&str]) -> impl Iterator<Item = (Url, &'a str)> {
    let has_rel = |rel: &str| rel.split_ascii_whitespace().any(|word| relations.contains(&word));
    let links = story_page.page.head.links.iter().filter(move |link| has_rel(&link.rel));
    links.filter_map(move |link| Some((joined(story_page, &link.href)?, link.rel.as_str())))
}

/// The absolute URL of a link, if it is on the page's host.
fn joined(story_page: StoryPage<'_>, href: &str) -> Option<Url> {
    let mut url = story_page.url.join(href.trim()).ok()?;
    url.set_fragment(None);
    let is_same_host = url.host_str() == story_page.url.host_str() && url.port() == story_page.url.port();
    (is_same_host && matches!(url.scheme(), "http" | "https")).then_some(url)
}

/// The link that a rule of the site selects, if it is on the page's host.
fn selected_link(story_page: StoryPage<'_>, action: SiteAction) -> Option<Url> {
    let selected = story_page.page.selected.iter().filter(|selected| selected.action == action);
    selected.flat_map(|selected| &selected.texts).find_map(|href| joined(story_page, href))
}

/// The canonical URL that a page declares.
fn canonical_link(story_page: StoryPage<'_>) -> Option<Url> {
    links(story_page, &["canonical"]).map(|(url, _)| url).next()
}

fn leads_to_comments(href: &str) -> bool {
    let fragment = href.split_once('#').map_or("", |(_, fragment)| fragment).to_ascii_lowercase();
    fragment.split(|c: char| !c.is_alphabetic()).any(is_comment_word)
}

fn is_in_comments(page: &Page, block: usize) -> bool {
    let Some(block) = page.blocks.get(block) else { return false };
    let names = |tokens: &str| tokens.split(' ').any(is_comment_word);
    page.ancestors(block).any(|container| names(&container.tokens))
}

/// Schema.org types of pages that are paginated but no stories.
const OTHER_TYPES: &[&str] = &["DiscussionForumPosting", "QAPage", "CollectionPage", "SearchResultsPage"];

/// Whether the page is a story, by its URL or its declared type, and does not look or declare itself like a list or thread.
fn is_story(page: &Page, url: &Url) -> bool {
    let types: Vec<&str> = page.head.json_ld_values().iter().flat_map(types_of).collect();
    let is_article = |name: &&str| name.ends_with("Article") || *name == "BlogPosting";
    let is_declared = types.iter().any(is_article) || page.head.meta("og:type") == Some("article");
    let has_shape = shape::shape(url).is_some_and(|shape| shape.score >= MIN_SHAPE_SCORE);
    !shape::leads_elsewhere(url) && !types.iter().any(|name| OTHER_TYPES.contains(name)) && (has_shape || is_declared)
}

/// The types of a JSON-LD value and of the nodes of its graph.
fn types_of(value: &Value) -> Vec<&str> {
    let inner = value.get("@graph").and_then(Value::as_array).into_iter().flatten();
    let types = inner.chain([value]).filter_map(|value| value.get("@type"));
    types
        .flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
        .filter_map(Value::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Config, ReadHints, read};

    const FIRST: &str = "https://a.example/2024/05/mill-burns-down";

    fn page(head: &str, body: &str) -> Page {
        let html =
            format!("<!doctype html><html><head>{head}</head><body><article><p>It burnt.</p></article>{body}</body></html>");
        read(html.as_bytes(), ReadHints::default(), &Config::default()).unwrap()
    }

    fn next_at(url: &str, head: &str, body: &str) -> NextPage {
        let (page, url) = (page(head, body), Url::parse(url).unwrap());
        let story_page = StoryPage { page: &page, url: &url };
        PaginatedStory::of(story_page).map(|story| story.next(story_page, std::slice::from_ref(&url))).unwrap_or_default()
    }

    fn path(url: &Option<Url>) -> Option<&str> {
        url.as_ref().map(|url| &url[url::Position::BeforePath..])
    }

    #[test]
    fn links_within_a_story_lead_to_its_next_page() {
        let html = "https://a.example/2024/05/mill-burns-down.html";
        for (url, head, body, wanted) in [
            (FIRST, "<link rel=next href='/2024/05/mill-burns-down?page=2'>", "", "/2024/05/mill-burns-down?page=2"),
            (FIRST, "", "<a rel=next href='mill-burns-down/2'>On</a>", "/2024/05/mill-burns-down/2"),
            (FIRST, "", "<p>1 <a href='?page=2'>2</a> <a href='?page=3'>3</a>", "/2024/05/mill-burns-down?page=2"),
            (FIRST, "", "<p>1 <a href='?page=1'>2</a> <a href='?page=2'>3</a>", "/2024/05/mill-burns-down?page=1"),
            (FIRST, "", "<a href='/2024/05/mill-burns-down/page/2/'>Read on</a>", "/2024/05/mill-burns-down/page/2/"),
            (html, "", "<a href='mill-burns-down-2.html'><span>Page</span> 2</a>", "/2024/05/mill-burns-down-2.html"),
            ("https://a.example/news.php?id=77", "", "<a href='news.php?id=77&seite=2'>2</a>", "/news.php?id=77&seite=2"),
        ] {
            assert_eq!(path(&next_at(url, head, body).page), Some(wanted), "{head}{body}");
        }
        let all = next_at(FIRST, "<link rel=canonical href='?page=all'>", "<a href='?page=2'>2</a>");
        assert_eq!(path(&all.whole), Some("/2024/05/mill-burns-down?page=all"));
        assert_eq!(path(&all.page), Some("/2024/05/mill-burns-down?page=2"));
        assert_eq!(all.preferred(), all.whole.as_ref());
    }

    #[test]
    fn other_paginated_pages_are_no_story() {
        let section = "https://a.example/category/mills";
        let next = "<link rel=next href='?page=2'><a rel=next href='?page=2'>2</a>";
        for (url, head, body) in [
            (section, next, ""),
            ("https://a.example/", next, ""),
            ("https://a.example/world", next, ""),
            ("https://a.example/2024/05/", "<link rel=next href='/2024/05/page/2/'>", ""),
            ("https://a.example/threads/why-do-mills-burn-down.123456", next, ""),
            (
                FIRST,
                "<link rel=next href='/2024/05/another-mill-burns'>",
                "<a rel=next href='/2024/05/mill-burns-down-2'>Next</a>",
            ),
            (FIRST, "", "<a href='/2024/05/mill-burns-down-2'>The mill burns again</a>"),
            (FIRST, "", "<section id=comments><p>Old</p><a href='?page=2'>2</a></section>"),
            (FIRST, "", "<a href='?page=2#comments'>2</a>"),
            (FIRST, "", "<a href='?comments_page=2'>2</a>"),
            (FIRST, "", "<a href='https://b.example/2024/05/mill-burns-down?page=2'>2</a>"),
            (
                FIRST,
                "<script type='application/ld+json'>{\"@type\":\"DiscussionForumPosting\"}</script>",
                "<a href='?page=2'>2</a>",
            ),
        ] {
            assert_eq!(next_at(url, head, body), NextPage::default(), "{url} {head}{body}");
        }
    }

    #[test]
    fn a_story_ends_where_links_only_lead_back() {
        let (one, two) = (Url::parse(FIRST).unwrap(), Url::parse(&format!("{FIRST}?page=2")).unwrap());
        let first = page("", "<a href='?page=2'>2</a>");
        let last = page("", &format!("<a rel=next href='{FIRST}'>1</a> 2 <a rel=prev href='?page=1'>Back</a>"));
        let story = PaginatedStory::of(StoryPage { page: &first, url: &one }).unwrap();
        let story_page = StoryPage { page: &last, url: &two };
        assert!(story.contains(story_page));
        assert_eq!(story.next(story_page, &[one, two.clone()]), NextPage::default());
        let other = page("<link rel=canonical href='/2024/05/another-story'>", "");
        assert!(!story.contains(StoryPage { page: &other, url: &two }));
    }

    #[test]
    fn a_later_page_leads_to_the_first() {
        let at = |path: &str, head: &str, body: &str| {
            let (page, url) = (page(head, body), Url::parse("https://a.example").unwrap().join(path).unwrap());
            beginning(StoryPage { page: &page, url: &url }).map(|url| url.path().to_owned() + url.query().unwrap_or_default())
        };
        let (third, first) = ("/2024/05/mill-burns-down?page=3", Some("/2024/05/mill-burns-down".to_owned()));
        assert_eq!(at(third, "<link rel=canonical href='/2024/05/mill-burns-down'>", ""), first);
        assert_eq!(at(third, "", "<a href='/2024/05/mill-burns-down'>1</a> <a href='?page=2'>2</a>"), first);
        assert_eq!(
            at("/2024/05/mill-burns-down/2/", "<link rel=prev href='/2024/05/mill-burns-down/'>", ""),
            first.map(|f| f + "/")
        );
        assert_eq!(at(third, "", "<a href='/2024/05/mill-burns-down'>The mill burns down</a>"), None);
        assert_eq!(at("/2024/05/mill-burns-down", "", "<a href='/2024/05/'>1</a>"), None);
        assert_eq!(at("/category/mills?page=2", "", "<a href='/category/mills'>1</a>"), None);
    }
}
