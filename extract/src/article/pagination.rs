//! A story that is split over several pages: which page goes on with it, and which one begins it. Fetches nothing.
//!
//! Only links within one story count: their addresses differ from its own in nothing but the part (`base::url::readings`). So archives,
//! forums, next posts and comments are not taken for the next page of a story, whatever `rel=next` says of them.

use serde_json::Value;
use url::Url;

use crate::base::url::shape;
use crate::base::url::{PagePart, PartForm, PartReading, canonical, readings};
use crate::page::aside::is_comment_word;
use crate::page::{Page, Paging};

/// A story by its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// What the addresses of its parts share.
    names: Vec<String>,
}

/// Where a story goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Next {
    /// The next of its numbered pages.
    pub page: Option<Url>,
    /// The page that has all of it, where none but the first has been read.
    pub whole: Option<Url>,
}

impl Next {
    /// The page to be asked for: the whole saves the others.
    pub fn wanted(&self) -> Option<&Url> {
        self.whole.as_ref().or(self.page.as_ref())
    }
}

/// A page with the address that it answered at.
#[derive(Clone, Copy, Debug)]
pub struct StoryPage<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its address.
    pub url: &'a Url,
}

/// The shape of a story's address scores at least so much; a page that calls itself an article may have any other.
const ENOUGH: f32 = 2.0;

impl Story {
    /// The story that begins on this page; `None` where nothing leads on, and on pages that are no stories.
    pub fn of(first: StoryPage<'_>) -> Option<Self> {
        let head = &first.page.head;
        let leads_on = !head.paging.is_empty() || links(first, &["next", "canonical"]).next().is_some();
        if !leads_on || !is_story(first.page, first.url) {
            return None;
        }
        let is_first = |reading: &PartReading| matches!(reading.part, PagePart::Number(0 | 1));
        let mut names: Vec<PartReading> = readings(first.url).into_iter().filter(is_first).collect();
        let declared = declared(first).map(|url| readings(&url)).unwrap_or_default();
        let whole = declared.iter().find(|reading| reading.part == PagePart::Whole).cloned();
        names.extend(whole.map_or_else(|| declared.into_iter().filter(is_first).collect(), |whole| vec![whole]));
        Some(Self { names: names.into_iter().map(|reading| reading.story).collect() })
    }

    /// Where the story goes on behind the last of its pages that are at hand; `so_far` are the addresses of all, the first one's first.
    pub fn next(&self, last: StoryPage<'_>, so_far: &[Url]) -> Next {
        let is_new = |url: &Url| !so_far.iter().any(|seen| canonical(seen) == canonical(url));
        let ways: Vec<Way> = ways(last).filter(|way| is_new(&way.url)).filter_map(|way| way.within(&self.names)).collect();
        let whole = ways.iter().find(|way| so_far.len() == 1 && way.part == PagePart::Whole);
        Next { page: numbered(&ways, so_far.len() as u32 + 1), whole: whole.map(|way| way.url.clone()) }
    }

    /// Whether this is the address of the page that has all of the story.
    pub fn is_whole(&self, url: &Url) -> bool {
        readings(url).iter().any(|reading| reading.part == PagePart::Whole && self.names.contains(&reading.story))
    }

    /// Whether a page that was asked for as a part of the story is one: by where it answered and what it declares.
    pub fn has(&self, part: StoryPage<'_>) -> bool {
        let is_one = |url: &Url| readings(url).iter().any(|reading| self.names.contains(&reading.story));
        match declared(part) {
            Some(declared) => is_one(&declared),
            None => is_one(part.url),
        }
    }
}

/// The page that begins the story of which this one is a later part, where the page itself says so: by its canonical address, or by a link
/// to the part of number 1.
pub fn beginning(later: StoryPage<'_>) -> Option<Url> {
    let stories: Vec<String> = readings(later.url)
        .into_iter()
        .filter(|reading| matches!(reading.part, PagePart::Number(2..)) && reading.story.contains('/'))
        .map(|reading| reading.story)
        .collect();
    let is_first = |reading: &PartReading| matches!(reading.part, PagePart::Number(0 | 1)) && stories.contains(&reading.story);
    let begins = |url: &Url| readings(url).iter().any(is_first) && is_story(later.page, url);
    let declared = declared(later).filter(begins);
    let linked = || {
        let first = ways(later).filter(|way| way.number == Some(1) || way.says(&["first", "start", "prev", "previous"]));
        first.map(|way| way.url).find(begins)
    };
    (!stories.is_empty()).then(|| declared.or_else(linked)).flatten()
}

/// A link that may lead to another part.
struct Way {
    url: Url,
    rel: String,
    number: Option<u32>,
    part: PagePart,
    form: PartForm,
}

impl Way {
    fn says(&self, relations: &[&str]) -> bool {
        self.rel.split_ascii_whitespace().any(|word| relations.contains(&word))
    }

    /// The same, read as a part of the story of one of these names.
    fn within(self, names: &[String]) -> Option<Self> {
        let mut readings = readings(&self.url).into_iter().rev();
        let PartReading { part, form, .. } = readings.find(|reading| names.contains(&reading.story))?;
        Some(Self { part, form, ..self })
    }
}

/// The page with this number. Where addresses count from 0, the links say the number.
fn numbered(ways: &[Way], wanted: u32) -> Option<Url> {
    let counted = |way: &&Way, number: u32| way.part == PagePart::Number(number);
    let labelled =
        |way: &Way| way.number.is_some_and(|number| [number, number - 1].iter().any(|n| way.part == PagePart::Number(*n)));
    // A number behind a name is believed where the page numbers such links.
    let is_plain = |way: &&Way| {
        way.form == PartForm::Explicit || ways.iter().any(|other| other.form == PartForm::NumberSuffix && labelled(other))
    };
    let mut next = ways.iter().filter(|way| matches!(way.part, PagePart::Number(_)) && way.says(&["next"]));
    let mut told = ways.iter().filter(|way| way.number == Some(wanted) && (counted(way, wanted) || counted(way, wanted - 1)));
    let mut plain = ways.iter().filter(|way| counted(way, wanted) && way.form == PartForm::Explicit && way.number.is_none());
    let found = next.find(is_plain).or_else(|| told.next()).or_else(|| plain.next());
    found.map(|way| way.url.clone())
}

fn ways(story_page: StoryPage<'_>) -> impl Iterator<Item = Way> {
    let way = |url: Url, rel: &str, number| Way {
        url,
        rel: rel.to_owned(),
        number,
        part: PagePart::Number(1),
        form: PartForm::Explicit,
    };
    let links = links(story_page, &["next", "prev", "previous", "first", "start", "canonical"])
        .map(move |(url, rel)| way(url, rel, None));
    let is_meant = move |link: &&Paging| !leads_to_comments(&link.href) && !stands_in_comments(story_page.page, link.block);
    let anchors = story_page.page.head.paging.iter().filter(is_meant);
    links.chain(anchors.filter_map(move |link| Some(way(joined(story_page, &link.href)?, &link.rel, link.number))))
}

/// The `<link>` elements of these relations, on the same host.
fn links<'a>(story_page: StoryPage<'a>, relations: &'a [&str]) -> impl Iterator<Item = (Url, &'a str)> {
    let is_meant = |rel: &str| rel.split_ascii_whitespace().any(|word| relations.contains(&word));
    let links = story_page.page.head.links.iter().filter(move |link| is_meant(&link.rel));
    links.filter_map(move |link| Some((joined(story_page, &link.href)?, link.rel.as_str())))
}

/// A link's address, where it is on the page's host.
fn joined(story_page: StoryPage<'_>, href: &str) -> Option<Url> {
    let mut url = story_page.url.join(href.trim()).ok()?;
    url.set_fragment(None);
    let is_here = url.host_str() == story_page.url.host_str() && url.port() == story_page.url.port();
    (is_here && matches!(url.scheme(), "http" | "https")).then_some(url)
}

fn declared(story_page: StoryPage<'_>) -> Option<Url> {
    links(story_page, &["canonical"]).map(|(url, _)| url).next()
}

fn leads_to_comments(href: &str) -> bool {
    let fragment = href.split_once('#').map_or("", |(_, fragment)| fragment).to_ascii_lowercase();
    fragment.split(|c: char| !c.is_alphabetic()).any(is_comment_word)
}

fn stands_in_comments(page: &Page, block: usize) -> bool {
    let Some(block) = page.blocks.get(block) else { return false };
    let names = |tokens: &str| tokens.split(' ').any(is_comment_word);
    page.ancestors(block).any(|container| names(&container.tokens))
}

/// Types of pages, as JSON-LD has them (schema.org), that are no stories though they go on.
const THREADS: &[&str] = &["DiscussionForumPosting", "QAPage", "CollectionPage", "SearchResultsPage"];

/// Whether the page is a story by its address or by what it says of itself, and nothing says that it is a list or a thread.
fn is_story(page: &Page, url: &Url) -> bool {
    let types: Vec<&str> = page.head.json_ld_values().iter().flat_map(types_of).collect();
    let is_article = |kind: &&str| kind.ends_with("Article") || *kind == "BlogPosting";
    let says_article = types.iter().any(is_article) || page.head.meta("og:type") == Some("article");
    let has_shape = shape::shape(url).is_some_and(|shape| shape.score >= ENOUGH);
    !shape::leads_elsewhere(url) && !types.iter().any(|kind| THREADS.contains(kind)) && (has_shape || says_article)
}

/// The types of a JSON-LD value and of what its graph holds.
fn types_of(value: &Value) -> Vec<&str> {
    let inner = value.get("@graph").and_then(Value::as_array).into_iter().flatten();
    let kinds = inner.chain([value]).filter_map(|value| value.get("@type"));
    kinds.flat_map(|kind| kind.as_array().map_or(std::slice::from_ref(kind), Vec::as_slice)).filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Config, Hints, read};

    const FIRST: &str = "https://a.example/2024/05/mill-burns-down";

    fn page(head: &str, body: &str) -> Page {
        let html =
            format!("<!doctype html><html><head>{head}</head><body><article><p>It burnt.</p></article>{body}</body></html>");
        read(html.as_bytes(), Hints::default(), &Config::default()).unwrap()
    }

    fn next_at(url: &str, head: &str, body: &str) -> Next {
        let (page, url) = (page(head, body), Url::parse(url).unwrap());
        let story_page = StoryPage { page: &page, url: &url };
        Story::of(story_page).map(|story| story.next(story_page, std::slice::from_ref(&url))).unwrap_or_default()
    }

    fn path(url: &Option<Url>) -> Option<&str> {
        url.as_ref().map(|url| &url[url::Position::BeforePath..])
    }

    #[test]
    fn a_story_goes_on_where_a_link_within_it_says_so() {
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
        assert_eq!(all.wanted(), all.whole.as_ref());
    }

    #[test]
    fn other_things_that_go_on_are_no_story() {
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
            assert_eq!(next_at(url, head, body), Next::default(), "{url} {head}{body}");
        }
    }

    #[test]
    fn a_chain_ends_where_it_leads_back() {
        let (one, two) = (Url::parse(FIRST).unwrap(), Url::parse(&format!("{FIRST}?page=2")).unwrap());
        let first = page("", "<a href='?page=2'>2</a>");
        let last = page("", &format!("<a rel=next href='{FIRST}'>1</a> 2 <a rel=prev href='?page=1'>Back</a>"));
        let story = Story::of(StoryPage { page: &first, url: &one }).unwrap();
        let story_page = StoryPage { page: &last, url: &two };
        assert!(story.has(story_page));
        assert_eq!(story.next(story_page, &[one, two.clone()]), Next::default());
        let other = page("<link rel=canonical href='/2024/05/another-story'>", "");
        assert!(!story.has(StoryPage { page: &other, url: &two }));
    }

    #[test]
    fn a_later_part_knows_its_beginning() {
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
