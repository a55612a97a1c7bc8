//! Markup as a witness: headings, the `<title>`, `<time>` marks, bylines, short lines near the headline, links and the page's address.

use std::sync::LazyLock;

use regex::Regex;

use super::byline;
use super::candidate::{Candidate, Candidates, RawAuthor, Source};
use super::date::{self, Label, Reading, Sighting};
use super::page_context::PageContext;
use super::plain::plain;
use super::title::{self, SiteNames};
use crate::base::text::fold;
use crate::base::url::site;
use crate::document::Tag;
use crate::page::{Format, Mark, TimeMark};

/// Longest line, in characters, that is read as a byline or dateline.
const SHORT_LINE: usize = 160;

/// Lines of running text that are searched for a date.
const LONG_LINES: usize = 40;

/// What a date gains that is said to be the first.
const FIRST: f32 = 0.5;

/// Names of elements that mark a date as the last change.
const MODIFIED_WORDS: &[&str] =
    &["updated", "modified", "update", "lastmod", "datemodified", "aktualisiert", "actualizado", "modification", "revised"];

/// Names of elements that mark a date as the publication.
const PUBLISHED_WORDS: &[&str] =
    &["published", "publish", "pubdate", "publication", "datepublished", "posted", "entry", "created", "publicado", "issued"];

/// Names of elements about an author that hold no name.
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

/// Hears the page's markup.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    links(context, found);
    address(context, found);
    if context.page().format == Format::Text {
        return;
    }
    titles(context, found);
    let lang = context.page().head.lang.clone().filter(|lang| !lang.trim().is_empty());
    found.languages.extend(lang.map(|lang| Candidate::new(lang, Source::HtmlLang, "html:lang")));
    for (order, mark) in context.page().head.times.iter().enumerate() {
        time(mark, order, context, found);
    }
    for (by, source) in [
        ("rel", Source::RelAuthor),
        ("itemprop", Source::Microdata),
        ("class", Source::BylineClass),
        ("href", Source::BylineClass),
    ] {
        bylines(by, source, context, found);
    }
    lines(context, found);
    scripts(context, found);
}

fn titles(context: &PageContext<'_>, found: &mut Candidates) {
    // The only main heading is the headline, whatever the page calls itself for search engines and wherever it stands.
    // But a heading without a word of it is the site's name, where a lesser one repeats it.
    let lesser = [Tag::H2, Tag::H3]
        .into_iter()
        .find_map(|tag| context.main_headings(tag).into_iter().find(|heading| heading.likeness > 0.6));
    let named = context.headings.first().is_some_and(|heading| heading.likeness < 0.25) && lesser.is_some();
    let only = context.headings.len() == 1 && !named;
    let (unlike_weight, aside_weight) = if only { (0.06, 0.06) } else { (0.25, 0.2) };
    for heading in context.headings.iter().take(3) {
        let lower = if heading.aside { -aside_weight } else { 0.0 };
        let unlike = if context.names.is_empty() { 0.0 } else { unlike_weight * (heading.likeness - 1.0) };
        found.titles.push(Candidate::new(plain(&heading.text), Source::Heading, "markup:h1").adjusted(lower + unlike));
    }
    if !context.headings.iter().any(|heading| heading.likeness > 0.6) {
        found.titles.extend(lesser.map(|heading| Candidate::new(plain(&heading.text), Source::Subheading, "markup:h2")));
    }
    let page = context.page();
    let headline = page.blocks.iter().enumerate().find(|(index, block)| {
        let container = page.containers.get(block.container.index());
        container.is_some_and(|container| container.itemprop.as_deref() == Some("headline")) && !context.is_aside(*index)
    });
    found
        .titles
        .extend(headline.map(|(_, block)| Candidate::new(plain(&block.text), Source::Microdata, "markup:itemprop=headline")));
    // The `<title>` ends with the site's name where the host bears it out.
    let host = SiteNames::of(std::iter::empty(), page.head.url.as_ref());
    let tail =
        page.head.title.as_deref().map(plain).and_then(|title| title::split_last(&title).map(|(_, tail)| tail.to_string()));
    found.sites.extend(tail.filter(|tail| host.has(tail)).map(|tail| Candidate::new(tail, Source::TitleTag, "markup:title")));
    // Of two parts, one of which is the headline, the other is the site's name, or a section's.
    let other = page.head.title.as_deref().map(plain).and_then(|title| other_part(&title, context));
    found.sites.extend(other.map(|name| Candidate::new(name, Source::TitleTag, "markup:title").adjusted(-0.1)));
    found.titles.extend(page.head.title.as_deref().map(|title| Candidate::new(plain(title), Source::TitleTag, "markup:title")));
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

fn links(context: &PageContext<'_>, found: &mut Candidates) {
    for link in &context.page().head.links {
        match link.rel.trim() {
            "canonical" => found.canonical.push(Candidate::new(link.href.clone(), Source::Link, "link:canonical")),
            "image_src" => found.images.push(Candidate::new(link.href.clone(), Source::Link, "link:image_src")),
            _ => {}
        }
    }
}

/// What the page's address says: a date in its path, the site by its host.
fn address(context: &PageContext<'_>, found: &mut Candidates) {
    // The canonical address of a syndicated story dates it too.
    let canonical = context.page().head.links.iter().find(|link| link.rel == "canonical").and_then(|link| path_date(&link.href));
    let Some(url) = &context.page().head.url else { return };
    let dated = path_date(url.path()).map(|reading| Candidate::new(reading, Source::UrlPath, "url:path"));
    let canonical = canonical.map(|reading| Candidate::new(reading, Source::UrlPath, "link:canonical").adjusted(-0.1));
    found.published.extend(dated.or(canonical));
    found.sites.extend(site(url).map(|site| Candidate::new(site, Source::Host, "url:host")));
}

static PATH_DATES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r"(?:^|[/_.-])((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:[/_.-]|$)",
        r"(?:^|[/_.-])((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?:[/_.-]|$)",
        r"(?:^|[/_.-])((?:19|20)\d\d)(\d\d)(\d\d)(?:[/_.-]|$)",
        r"(?:^|/)((?:19|20)\d\d)/([a-z]{3,9})/(\d{1,2})(?:[/_.-]|$)",
        r"(?:^|[/_.-])(?P<day>\d\d)[.-](?P<month>\d\d)[.-](?P<year>20\d\d)(?:[/_.-]|$)",
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// The last date in an address's path: addresses of archives hold the archive's own date first.
fn path_date(path: &str) -> Option<Reading> {
    // A year, and a month or a day beside it.
    if path.bytes().filter(u8::is_ascii_digit).count() < 5 {
        return None;
    }
    let hits = PATH_DATES.iter().flat_map(|pattern| pattern.captures_iter(path));
    let dated = hits.filter_map(|hit| {
        let named = |name: &str, index: usize| hit.name(name).or_else(|| hit.get(index)).map(|part| part.as_str());
        let (year, month, day) = (named("year", 1)?, named("month", 2)?, named("day", 3)?);
        let at = hit.get(0)?.start();
        let locale = date::Locale::of(Some("en"), None);
        let numeric = date::machine(&format!("{year}-{month}-{day}"));
        Some((at, numeric.or_else(|| date::visible(&format!("{day} {month} {year}"), &locale).first().map(|seen| seen.reading))?))
    });
    dated.max_by_key(|(at, _)| *at).map(|(_, reading)| reading)
}

/// Dates in the data of scripts: pages that scripts build show no others. Where they name several days, they date several stories.
fn scripts(context: &PageContext<'_>, found: &mut Candidates) {
    let read = |(key, value): &(String, String)| Some((key.clone(), date::machine(value)?));
    let dates: Vec<(String, Reading)> = context.page().head.script_dates.iter().filter_map(read).collect();
    let Some((_, first)) = dates.first() else { return };
    let lower = if dates.iter().all(|(_, date)| date.day == first.day) { 0.0 } else { -0.15 };
    found.published.extend(dates.into_iter().map(|(key, date)| {
        let made = if key.starts_with("created") { -0.05 } else { 0.0 };
        Candidate::new(date, Source::Script, format!("script:{key}")).adjusted(lower + made)
    }));
}

/// What its distance from the headline adds to a witness.
fn nearness(block: usize, context: &PageContext<'_>) -> f32 {
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

fn time(mark: &TimeMark, order: usize, context: &PageContext<'_>, found: &mut Candidates) {
    let locale = &context.locale;
    let seen = date::visible(&mark.text, locale);
    let machine = mark.datetime.as_deref().and_then(|text| date::any(text, locale));
    let own = if has_word(&mark.tokens, MODIFIED_WORDS) {
        Some(Label::Modified)
    } else {
        has_word(&mark.tokens, PUBLISHED_WORDS).then_some(Label::Published)
    };
    let microdata = mark.tokens.contains("date published") || mark.tokens.contains("date modified");
    let source = if microdata { Source::Microdata } else { Source::TimeMark };
    let adjustment = nearness(mark.block, context) - (order as f32 * 0.01).min(0.1);
    let witness = "markup:time";
    if let Some(reading) = machine {
        let label = match seen.as_slice() {
            [] | [_] => seen.first().and_then(|only| only.label).or_else(|| label_of(&mark.text)).or(own),
            _ => own,
        };
        push_date(Candidate::new(reading, source, witness).adjusted(adjustment), label, found);
    }
    if machine.is_none() || seen.len() > 1 {
        for sighting in seen {
            let vague = if sighting.vague { -0.1 } else { 0.0 };
            push_date(
                Candidate::new(sighting.reading, source, witness).adjusted(adjustment - 0.02 + vague),
                sighting.label.or(own),
                found,
            );
        }
    } else if seen.is_empty()
        && machine.is_none()
        && context.page().head.url.is_some()
        && let Some(reading) = context.input.now.and_then(|now| date::relative(&mark.text, now))
    {
        push_date(Candidate::new(reading, source, "markup:time (relative)").adjusted(adjustment - 0.4), own, found);
    }
}

/// The label in a text without a date of its own.
fn label_of(text: &str) -> Option<Label> {
    date::label(text)
}

fn push_date(candidate: Candidate<Reading>, label: Option<Label>, found: &mut Candidates) {
    match label {
        Some(Label::Modified) => found.modified.push(candidate),
        Some(Label::Published) => found.published.push(candidate.adjusted(0.06)),
        Some(Label::First) => found.published.push(candidate.adjusted(FIRST)),
        None => found.published.push(candidate),
    }
}

/// The names that one kind of mark gives: the marks nearest behind the headline, innermost ones only.
fn bylines(by: &str, source: Source, context: &PageContext<'_>, found: &mut Candidates) {
    let usable = |mark: &&Mark| {
        // Marks of the story's own author stand in no form and under no comment.
        mark.by == by
            && !has_word(&mark.tokens, &["comment", "comments", "form", "social", "related", "reply"])
            && !has_word(&mark.tokens, NO_NAME_WORDS)
            && mark.text.chars().count() <= SHORT_LINE
            && byline::holds_name(&mark.text)
    };
    let all: Vec<&Mark> = context.page().head.bylines.iter().filter(usable).collect();
    let mut marks: Vec<&Mark> = all.iter().copied().filter(|mark| !context.is_aside(mark.block)).collect();
    let mut far = 0.0;
    if marks.is_empty() && source != Source::BylineClass {
        // Footers and boxes hold other people's names too.
        marks = all;
        far = -0.4;
    }
    let title = context.headline_at().unwrap_or(0);
    let distance = |mark: &Mark| if mark.block + 3 >= title { mark.block.abs_diff(title) } else { 1_000 + title - mark.block };
    let Some(first) = marks.iter().min_by_key(|mark| distance(mark)) else { return };
    let near: Vec<&&Mark> = marks.iter().filter(|mark| mark.block.abs_diff(first.block) <= 3).collect();
    // An outer element repeats the text of those inside it.
    let inner = near.iter().enumerate().filter(|(index, mark)| {
        !near.iter().enumerate().any(|(other, inside)| {
            other != *index
                && inside.text.len() < mark.text.len()
                && mark.text.contains(inside.text.as_str())
                && byline::holds_name(&inside.text)
        })
    });
    let names: Vec<RawAuthor> = inner.map(|(_, mark)| RawAuthor::unknown(mark.text.clone())).collect();
    far += if distance(first) > 40 { -0.2 } else { 0.0 };
    found.authors.push(Candidate::new(names, source, format!("markup:{by}=author")).adjusted(far));
}

/// Bylines and dates in short lines, and as a last resort dates in running text.
fn lines(context: &PageContext<'_>, found: &mut Candidates) {
    let mut long = 0;
    let mut dated: Vec<usize> = Vec::new();
    for (index, block) in context.page().blocks.iter().enumerate() {
        let aside = context.is_aside(index);
        if block.text.len() > SHORT_LINE * 4 || block.chars() > SHORT_LINE {
            if !aside && long < LONG_LINES {
                long += 1;
                long_line(&block.text, context, found);
            }
            continue;
        }
        let near = context.headline_at().is_none_or(|title| index + 8 >= title && index <= title + 15);
        for sighting in date::visible(&block.text, &context.locale) {
            let candidate = Candidate::new(sighting.reading, Source::ShortLine, line_witness(index));
            push_date(candidate.adjusted(line_nudge(&sighting, near, aside)), sighting.label, found);
            dated.push(index);
        }
    }
    if let Some(title) = context.headline_at() {
        byline_lines(title, &dated, context, found);
    }
}

fn line_witness(index: usize) -> String {
    format!("markup:line {}", index + 1)
}

/// Lines around the headline that read as bylines: with a lead-in, with one in the line before, or a bare name next to a date.
fn byline_lines(title: usize, dated: &[usize], context: &PageContext<'_>, found: &mut Candidates) {
    let blocks = &context.page().blocks;
    let mut led = false;
    let from = title.saturating_sub(4);
    for (index, block) in blocks.iter().enumerate().skip(from) {
        let follows = std::mem::replace(&mut led, byline::is_lead_in(&block.text));
        if index == title || block.chars() > SHORT_LINE {
            continue;
        }
        let aside = context.is_aside(index);
        let place = match index {
            // Some designs put the byline into a side column next to the headline.
            _ if aside && index.abs_diff(title) <= 4 && byline::is_byline(&block.text) => -0.15,
            _ if aside => continue,
            _ if index < title => -0.05,
            _ if index <= title + 8 => 0.0,
            _ if byline::is_marked_byline(&block.text) => -0.15,
            _ => continue,
        };
        if context.is_caption(index) {
            continue;
        }
        let dated = || index == title + 1 || dated.iter().any(|date| date.abs_diff(index) <= 2);
        let kind = if byline::is_byline(&block.text) {
            0.0
        } else if follows && byline::holds_name(&block.text) {
            -0.02
        } else if index + 2 >= title
            && index <= title + 5
            && dated()
            && context.likeness(&block.text) < 0.5
            && byline::is_bare_name(&block.text)
        {
            -0.3
        } else {
            continue;
        };
        let text = if follows { format!("by {}", block.text) } else { block.text.clone() };
        found
            .authors
            .push(Candidate::new(vec![RawAuthor::unknown(text)], Source::ShortLine, line_witness(index)).adjusted(kind + place));
    }
}

/// What a line with a date in it is worth: near the headline, and little else in it.
fn line_nudge(sighting: &Sighting, near: bool, aside: bool) -> f32 {
    let place = match (near, aside) {
        (true, false) => 0.1,
        (false, false) => -0.1,
        (_, true) => -0.3,
    };
    let alone = if sighting.around <= 30 { 0.05 } else { -0.05 };
    let vague = if sighting.vague { -0.1 } else { 0.0 };
    place + alone + vague
}

fn long_line(text: &str, context: &PageContext<'_>, found: &mut Candidates) {
    for sighting in date::visible(text, &context.locale).into_iter().take(2) {
        push_date(Candidate::new(sighting.reading, Source::LongLine, "markup:running text"), sighting.label, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_paths() {
        let day = |path: &str| path_date(path).map(|reading| reading.day.to_string());
        assert_eq!(day("/2023/10/27/a-story").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/world/2023/oct/27/a-story").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/a-story-2023-10-27.html").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/news/20231027/story").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/web/20130419034022/http://example.org/2012/08/02/x").as_deref(), Some("2012-08-02"));
        assert_eq!(day("/media/27-10-2023").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/2023/10/a-story"), None);
        assert_eq!(day("/p/2023-99-27"), None);
        assert_eq!(day("/id/120231027"), None);
    }
}
