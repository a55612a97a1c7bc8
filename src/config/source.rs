//! `[[source]]` tables: where `gleaner run` gets its pages.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use crate::fetch::Render;

/// A source of pages for `gleaner run`, one `[[source]]` table each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
pub struct SourceConfig {
    /// A name for reports and the queue.
    pub name: String,
    /// What it is.
    pub place: SourcePlace,
    /// Words of the user's own, by which `gleaner run --only` chooses.
    pub tags: Vec<String>,
    /// Seconds between two looks at it, at the least and at the most, where they differ from those of `[queue]`.
    pub min_interval_s: Option<u64>,
    /// See `min_interval_s`.
    pub max_interval_s: Option<u64>,
    /// Entries of sitemaps that last changed longer ago are left out; where an entry does not tell, it counts as new.
    pub max_age_days: Option<u32>,
    /// Whether its pages are opened in a browser.
    pub render: Render,
}

/// What a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// Addresses written down in the configuration itself.
    Urls(Vec<String>),
    /// A file with one address or path a line, relative to the configuration file's folder.
    List(PathBuf),
    /// A table with a column of addresses.
    Csv {
        /// The file, relative to the configuration file's folder.
        file: PathBuf,
        /// The column's name; without, `url`, `link` and the like are tried.
        column: Option<String>,
    },
    /// A feed, or a page that declares one.
    Feed(Url),
    /// A sitemap, an index of sitemaps, a robots.txt that names some, or a site's front page, whose robots.txt is asked.
    Sitemap(Url),
    /// A front page or section.
    Page(Url),
    /// A list of feeds in a file.
    Opml(PathBuf),
    /// A list of feeds at an address.
    OpmlAt(Url),
}

impl SourceConfig {
    /// The source's kind, as the configuration names it.
    pub fn kind(&self) -> &'static str {
        match self.place {
            SourcePlace::Urls(_) => "urls",
            SourcePlace::List(_) => "list",
            SourcePlace::Csv { .. } => "csv",
            SourcePlace::Feed(_) => "feed",
            SourcePlace::Sitemap(_) => "sitemap",
            SourcePlace::Page(_) => "page",
            SourcePlace::Opml(_) | SourcePlace::OpmlAt(_) => "opml",
        }
    }
}

/// The table as written: which keys it may have depends on its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    kind: Kind,
    name: String,
    urls: Option<Vec<String>>,
    url: Option<String>,
    file: Option<PathBuf>,
    column: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    min_interval_s: Option<u64>,
    max_interval_s: Option<u64>,
    max_age_days: Option<u32>,
    #[serde(default)]
    render: Render,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Urls,
    List,
    Csv,
    Feed,
    Sitemap,
    Page,
    Opml,
}

impl Kind {
    /// The name, the key that it needs, and an example of its value.
    fn needs(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Urls => ("urls", "urls", "[\"https://…\"]"),
            Self::List => ("list", "file", "\"…\""),
            Self::Csv => ("csv", "file", "\"…\""),
            Self::Feed => ("feed", "url", "\"https://…\""),
            Self::Sitemap => ("sitemap", "url", "\"https://…\""),
            Self::Page => ("page", "url", "\"https://…\""),
            Self::Opml => ("opml", "file", "\"…\""),
        }
    }
}

impl TryFrom<Table> for SourceConfig {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let Table { kind, name, urls, url, file, column, tags, min_interval_s, max_interval_s, max_age_days, render } = table;
        if name.trim().is_empty() {
            return Err("a source has an empty `name`".to_owned());
        }
        let (kind_name, needed, example) = match kind {
            Kind::Opml if url.is_some() => ("opml", "url", "\"https://…\""),
            kind => kind.needs(),
        };
        let places = [("urls", urls.is_some()), ("url", url.is_some()), ("file", file.is_some())];
        let allowed =
            [("column", column.is_some(), kind == Kind::Csv), ("max_age_days", max_age_days.is_some(), kind == Kind::Sitemap)];
        if let Some((key, ..)) = allowed.iter().find(|(_, given, fits)| *given && !fits) {
            return Err(format!("source `{name}` is of kind `{kind_name}`, which has no `{key}`"));
        }
        let others: Vec<&str> = places.iter().filter(|(key, _)| *key != needed).map(|(key, _)| *key).collect();
        let wrong =
            || format!("source `{name}` is of kind `{kind_name}`: it needs `{needed} = {example}`, and no {}", or(&others));
        if places.iter().any(|(key, given)| *given != (*key == needed)) {
            return Err(wrong());
        }
        let address = || {
            let text = url.as_deref().unwrap_or_default();
            let address = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            address.ok_or_else(|| format!("source `{name}`: {text:?} is no address that begins with https:// or http://"))
        };
        let place = match (kind, urls, file) {
            (Kind::Urls, Some(urls), _) => SourcePlace::Urls(urls),
            (Kind::List, _, Some(file)) => SourcePlace::List(file),
            (Kind::Csv, _, Some(file)) => SourcePlace::Csv { file, column },
            (Kind::Opml, _, Some(file)) => SourcePlace::Opml(file),
            (Kind::Opml, ..) if url.is_some() => SourcePlace::OpmlAt(address()?),
            (Kind::Feed, ..) => SourcePlace::Feed(address()?),
            (Kind::Sitemap, ..) => SourcePlace::Sitemap(address()?),
            (Kind::Page, ..) => SourcePlace::Page(address()?),
            _ => return Err(wrong()),
        };
        Ok(Self { name, place, tags, min_interval_s, max_interval_s, max_age_days, render })
    }
}

/// "`a`", "`a` or `b`".
fn or(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}
