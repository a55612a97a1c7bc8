//! Lines as witnesses: those that the labeller took out and named, and in text dumps the lines near the top, the dateline and what the
//! furniture calls the site.

use super::byline;
use super::candidate::{Candidate, Candidates, RawAuthor, Source};
use super::date::{self, Label};
use super::dump;
use super::page_context::PageContext;
use super::plain::plain;
use super::site_name;
use crate::base::text::fold;
use crate::document::{Block, Category, Removal};
use crate::page::Format;

/// Lines at the top of a dump that may hold a headline, a byline or a date.
const TOP_LINES: usize = 25;

/// Longest line, in characters, that is read as a byline or dateline.
const SHORT_LINE: usize = 160;

/// Hears the removed lines and, in dumps, the top of the text.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let mut order = Order::default();
    for removal in context.input.removals {
        if let Some(block) = context.page().blocks.get(removal.block) {
            labelled(removal, block, &mut order, context, found);
        }
    }
    if context.page().format == Format::Text {
        headings(context, found);
        let headlines = dump::headlines(context);
        // The `<title>` of the first line has no byline below it where the story has a headline of its own.
        let title = headlines.first().map(|(block, first)| {
            let same = |other: &&(usize, Candidate<String>)| *block == 0 && fold(&other.1.value) == fold(&first.value);
            headlines.iter().skip(1).find(same).map_or(*block, |(block, _)| *block)
        });
        found.titles.extend(headlines.into_iter().map(|(_, candidate)| candidate));
        top_lines(title, context, found);
        byline_lines(title, context, found);
    }
    site_name::gather(context, found);
    breadcrumbs(context, found);
}

/// How many lines of each kind were heard: the first of a kind is nearest to the headline.
#[derive(Default)]
struct Order {
    titles: u8,
    bylines: u8,
    dates: u8,
    sections: u8,
}

fn next(count: &mut u8) -> f32 {
    let lower = -0.04 * f32::from(*count);
    *count = count.saturating_add(1).min(8);
    lower
}

/// How a line is named as a witness.
pub(crate) fn witness(block: &Block, index: usize) -> String {
    if block.line > 0 { format!("text:line {}", block.line) } else { format!("text:block {}", index + 1) }
}

fn labelled(removal: &Removal, block: &Block, order: &mut Order, context: &PageContext<'_>, found: &mut Candidates) {
    let say = |value: String| Candidate::new(value, Source::Labelled, witness(block, removal.block));
    let aside = if context.is_aside(removal.block) { -0.3 } else { 0.0 };
    match removal.category {
        Category::Title => {
            // In a dump the lines are weighed anew, with more to go by.
            let lower = if context.page().format == Format::Text { -0.3 } else { 0.0 };
            found.titles.push(say(plain(&block.text)).adjusted(lower + next(&mut order.titles)))
        }
        Category::Byline => {
            let raw = vec![RawAuthor::unknown(block.text.clone())];
            let far = if stands_far(removal.block, context) { -0.3 } else { 0.0 };
            found.authors.push(say(String::new()).with(raw).adjusted(aside + far + next(&mut order.bylines)));
        }
        Category::Date => {
            let lower = next(&mut order.dates);
            for sighting in date::visible(&block.text, &context.locale) {
                let candidate = say(String::new()).with(sighting.reading).adjusted(aside + lower);
                let list = if sighting.label == Some(Label::Modified) { &mut found.modified } else { &mut found.published };
                list.push(candidate);
            }
        }
        Category::Section if block.chars() <= 60 => {
            found.sections.push(say(plain(&block.text)).adjusted(aside + next(&mut order.sections)))
        }
        Category::Source if block.chars() <= 60 => found.sites.push(say(plain(&block.text)).adjusted(-0.3)),
        _ => {}
    }
}

/// Whether a block of a page with markup stands neither near the headline nor just behind the story: other stories have bylines too.
fn stands_far(block: usize, context: &PageContext<'_>) -> bool {
    /// Blocks in front of the headline, behind it, and behind the story's last.
    const NEAR: (usize, usize, usize) = (8, 25, 8);
    let Some(title) = context.headline_at().filter(|_| context.page().format == Format::Html) else { return false };
    let near_title = block + NEAR.0 >= title && block <= title + NEAR.1;
    let near_end = context.story_end().is_some_and(|end| block + 2 * NEAR.2 >= end && block <= end + NEAR.2);
    !near_title && !near_end
}

/// Markdown headings of a dump.
fn headings(context: &PageContext<'_>, found: &mut Candidates) {
    // Further down, a number sign opens a section, or a comment in code.
    let heading = context.headings.iter().min_by_key(|heading| heading.block).filter(|heading| heading.block < TOP_LINES / 2);
    found.titles.extend(heading.map(|heading| {
        let at = context.page().blocks.get(heading.block).map_or_else(String::new, |block| witness(block, heading.block));
        Candidate::new(plain(&heading.text), Source::Heading, at)
    }));
}

/// Short lines at the top of a dump: dates, bylines, and a headline where the labeller found none.
fn top_lines(title: Option<usize>, context: &PageContext<'_>, found: &mut Candidates) {
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
        for sighting in date::visible(&block.text, &context.locale) {
            let alone = if sighting.around <= 30 { 0.1 } else { -0.05 };
            let candidate = Candidate::new(sighting.reading, Source::ShortLine, witness(block, index)).adjusted(far + alone);
            let list = if sighting.label == Some(Label::Modified) { &mut found.modified } else { &mut found.published };
            list.push(candidate);
        }
        if (near || index < TOP_LINES) && byline::is_byline(&block.text) {
            let raw = vec![RawAuthor::unknown(block.text.clone())];
            let far = if near { 0.1 } else { 0.0 };
            found.authors.push(Candidate::new(raw, Source::ShortLine, witness(block, index)).adjusted(far));
        }
    }
}

/// Names around a dump's headline that no lead-in marks: behind a lead-in that has a line of its own, or alone next to a date.
fn byline_lines(title: Option<usize>, context: &PageContext<'_>, found: &mut Candidates) {
    /// Lines in front of the headline and behind it.
    const REACH: (usize, usize) = (2, 8);
    let Some(title) = title else { return };
    let blocks = &context.page().blocks;
    let is_short = |block: &&Block| block.text.len() <= SHORT_LINE * 2;
    let text = |index: usize| blocks.get(index).filter(is_short).map_or("", |block| block.text.as_str());
    let dated = |index: usize| !date::visible(text(index), &context.locale).is_empty();
    for index in title.saturating_sub(REACH.0)..(title + REACH.1).min(blocks.len()) {
        let line = text(index);
        let Some(block) = blocks.get(index).filter(|_| index != title && !line.is_empty()) else { continue };
        let follows = index > 0 && byline::is_lead_in(text(index - 1));
        let (raw, lower) = if follows && byline::holds_name(line) {
            (format!("by {line}"), 0.1)
        } else if !byline::is_byline(line)
            && byline::is_bare_name(line)
            && (index.saturating_sub(1)..index + 3).any(|near| near != title && dated(near))
        {
            (line.to_string(), -0.1)
        } else {
            continue;
        };
        let raw = vec![RawAuthor::unknown(raw)];
        found.authors.push(Candidate::new(raw, Source::ShortLine, witness(block, index)).adjusted(lower));
    }
}

/// The section of a breadcrumb trail that leads to the story's title, with separators (`Home > World > Title`) or without (`HomeWorldTitle`).
fn breadcrumbs(context: &PageContext<'_>, found: &mut Candidates) {
    let Some(title) = found.titles.iter().find(|title| title.source == Source::Labelled || title.source == Source::Heading)
    else {
        return;
    };
    let title = title.value.clone();
    for removal in context.input.removals {
        let Some(block) = context.page().blocks.get(removal.block) else { continue };
        let is_trail =
            matches!(removal.category, Category::Navigation | Category::Section | Category::Title | Category::Duplicate);
        if !is_trail || block.chars() > title.chars().count() + 120 {
            continue;
        }
        if let Some(section) = crumb(&block.text, &title) {
            found.sections.push(Candidate::new(section, Source::Labelled, witness(block, removal.block)));
            return;
        }
    }
}

/// The last crumb in front of the title.
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
