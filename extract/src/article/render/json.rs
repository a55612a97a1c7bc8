//! Renders an article as one line of JSON: the output of `extract --batch`, documented in the README.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::story::{SpanKind, Story, story};
use crate::article::clean::CleanedPage;
use crate::article::extras::{Comment, Extras, StoryImage};
use crate::base::printable::escape_json;
use crate::document::{Completeness, Decoding, Found, Limit, Removal};
use crate::metadata::ScoredCandidates;

/// One line of output. `text` is empty if `error` is set.
#[derive(Clone, Debug, Serialize)]
pub struct OutputLine {
    id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Value>,
    text: String,
    title: Option<String>,
    authors: Vec<String>,
    date: Option<String>,
    modified: Option<String>,
    language: Option<String>,
    site: Option<String>,
    completeness: Completeness,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    completeness_evidence: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    limits: Vec<Limit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decoding: Option<Decoding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removals: Option<Vec<Removal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<ScoredCandidates>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Vec<LinkEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<Vec<ImageEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<Vec<Comment>>,
    ms: f64,
    error: Option<String>,
}

/// A link of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkEntry {
    /// Its absolute address.
    pub url: String,
    /// The words that are linked.
    pub text: String,
    /// Which paragraph of the text it is in, from 0.
    pub paragraph: usize,
}

/// An image of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImageEntry {
    /// Its absolute address.
    pub url: String,
    /// Its alternative text; empty if it has none.
    pub alt: String,
    /// Before which paragraph of the text it stands, from 0.
    pub paragraph: usize,
}

impl OutputLine {
    /// The line of a cleaned page. `id` is that of the manifest.
    pub fn of(id: Value, cleaned: &CleanedPage) -> Self {
        let (article, metadata) = (&cleaned.article, &cleaned.article.metadata);
        Self {
            id,
            url: None,
            text: article.text.clone(),
            title: value(&metadata.title),
            authors: value(&metadata.authors).unwrap_or_default(),
            date: metadata.published.as_ref().map(|found| found.value.day.to_string()),
            modified: metadata.modified.as_ref().map(|found| found.value.day.to_string()),
            language: value(&metadata.language),
            site: value(&metadata.site),
            completeness: article.completeness,
            confidence: article.confidence,
            completeness_evidence: None,
            limits: Vec::new(),
            decoding: None,
            removals: None,
            candidates: None,
            links: None,
            images: None,
            comments: None,
            ms: 0.0,
            error: None,
        }
    }

    /// The line of a page that could not be cleaned.
    pub fn failed(id: Value, error: String) -> Self {
        Self {
            id,
            url: None,
            text: String::new(),
            title: None,
            authors: Vec::new(),
            date: None,
            modified: None,
            language: None,
            site: None,
            completeness: Completeness::Empty,
            confidence: 0.0,
            completeness_evidence: None,
            limits: Vec::new(),
            decoding: None,
            removals: None,
            candidates: None,
            links: None,
            images: None,
            comments: None,
            ms: 0.0,
            error: Some(error),
        }
    }

    /// The same line with the page's URL, as given or as the page declares it; a manifest has it already.
    pub fn with_url(mut self, cleaned: &CleanedPage) -> Self {
        let declared = || value(&cleaned.article.metadata.canonical_url);
        let url = cleaned.page.head.url.as_ref().map(ToString::to_string).or_else(declared);
        self.url = Some(url.map_or(Value::Null, Value::String));
        self
    }

    /// The same line with every removal, the faults of the page's characters, the caps that the page exceeded, the evidence for the
    /// completeness, and every candidate for the metadata.
    pub fn explained(mut self, cleaned: &CleanedPage) -> Self {
        self.completeness_evidence = Some(cleaned.article.evidence.clone());
        self.limits.clone_from(&cleaned.article.limits);
        self.decoding.clone_from(&cleaned.article.decoding);
        self.removals = Some(cleaned.labelled.removals().cloned().collect());
        self.candidates = Some(cleaned.candidates.clone());
        self
    }

    /// The same line with what else was asked for.
    pub fn with_extras(mut self, cleaned: &CleanedPage, extras: &Extras) -> Self {
        if extras.include.is_empty() {
            return self;
        }
        let story = story(cleaned, extras);
        self.links = extras.include.links.then(|| links(&story));
        self.images = extras.include.images.then(|| images(&story));
        self.comments = extras.include.comments.then(|| extras.comments.clone());
        self
    }

    /// The same line with the time that extraction took, in milliseconds with two decimals.
    pub fn timed(mut self, took: Duration) -> Self {
        self.ms = (took.as_secs_f64() * 1e5).round() / 100.0;
        self
    }

    /// The links of the story, if they were asked for.
    pub fn links(&self) -> Option<&[LinkEntry]> {
        self.links.as_deref()
    }

    /// The images of the story, if they were asked for.
    pub fn images(&self) -> Option<&[ImageEntry]> {
        self.images.as_deref()
    }

    /// The comments of readers, if they were asked for.
    pub fn comments(&self) -> Option<&[Comment]> {
        self.comments.as_deref()
    }

    /// Whether the page could not be cleaned.
    pub fn is_error(&self) -> bool {
        self.error.is_some()
    }

    /// As JSON, without a line break.
    pub fn to_json(&self) -> String {
        // Cannot fail, as all keys are strings and all numbers finite; an empty object would show it.
        escape_json(serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned()))
    }
}

fn value<T: Clone>(found: &Option<Found<T>>) -> Option<T> {
    found.as_ref().map(|found| found.value.clone())
}

fn links(story: &Story<'_>) -> Vec<LinkEntry> {
    let links = story.blocks.iter().flat_map(|block| {
        block.spans.iter().filter_map(|span| match &span.kind {
            SpanKind::Link(url) => {
                let text = block.text.get(span.range.clone()).unwrap_or_default().to_owned();
                Some(LinkEntry { url: url.clone(), text, paragraph: block.paragraph })
            }
            SpanKind::Strong | SpanKind::Emphasis => None,
        })
    });
    links.collect()
}

fn images(story: &Story<'_>) -> Vec<ImageEntry> {
    let entry =
        |paragraph: usize| move |image: &StoryImage| ImageEntry { url: image.url.clone(), alt: image.alt.clone(), paragraph };
    let before = story.blocks.iter().flat_map(|block| block.images.iter().copied().map(entry(block.paragraph)));
    before.chain(story.last_images.iter().map(entry(story.paragraphs))).collect()
}
