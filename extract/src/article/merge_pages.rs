//! Merges the pages of a paginated story into one article: their texts in order, without what an earlier page has already. Pure: the same pages give
//! the same article, whether they have just been fetched or are cleaned again.

use std::collections::{BTreeSet, HashSet};

use url::Url;

use super::clean::{CleanedPage, kept_text};
use super::pagination::{NextPage, PaginatedStory, StoryPage};
use crate::base::text::{count_words, fold};
use crate::document::{Article, Category, Completeness, Decoding, Limit, Removal, RuleId};
use crate::label::{Labelled, Verdict};
use crate::page::Page;

/// One page of a paginated story.
#[derive(Debug)]
pub struct StoryPart {
    /// The page, cleaned on its own. Merging removes the blocks that an earlier page has.
    pub cleaned: CleanedPage,
    /// The URL that it was fetched from, after redirects.
    pub url: Url,
}

impl StoryPart {
    fn story_page(&self) -> StoryPage<'_> {
        StoryPage { page: &self.cleaned.page, url: &self.url }
    }
}

/// The result of merging.
#[derive(Debug)]
pub struct MergedStory {
    /// The article, with the first page's metadata.
    pub article: Article,
    /// The number of pages that it consists of; the others do not continue the story.
    pub pages: usize,
    /// Where the story continues; empty at its end.
    pub next: NextPage,
}

/// Merges the pages of a story, in order. `None` if there is only one page and it does not lead to another.
pub fn merge_pages(parts: &mut [StoryPart]) -> Option<MergedStory> {
    let (first, later) = parts.split_first_mut()?;
    let story = PaginatedStory::of(first.story_page()).filter(|_| has_story(&first.cleaned));
    let mut urls = vec![first.url.clone()];
    let mut next = story.as_ref().map_or_else(NextPage::default, |story| story.next(first.story_page(), &urls));
    if later.is_empty() && next.preferred().is_none() {
        return None;
    }
    let mut seen = HashSet::new();
    handle_repeats(&mut seen, &first.cleaned.page, &mut first.cleaned.labelled, Repeats::Keep);
    for part in later {
        next = NextPage::default();
        let belongs = story.as_ref().is_none_or(|story| story.contains(part.story_page()));
        if !belongs || handle_repeats(&mut seen, &part.cleaned.page, &mut part.cleaned.labelled, Repeats::Remove) == 0 {
            break;
        }
        urls.push(part.url.clone());
        match &story {
            Some(story) if !story.is_single_page_url(&part.url) => next = story.next(part.story_page(), &urls),
            _ => {}
        }
    }
    let pages = urls.len();
    let article = merged_article(parts.get(..pages).unwrap_or_default(), &next)?;
    Some(MergedStory { article, pages, next })
}

/// Whether the page has a story that may continue: it is no list, live blog, block page or the like.
fn has_story(first: &CleanedPage) -> bool {
    matches!(first.article.completeness, Completeness::Complete | Completeness::Truncated)
}

/// What happens to blocks that were seen before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeats {
    Keep,
    Remove,
}

/// Adds the kept blocks of a page to those seen, and removes the repeats if asked to; returns the number of blocks that are left.
fn handle_repeats(seen: &mut HashSet<String>, page: &Page, labelled: &mut Labelled, repeats: Repeats) -> usize {
    let mut left = 0;
    let mut fresh = Vec::new();
    for (at, (block, verdict)) in page.blocks.iter().zip(&mut labelled.verdicts).enumerate() {
        let Verdict::Kept { score, .. } = verdict else { continue };
        let folded = fold(&block.text);
        if repeats == Repeats::Remove && seen.contains(&folded) {
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

fn merged_article(parts: &[StoryPart], next: &NextPage) -> Option<Article> {
    let (first, last) = (parts.first()?, parts.last()?);
    let texts: Vec<String> = parts.iter().map(|part| kept_text(&part.cleaned.page, &part.cleaned.labelled)).collect();
    let text = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    let words = |part: &StoryPart| part.cleaned.article.words as f32;
    let all_words: f32 = parts.iter().map(words).sum();
    let weighted: f32 = parts.iter().map(|part| part.cleaned.article.confidence * words(part)).sum();
    let (completeness, evidence) = completeness(&last.cleaned.article, next, parts.len());
    let limits: BTreeSet<Limit> = parts.iter().flat_map(|part| &part.cleaned.article.limits).copied().collect();
    Some(Article {
        words: count_words(&text),
        text,
        completeness,
        evidence,
        limits: limits.into_iter().collect(),
        decoding: parts.iter().map(|part| part.cleaned.article.decoding.clone()).reduce(Decoding::join).flatten(),
        confidence: if all_words > 0.0 { weighted / all_words } else { first.cleaned.article.confidence },
        ..first.cleaned.article.clone()
    })
}

/// A story whose next page is missing is truncated; otherwise it is as complete as its last page.
fn completeness(last: &Article, next: &NextPage, pages: usize) -> (Completeness, Vec<String>) {
    let missing = next.page.as_ref().or(next.whole.as_ref());
    let missing_page = missing.map(|url| format!("page {} of the story is not at hand: {url}", pages + 1));
    let own = last.evidence.iter().filter(|_| last.completeness == Completeness::Truncated).cloned();
    let evidence: Vec<String> = missing_page.into_iter().chain(own).collect();
    let is_truncated = !evidence.is_empty();
    (if is_truncated { Completeness::Truncated } else { Completeness::Complete }, evidence)
}
