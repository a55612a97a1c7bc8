//! Collects candidates from JSON-LD: finds the node that describes this page among all nodes on it. Ignores related stories.

use serde_json::Value;

use super::candidate::{AuthorKind, Candidate, Candidates, MetadataSource, RawAuthor};
use super::date::{self, ParsedDate};
use super::jsonld_value::{MAX_ITEMS, Node, boolean, strings, text};
use super::page_context::PageContext;
use super::plain::plain;
use super::tags::split_tags;
use crate::base::fast_hash::FastMap;
use crate::base::overlap::overlap;
use crate::base::text::fold;
use crate::base::url::canonical;
use crate::page::types_of_node;

/// The maximum number of nodes that are examined.
const MAX_NODES: usize = 4_000;

/// How well a schema.org type describes a story: `Article` and its subtypes first. Types that are not listed describe none.
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

/// The minimum rank of a type that describes a story and not the page around it.
const MIN_STORY_RANK: f32 = 1.9;

/// Types whose name is the outlet's, for nodes that an article is part of.
const OUTLETS: &[&str] = &["WebSite", "Periodical", "Newspaper", "Blog", "PublicationIssue", "CreativeWorkSeries"];

/// Properties that nest nodes about the page itself.
const NESTING_KEYS: &[&str] = &["@graph", "mainEntity", "mainEntityOfPage", "@list"];

/// Collects candidates from the page's JSON-LD.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let graph = Graph::of(context.page().head.json_ld_values());
    let mut ranked: Vec<RankedNode<'_>> = graph.nodes.iter().filter_map(|node| graph.rank(node, context)).collect();
    // The sort is stable: the first of several equal nodes wins.
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    if let Some(story) = ranked.iter().find(|ranked| ranked.type_rank >= MIN_STORY_RANK) {
        graph.collect_node(story, MetadataSource::JsonLd, context, candidates);
    }
    if let Some(page) = ranked.iter().find(|ranked| ranked.type_rank < MIN_STORY_RANK) {
        graph.collect_node(page, MetadataSource::JsonLdPage, context, candidates);
    }
    graph.collect_site_names(candidates);
    graph.collect_breadcrumbs(context, candidates);
}

/// A node that may describe the page.
struct RankedNode<'a> {
    node: &'a Node,
    kind: &'a str,
    type_rank: f32,
    score: f32,
    /// It declares that it describes another page.
    is_foreign: bool,
}

/// All JSON-LD nodes of a page.
struct Graph<'a> {
    nodes: Vec<&'a Node>,
    by_id: FastMap<&'a str, &'a Node>,
}

impl<'a> Graph<'a> {
    fn of(values: &'a [Value]) -> Self {
        let mut graph = Self { nodes: Vec::new(), by_id: FastMap::default() };
        for value in values {
            graph.add(value, true, 0);
        }
        graph
    }

    /// Adds the nodes of a value: those about the page itself (`own`), and every node with an `@id`, to resolve references.
    fn add(&mut self, value: &'a Value, own: bool, depth: u8) {
        if depth > 16 || self.nodes.len() + self.by_id.len() > MAX_NODES {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add(item, own, depth + 1)),
            Value::Object(node) => {
                if own && node.contains_key("@type") {
                    self.nodes.push(node);
                }
                if let Some(id) = node.get("@id").and_then(Value::as_str).filter(|_| node.len() > 1) {
                    let known = self.by_id.entry(id).or_insert(node);
                    // Of several nodes with an `@id`, the one with the most properties is the definition; the others refer to it.
                    if node.len() > known.len() {
                        *known = node;
                    }
                }
                for (key, value) in node {
                    self.add(value, own && NESTING_KEYS.contains(&key.as_str()), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// The node that a value is or refers to.
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

    fn rank(&self, node: &'a Node, context: &PageContext<'_>) -> Option<RankedNode<'a>> {
        let kinds = types_of_node(node);
        let (kind, type_rank) = kinds
            .into_iter()
            .filter_map(|kind| TYPES.iter().find(|(name, _)| *name == kind).map(|(_, rank)| (kind, *rank)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        let mut score = type_rank;
        let title = text(node, "headline").or_else(|| text(node, "name"));
        score += title.map_or(0.0, |title| 2.0 * context.similarity(&title));
        let same = self.is_this_page(node, context);
        score += same.map_or(0.0, |same| if same { 1.5 } else { -1.5 });
        score += ["datePublished", "author", "headline"].iter().filter(|key| node.contains_key(**key)).count() as f32 * 0.3;
        Some(RankedNode { node, kind, type_rank, score, is_foreign: same == Some(false) })
    }

    /// Whether the node declares that it describes this page or another one; `None` if it declares neither.
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
        let mut declares = None;
        for url in declared {
            let same_number = number(url.path()).is_some_and(|id| number(own.path()) == Some(id));
            if key(&url) == key(own) || same_number {
                return Some(true);
            }
            // A URL without a path does not identify a page.
            if url.path().len() > 1 {
                declares = Some(false);
            }
        }
        declares
    }

    /// Collects candidates for every field from one node.
    fn collect_node(
        &self,
        ranked: &RankedNode<'a>,
        source: MetadataSource,
        context: &PageContext<'_>,
        candidates: &mut Candidates,
    ) {
        let node = ranked.node;
        // URLs also differ for harmless reasons (moved hosts, AMP), so a foreign URL only lowers the score.
        let adjustment = if ranked.is_foreign { -0.15 } else { 0.0 };
        let evidence = |key: &str| format!("json-ld:{}.{key}", ranked.kind);
        let candidate = |key: &str, value: String| Candidate::new(value, source, evidence(key)).adjusted(adjustment);
        self.collect_titles(ranked, source, &candidate, candidates);
        let now = context.input.now;
        // Forums have user names, and the marked-up authors on the page are mostly those of the replies.
        let user = if matches!(ranked.kind, "DiscussionForumPosting" | "Question" | "QAPage") { 0.15 } else { 0.0 };
        for key in ["author", "creator"] {
            let mut authors = Vec::new();
            self.authors(node.get(key), &mut authors, 0);
            if !authors.is_empty() {
                candidates.authors.push(Candidate::new(authors, source, evidence(key)).adjusted(adjustment + user));
                break;
            }
        }
        // Live blogs update their publication date as they go; their JSON-LD keeps the original one.
        let live = if ranked.kind == "LiveBlogPosting" { 0.15 } else { 0.0 };
        let dates = [("datePublished", live), ("dateCreated", -0.25), ("uploadDate", -0.2)];
        candidates.published.extend(dates.iter().filter_map(|(key, lower)| {
            let date = read_date(node, key, context).filter(|date| date::is_plausible(date, now))?;
            Some(Candidate::new(date, source, evidence(key)).adjusted(adjustment + lower))
        }));
        candidates.modified.extend(
            read_date(node, "dateModified", context)
                .map(|date| Candidate::new(date, source, evidence("dateModified")).adjusted(adjustment)),
        );
        for key in ["publisher", "sourceOrganization", "isPartOf"] {
            // An article may also be declared part of its own web page, whose name is the headline.
            let is_outlet = |node: &&Node| key != "isPartOf" || types_of_node(node).iter().any(|kind| OUTLETS.contains(kind));
            let name = node.get(key).and_then(|value| self.resolve(value)).filter(is_outlet).and_then(|node| text(node, "name"));
            let lower = if key == "publisher" { 0.0 } else { -0.2 };
            candidates.sites.extend(name.map(|name| candidate(&format!("{key}.name"), name).adjusted(lower)));
        }
        self.collect_texts_and_urls(node, &candidate, candidates);
        let free = node.get("isAccessibleForFree").and_then(boolean);
        candidates
            .paywalled
            .extend(free.map(|free| Candidate::new(!free, source, evidence("isAccessibleForFree")).adjusted(adjustment)));
        let tags: Vec<String> = strings(node.get("keywords")).iter().flat_map(|text| split_tags(text)).take(MAX_ITEMS).collect();
        if !tags.is_empty() {
            candidates.tags.push(Candidate::new(tags, source, evidence("keywords")).adjusted(adjustment));
        }
    }

    /// Headlines and names.
    fn collect_titles(
        &self,
        ranked: &RankedNode<'a>,
        source: MetadataSource,
        candidate: &dyn Fn(&str, String) -> Candidate<String>,
        candidates: &mut Candidates,
    ) {
        // News publishers put the headline here, others a title for search engines.
        let is_news = ranked.kind.ends_with("NewsArticle");
        let by_type = if is_news { 0.0 } else { -0.12 };
        for (key, by_key) in [("headline", 0.0), ("name", -0.05)] {
            let source = match key {
                _ if source != MetadataSource::JsonLd => source,
                "name" => MetadataSource::JsonLdName,
                _ if is_news => MetadataSource::JsonLdNewsHeadline,
                _ => source,
            };
            let title = text(ranked.node, key).map(|title| Candidate { source, ..candidate(key, title) });
            candidates.titles.extend(title.map(|title| title.adjusted(by_key + by_type)));
        }
    }

    /// Section, language, summary, URL, licence, image and originals.
    fn collect_texts_and_urls(
        &self,
        node: &'a Node,
        candidate: &dyn Fn(&str, String) -> Candidate<String>,
        candidates: &mut Candidates,
    ) {
        let section = strings(node.get("articleSection")).into_iter().next();
        candidates.sections.extend(section.map(|section| candidate("articleSection", plain(&section))));
        let language = node.get("inLanguage").and_then(|value| match value {
            Value::Object(node) => text(node, "alternateName").or_else(|| text(node, "name")),
            other => strings(Some(other)).into_iter().next(),
        });
        candidates.languages.extend(language.map(|language| candidate("inLanguage", language)));
        candidates.descriptions.extend(text(node, "description").map(|text| candidate("description", text)));
        let url = node.get("mainEntityOfPage").or_else(|| node.get("url"));
        let url = url.and_then(|value| value.as_str().or_else(|| value.get("@id").and_then(Value::as_str)));
        candidates.canonical.extend(url.map(|url| candidate("mainEntityOfPage", url.to_string())));
        candidates.licences.extend(self.licence(node).map(|licence| candidate("license", licence)));
        let image = node.get("image").and_then(|value| match value {
            Value::String(url) => Some(url.clone()),
            Value::Array(items) => items.first().and_then(|first| match first {
                Value::String(url) => Some(url.clone()),
                other => self.resolve(other).and_then(|node| text(node, "url")),
            }),
            other => self.resolve(other).and_then(|node| text(node, "url").or_else(|| text(node, "contentUrl"))),
        });
        candidates.images.extend(image.map(|image| candidate("image", image)));
        for key in ["isBasedOn", "isBasedOnUrl"] {
            let urls = node.get(key).map(|value| self.urls(value)).unwrap_or_default();
            candidates.based_on.extend(urls.into_iter().map(|url| candidate(key, url)));
        }
    }

    /// The URLs of works: strings, nodes, references to nodes, or a list of those.
    fn urls(&self, value: &'a Value) -> Vec<String> {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let url = |item: &'a Value| match (item, self.resolve(item)) {
            (_, Some(work)) => text(work, "url").or_else(|| text(work, "@id")),
            (Value::String(url), None) => Some(url.clone()),
            _ => None,
        };
        items.iter().take(MAX_ITEMS).filter_map(url).collect()
    }

    /// The licence: a URL or text, or a node that has either.
    fn licence(&self, node: &'a Node) -> Option<String> {
        let value = node.get("license")?;
        let text_value = strings(Some(value)).into_iter().next().filter(|text| !text.is_empty());
        let url = || self.resolve(value).and_then(|work| text(work, "url").or_else(|| text(work, "@id")));
        if value.is_string() { text_value } else { url().or(text_value) }
    }

    /// The authors of a value: a string, an object, a reference, or a list of those.
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
        let kinds = types_of_node(node);
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

    /// Site names from nodes that describe the site.
    fn collect_site_names(&self, candidates: &mut Candidates) {
        const SITES: &[(&str, f32)] = &[
            ("WebSite", 0.0),
            ("NewsMediaOrganization", 0.0),
            ("Organization", -0.25),
            ("Corporation", -0.3),
            ("Newspaper", 0.0),
        ];
        for node in &self.nodes {
            let kinds = types_of_node(node);
            let Some((kind, lower)) = SITES.iter().find(|(kind, _)| kinds.contains(kind)) else { continue };
            let name = text(node, "name").or_else(|| text(node, "alternateName"));
            candidates.sites.extend(
                name.map(|name| {
                    Candidate::new(name, MetadataSource::JsonLdPage, format!("json-ld:{kind}.name")).adjusted(*lower)
                }),
            );
        }
    }

    /// The section from the last breadcrumb before the story.
    fn collect_breadcrumbs(&self, context: &PageContext<'_>, candidates: &mut Candidates) {
        let Some(list) = self.nodes.iter().find(|node| types_of_node(node).contains(&"BreadcrumbList")) else { return };
        let Some(Value::Array(items)) = list.get("itemListElement") else { return };
        let names: Vec<String> = items
            .iter()
            .take(MAX_ITEMS)
            .filter_map(|item| {
                let item = item.as_object()?;
                text(item, "name").or_else(|| item.get("item").and_then(Value::as_object).and_then(|item| text(item, "name")))
            })
            .collect();
        // The first is the home page; the story itself comes last if it is listed.
        let inner = names.get(1..).unwrap_or_default();
        let section = inner.iter().rev().find(|name| context.names.iter().all(|own| overlap(&fold(name), own) < 0.6));
        candidates
            .sections
            .extend(section.map(|name| Candidate::new(name.clone(), MetadataSource::JsonLdPage, "json-ld:BreadcrumbList")));
    }
}

/// The longest number of at least five digits in a path: content systems keep it when the rest of the URL changes.
fn number(path: &str) -> Option<&str> {
    let numbers = path.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 5);
    numbers.max_by_key(|run| run.len())
}

fn read_date(node: &Node, key: &str, context: &PageContext<'_>) -> Option<ParsedDate> {
    let value = node.get(key)?;
    let value = if let Value::Array(items) = value { items.first()? } else { value };
    match value {
        Value::String(text) => date::any(text, &context.locale),
        Value::Number(number) => date::machine(&number.to_string()),
        Value::Object(node) => node.get("@value").and_then(Value::as_str).and_then(|text| date::any(text, &context.locale)),
        _ => None,
    }
}
