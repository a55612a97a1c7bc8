//! Lists of documents for other programs: feeds of the corpus, a search or a site with the full clean text, and e-books. Written by [`crate::export`].

use std::io;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST, HeaderMap};
use axum::response::{IntoResponse, Response};

use super::app::{App, SharedApp, read};
use super::filters::{NAMES, Wanted};
use super::params::Params;
use super::problem::Problem;
use super::saved::{feed_path, params_of};
use crate::commands::export::{record, stem};
use crate::export::{About, FileFormat, format};
use crate::store::CorpusReader;

/// Documents of a feed, unless the request says otherwise.
const USUAL_LIMIT: usize = 50;

/// Bytes of text after which a feed ends.
const MAX_BYTES: usize = 64 << 20;

/// A list that can be followed or downloaded.
#[derive(Clone, Copy, Debug)]
pub struct FeedForm {
    /// Its file name.
    pub file: &'static str,
    /// Its name for people.
    pub title: &'static str,
    format: &'static str,
    /// Its media type.
    pub content_type: &'static str,
}

/// The lists.
pub const FEEDS: &[FeedForm] = &[
    FeedForm { file: "atom.xml", title: "Atom", format: "atom", content_type: "application/atom+xml" },
    FeedForm { file: "rss.xml", title: "RSS", format: "rss", content_type: "application/rss+xml" },
    FeedForm { file: "feed.json", title: "JSON Feed", format: "jsonfeed", content_type: "application/feed+json" },
    FeedForm { file: "documents.epub", title: "EPUB", format: "epub", content_type: "application/epub+zip" },
];

/// The documents that the parameters choose, as a feed or e-book.
pub async fn feed(
    State(app): State<SharedApp>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::of_query(query.as_deref()).only(NAMES);
    let list = FeedList { title: title_of(&params), path: params.on(&format!("/feeds/{file}")), params };
    respond(app, form_of(&file)?, list, &headers).await
}

/// The documents of a saved search, as a feed or e-book.
pub async fn saved_feed(
    State(app): State<SharedApp>,
    Path((name, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form_of(&file)?;
    let watch = app.setup.config.watch.iter().find(|watch| watch.name == name);
    let watch = watch.ok_or_else(|| Problem::not_found("There is no saved search with this name."))?;
    let list = FeedList { title: watch.name.clone(), path: feed_path(watch, form.file), params: params_of(watch) };
    respond(app, form, list, &headers).await
}

fn form_of(file: &str) -> Result<&'static FeedForm, Problem> {
    FEEDS.iter().find(|form| form.file == file).ok_or_else(|| Problem::not_found("There is no such feed."))
}

/// A list of documents.
struct FeedList {
    /// Its name for people.
    title: String,
    /// Its own address.
    path: String,
    /// What asks for its documents.
    params: Params,
}

async fn respond(app: SharedApp, form: &'static FeedForm, list: FeedList, headers: &HeaderMap) -> Result<Response, Problem> {
    let mut wanted = Wanted::of(&list.params, USUAL_LIMIT)?;
    // A feed tells what is new.
    wanted.by_date = wanted.by_date || list.params.get("order").is_none();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let url = format!("http://{host}{}", list.path);
    read(app, move |app, reader| {
        let missing = || Problem::new(StatusCode::NOT_FOUND, "This format is not part of this build.");
        let format = format(form.format).ok_or_else(missing)?;
        let about = About { title: &list.title, url: Some(&url), now: app.setup.clock.now() };
        let body = write(app, reader, &wanted, (format, about))?;
        let is_book = form.format == "epub";
        let disposition = if is_book { "attachment; filename=\"documents.epub\"" } else { "inline" };
        Ok(([(CONTENT_TYPE, form.content_type), (CONTENT_DISPOSITION, disposition)], body).into_response())
    })
    .await
}

fn title_of(params: &Params) -> String {
    let parts: Vec<&str> = ["q", "site", "author", "tag", "language"].into_iter().flat_map(|name| params.all(name)).collect();
    if parts.is_empty() { "gleaner".to_owned() } else { format!("gleaner: {}", parts.join(", ")) }
}

fn write(
    app: &App,
    reader: &CorpusReader,
    wanted: &Wanted,
    (format, about): (&FileFormat, About<'_>),
) -> Result<Vec<u8>, Problem> {
    let failed =
        |error: io::Error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("Failed to write the feed: {error}."));
    let mut body = Vec::new();
    let mut exporter = (format.open)(&mut body, about).map_err(failed)?;
    let mut bytes = 0;
    for entry in wanted.find(reader)?.entries {
        // One that is damaged is left out: `verify` names it.
        let Ok((document, Some(text))) = reader.read_listed(&entry.document) else { continue };
        bytes += text.len();
        if bytes > MAX_BYTES {
            break;
        }
        let stem = stem(&app.setup.layout, &document);
        exporter.document(&record(&document.sidecar, &stem, &text)).map_err(failed)?;
    }
    exporter.finish().map_err(failed)?;
    drop(exporter);
    Ok(body)
}
