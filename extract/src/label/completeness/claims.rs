//! Reads what a page declares about its own text in JSON-LD and `<meta>` elements: its length, whether it is paid, whether it is live.

use serde_json::{Map, Value};

use crate::base::text::{count_words, fold};
use crate::page::{Head, types_of_node};

/// What a page declares about its own text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// It declares itself a story, by an article type or a publication date.
    pub is_story: bool,
    /// Only its `og:type` declares it a story, which content management systems set on lists too.
    pub og_only: bool,
    /// It declares itself a list.
    pub is_list: bool,
    /// `wordCount`.
    pub word_count: Option<usize>,
    /// Folded words of `articleBody`.
    pub body_words: Option<usize>,
    /// `isAccessibleForFree`, or false if a `<meta>` element marks a paid story.
    pub free: Option<bool>,
    /// It declares itself a live blog.
    pub is_live: bool,
    /// Its `liveBlogUpdate`s.
    pub updates: Vec<LiveUpdate>,
}

/// One `liveBlogUpdate`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveUpdate {
    /// `datePublished`, as written.
    pub time: String,
    /// `headline`, else `name`.
    pub title: Option<String>,
    /// The beginning of `articleBody`.
    pub text: String,
}

/// Most updates of a live blog that are kept.
pub const MAX_UPDATES: usize = 500;

/// Properties whose nodes belong to the page itself.
const OWN_NODES: &[&str] = &["@graph", "mainEntity", "mainEntityOfPage"];

/// Types of pages that list others (schema.org).
const LISTS: &[&str] = &["CollectionPage", "ItemList", "SearchResultsPage"];

/// `<meta>` elements that mark a paid story, with the values that do.
const TIERS: &[(&str, &[&str])] = &[
    ("article:content_tier", &["locked", "metered"]),
    ("og:article:content_tier", &["locked", "metered"]),
    ("cxenseparse:paywall", &["true", "1", "yes"]),
    ("paywall", &["true", "1", "yes"]),
];

impl Claims {
    /// Reads the claims of a page's head.
    pub fn of(head: &Head) -> Self {
        let mut claims = Self::default();
        let mut nodes = Vec::new();
        head.json_ld_values().iter().for_each(|value| collect(value, 0, &mut nodes));
        claims.is_list = nodes.iter().any(|node| types_of_node(node).iter().any(|name| LISTS.contains(name)));
        let title = fold(head.title.as_deref().or_else(|| head.meta("og:title")).unwrap_or_default());
        let stories: Vec<&Map<String, Value>> =
            nodes.into_iter().filter(|node| types_of_node(node).iter().any(|name| is_story(name))).collect();
        // Of several stories, only the one with the page's title is the page's own.
        let is_own = |node: &&&Map<String, Value>| {
            let headline = fold(text(node, "headline").or_else(|| text(node, "name")).unwrap_or_default());
            !headline.is_empty() && (title.contains(&headline) || (!title.is_empty() && headline.contains(&title)))
        };
        let own = stories.iter().find(is_own).or_else(|| stories.first().filter(|_| stories.len() == 1));
        if let Some(node) = own {
            claims.read(node);
        }
        claims.is_story |= head.meta("article:published_time").is_some();
        let og_article = head.meta("og:type").is_some_and(|name| name.eq_ignore_ascii_case("article"));
        claims.og_only = og_article && !claims.is_story;
        claims.is_story |= og_article;
        let tier = TIERS.iter().find(|(name, values)| {
            head.meta(name).is_some_and(|content| values.iter().any(|value| content.eq_ignore_ascii_case(value)))
        });
        if tier.is_some() && claims.free.is_none() {
            claims.free = Some(false);
        }
        claims
    }

    fn read(&mut self, node: &Map<String, Value>) {
        self.is_story = true;
        self.word_count = node.get("wordCount").and_then(number).filter(|count| *count > 0);
        self.body_words = text(node, "articleBody").map(count_words).filter(|count| *count > 0);
        self.free = node.get("isAccessibleForFree").and_then(boolean).or_else(|| {
            let parts = node.get("hasPart").map(items).unwrap_or_default();
            let has_paid_part =
                parts.iter().filter_map(|part| part.get("isAccessibleForFree").and_then(boolean)).any(|free| !free);
            has_paid_part.then_some(false)
        });
        self.is_live = types_of_node(node).contains(&"LiveBlogPosting");
        let updates = node.get("liveBlogUpdate").map(items).unwrap_or_default();
        self.updates = updates.iter().take(MAX_UPDATES).filter_map(|update| update_of(update)).collect();
    }
}

fn update_of(value: &Value) -> Option<LiveUpdate> {
    let node = value.as_object()?;
    let title = text(node, "headline").or_else(|| text(node, "name")).map(str::to_owned);
    let body: String = text(node, "articleBody").unwrap_or_default().chars().take(200).collect();
    let time = text(node, "datePublished").or_else(|| text(node, "dateCreated")).unwrap_or_default().to_owned();
    (title.is_some() || !body.is_empty()).then_some(LiveUpdate { time, title, text: body })
}

/// Whether a schema.org type is that of a story.
fn is_story(name: &str) -> bool {
    name.ends_with("Article") || matches!(name, "BlogPosting" | "LiveBlogPosting" | "Report" | "SocialMediaPosting")
}

/// Collects the nodes that describe the page itself.
fn collect<'a>(value: &'a Value, depth: u8, nodes: &mut Vec<&'a Map<String, Value>>) {
    if depth > 8 || nodes.len() > 500 {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth + 1, nodes)),
        Value::Object(node) => {
            nodes.push(node);
            OWN_NODES.iter().filter_map(|key| node.get(*key)).for_each(|inner| collect(inner, depth + 1, nodes));
        }
        _ => {}
    }
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

fn text<'a>(node: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    items(node.get(key)?).first()?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn number(value: &Value) -> Option<usize> {
    let count = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    usize::try_from(count).ok()
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => match text.trim().to_ascii_lowercase().rsplit('/').next() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        Claims::of(&Head { title: Some("Ferry runs again | Courier".into()), json_ld: vec![json.into()], ..Head::default() })
    }

    #[test]
    fn a_story_declares_its_length_and_whether_it_is_free() {
        let found = claims(
            r#"{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "Ferry runs again", "wordCount": "612",
            "articleBody": "One two three", "hasPart": {"isAccessibleForFree": "False", "cssSelector": ".paid"}}]}"#,
        );
        assert_eq!((found.word_count, found.body_words, found.free), (Some(612), Some(3), Some(false)));
        assert!(found.is_story && !found.is_live);
    }

    #[test]
    fn the_stories_of_a_list_are_not_the_pages_own() {
        let list =
            r#"[{"@type": "NewsArticle", "headline": "One", "wordCount": 900}, {"@type": "NewsArticle", "headline": "Two"}]"#;
        assert_eq!(claims(list), Claims::default());
    }
}
