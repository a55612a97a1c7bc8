//! JSON Feed (<https://www.jsonfeed.org/version/1.1/>).

use gleaner_extract::base::escape::escape_html_content;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Feed, MAX_ENTRIES, moment, text};
use crate::discover::{Error, Found, Witness, join};

/// The feed as far as it is read. Authors of feeds get types wrong, so that single values are looked at one by one.
#[derive(Deserialize)]
struct Document {
    version: String,
    #[serde(default)]
    title: Value,
    #[serde(default)]
    next_url: Value,
    items: Vec<Value>,
}

/// Reads a JSON Feed.
pub fn read(json: &str, base: Option<&Url>) -> Result<Feed, Error> {
    let damaged = |error: serde_json::Error| Error::Damaged { what: "the feed", damage: error.to_string() };
    let document: Document = serde_json::from_str(json).map_err(damaged)?;
    if !document.version.contains("jsonfeed.org/version") {
        return Err(Error::Not { what: "the feed" });
    }
    let count = document.items.len().min(MAX_ENTRIES);
    Ok(Feed {
        title: document.title.as_str().and_then(|title| text::line(&escape_html_content(title))),
        entries: document.items.iter().take(MAX_ENTRIES).filter_map(|item| entry(item, base)).collect(),
        count,
        next: document.next_url.as_str().and_then(|next| join(base, next)),
        damage: None,
    })
}

fn entry(item: &Value, base: Option<&Url>) -> Option<Found> {
    let field = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let link =
        ["url", "external_url", "id"].into_iter().find_map(|name| join(if name == "id" { None } else { base }, field(name)?))?;
    let html = field("content_html").and_then(text::paragraphs);
    let text = html.or_else(|| text::paragraphs(&escape_html_content(field("content_text")?).replace('\n', "<br>")));
    let lists = item.get("authors").and_then(Value::as_array).into_iter().flatten().chain(item.get("author"));
    Some(Found {
        url: link,
        witness: Witness::Feed,
        title: field("title").and_then(|title| text::line(&escape_html_content(title))),
        published: ["date_published", "date_modified"].into_iter().find_map(|name| moment(field(name)?)),
        updated: field("date_modified").and_then(moment),
        text: text.or_else(|| text::paragraphs(&escape_html_content(field("summary")?))),
        authors: lists.filter_map(|author| text::name(&escape_html_content(author.get("name")?.as_str()?))).collect(),
    })
}
