//! From raw bytes to a clean article, in one function: read [`clean_page`] first. Pure: the current time is a parameter.

use url::Url;

use super::site::{self, SitePage, SiteTables};
use crate::base::text::{count_folded, fold, into_nfc};
use crate::base::time::Timestamp;
use crate::document::elements::ElementTree;
use crate::document::{Article, Limit, RawDocument, Removal};
use crate::label::{self, Labelled};
use crate::metadata::{self, MetadataInput, ScoredCandidates};
use crate::page::{self, Page, ReadHints, SiteRequest};
use crate::rules::{PageParts, PageSite, RuleSet, SiteMatcher};

/// A cleaned page, with everything that explains the result.
#[derive(Debug)]
pub struct CleanedPage {
    /// The parsed page.
    pub page: Page,
    /// The verdict on every block.
    pub labelled: Labelled,
    /// Every candidate for the metadata, whether chosen or not.
    pub candidates: ScoredCandidates,
    /// The article.
    pub article: Article,
    /// What the page shows of its site; `None` if no tables of sites are used.
    pub site_page: Option<SitePage>,
}

/// What cleaning needs besides the document.
#[derive(Clone, Copy, Debug)]
pub struct CleanContext<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// Limits for the parser.
    pub limits: &'a page::Config,
    /// The current time: no date is later, and relative dates of a document without a time of fetching count from it.
    pub now: Option<Timestamp>,
    /// What is known of sites; `None` cleans the page on its own.
    pub sites: Option<&'a dyn SiteTables>,
}

/// Where a document is from, besides what it says itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageLocation<'a> {
    /// Its URL, if it is known although the document was not fetched.
    pub url: Option<&'a Url>,
    /// The path of its file with `/` as separator, for the rules of sites: relative to the corpus, so that moving the corpus changes nothing.
    pub path: Option<&'a str>,
}

impl<'a> From<Option<&'a Url>> for PageLocation<'a> {
    fn from(url: Option<&'a Url>) -> Self {
        Self { url, path: None }
    }
}

/// Cleans one document. `location` is its URL, or more of what is known. Does not catch panics of a parser;
/// [`super::isolate::clean_isolated`] does.
pub fn clean_page<'a>(
    raw: &RawDocument,
    location: impl Into<PageLocation<'a>>,
    context: CleanContext<'_>,
) -> Result<CleanedPage, page::Error> {
    let location = location.into();
    let cleaned = clean_parsed(raw, read_page(raw, location, None, context)?, context);
    // The site's name is known only now. Few rules need it, so few pages are labelled twice.
    let cleaned = match named_site(&cleaned, context.rules) {
        Some(name) => clean_parsed(raw, read_page(raw, location, Some(name), context)?, context),
        None => cleaned,
    };
    Ok(match context.sites {
        Some(sites) => without_recurring(raw, cleaned, sites, context.now),
        None => cleaned,
    })
}

/// Removes what recurs on the page's site, and notes what the page shows of it.
fn without_recurring(raw: &RawDocument, cleaned: CleanedPage, sites: &dyn SiteTables, now: Option<Timestamp>) -> CleanedPage {
    let CleanedPage { page, mut labelled, article, .. } = cleaned;
    let site = site::site_of(&page, page.path.as_deref(), &article.metadata);
    let (lines, is_changed) = site::without_recurring(&page, &mut labelled, sites.table(&site).as_deref());
    let site_page = Some(SitePage { site, lines });
    if !is_changed {
        return CleanedPage { page, labelled, article, site_page, ..cleaned };
    }
    let folded: Vec<String> = page.blocks.iter().map(|block| fold(&block.text)).collect();
    CleanedPage { site_page, ..finish(raw, page, labelled, &folded, now) }
}

/// Labels a parsed page and finds its metadata.
fn clean_parsed(raw: &RawDocument, page: Page, context: CleanContext<'_>) -> CleanedPage {
    let (labelled, folded) = label::label_and_fold(&page, context.rules);
    finish(raw, page, labelled, &folded, context.now)
}

/// Makes an article of a labelled page, given the folded text of each of its blocks.
fn finish(raw: &RawDocument, page: Page, labelled: Labelled, folded_blocks: &[String], now: Option<Timestamp>) -> CleanedPage {
    let text = kept_text(&page, &labelled);
    // No token reaches over the end of a block.
    let folded = labelled.kept().filter_map(|(index, _)| folded_blocks.get(index)).filter(|folded| !folded.is_empty());
    let folded = folded.map(String::as_str).collect::<Vec<_>>().join(" ");
    let removals: Vec<&Removal> = labelled.removals().collect();
    let candidates = metadata::find_candidates(MetadataInput {
        page: &page,
        removals: &removals,
        http: raw.http.as_ref(),
        text: &text,
        folded: &folded,
        folded_blocks,
        fetched_at: raw.fetched_at,
        // Relative dates count from the time of fetching.
        now: raw.fetched_at.or(now),
    });
    let article = Article {
        words: count_folded(&folded),
        text,
        metadata: candidates.metadata(),
        completeness: labelled.completeness.verdict,
        evidence: labelled.completeness.reasons.clone(),
        is_front_page: labelled.completeness.is_front_page,
        entries: labelled.completeness.entries.clone(),
        confidence: labelled.confidence,
        limits: page.limits.iter().copied().collect(),
        decoding: page.decoding.clone(),
    };
    CleanedPage { page, labelled, candidates, article, site_page: None }
}

/// The name of the site of a page without a URL, where the rules of a site apply to that name.
fn named_site(cleaned: &CleanedPage, rules: &RuleSet) -> Option<String> {
    if cleaned.page.head.url.is_some() || !rules.has_site_names() {
        return None;
    }
    let name = cleaned.article.metadata.site.as_ref()?.value.clone();
    let site = PageSite { site_name: Some(&name), ..PageSite::default() };
    rules.site_matcher(site).map(|_| name)
}

/// Parses the bytes to blocks, and adds what the feed says about the page and what expressions of its site's rules select.
fn read_page(
    raw: &RawDocument,
    location: PageLocation<'_>,
    site_name: Option<String>,
    context: CleanContext<'_>,
) -> Result<Page, page::Error> {
    let final_url = raw.final_url();
    let hints = ReadHints { content_type: content_type(raw), url: final_url.as_ref().or(location.url) };
    let host = hints.url.and_then(|url| url.host_str());
    let matcher = context.rules.site_matcher(PageSite { host, path: location.path, site_name: site_name.as_deref() });
    let mut page = match matcher.filter(SiteMatcher::needs_page) {
        None => page::read(&raw.bytes, hints, context.limits)?,
        Some(matcher) => read_for(&matcher, &raw.bytes, hints, context.limits)?,
    };
    page.feed.clone_from(&raw.feed);
    page.path = location.path.map(str::to_owned);
    page.site_name = site_name;
    Ok(page)
}

/// Parses the bytes as the rules of the page's site ask for, and selects what they select.
fn read_for(matcher: &SiteMatcher<'_>, bytes: &[u8], hints: ReadHints<'_>, limits: &page::Config) -> Result<Page, page::Error> {
    let (replacements, attributes) = (matcher.replacements(), matcher.attributes());
    let request = SiteRequest { replacements: &replacements, attributes: &attributes };
    let (mut page, tree) = page::read_with_elements(bytes, hints, limits, request)?;
    let parts = PageParts { containers: &page.containers, blocks: &page.blocks, tree: &tree };
    let (selected, is_complete) = matcher.select(parts);
    page.selected = selected;
    if !is_complete {
        page.limits.insert(Limit::Rules);
    }
    Ok(page)
}

/// The elements of a document, as [`clean_page`] reads it where no rules of its site ask for replacements.
pub fn elements_of(raw: &RawDocument, limits: &page::Config) -> Result<ElementTree, page::Error> {
    let hints = ReadHints { content_type: content_type(raw), url: None };
    Ok(page::read_with_elements(&raw.bytes, hints, limits, SiteRequest::default())?.1)
}

/// The elements of a page that was cleaned, read once more in the same way, with attributes of these lower-case names besides the usual ones.
pub(super) fn elements_again(
    raw: &RawDocument,
    page: &Page,
    context: CleanContext<'_>,
    attributes: &[String],
) -> Result<ElementTree, page::Error> {
    let hints = ReadHints { content_type: content_type(raw), url: page.head.url.as_ref() };
    let host = hints.url.and_then(|url| url.host_str());
    let site = PageSite { host, path: page.path.as_deref(), site_name: page.site_name.as_deref() };
    let replacements = context.rules.site_matcher(site).map(|matcher| matcher.replacements()).unwrap_or_default();
    let request = SiteRequest { replacements: &replacements, attributes };
    Ok(page::read_with_elements(&raw.bytes, hints, context.limits, request)?.1)
}

/// The content type of a document: as it was served, or by the name of its file.
fn content_type(raw: &RawDocument) -> Option<&str> {
    let header = raw.http.as_ref().and_then(|http| http.header("content-type"));
    // A text may be named so as well, but it does not begin with a tag.
    let is_named_html = || raw.origin.is_named_html() && begins_with_angle(&raw.bytes);
    header.or_else(|| is_named_html().then_some("text/html"))
}

/// Whether the first character that is no white space is `<`, in any charset.
fn begins_with_angle(bytes: &[u8]) -> bool {
    let is_skipped = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    bytes.iter().find(|byte| !is_skipped(byte)) == Some(&b'<')
}

/// The kept blocks as clean text: NFC, one blank line between blocks.
pub(super) fn kept_text(page: &Page, labelled: &Labelled) -> String {
    let kept: Vec<&str> = labelled.kept().filter_map(|(index, _)| page.blocks.get(index)).map(|b| b.text.as_str()).collect();
    into_nfc(kept.join("\n\n"))
}
