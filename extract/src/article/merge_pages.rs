//! A story that is split over several pages becomes one article: the pages' texts in their order, what stands on an earlier page already
//! left out. Pure: the same pages give the same article, when they are fetched as when they are cleaned again.

use std::collections::HashSet;

use url::Url;

use super::clean::{CleanedPage, text_of};
use super::pagination::{Next, Story, StoryPage};
use crate::base::text::{count_words, fold};
use crate::document::{Article, Category, Completeness, Removal, RuleId};
use crate::label::{Labelled, Verdict};
use crate::page::Page;

/// One page of a story.
#[derive(Debug)]
pub struct StoryPart {
    /// The page, cleaned by itself. Stitching moves from kept to removed what an earlier page has.
    pub cleaned: CleanedPage,
    /// The address that it answered at.
    pub url: Url,
}

impl StoryPart {
    fn story_page(&self) -> StoryPage<'_> {
        StoryPage { page: &self.cleaned.page, url: &self.url }
    }
}

/// What the pages come to.
#[derive(Debug)]
pub struct MergedStory {
    /// The article, with the first page's metadata.
    pub article: Article,
    /// The number of pages that it was made of; those behind them go on with nothing of it.
    pub pages: usize,
    /// Where it goes on; empty where it has come to its end.
    pub next: Next,
}

/// Joins the pages of a story, the first of which is given first. `None` where the first page is no story that goes on, and there are no others.
pub fn merge_pages(parts: &mut [StoryPart]) -> Option<MergedStory> {
    let (first, further) = parts.split_first_mut()?;
    let story = Story::of(first.story_page()).filter(|_| has_story(&first.cleaned));
    let mut urls = vec![first.url.clone()];
    let mut next = story.as_ref().map_or_else(Next::default, |story| story.next(first.story_page(), &urls));
    if further.is_empty() && next.wanted().is_none() {
        return None;
    }
    let mut seen = HashSet::new();
    leave_out_known(&mut seen, &first.cleaned.page, &mut first.cleaned.labelled, Known::Stays);
    for part in further {
        next = Next::default();
        let belongs = story.as_ref().is_none_or(|story| story.has(part.story_page()));
        if !belongs || leave_out_known(&mut seen, &part.cleaned.page, &mut part.cleaned.labelled, Known::Goes) == 0 {
            break;
        }
        urls.push(part.url.clone());
        match &story {
            Some(story) if !story.is_whole(&part.url) => next = story.next(part.story_page(), &urls),
            _ => {}
        }
    }
    let pages = urls.len();
    let article = article_of(parts.get(..pages).unwrap_or_default(), &next)?;
    Some(MergedStory { article, pages, next })
}

/// Whether the page has a story that may go on: no list, no live blog, nothing that stands in a story's place.
fn has_story(first: &CleanedPage) -> bool {
    matches!(first.article.completeness, Completeness::Complete | Completeness::Truncated)
}

/// What becomes of text that was seen already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Stays,
    Goes,
}

/// Removes the kept blocks that an earlier page has; gives the number of those that are left.
fn leave_out_known(seen: &mut HashSet<String>, page: &Page, labelled: &mut Labelled, known: Known) -> usize {
    let mut left = 0;
    let mut fresh = Vec::new();
    for (at, (block, verdict)) in page.blocks.iter().zip(&mut labelled.verdicts).enumerate() {
        let Verdict::Kept { score, .. } = verdict else { continue };
        let folded = fold(&block.text);
        if known == Known::Goes && seen.contains(&folded) {
            *verdict = Verdict::Removed(Removal {
                block: at,
                category: Category::Duplicate,
                rule: RuleId("label.earlier-page".to_owned()),
                why: "an earlier page of the story has the same text".to_owned(),
                score: *score,
                text: block.text.clone(),
            });
            continue;
        }
        left += 1;
        fresh.push(folded);
    }
    seen.extend(fresh);
    left
}

fn article_of(parts: &[StoryPart], next: &Next) -> Option<Article> {
    let (first, last) = (parts.first()?, parts.last()?);
    let texts: Vec<String> = parts.iter().map(|part| text_of(&part.cleaned.page, &part.cleaned.labelled)).collect();
    let text = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    let words = |part: &StoryPart| part.cleaned.article.words as f32;
    let all: f32 = parts.iter().map(words).sum();
    let weighed: f32 = parts.iter().map(|part| part.cleaned.article.confidence * words(part)).sum();
    let (completeness, evidence) = wholeness(&last.cleaned.article, next, parts.len());
    Some(Article {
        words: count_words(&text),
        text,
        completeness,
        evidence,
        confidence: if all > 0.0 { weighed / all } else { first.cleaned.article.confidence },
        ..first.cleaned.article.clone()
    })
}

/// A story whose next page is not at hand is cut off there; else it ends as its last page does.
fn wholeness(last: &Article, next: &Next, pages: usize) -> (Completeness, Vec<String>) {
    let missing = next.page.as_ref().or(next.whole.as_ref());
    let said = missing.map(|url| format!("page {} of the story is not at hand: {url}", pages + 1));
    let own = last.evidence.iter().filter(|_| last.completeness == Completeness::Truncated).cloned();
    let evidence: Vec<String> = said.into_iter().chain(own).collect();
    let is_cut = !evidence.is_empty();
    (if is_cut { Completeness::Truncated } else { Completeness::Complete }, evidence)
}
