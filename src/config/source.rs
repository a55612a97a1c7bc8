//! `[[source]]` tables: where `gleaner run` gets its pages.

use std::collections::HashMap;
use std::path::PathBuf;

use gleaner_extract::base::path_text::path_text;
use serde::Deserialize;
use url::Url;

use crate::fetch::{Login, Render};
use gleaner_extract::base::url::hide_invalid_login;

/// A source of pages for `gleaner run`, one `[[source]]` table each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "SourceTable")]
pub struct SourceConfig {
    /// A name for reports and the queue.
    pub name: String,
    /// Where its pages are listed; URLs without logins.
    pub place: SourcePlace,
    /// The user names and passwords of its URLs.
    pub logins: Vec<Login>,
    /// Words of the user's own, by which `gleaner run --only` chooses.
    pub tags: Vec<String>,
    /// Shortest time between two polls in seconds, instead of that of `[queue]`.
    pub min_interval_s: Option<u64>,
    /// Longest time between two polls in seconds, instead of that of `[queue]`.
    pub max_interval_s: Option<u64>,
    /// Sitemap entries that were last modified longer ago are skipped. An entry without a date is not.
    pub max_age_days: Option<u32>,
    /// Whether its pages are rendered in a browser.
    pub render: Render,
}

/// Where the pages of a source are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// URLs in the configuration itself.
    Urls(Vec<String>),
    /// A file with one URL or path per line, relative to the configuration file's folder.
    List(PathBuf),
    /// A CSV file with a column of URLs.
    Csv {
        /// The file, relative to the configuration file's folder.
        file: PathBuf,
        /// The column's name; without one, `url`, `link` and similar names are tried.
        column: Option<String>,
    },
    /// A feed, or a page that declares one.
    Feed(Url),
    /// A sitemap, a sitemap index, a robots.txt that lists sitemaps, or a front page whose site's robots.txt does.
    Sitemap(Url),
    /// A front page or section.
    Page(Url),
    /// A list of feeds (OPML) in a file.
    Opml(PathBuf),
    /// A list of feeds at a URL.
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

/// Two sources that have the same name or place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Duplicate {
    /// Position of the second one among the sources, from 0.
    pub index: usize,
    /// The key of the table whose value both have.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
    /// What the user can do about it.
    pub hint: String,
}

/// The first source with the name or the place of an earlier one. Reports and the queue know sources by both.
pub(super) fn find_duplicate(sources: &[SourceConfig]) -> Option<Duplicate> {
    let (mut names, mut places) = (HashMap::new(), HashMap::new());
    for (index, source) in sources.iter().enumerate() {
        let name = source.name.trim();
        if names.insert(name.to_lowercase(), index).is_some() {
            let message = format!("two sources have the name `{name}`");
            let hint = "give each source a name of its own: reports, the queue and `--only` use it".to_owned();
            return Some(Duplicate { index, key: "name", message, hint });
        }
        let (key, place) = match &source.place {
            SourcePlace::Urls(_) => continue,
            SourcePlace::List(file) | SourcePlace::Csv { file, .. } | SourcePlace::Opml(file) => ("file", path_text(file)),
            SourcePlace::Feed(url) | SourcePlace::Sitemap(url) | SourcePlace::Page(url) | SourcePlace::OpmlAt(url) => {
                ("url", url.to_string())
            }
        };
        if let Some(earlier) = places.insert((key, place.clone()), &source.name) {
            let message = format!("the sources `{earlier}` and `{name}` have the same `{key}`: {place}");
            let hint = "remove one of them; a source can have several tags".to_owned();
            return Some(Duplicate { index, key, message, hint });
        }
    }
    None
}

/// The table as written. Which keys it may have depends on its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    kind: SourceKind,
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
enum SourceKind {
    Urls,
    List,
    Csv,
    Feed,
    Sitemap,
    Page,
    Opml,
}

impl SourceKind {
    /// Its name, the key that it requires, and an example of the key's value.
    fn required_key(self) -> (&'static str, &'static str, &'static str) {
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

impl TryFrom<SourceTable> for SourceConfig {
    type Error = String;

    fn try_from(table: SourceTable) -> Result<Self, String> {
        let SourceTable { kind, name, urls, url, file, column, tags, min_interval_s, max_interval_s, max_age_days, render } =
            table;
        if name.trim().is_empty() {
            return Err("a source has an empty `name`".to_owned());
        }
        let (kind_name, required, example) = match kind {
            SourceKind::Opml if url.is_some() => ("opml", "url", "\"https://…\""),
            kind => kind.required_key(),
        };
        let places = [("urls", urls.is_some()), ("url", url.is_some()), ("file", file.is_some())];
        let allowed = [
            ("column", column.is_some(), kind == SourceKind::Csv),
            ("max_age_days", max_age_days.is_some(), kind == SourceKind::Sitemap),
        ];
        if let Some((key, ..)) = allowed.iter().find(|(_, given, fits)| *given && !fits) {
            return Err(format!("source `{name}` is of kind `{kind_name}`, which has no `{key}`"));
        }
        let other_keys: Vec<&str> = places.iter().filter(|(key, _)| *key != required).map(|(key, _)| *key).collect();
        let wrong_keys = || {
            format!(
                "source `{name}` is of kind `{kind_name}`: it needs `{required} = {example}`, and no {}",
                or_list(&other_keys)
            )
        };
        if places.iter().any(|(key, given)| *given != (*key == required)) {
            return Err(wrong_keys());
        }
        let mut logins = Vec::new();
        let mut address = || {
            let text = url.as_deref().unwrap_or_default();
            let address = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            let (address, login) = Login::split(address.ok_or_else(|| {
                let text = hide_invalid_login(text);
                format!("source `{name}`: {text:?} is not an address that starts with https:// or http://")
            })?);
            logins.extend(login);
            Ok::<Url, String>(address)
        };
        let place = match (kind, urls, file) {
            (SourceKind::Urls, Some(urls), _) => SourcePlace::Urls(urls.iter().map(|url| bare(url, &mut logins)).collect()),
            (SourceKind::List, _, Some(file)) => SourcePlace::List(file),
            (SourceKind::Csv, _, Some(file)) => SourcePlace::Csv { file, column },
            (SourceKind::Opml, _, Some(file)) => SourcePlace::Opml(file),
            (SourceKind::Opml, ..) if url.is_some() => SourcePlace::OpmlAt(address()?),
            (SourceKind::Feed, ..) => SourcePlace::Feed(address()?),
            (SourceKind::Sitemap, ..) => SourcePlace::Sitemap(address()?),
            (SourceKind::Page, ..) => SourcePlace::Page(address()?),
            _ => return Err(wrong_keys()),
        };
        Ok(Self { name, place, logins, tags, min_interval_s, max_interval_s, max_age_days, render })
    }
}

/// A URL as written, but without its login, which is added to `logins`.
fn bare(text: &str, logins: &mut Vec<Login>) -> String {
    match Url::parse(text).map(Login::split) {
        Ok((url, Some(login))) => {
            logins.push(login);
            url.into()
        }
        Ok((_, None)) => text.to_owned(),
        // An outcome of the run will say so.
        Err(_) => hide_invalid_login(text).to_owned(),
    }
}

/// "`a`", "`a` or `b`".
fn or_list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}
