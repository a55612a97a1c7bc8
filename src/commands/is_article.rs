//! `is-article`: whether a page is a story, a front page, a list, or was served instead of one, and what speaks for that. Writes nothing.

use serde::Serialize;

use super::explain::{ExplainTarget, read_target};
use super::extract;
use crate::engine::{Error, Setup};
use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::document::Completeness;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageVerdict {
    /// A story; whether it is complete is said apart.
    Story,
    /// The front page of a site or section, which leads to stories and is none.
    FrontPage,
    /// A list of teasers or links.
    List,
    /// A robot check or an error page.
    BlockPage,
    /// A consent dialog.
    ConsentPage,
    /// Nothing to read.
    NoText,
}

impl PageVerdict {
    /// The name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::FrontPage => "front-page",
            Self::List => "list",
            Self::BlockPage => "block-page",
            Self::ConsentPage => "consent-page",
            Self::NoText => "no-text",
        }
    }
}

/// The verdict on a page, and its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IsArticle {
    /// The page.
    pub source: String,
    /// What it is.
    pub verdict: PageVerdict,
    /// Whether the story is all there.
    pub completeness: Completeness,
    /// What speaks for the verdict, the strongest first.
    pub evidence: Vec<String>,
    /// Its headline.
    pub title: Option<String>,
    /// Words of the text that is kept.
    pub words: usize,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f32,
}

/// Judges a page: one that the corpus has as it is kept, another at a URL as it is fetched.
pub fn is_article(setup: &Setup, target: &ExplainTarget) -> Result<IsArticle, Error> {
    let (raw, _) = read_target(setup, target)?;
    let source = raw.origin.to_string();
    Ok(IsArticle::of(source, &extract::extract(setup, &raw, None)?))
}

impl IsArticle {
    fn of(source: String, page: &CleanedPage) -> Self {
        let article = &page.article;
        let verdict = match article.completeness {
            Completeness::Blocked => PageVerdict::BlockPage,
            Completeness::Consent => PageVerdict::ConsentPage,
            Completeness::IndexPage if article.is_front_page => PageVerdict::FrontPage,
            Completeness::IndexPage => PageVerdict::List,
            Completeness::Empty => PageVerdict::NoText,
            _ if article.text.trim().is_empty() => PageVerdict::NoText,
            Completeness::Complete | Completeness::Truncated | Completeness::Live => PageVerdict::Story,
        };
        let mut evidence = article.evidence.clone();
        if evidence.is_empty() {
            evidence.push(match verdict {
                PageVerdict::NoText => "no article text found".to_owned(),
                _ => format!("{} words of running text", article.words),
            });
        }
        Self {
            source,
            verdict,
            completeness: article.completeness,
            evidence,
            title: article.metadata.title.as_ref().map(|title| title.value.clone()),
            words: article.words,
            confidence: article.confidence,
        }
    }
}
