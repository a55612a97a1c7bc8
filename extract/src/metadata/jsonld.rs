//! JSON-LD: finds the node that describes this page among all that the page carries, and hears it. Related stories are not heard.

use serde_json::{Map, Value};

use super::candidate::{AuthorKind, Candidate, Candidates, RawAuthor, Source};
use super::date::{self, Reading};
use super::page_context::{PageContext, overlap};
use super::plain::plain;
use super::resolve;
use crate::base::fast_hash::FastMap;
use crate::base::text::fold;
use crate::base::url::canonical;

/// A JSON-LD node.
type Node = Map<String, Value>;

/// Most nodes that are looked at.
const MAX_NODES: usize = 4_000;

/// Most authors, images or keywords that are taken from one value.
const MAX_ITEMS: usize = 64;

/// How well a type describes a story; types that are not listed describe none. Schema.org, "Article" and its subtypes first.
const TYPES: &[(&str, f32)] = &[
    ("NewsArticle", 3.0),
    ("ReportageNewsArticle", 3.0),
    ("AnalysisNewsArticle", 3.0),
    ("OpinionNewsArticle", 3.0),
    ("BackgroundNewsArticle", 3.0),
    ("AskPublicNewsArticle", 3.0),
    ("ReviewNewsArticle", 3.0),
    ("SatiricalArticle", 3.0),
    ("AdvertiserContentArticle", 2.8),
    ("Article", 2.9),
    ("BlogPosting", 2.9),
    ("TechArticle", 2.9),
    ("ScholarlyArticle", 2.9),
    ("MedicalScholarlyArticle", 2.9),
    ("LiveBlogPosting", 2.8),
    ("SocialMediaPosting", 2.5),
    ("DiscussionForumPosting", 2.5),
    ("Report", 2.5),
    ("Recipe", 2.5),
    ("HowTo", 2.2),
    ("Review", 2.0),
    ("CreativeWork", 1.9),
    ("Question", 1.8),
    ("Course", 1.5),
    ("Product", 1.2),
    ("Event", 1.2),
    ("PodcastEpisode", 1.2),
    ("VideoObject", 1.1),
    ("AudioObject", 1.0),
    ("QAPage", 1.0),
    ("MedicalWebPage", 1.0),
    ("AboutPage", 0.9),
    ("ItemPage", 0.9),
    ("FAQPage", 0.8),
    ("CollectionPage", 0.7),
    ("ProfilePage", 0.7),
    ("WebPage", 0.9),
];

/// From this rank on a type is a story's own.
const STORY: f32 = 1.9;

/// Types of what an article can be part of that name an outlet.
const OUTLETS: &[&str] = &["WebSite", "Periodical", "Newspaper", "Blog", "PublicationIssue", "CreativeWorkSeries"];

/// Where nodes of the page's own stand inside others.
const NESTS: &[&str] = &["@graph", "mainEntity", "mainEntityOfPage", "@list"];

/// Hears the page's JSON-LD.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let graph = Graph::of(context.page().head.json_ld_values());
    let mut ranked: Vec<Ranked<'_>> = graph.nodes.iter().filter_map(|node| graph.rank(node, context)).collect();
    // A stable sort: the first node of several alike wins.
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    if let Some(story) = ranked.iter().find(|ranked| ranked.type_rank >= STORY) {
        graph.hear(story, Source::JsonLd, context, found);
    }
    if let Some(page) = ranked.iter().find(|ranked| ranked.type_rank < STORY) {
        graph.hear(page, Source::JsonLdPage, context, found);
    }
    graph.hear_site(found);
    graph.hear_breadcrumbs(context, found);
}

/// A node that may describe the page.
struct Ranked<'a> {
    node: &'a Node,
    kind: &'a str,
    type_rank: f32,
    score: f32,
    /// It says that it describes another page.
    foreign: bool,
}

struct Graph<'a> {
    nodes: Vec<&'a Node>,
    by_id: FastMap<&'a str, &'a Node>,
}

impl<'a> Graph<'a> {
    fn of(values: &'a [Value]) -> Self {
        let mut graph = Self { nodes: Vec::new(), by_id: FastMap::default() };
        for value in values {
            graph.collect(value, true, 0);
        }
        graph
    }

    /// Takes nodes of the page's own (`own`), and every node that has an identity, for references.
    fn collect(&mut self, value: &'a Value, own: bool, depth: u8) {
        if depth > 16 || self.nodes.len() + self.by_id.len() > MAX_NODES {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, own, depth + 1)),
            Value::Object(node) => {
                if own && node.contains_key("@type") {
                    self.nodes.push(node);
                }
                if let Some(id) = node.get("@id").and_then(Value::as_str).filter(|_| node.len() > 1) {
                    let known = self.by_id.entry(id).or_insert(node);
                    // The fullest node of an identity is its definition, the others mention it.
                    if node.len() > known.len() {
                        *known = node;
                    }
                }
                for (key, value) in node {
                    self.collect(value, own && NESTS.contains(&key.as_str()), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// The node a value is or refers to.
    fn resolve(&self, value: &'a Value) -> Option<&'a Node> {
        match value {
            Value::Object(node) => {
                let id = node.get("@id").and_then(Value::as_str);
                let bare = !node.contains_key("name");
                Some(id.filter(|_| bare).and_then(|id| self.by_id.get(id).copied()).unwrap_or(node))
            }
            Value::String(id) => self.by_id.get(id.as_str()).copied(),
            Value::Array(items) => items.first().and_then(|first| self.resolve(first)),
            _ => None,
        }
    }

    fn rank(&self, node: &'a Node, context: &PageContext<'_>) -> Option<Ranked<'a>> {
        let kinds = types(node);
        let (kind, type_rank) = kinds
            .into_iter()
            .filter_map(|kind| TYPES.iter().find(|(name, _)| *name == kind).map(|(_, rank)| (kind, *rank)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        let mut score = type_rank;
        let title = text(node, "headline").or_else(|| text(node, "name"));
        score += title.map_or(0.0, |title| 2.0 * context.likeness(&title));
        let same = self.is_this_page(node, context);
        score += same.map_or(0.0, |same| if same { 1.5 } else { -1.5 });
        score += ["datePublished", "author", "headline"].iter().filter(|key| node.contains_key(**key)).count() as f32 * 0.3;
        Some(Ranked { node, kind, type_rank, score, foreign: same == Some(false) })
    }

    /// Whether the node says that it describes this page, or another one; `None` where it says neither.
    fn is_this_page(&self, node: &'a Node, context: &PageContext<'_>) -> Option<bool> {
        let own = context.page().head.url.as_ref()?;
        let key = |url: &url::Url| {
            let url = canonical(url);
            format!("{}{}", url.host_str().unwrap_or_default().trim_start_matches("www."), url.path().trim_end_matches('/'))
        };
        let declared = ["mainEntityOfPage", "url", "@id"].iter().filter_map(|name| {
            let value = node.get(*name)?;
            let text = value.as_str().or_else(|| value.get("@id").or_else(|| value.get("url")).and_then(Value::as_str))?;
            own.join(text).ok()
        });
        let mut said = None;
        for url in declared {
            let same_number = number(url.path()).is_some_and(|id| number(own.path()) == Some(id));
            if key(&url) == key(own) || same_number {
                return Some(true);
            }
            // A bare host or fragment tells nothing of the page.
            if url.path().len() > 1 {
                said = Some(false);
            }
        }
        said
    }

    /// Hears one node for every field.
    fn hear(&self, ranked: &Ranked<'a>, source: Source, context: &PageContext<'_>, found: &mut Candidates) {
        let node = ranked.node;
        // Addresses differ for harmless reasons too (moved hosts, AMP), so a foreign address only lowers the voice.
        let adjustment = if ranked.foreign { -0.15 } else { 0.0 };
        let witness = |key: &str| format!("json-ld:{}.{key}", ranked.kind);
        let say = |key: &str, value: String| Candidate::new(value, source, witness(key)).adjusted(adjustment);
        let now = context.input.now;
        for key in ["headline", "name"] {
            // Newsrooms put the headline here, other publishers a title made for search engines.
            let lower =
                if key == "headline" { 0.0 } else { -0.05 } + if ranked.kind.ends_with("NewsArticle") { 0.0 } else { -0.12 };
            found.titles.extend(text(node, key).map(|title| say(key, title).adjusted(lower)));
        }
        for key in ["author", "creator"] {
            let mut authors = Vec::new();
            self.authors(node.get(key), &mut authors, 0);
            if !authors.is_empty() {
                found.authors.push(Candidate::new(authors, source, witness(key)).adjusted(adjustment));
                break;
            }
        }
        // Live blogs publish themselves anew as they go; their JSON-LD keeps the start.
        let live = if ranked.kind == "LiveBlogPosting" { 0.15 } else { 0.0 };
        let dates = [("datePublished", live), ("dateCreated", -0.25), ("uploadDate", -0.2)];
        found.published.extend(dates.iter().filter_map(|(key, lower)| {
            let reading = read_date(node, key, context).filter(|reading| date::is_plausible(reading, now))?;
            Some(Candidate::new(reading, source, witness(key)).adjusted(adjustment + lower))
        }));
        found.modified.extend(
            read_date(node, "dateModified", context)
                .map(|reading| Candidate::new(reading, source, witness("dateModified")).adjusted(adjustment)),
        );
        for key in ["publisher", "sourceOrganization", "isPartOf"] {
            // An article is also said to be part of its own web page, whose name is the headline.
            let is_outlet = |node: &&Node| key != "isPartOf" || types(node).iter().any(|kind| OUTLETS.contains(kind));
            let name = node.get(key).and_then(|value| self.resolve(value)).filter(is_outlet).and_then(|node| text(node, "name"));
            let lower = if key == "publisher" { 0.0 } else { -0.2 };
            found.sites.extend(name.map(|name| say(&format!("{key}.name"), name).adjusted(lower)));
        }
        self.hear_rest(node, &say, found);
        let free = node.get("isAccessibleForFree").and_then(boolean);
        found
            .paywalled
            .extend(free.map(|free| Candidate::new(!free, source, witness("isAccessibleForFree")).adjusted(adjustment)));
        let tags: Vec<String> =
            strings(node.get("keywords")).iter().flat_map(|text| resolve::split_tags(text)).take(MAX_ITEMS).collect();
        if !tags.is_empty() {
            found.tags.push(Candidate::new(tags, source, witness("keywords")).adjusted(adjustment));
        }
    }

    /// Section, language, summary, address and image.
    fn hear_rest(&self, node: &'a Node, say: &dyn Fn(&str, String) -> Candidate<String>, found: &mut Candidates) {
        found
            .sections
            .extend(strings(node.get("articleSection")).into_iter().next().map(|section| say("articleSection", plain(&section))));
        let language = node.get("inLanguage").and_then(|value| match value {
            Value::Object(node) => text(node, "alternateName").or_else(|| text(node, "name")),
            other => strings(Some(other)).into_iter().next(),
        });
        found.languages.extend(language.map(|language| say("inLanguage", language)));
        found.descriptions.extend(text(node, "description").map(|text| say("description", text)));
        let address = node.get("mainEntityOfPage").or_else(|| node.get("url"));
        let address = address.and_then(|value| value.as_str().or_else(|| value.get("@id").and_then(Value::as_str)));
        found.canonical.extend(address.map(|url| say("mainEntityOfPage", url.to_string())));
        found.licences.extend(self.licence(node).map(|licence| say("license", licence)));
        let image = node.get("image").and_then(|value| match value {
            Value::String(url) => Some(url.clone()),
            Value::Array(items) => items.first().and_then(|first| match first {
                Value::String(url) => Some(url.clone()),
                other => self.resolve(other).and_then(|node| text(node, "url")),
            }),
            other => self.resolve(other).and_then(|node| text(node, "url").or_else(|| text(node, "contentUrl"))),
        });
        found.images.extend(image.map(|image| say("image", image)));
    }

    /// The licence: an address or words, or a work that has them.
    fn licence(&self, node: &'a Node) -> Option<String> {
        let value = node.get("license")?;
        let said = strings(Some(value)).into_iter().next().filter(|text| !text.is_empty());
        let url = || self.resolve(value).and_then(|work| text(work, "url").or_else(|| text(work, "@id")));
        if value.is_string() { said } else { url().or(said) }
    }

    /// The authors of a value in any of its shapes: a string, an object, a reference, a list of them.
    fn authors(&self, value: Option<&'a Value>, out: &mut Vec<RawAuthor>, depth: u8) {
        let Some(value) = value.filter(|_| depth < 4 && out.len() < MAX_ITEMS) else { return };
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.authors(Some(item), out, depth + 1)),
            Value::String(name) => match self.by_id.get(name.as_str()) {
                Some(node) => self.author_of(node, out, depth),
                None => out.extend(Some(plain(name)).filter(|name| !name.is_empty()).map(RawAuthor::unknown)),
            },
            Value::Object(_) => {
                if let Some(node) = self.resolve(value) {
                    self.author_of(node, out, depth);
                }
            }
            _ => {}
        }
    }

    fn author_of(&self, node: &'a Node, out: &mut Vec<RawAuthor>, depth: u8) {
        let kinds = types(node);
        let kind = if kinds.contains(&"Person") {
            AuthorKind::Person
        } else if kinds.iter().any(|kind| kind.contains("Organization") || *kind == "Corporation") {
            AuthorKind::Organisation
        } else {
            AuthorKind::Unknown
        };
        let names: Vec<String> =
            strings(node.get("name")).iter().map(|name| plain(name)).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            let parts = [text(node, "givenName"), text(node, "familyName")];
            let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            match node.get("@list").or_else(|| node.get("author")) {
                Some(list) if whole.is_empty() => self.authors(Some(list), out, depth + 1),
                _ => out.extend(Some(whole).filter(|name| !name.is_empty()).map(|text| RawAuthor { text, kind })),
            }
        }
        out.extend(names.into_iter().map(|text| RawAuthor { text, kind }));
    }

    /// The name of the site, from nodes that describe it.
    fn hear_site(&self, found: &mut Candidates) {
        const SITES: &[(&str, f32)] = &[
            ("WebSite", 0.0),
            ("NewsMediaOrganization", 0.0),
            ("Organization", -0.25),
            ("Corporation", -0.3),
            ("Newspaper", 0.0),
        ];
        for node in &self.nodes {
            let kinds = types(node);
            let Some((kind, lower)) = SITES.iter().find(|(kind, _)| kinds.contains(kind)) else { continue };
            let name = text(node, "name").or_else(|| text(node, "alternateName"));
            found.sites.extend(
                name.map(|name| Candidate::new(name, Source::JsonLdPage, format!("json-ld:{kind}.name")).adjusted(*lower)),
            );
        }
    }

    /// The last breadcrumb in front of the story.
    fn hear_breadcrumbs(&self, context: &PageContext<'_>, found: &mut Candidates) {
        let Some(list) = self.nodes.iter().find(|node| types(node).contains(&"BreadcrumbList")) else { return };
        let Some(Value::Array(items)) = list.get("itemListElement") else { return };
        let names: Vec<String> = items
            .iter()
            .take(MAX_ITEMS)
            .filter_map(|item| {
                let item = item.as_object()?;
                text(item, "name").or_else(|| item.get("item").and_then(Value::as_object).and_then(|item| text(item, "name")))
            })
            .collect();
        // The first is the home page, the story itself comes last where it is listed at all.
        let inner = names.get(1..).unwrap_or_default();
        let section = inner.iter().rev().find(|name| context.names.iter().all(|own| overlap(&fold(name), own) < 0.6));
        found.sections.extend(section.map(|name| Candidate::new(name.clone(), Source::JsonLdPage, "json-ld:BreadcrumbList")));
    }
}

/// The longest number of at least five digits in a path: content systems keep it when the words around it change.
fn number(path: &str) -> Option<&str> {
    let numbers = path.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 5);
    numbers.max_by_key(|run| run.len())
}

fn read_date(node: &Node, key: &str, context: &PageContext<'_>) -> Option<Reading> {
    let value = node.get(key)?;
    let value = if let Value::Array(items) = value { items.first()? } else { value };
    match value {
        Value::String(text) => date::any(text, &context.locale),
        Value::Number(number) => date::machine(&number.to_string()),
        Value::Object(node) => node.get("@value").and_then(Value::as_str).and_then(|text| date::any(text, &context.locale)),
        _ => None,
    }
}

/// The types of a node, without namespaces.
fn types(node: &Node) -> Vec<&str> {
    let values: Vec<&str> = match node.get("@type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    values.into_iter().map(|kind| kind.rsplit(['/', '#', ':']).next().unwrap_or(kind)).collect()
}

/// A text value, plain; `None` where empty.
fn text(node: &Node, key: &str) -> Option<String> {
    let value = strings(node.get(key)).into_iter().next()?;
    Some(plain(&value)).filter(|text| !text.is_empty())
}

/// The strings of a value: itself, the items of a list, `@value`s, names of objects.
fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().take(MAX_ITEMS).flat_map(|item| strings(Some(item))).collect(),
        Some(Value::Object(node)) => strings(node.get("@value").or_else(|| node.get("name"))),
        _ => Vec::new(),
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => match text.trim().to_ascii_lowercase().rsplit('/').next() {
            Some("true" | "yes" | "1") => Some(true),
            Some("false" | "no" | "0") => Some(false),
            _ => None,
        },
        _ => None,
    }
}
