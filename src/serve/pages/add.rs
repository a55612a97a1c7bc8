//! A form that puts URLs into the queue, for the next run. It may be filled in by the address: that is how a bookmarklet works.

use axum::extract::{Extension, RawQuery, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use url::Url;

use super::super::app::{App, SharedApp, change};
use super::super::forms::{Form, form, see_other};
use super::super::params::Params;
use super::super::problem::Problem;
use super::document::shortened_value;
use super::layout::{Section, page, plain_frame, plural, respond};
use crate::queue::{AddCounts, FILE_NAME, IfKnown, NewUrl, Queue, UrlKind};
use gleaner_extract::base::url::{has_login, hide_invalid_login, hide_logins};

/// Most URLs that are taken at once.
const MAX_URLS: usize = 1000;

/// The value of the field `kind` for URLs that lead to stories.
const SOURCES: &str = "sources";

/// A line that is no URL.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rejected {
    line: usize,
    text: String,
    why: String,
}

/// The form; what was added before is in the query.
pub async fn add(State(app): State<SharedApp>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = Params::of_query(query.as_deref());
    let count = |name: &str| query.get(name).and_then(|value| value.parse().ok());
    let added = count("new").map(|new| AddCounts {
        new,
        again: count("again").unwrap_or_default(),
        known: count("known").unwrap_or_default(),
        dead: 0,
    });
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).filter(|host| host.chars().all(is_host_char));
    let shown = html! {
        @if query.get("waiting").is_some() { p role="status" { "A run is active: the page waits in the drop folder for the next one." } }
        (content(&app, added, query.get("url").unwrap_or_default(), &[]))
        @if let Some(host) = host { (bookmarklets(host)) }
    };
    page("Add pages", Section::None, &shown)
}

/// Puts the URLs of the form into the queue. Lines that are no URLs are shown with what is wrong with them; the others are added.
pub async fn add_urls(State(app): State<SharedApp>, Extension(form): Extension<Form>) -> Result<Response, Problem> {
    let text = form.fields().get("urls").unwrap_or_default().to_owned();
    let fields = form.fields();
    let kind = if fields.get("kind") == Some(SOURCES) { UrlKind::Source } else { UrlKind::Named };
    // What a source leads to changes.
    let is_again = fields.get("again").is_some() || kind == UrlKind::Source;
    let if_known = if is_again { IfKnown::Refetch } else { IfKnown::Retry };
    change(app, move |app| {
        let (urls, rejected) = read_lines(&text);
        if urls.is_empty() && rejected.is_empty() {
            return Err(Problem::bad_request("There is no URL in the form.").with_hint("Write one a line."));
        }
        let added = enqueue(app, &urls, kind, if_known)?;
        if rejected.is_empty() {
            return Ok(see_other(format!("/add?new={}&again={}&known={}", added.new, added.again, added.known)));
        }
        let left: Vec<&str> = rejected.iter().map(|line| line.text.as_str()).collect();
        let content = content(app, Some(added), &left.join("\n"), &rejected);
        Ok(respond(StatusCode::UNPROCESSABLE_ENTITY, &plain_frame("Add pages", Section::None, &content)).into_response())
    })
    .await
}

/// URLs, one a line; empty lines and comments (`#`) are passed over.
fn read_lines(text: &str) -> (Vec<Url>, Vec<Rejected>) {
    let (mut urls, mut rejected) = (Vec::new(), Vec::new());
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (at, line) in lines {
        let read = if urls.len() < MAX_URLS { read_url(line) } else { Err(format!("only {MAX_URLS} are taken at once")) };
        match read {
            Ok(url) => urls.push(url),
            Err(why) => rejected.push(Rejected { line: at + 1, text: without_secrets(line), why }),
        }
    }
    (urls, rejected)
}

fn without_secrets(line: &str) -> String {
    if Url::parse(line).is_ok() { hide_logins(line).into_owned() } else { hide_invalid_login(line).to_owned() }
}

fn read_url(line: &str) -> Result<Url, String> {
    let url = Url::parse(line).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => "it does not start with https:// or http://".to_owned(),
        error => error.to_string(),
    })?;
    match url.scheme() {
        "http" | "https" if has_login(&url) => {
            Err("the queue keeps no user names and passwords: `gleaner ingest` takes it, or a `[[session]]` in config.toml"
                .to_owned())
        }
        "http" | "https" => Ok(url),
        scheme => Err(format!("{scheme}: is not the start of an address on the web: write https:// or http://")),
    }
}

fn enqueue(app: &App, urls: &[Url], kind: UrlKind, if_known: IfKnown) -> Result<AddCounts, Problem> {
    let now = app.setup.clock.now();
    let mut queue = Queue::open_to_add(&app.setup.layout.state.join(FILE_NAME))?;
    let added = queue.atomically(|queue| {
        urls.iter().try_fold(AddCounts::default(), |sum, url| {
            let one = queue.add(&NewUrl { url: url.clone(), source: String::new(), feed: None, kind, if_known }, now)?;
            Ok::<_, crate::queue::Error>(AddCounts {
                new: sum.new + one.new,
                again: sum.again + one.again,
                known: sum.known + one.known,
                dead: sum.dead + one.dead,
            })
        })
    })?;
    Ok(added)
}

fn content(app: &App, added: Option<AddCounts>, text: &str, rejected: &[Rejected]) -> Markup {
    let fields = html! {
        p { label for="urls" { "Addresses, one a line" } }
        textarea #urls name="urls" rows="8" cols="80" required spellcheck="false" autocapitalize="off" { (text) }
        fieldset {
            legend { "They are" }
            p { label { input type="radio" name="kind" value="pages" checked; " stories, feeds or sitemaps" } }
            p { label { input type="radio" name="kind" value=(SOURCES); " pages with links to stories, which are fetched too" } }
        }
        p { label { input type="checkbox" name="again" value="1"; " Fetch them again, even if they have been fetched" } }
        p { button { "Add to the queue" } }
    };
    html! {
        h1 { "Add pages" }
        @if let Some(added) = added { p role="status" { (done(&added)) } }
        @if !rejected.is_empty() {
            section.error aria-label="Lines that were not added" {
                p { strong { (plural(rejected.len() as u64, "line")) " could not be added." } }
                ul {
                    @for line in rejected { li { "Line " (line.line) ": " bdi { (shortened_value(&line.text)) } " – " (line.why) } }
                }
            }
        }
        (form(app, "/add", &fields))
    }
}

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '[' | ']')
}

/// Links to be kept among a browser's bookmarks. The content security policy does not let them run here.
fn bookmarklets(host: &str) -> Markup {
    let add = format!("javascript:void(window.open('http://{host}/add?url='+encodeURIComponent(location.href)))");
    let keep = format!(
        "javascript:(()=>{{const f=document.createElement('form');f.method='post';f.action='http://{host}/capture';f.target='_blank';\
         f.acceptCharset='utf-8';for(const[n,v]of[['url',location.href],['html',document.documentElement.outerHTML]]){{\
         const i=document.createElement('input');i.type='hidden';i.name=n;i.value=v;f.append(i)}}document.body.append(f);f.submit();f.remove()}})()"
    );
    html! {
        h2 { "Bookmarklets" }
        p { "Drag them to the bookmarks of your browser, and use them on the page of a story." }
        ul {
            li { a href=(add) { "Add to gleaner" } ": opens this form with the address of the page." }
            li { a href=(keep) { "Keep in gleaner" } ": sends the page as your browser shows it, and asks whether to keep it." }
        }
    }
}

/// What was added, as a sentence.
fn done(added: &AddCounts) -> String {
    let mut parts = vec![format!("{} added", plural(added.new, "URL"))];
    if added.again > 0 {
        parts.push(format!("{} queued again", added.again));
    }
    if added.known > 0 {
        parts.push(format!("{} known already", added.known));
    }
    format!("{}. The next run fetches what waits in the queue.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_urls_are_explained() {
        let text = "https://a.example/story\n\n# a comment\nwww.a.example\nftp://a.example/x\n  http://b.example  \njavascript:alert(1)\nhttps://\nhttps://ann:secret@a.example/";
        let (urls, rejected) = read_lines(text);
        assert_eq!(urls.iter().map(Url::as_str).collect::<Vec<_>>(), ["https://a.example/story", "http://b.example/"]);
        assert_eq!(rejected.iter().map(|one| one.line).collect::<Vec<_>>(), [4, 5, 7, 8, 9]);
        assert!(rejected[0].why.contains("https://") && rejected[1].why.starts_with("ftp:") && rejected[3].why.contains("host"));
        assert!(!rejected[4].text.contains("secret"), "{}", rejected[4].text);
        let many = "https://a.example/\n".repeat(MAX_URLS + 1);
        assert_eq!(read_lines(&many).1.len(), 1);
    }
}
