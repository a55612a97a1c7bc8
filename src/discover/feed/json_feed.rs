//! JSON Feed (<https://www.jsonfeed.org/version/1.1/>).

use gleaner_extract::base::escape::escape_html_content;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::document::{EXPECTED, Feed, MAX_AUTHORS, MAX_ENTRIES, NOT_A_FEED};
use super::plain_text;
use crate::discover::failure::Error;
use crate::discover::found_url::{FoundIn, FoundUrl};
use crate::discover::link::resolve_link;
use crate::feed_date::feed_date;

/// The parts of the feed that are read. Feeds get types wrong, so most values are checked one by one.
#[derive(Deserialize)]
struct JsonFeed {
    version: String,
    #[serde(default)]
    title: Value,
    #[serde(default)]
    next_url: Value,
    items: Vec<Value>,
}

/// Reads a JSON Feed.
pub fn read(json: &str, base: Option<&Url>) -> Result<Feed, Error> {
    let malformed = |error: serde_json::Error| Error::Malformed { expected: EXPECTED, cause: error.to_string() };
    let document: JsonFeed = serde_json::from_str(json).map_err(malformed)?;
    if !document.version.contains("jsonfeed.org/version") {
        return Err(NOT_A_FEED);
    }
    let count = document.items.len().min(MAX_ENTRIES);
    Ok(Feed {
        title: document.title.as_str().and_then(|title| plain_text::line(&escape_html_content(title))),
        entries: document.items.iter().take(MAX_ENTRIES).filter_map(|item| entry(item, base)).collect(),
        count,
        next: document.next_url.as_str().and_then(|next| resolve_link(base, next)),
        damage: None,
    })
}

fn entry(item: &Value, base: Option<&Url>) -> Option<FoundUrl> {
    let field = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let link = ["url", "external_url", "id"]
        .into_iter()
        .find_map(|name| resolve_link(if name == "id" { None } else { base }, field(name)?))?;
    let html = field("content_html").and_then(plain_text::paragraphs);
    let text = html.or_else(|| plain_text::paragraphs(&escape_html_content(field("content_text")?).replace('\n', "<br>")));
    let lists = item.get("authors").and_then(Value::as_array).into_iter().flatten().chain(item.get("author"));
    Some(FoundUrl {
        url: link,
        found_in: FoundIn::Feed,
        title: field("title").and_then(|title| plain_text::line(&escape_html_content(title))),
        published: ["date_published", "date_modified"].into_iter().find_map(|name| feed_date(field(name)?)),
        updated: field("date_modified").and_then(feed_date),
        text: text.or_else(|| plain_text::paragraphs(&escape_html_content(field("summary")?))),
        authors: lists
            .take(MAX_AUTHORS)
            .filter_map(|author| plain_text::name(&escape_html_content(author.get("name")?.as_str()?)))
            .collect(),
    })
}
