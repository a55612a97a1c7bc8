//! Candidates from lines of text: those that the labeller removed and categorised, and in text dumps the lines near the top, the dateline
//! and the site's name in the boilerplate.

use super::byline::{self, BylineLine};
use super::candidate::{Candidate, Candidates, MetadataSource, RawAuthor, line_evidence};
use super::dump;
use super::markup::push_date;
use super::page_context::PageContext;
use super::plain::plain;
use super::site_name;
use crate::base::text::fold;
use crate::document::{Block, Category, Removal};
use crate::page::Format;

/// How many lines at the top of a dump may be a headline, a byline or a date.
const TOP_LINES: usize = 25;

/// The maximum length of a byline or dateline, in characters.
const SHORT_LINE: usize = 160;

/// The adjustment of the name in a biography: it may be that of a person in the story.
const BIOGRAPHY: f32 = -0.15;

/// Collects candidates from removed lines and, in dumps, from the top of the text.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let mut counts = LineCounts::default();
    for removal in context.input.removals {
        if let Some(block) = context.page().blocks.get(removal.block) {
            labelled(removal, block, &mut counts, context, candidates);
        }
    }
    if context.page().format == Format::Text {
        headings(context, candidates);
        let headlines = dump::headlines(context);
        // If the first line is the `<title>` and the story repeats its headline, the byline is near the repetition.
        let title = headlines.first().map(|(block, first)| {
            let same = |other: &&(usize, Candidate<String>)| *block == 0 && fold(&other.1.value) == fold(&first.value);
            headlines.iter().skip(1).find(same).map_or(*block, |(block, _)| *block)
        });
        candidates.titles.extend(headlines.into_iter().map(|(_, candidate)| candidate));
        top_lines(title, context, candidates);
        byline_lines(title, context, candidates);
    }
    site_name::collect(context, candidates);
    breadcrumbs(context, candidates);
}

/// How many lines of each category were collected: the first of each is nearest to the headline.
#[derive(Default)]
struct LineCounts {
    titles: u8,
    bylines: u8,
    dates: u8,
    sections: u8,
}

/// The adjustment of the next line of a category: each is worth less than the one before.
fn next_adjustment(count: &mut u8) -> f32 {
    let adjustment = -0.04 * f32::from(*count);
    *count = count.saturating_add(1).min(8);
    adjustment
}

fn labelled(removal: &Removal, block: &Block, counts: &mut LineCounts, context: &PageContext<'_>, candidates: &mut Candidates) {
    let candidate = |value: String| Candidate::new(value, MetadataSource::Labelled, line_evidence(block, removal.block));
    let aside = if context.is_aside(removal.block) { -0.3 } else { 0.0 };
    let far = if is_far_from_story(removal.block, context) { -0.3 } else { 0.0 };
    match removal.category {
        Category::Title => {
            // In a dump, `dump` scores the lines with more features.
            let lower = if context.page().format == Format::Text { -0.3 } else { 0.0 };
            candidates.titles.push(candidate(plain(&block.text)).adjusted(lower + next_adjustment(&mut counts.titles)))
        }
        Category::Byline => {
            let raw = vec![RawAuthor::unknown(block.text.clone())];
            let adjustment = aside + far + next_adjustment(&mut counts.bylines);
            candidates.authors.push(candidate(String::new()).with(raw).adjusted(adjustment));
        }
        Category::Date => {
            let lower = next_adjustment(&mut counts.dates);
            for found in context.dates(removal.block) {
                // One that says what it is may stand anywhere.
                let far = if found.label.is_none() { far } else { 0.0 };
                push_date(candidate(String::new()).with(found.date).adjusted(aside.min(far) + lower), found.label, candidates);
            }
        }
        Category::AuthorBio if !is_far_from_story(removal.block, context) => {
            let raw = byline::biography_subject(&block.text).map(|name| vec![RawAuthor::unknown(name)]);
            candidates.authors.extend(raw.map(|raw| candidate(String::new()).with(raw).adjusted(aside + BIOGRAPHY)))
        }
        Category::Section if block.chars() <= 60 && is_by_headline(removal.block, context) => {
            candidates.sections.push(candidate(plain(&block.text)).adjusted(aside + next_adjustment(&mut counts.sections)))
        }
        Category::Source if block.chars() <= 60 => candidates.sites.push(candidate(plain(&block.text)).adjusted(-0.3)),
        _ => {}
    }
}

/// Whether a block of an HTML page is neither near the headline nor just after the story: it may be the byline of another story.
fn is_far_from_story(block: usize, context: &PageContext<'_>) -> bool {
    /// Blocks before the headline, after it, and after the story's last.
    const NEAR: (usize, usize, usize) = (8, 25, 8);
    let Some(title) = context.headline_at().filter(|_| context.page().format == Format::Html) else { return false };
    let near_title = block + NEAR.0 >= title && block <= title + NEAR.1;
    let near_end = context.story_end().is_some_and(|end| block + 2 * NEAR.2 >= end && block <= end + NEAR.2);
    !near_title && !near_end
}

/// Whether a block of an HTML page stands just before the headline or just after it, where the section's name does. Further away it is an item of a
/// menu or the name of another story's section.
fn is_by_headline(block: usize, context: &PageContext<'_>) -> bool {
    /// Blocks before the headline and after it.
    const NEAR: (usize, usize) = (8, 3);
    let title = context.headline_at().filter(|_| context.page().format == Format::Html);
    title.is_none_or(|title| block + NEAR.0 >= title && block <= title + NEAR.1)
}

/// Markdown headings of a dump.
fn headings(context: &PageContext<'_>, candidates: &mut Candidates) {
    // Further down, a number sign starts a section, or a comment in code.
    let heading = context.headings.iter().min_by_key(|heading| heading.block).filter(|heading| heading.block < TOP_LINES / 2);
    candidates.titles.extend(heading.map(|heading| {
        let block = context.page().blocks.get(heading.block);
        let evidence = block.map_or_else(String::new, |block| line_evidence(block, heading.block));
        Candidate::new(plain(&heading.text), MetadataSource::Heading, evidence)
    }));
}

/// Dates and bylines in short lines of a dump; those at the top or near the headline count for more.
fn top_lines(title: Option<usize>, context: &PageContext<'_>, candidates: &mut Candidates) {
    let blocks = &context.page().blocks;
    for (index, block) in blocks.iter().enumerate() {
        if block.text.len() > SHORT_LINE * 4 || block.chars() > SHORT_LINE {
            continue;
        }
        let near = title.is_some_and(|title| index + 4 >= title && index <= title + 10);
        let far = match index {
            _ if near => 0.15,
            0..TOP_LINES => 0.0,
            _ => -0.2,
        };
        for found in context.dates(index) {
            let alone = if found.other_chars <= 30 { 0.1 } else { -0.05 };
            let candidate = Candidate::new(found.date, MetadataSource::ShortLine, line_evidence(block, index));
            push_date(candidate.adjusted(far + alone), found.label, candidates);
        }
        if (near || index < TOP_LINES) && context.line(index).is_some_and(BylineLine::is_byline) {
            let raw = vec![RawAuthor::unknown(block.text.clone())];
            let far = if near { 0.1 } else { 0.0 };
            let candidate = Candidate::new(raw, MetadataSource::ShortLine, line_evidence(block, index));
            candidates.authors.push(candidate.adjusted(far));
        }
    }
}

/// Names near a dump's headline or the story's end without a lead-in in the same line: after a line that is only a lead-in, next to a date, or
/// alone. Names in successive lines are of one byline.
fn byline_lines(title: Option<usize>, context: &PageContext<'_>, candidates: &mut Candidates) {
    let Some(title) = title else { return };
    let mut run: Option<NameRun> = None;
    for index in name_lines(title, context) {
        let Some(line) = name_line(index, title, context) else { continue };
        let raw = RawAuthor::unknown(line.raw);
        match run.as_mut().filter(|open| open.last + 1 == index && open.is_certain && line.is_certain) {
            Some(open) => {
                open.last = index;
                open.names.push(raw);
            }
            None => {
                let next = NameRun {
                    first: index,
                    last: index,
                    names: vec![raw],
                    is_certain: line.is_certain || line.follows_lead_in,
                    adjustment: line.adjustment,
                };
                candidates.authors.extend(run.replace(next).and_then(|open| open.candidate(context)));
            }
        }
    }
    candidates.authors.extend(run.and_then(|open| open.candidate(context)));
}

/// Names in successive lines.
struct NameRun {
    first: usize,
    last: usize,
    names: Vec<RawAuthor>,
    /// Whether the first one is a person's.
    is_certain: bool,
    /// That of the first line.
    adjustment: f32,
}

impl NameRun {
    fn candidate(self, context: &PageContext<'_>) -> Option<Candidate<Vec<RawAuthor>>> {
        let evidence = line_evidence(context.page().blocks.get(self.first)?, self.first);
        Some(Candidate::new(self.names, MetadataSource::ShortLine, evidence).adjusted(self.adjustment))
    }
}

/// The lines of a dump in which a name may stand without a lead-in: near the headline, and at the story's end.
fn name_lines(title: usize, context: &PageContext<'_>) -> impl Iterator<Item = usize> {
    /// Lines before the headline and after it, and before the end of the story and after it.
    const REACH: (usize, usize, usize, usize) = (4, 12, 1, 4);
    let blocks = context.page().blocks.len();
    let near = title.saturating_sub(REACH.0)..(title + REACH.1).min(blocks);
    let end = context.story_end().map_or(0..0, |end| end.saturating_sub(REACH.2)..(end + REACH.3).min(blocks));
    let end = end.start.max(near.end)..end.end;
    near.chain(end).filter(move |index| *index != title)
}

/// A line with a name and no lead-in.
struct NameLine {
    raw: String,
    adjustment: f32,
    /// Whether it is a person's who is not in the story: it may follow another one.
    is_certain: bool,
    follows_lead_in: bool,
}

/// The name in a line: one after a line that is only a lead-in, one with a common first name, or another one next to a date near the headline.
fn name_line(index: usize, title: usize, context: &PageContext<'_>) -> Option<NameLine> {
    /// Lines before the headline and after it.
    const NEAR: (usize, usize) = (2, 8);
    let blocks = &context.page().blocks;
    let text =
        |index: usize| blocks.get(index).filter(|block| block.text.len() <= SHORT_LINE * 2).map(|block| block.text.as_str());
    let dated = |index: usize| text(index).is_some() && !context.dates(index).is_empty();
    let line = text(index).filter(|line| !line.is_empty())?;
    let byline = context.line(index)?;
    let led_in = || index.checked_sub(1).and_then(text).is_some_and(byline::is_lead_in);
    let near_date = || (index.saturating_sub(1)..index + 3).any(|near| near != title && dated(near));
    let is_known = byline.is_known_name() && context.similarity(line) < 0.5;
    let follows_lead_in = led_in() && byline.contains_name();
    let (raw, adjustment) = if follows_lead_in {
        (format!("by {line}"), 0.1)
    } else if byline.is_byline() {
        return None;
    } else if is_known {
        (line.to_string(), if near_date() { -0.1 } else { -0.15 })
    } else if index + NEAR.0 >= title && index < title + NEAR.1 && byline.is_bare_name() && near_date() {
        (line.to_string(), -0.1)
    } else {
        return None;
    };
    Some(NameLine { raw, adjustment, is_certain: is_known && !context.is_about(line), follows_lead_in })
}

/// The section in breadcrumbs that end with the story's title, with separators (`Home > World > Title`) or without (`HomeWorldTitle`).
fn breadcrumbs(context: &PageContext<'_>, candidates: &mut Candidates) {
    let Some(title) = candidates
        .titles
        .iter()
        .find(|title| title.source == MetadataSource::Labelled || title.source == MetadataSource::Heading)
    else {
        return;
    };
    let title = title.value.clone();
    for removal in context.input.removals {
        let Some(block) = context.page().blocks.get(removal.block) else { continue };
        let may_be_breadcrumbs =
            matches!(removal.category, Category::Navigation | Category::Section | Category::Title | Category::Duplicate);
        if !may_be_breadcrumbs || block.chars() > title.chars().count() + 120 {
            continue;
        }
        if let Some(section) = crumb(&block.text, &title) {
            candidates.sections.push(Candidate::new(section, MetadataSource::Labelled, line_evidence(block, removal.block)));
            return;
        }
    }
}

/// The last crumb before the title.
fn crumb(line: &str, title: &str) -> Option<String> {
    let edge = |c: char| !c.is_alphanumeric();
    let home = site_name::after_home(line)?;
    let trail = home.strip_suffix(title).unwrap_or(home).trim_matches(edge);
    let mut crumbs = trail.split(['>', '»', '/', '|', '›', '→', '\\']).map(|crumb| crumb.trim_matches(edge));
    let section = crumbs.rfind(|crumb| !crumb.is_empty() && fold(crumb) != fold(title))?;
    (section.chars().count() <= 40 && section.chars().any(char::is_alphabetic)).then(|| plain(section))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crumbs_with_and_without_separators() {
        assert_eq!(crumb("HomeExpertsTHE BIG STORY", "THE BIG STORY").as_deref(), Some("Experts"));
        assert_eq!(crumb("Home > World > Europe > The big story", "The big story").as_deref(), Some("Europe"));
        assert_eq!(crumb("Startseite » Politik", "The big story").as_deref(), Some("Politik"));
        assert_eq!(crumb("HomeTHE BIG STORY", "THE BIG STORY"), None);
        assert_eq!(crumb("World > Europe", "The big story"), None);
    }
}
