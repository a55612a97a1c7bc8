//! Collects candidates from markup: headings, the `<title>`, `<time>` elements, bylines, short lines near the headline, links and the page's
//! URL. JSON-LD and meta elements have modules of their own.

use super::byline::{self, BylineLine};
use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor};
use super::date::{self, DateLabel, ParsedDate, VisibleDate};
use super::page_context::PageContext;
use super::path_date::path_date;
use super::plain::plain;
use super::title::{self, SiteNames};
use crate::base::text::fold;
use crate::base::url::site;
use crate::document::Tag;
use crate::page::{Format, Mark, MarkedBy, TimeMark};

/// The maximum length of a byline or dateline, in characters.
const SHORT_LINE: usize = 160;

/// The number of characters beside a date from which on a line is a sentence.
const SENTENCE: usize = 90;

/// How many lines of running text are searched for a date.
const LONG_LINES: usize = 40;

/// What a date gains that is explicitly the first publication.
const FIRST_PUBLICATION: f32 = 0.5;

/// The adjustment of a line that is only the name of a person with a common first name.
const KNOWN_NAME: f32 = -0.1;

/// Words in names of elements that contain the date of a change.
const MODIFIED_WORDS: &[&str] =
    &["updated", "modified", "update", "lastmod", "datemodified", "aktualisiert", "actualizado", "modification", "revised"];

/// Words in names of elements that contain the date of publication.
const PUBLISHED_WORDS: &[&str] =
    &["published", "publish", "pubdate", "publication", "datepublished", "posted", "entry", "created", "publicado", "issued"];

/// Words in names of elements about an author that contain no name.
const NO_NAME_WORDS: &[&str] = &[
    "bio",
    "biography",
    "description",
    "desc",
    "image",
    "avatar",
    "img",
    "photo",
    "picture",
    "social",
    "twitter",
    "email",
    "mail",
    "role",
    "job",
    "jobtitle",
    "position",
    "count",
    "posts",
    "date",
    "time",
    "follow",
    "credit",
    "credits",
    "caption",
];

/// Collects candidates from the page's markup.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    links(context, candidates);
    page_url(context, candidates);
    if context.page().format == Format::Text {
        return;
    }
    titles(context, candidates);
    let lang = context.page().head.lang.clone().filter(|lang| !lang.trim().is_empty());
    candidates.languages.extend(lang.map(|lang| Candidate::new(lang, MetadataSource::HtmlLang, "html:lang")));
    for (order, mark) in context.page().head.times.iter().enumerate() {
        time(mark, order, context, candidates);
    }
    for (by, source) in [
        (MarkedBy::Rel, MetadataSource::RelAuthor),
        (MarkedBy::Itemprop, MetadataSource::Microdata),
        (MarkedBy::Class, MetadataSource::BylineClass),
        (MarkedBy::Href, MetadataSource::BylineClass),
    ] {
        bylines(by, source, context, candidates);
    }
    lines(context, candidates);
    scripts(context, candidates);
}

fn titles(context: &PageContext<'_>, candidates: &mut Candidates) {
    // A single main heading is the headline, however the `<title>` differs and wherever the heading is. But if it shares no words with the
    // `<title>` and a lower-level heading does, it is the site's name.
    let subheading = [Tag::H2, Tag::H3]
        .into_iter()
        .find_map(|tag| context.headings_of(tag).into_iter().find(|heading| heading.similarity > 0.6));
    let is_site_name = context.headings.first().is_some_and(|heading| heading.similarity < 0.25) && subheading.is_some();
    let only = context.headings.len() == 1 && !is_site_name;
    let (unlike_weight, aside_weight) = if only { (0.06, 0.06) } else { (0.25, 0.2) };
    for heading in context.headings.iter().take(3) {
        let lower = if heading.aside { -aside_weight } else { 0.0 };
        let unlike = if context.names.is_empty() { 0.0 } else { unlike_weight * (heading.similarity - 1.0) };
        let text = heading_text(&heading.text, context);
        candidates.titles.push(Candidate::new(text, MetadataSource::Heading, "markup:h1").adjusted(lower + unlike));
    }
    if !context.headings.iter().any(|heading| heading.similarity > 0.6) {
        candidates
            .titles
            .extend(subheading.map(|heading| Candidate::new(plain(&heading.text), MetadataSource::Subheading, "markup:h2")));
    }
    let page = context.page();
    let headline = page.blocks.iter().enumerate().find(|(index, block)| {
        let container = page.containers.get(block.container.index());
        container.is_some_and(|container| container.itemprop.as_deref() == Some("headline")) && !context.is_aside(*index)
    });
    candidates.titles.extend(
        headline.map(|(_, block)| Candidate::new(plain(&block.text), MetadataSource::Microdata, "markup:itemprop=headline")),
    );
    // The `<title>` ends with the site's name if that matches the host.
    let host = SiteNames::of(std::iter::empty(), page.head.url.as_ref());
    let tail =
        page.head.title.as_deref().map(plain).and_then(|title| title::split_last(&title).map(|(_, tail)| tail.to_string()));
    candidates
        .sites
        .extend(tail.filter(|tail| host.has(tail)).map(|tail| Candidate::new(tail, MetadataSource::TitleTag, "markup:title")));
    // If one of two parts is the headline, the other is the name of the site or a section.
    let other = page.head.title.as_deref().map(plain).and_then(|title| other_part(&title, context));
    candidates.sites.extend(other.map(|name| Candidate::new(name, MetadataSource::TitleTag, "markup:title").adjusted(-0.1)));
    candidates
        .titles
        .extend(page.head.title.as_deref().map(|title| Candidate::new(plain(title), MetadataSource::TitleTag, "markup:title")));
}

/// A heading as it is written in running text: only French has a space before a colon. Headings with a kicker get one between their lines.
fn heading_text(text: &str, context: &PageContext<'_>) -> String {
    let text = plain(text);
    if context.locale.language == "fr" { text } else { text.replace(" : ", ": ") }
}

/// The part of a two-part `<title>` that is not the main heading.
fn other_part(title: &str, context: &PageContext<'_>) -> Option<String> {
    let (head, tail) = title::split_last(title)?;
    let is_heading = |part: &str| context.headings.iter().any(|heading| fold(&heading.text) == fold(part));
    match (is_heading(head), is_heading(tail)) {
        (true, false) => Some(tail.to_string()),
        (false, true) => Some(head.to_string()),
        _ => None,
    }
}

fn links(context: &PageContext<'_>, candidates: &mut Candidates) {
    for link in &context.page().head.links {
        match link.rel.trim() {
            "canonical" => candidates.canonical.push(Candidate::new(link.href.clone(), MetadataSource::Link, "link:canonical")),
            "image_src" => candidates.images.push(Candidate::new(link.href.clone(), MetadataSource::Link, "link:image_src")),
            _ => {}
        }
    }
}

/// The date in the page's URL, and the site from its host.
fn page_url(context: &PageContext<'_>, candidates: &mut Candidates) {
    // The canonical URL of a syndicated story may contain its date.
    let canonical = context.page().head.links.iter().find(|link| link.rel == "canonical").and_then(|link| path_date(&link.href));
    let Some(url) = &context.page().head.url else { return };
    let dated = path_date(url.path()).map(|date| Candidate::new(date, MetadataSource::UrlPath, "url:path"));
    let canonical = canonical.map(|date| Candidate::new(date, MetadataSource::UrlPath, "link:canonical").adjusted(-0.1));
    candidates.published.extend(dated.or(canonical));
    candidates.sites.extend(site(url).map(|site| Candidate::new(site, MetadataSource::Host, "url:host")));
}

/// Dates in the data of scripts: pages built by scripts have no others. If they differ, they are of several stories.
fn scripts(context: &PageContext<'_>, candidates: &mut Candidates) {
    let parse = |(key, value): &(String, String)| Some((key.clone(), date::machine(value)?));
    let dates: Vec<(String, ParsedDate)> = context.page().head.script_dates.iter().filter_map(parse).collect();
    let Some((_, first)) = dates.first() else { return };
    let lower = if dates.iter().all(|(_, date)| date.day == first.day) { 0.0 } else { -0.15 };
    candidates.published.extend(dates.into_iter().map(|(key, date)| {
        let created = if key.starts_with("created") { -0.05 } else { 0.0 };
        Candidate::new(date, MetadataSource::Script, format!("script:{key}")).adjusted(lower + created)
    }));
}

/// The adjustment by the distance from the headline.
fn proximity(block: usize, context: &PageContext<'_>) -> f32 {
    let aside = if context.is_aside(block) { -0.35 } else { 0.0 };
    let near = match context.headline_at() {
        Some(title) if block >= title && block - title <= 12 => 0.1,
        Some(title) if block < title && title - block <= 6 => 0.06,
        Some(_) => -0.12,
        None => 0.0,
    };
    aside + near
}

fn has_word(tokens: &str, words: &[&str]) -> bool {
    tokens.split(' ').any(|token| words.contains(&token))
}

fn time(mark: &TimeMark, order: usize, context: &PageContext<'_>, candidates: &mut Candidates) {
    let locale = &context.locale;
    let visible = date::visible(&mark.text, locale);
    let machine = mark.datetime.as_deref().and_then(|text| date::any(text, locale));
    let own = if has_word(&mark.tokens, MODIFIED_WORDS) {
        Some(DateLabel::Modified)
    } else {
        has_word(&mark.tokens, PUBLISHED_WORDS).then_some(DateLabel::Published)
    };
    let microdata = mark.tokens.contains("date published") || mark.tokens.contains("date modified");
    let source = if microdata { MetadataSource::Microdata } else { MetadataSource::TimeMark };
    let adjustment = proximity(mark.block, context) - (order as f32 * 0.01).min(0.1);
    let evidence = "markup:time";
    if let Some(date) = machine {
        let label = match visible.as_slice() {
            [] | [_] => visible.first().and_then(|only| only.label).or_else(|| date::label(&mark.text)).or(own),
            _ => own,
        };
        push_date(Candidate::new(date, source, evidence).adjusted(adjustment), label, candidates);
    }
    if machine.is_none() || visible.len() > 1 {
        for found in visible {
            let short_year = if found.short_year { -0.1 } else { 0.0 };
            let candidate = Candidate::new(found.date, source, evidence).adjusted(adjustment - 0.02 + short_year);
            push_date(candidate, found.label.or(own), candidates);
        }
    } else if visible.is_empty()
        && machine.is_none()
        && context.page().head.url.is_some()
        && let Some(date) = context.input.fetched_at.and_then(|fetched_at| date::relative(&mark.text, fetched_at))
    {
        push_date(Candidate::new(date, source, "markup:time (relative)").adjusted(adjustment - 0.4), own, candidates);
    }
}

/// Adds a date to those of publication or of change, by its label.
pub(crate) fn push_date(candidate: Candidate<ParsedDate>, label: Option<DateLabel>, candidates: &mut Candidates) {
    match label {
        Some(DateLabel::Modified) => candidates.modified.push(candidate),
        Some(DateLabel::Published) => candidates.published.push(candidate.adjusted(0.06)),
        Some(DateLabel::FirstPublished) => candidates.published.push(candidate.adjusted(FIRST_PUBLICATION)),
        None => candidates.published.push(candidate),
    }
}

/// The names in one kind of byline markup: the elements nearest after the headline, innermost ones only.
fn bylines(by: MarkedBy, source: MetadataSource, context: &PageContext<'_>, candidates: &mut Candidates) {
    let usable = |mark: &&Mark| {
        // Bylines in forms and comments are not the story's.
        mark.by == by
            && !has_word(&mark.tokens, &["comment", "comments", "form", "social", "related", "reply"])
            && !has_word(&mark.tokens, NO_NAME_WORDS)
            && mark.text.chars().count() <= SHORT_LINE
            && BylineLine::of(&mark.text).contains_name()
    };
    let all: Vec<&Mark> = context.page().head.bylines.iter().filter(usable).collect();
    let mut marks: Vec<&Mark> = all.iter().copied().filter(|mark| !context.is_aside(mark.block)).collect();
    let mut far = 0.0;
    if marks.is_empty() && source != MetadataSource::BylineClass {
        // Footers and boxes contain other people's names too.
        marks = all;
        far = -0.4;
    }
    let title = context.headline_at().unwrap_or(0);
    let distance = |mark: &Mark| if mark.block + 3 >= title { mark.block.abs_diff(title) } else { 1_000 + title - mark.block };
    let Some(first) = marks.iter().min_by_key(|mark| distance(mark)) else { return };
    let near: Vec<&&Mark> = marks.iter().filter(|mark| mark.block.abs_diff(first.block) <= 3).collect();
    // An outer element contains the text of those inside it.
    let inner = near.iter().enumerate().filter(|(index, mark)| {
        !near.iter().enumerate().any(|(other, inside)| {
            other != *index
                && inside.text.len() < mark.text.len()
                && mark.text.contains(inside.text.as_str())
                && BylineLine::of(&inside.text).contains_name()
        })
    });
    let names: Vec<RawAuthor> = inner.map(|(_, mark)| RawAuthor::unknown(mark.text.clone())).collect();
    far += if distance(first) > 40 { -0.2 } else { 0.0 };
    candidates.authors.push(Candidate::new(names, source, format!("markup:{}=author", by.attribute())).adjusted(far));
}

/// Bylines and dates in short lines, and as a last resort dates in running text.
fn lines(context: &PageContext<'_>, candidates: &mut Candidates) {
    let mut long = 0;
    let mut dated: Vec<usize> = Vec::new();
    for (index, block) in context.page().blocks.iter().enumerate() {
        let aside = context.is_aside(index);
        if block.text.len() > SHORT_LINE * 4 || block.chars() > SHORT_LINE {
            if !aside && long < LONG_LINES {
                long += 1;
                long_line(context.dates(index), candidates);
            }
            continue;
        }
        let near = context.headline_at().is_none_or(|title| index + 8 >= title && index <= title + 15);
        let found = context.dates(index);
        let has_label = found.iter().any(|found| found.label.is_some());
        for found in found {
            let candidate = Candidate::new(found.date, MetadataSource::ShortLine, short_line_evidence(index));
            // Next to a date that says what it is, another one may be anything.
            let unlabelled = if has_label && found.label.is_none() { -0.3 } else { 0.0 };
            push_date(candidate.adjusted(line_adjustment(found, near, aside) + unlabelled), found.label, candidates);
            dated.push(index);
        }
    }
    if let Some(title) = context.headline_at() {
        byline_lines(title, &dated, context, candidates);
    }
}

fn short_line_evidence(index: usize) -> String {
    format!("markup:line {}", index + 1)
}

/// Bylines in lines near the headline: with a lead-in, with one in the line before, or a bare name next to a date.
fn byline_lines(title: usize, dated: &[usize], context: &PageContext<'_>, candidates: &mut Candidates) {
    let blocks = &context.page().blocks;
    let mut after_lead_in = false;
    let from = title.saturating_sub(4);
    for (index, block) in blocks.iter().enumerate().skip(from) {
        let follows = std::mem::replace(&mut after_lead_in, byline::is_lead_in(&block.text));
        if index == title || block.chars() > SHORT_LINE {
            continue;
        }
        let aside = context.is_aside(index);
        let Some(line) = context.line(index) else { continue };
        let place = match index {
            // Some layouts put the byline into a side column next to the headline.
            _ if aside && index.abs_diff(title) <= 4 && line.is_byline() => -0.15,
            _ if aside => continue,
            _ if index < title => -0.05,
            _ if index <= title + 8 => 0.0,
            _ if line.is_marked_byline() => -0.15,
            _ if ends_story(index, context) && !line.is_byline() => -0.05,
            _ => continue,
        };
        if context.is_caption(index) {
            continue;
        }
        let dated = || index == title + 1 || dated.iter().any(|date| date.abs_diff(index) <= 2);
        let kind = if line.is_byline() {
            0.0
        } else if follows && line.contains_name() {
            -0.02
        } else if (ends_story(index, context) || (index + 2 >= title && index <= title + 5))
            && line.is_known_name()
            && context.similarity(&block.text) < 0.5
        {
            KNOWN_NAME
        } else if index + 2 >= title
            && index <= title + 5
            && dated()
            && line.is_bare_name()
            && context.similarity(&block.text) < 0.5
        {
            -0.3
        } else {
            continue;
        };
        let text = if follows { format!("by {}", block.text) } else { block.text.clone() };
        let author = vec![RawAuthor::unknown(text)];
        let candidate = Candidate::new(author, MetadataSource::ShortLine, short_line_evidence(index));
        candidates.authors.push(candidate.adjusted(kind + place));
    }
}

/// Whether a block is the story's last or one of the few after it.
fn ends_story(block: usize, context: &PageContext<'_>) -> bool {
    context.story_end().is_some_and(|end| block + 1 >= end && block <= end + 3)
}

/// The adjustment of a date in a short line: higher near the headline, and if the line contains little else.
fn line_adjustment(found: &VisibleDate, near: bool, aside: bool) -> f32 {
    let place = match (near, aside) {
        (true, false) => 0.1,
        (false, false) => -0.1,
        (_, true) => -0.3,
    };
    let alone = match found.other_chars {
        0..=30 => 0.05,
        // A sentence, which may date anything.
        SENTENCE.. if found.label.is_none() => -0.3,
        _ => -0.05,
    };
    let short_year = if found.short_year { -0.1 } else { 0.0 };
    let timed = if near && !aside && found.date.time.is_some() { 0.03 } else { 0.0 };
    place + alone + short_year + timed
}

fn long_line(dates: &[VisibleDate], candidates: &mut Candidates) {
    // In running text, a date of change is that of something else: a law, a list of prices.
    for found in dates.iter().take(2).filter(|found| found.label != Some(DateLabel::Modified)) {
        push_date(Candidate::new(found.date, MetadataSource::LongLine, "markup:running text"), found.label, candidates);
    }
}
