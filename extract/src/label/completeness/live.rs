//! Detects live blogs: entries with times, from JSON-LD or from the page's blocks.

use super::claims::LiveUpdate;
use super::input::{VerdictInput, quote};
use super::phrases::WORDS;
use crate::base::text::fold;
use crate::document::{Category, LiveEntry, Role, Tag};
use crate::label::block_signals::BlockSignals;
use crate::label::verdict::Verdict;

/// Fewest entries of a live blog.
const MIN_ENTRIES: usize = 4;

/// Most entries that are kept.
const MAX_ENTRIES: usize = super::claims::MAX_UPDATES;

/// The evidence for a live blog, and its entries; `None` if the page is none.
pub fn entries(input: &VerdictInput<'_>) -> Option<(Vec<String>, Vec<LiveEntry>)> {
    let shown = entries_by_time(input);
    let updates = &input.claims.updates;
    let called_live = called_live(input);
    if updates.len() >= 2 {
        let reason = format!("the page's JSON-LD has {} live updates", updates.len());
        let declared: Vec<LiveEntry> = updates.iter().map(|update| entry_of(update, input)).collect();
        return Some((
            std::iter::once(reason).chain(called_live).collect(),
            if declared.len() >= shown.len() { declared } else { shown },
        ));
    }
    let typed = input.claims.is_live.then(|| "the page's JSON-LD says LiveBlogPosting".to_owned());
    let enough = if typed.is_some() { 2 } else { MIN_ENTRIES };
    let reasons = typed.into_iter().chain(called_live).collect::<Vec<_>>();
    if reasons.is_empty() || shown.len() < enough {
        return None;
    }
    Some((std::iter::once(format!("{} entries have a time each", shown.len())).chain(reasons).collect(), shown))
}

/// The evidence that the page calls itself live: in its title, headline or URL, or in the markup around its first entries.
fn called_live(input: &VerdictInput<'_>) -> Option<String> {
    let head = &input.page.head;
    let title = head.title.as_deref().into_iter().chain(head.meta("og:title"));
    let is_headline = |signals: &BlockSignals<'_>| signals.titled || signals.tag == Tag::H1;
    let headlines = input.visible().filter(|(_, signals)| is_headline(signals)).map(|(at, _)| at);
    let opening = input.kept.iter().take(1).map(|kept| kept.at);
    let lines = headlines.chain(opening).filter_map(|at| input.page.blocks.get(at)).map(|block| block.text.as_str());
    let names = input.kept.iter().filter_map(|kept| input.page.blocks.get(kept.at)).take(3);
    let mut names = names.flat_map(|block| input.page.ancestors(block)).map(|container| container.tokens.as_str());
    if let Some(text) =
        title.chain(lines).find(|text| says_live(text, &[':', '|', '–', '—', '-', '•', '·', ',', '»', '：', '｜']))
    {
        return Some(format!("it calls itself live: {}", quote(text)));
    }
    if let Some(url) = head.url.as_ref().filter(|url| says_live(url.path(), &['/'])) {
        return Some(format!("its address says live: {}", quote(url.path())));
    }
    let name = names.find(|tokens| WORDS.live.find(tokens).is_some_and(is_unambiguous))?;
    Some(format!("its markup says live: {}", quote(name)))
}

/// Whether a part of the text contains a phrase for "live". An ambiguous word counts only as the first or last one, as "live" is a verb too.
fn says_live(text: &str, separators: &[char]) -> bool {
    text.split(separators).map(fold).any(|part| {
        WORDS.live.find(&part).is_some_and(is_unambiguous)
            || [part.split(' ').next(), part.rsplit(' ').next()].into_iter().flatten().any(|word| WORDS.live.is(word))
    })
}

/// Whether the phrase has only one meaning: several words, or a compound.
fn is_unambiguous(phrase: &str) -> bool {
    phrase.contains(' ') || phrase.chars().count() >= 8
}

/// The entry of a JSON-LD update, with its position in the clean text.
fn entry_of(update: &LiveUpdate, input: &VerdictInput<'_>) -> LiveEntry {
    let (title, body) = (fold(update.title.as_deref().unwrap_or_default()), fold(&update.text));
    let begins = |folded: &str| {
        let opening = |text: &str| text.len() >= 12 && (folded.starts_with(text) || text.starts_with(folded));
        folded.len() >= 12 && (opening(&title) || opening(&body))
    };
    let paragraph = input.kept_signals().position(|signals| begins(&signals.folded));
    LiveEntry {
        at: update.time.parse().ok(),
        time: update.time.clone(),
        title: update.title.clone(),
        paragraph: paragraph.and_then(|at| u32::try_from(at).ok()),
    }
}

/// A time on the page, with the block that it precedes or begins.
struct EntryTime {
    block: usize,
    time: String,
}

/// Entries by the times on the page: a time, then kept text up to the next one.
fn entries_by_time(input: &VerdictInput<'_>) -> Vec<LiveEntry> {
    let times = entry_times(input);
    let mut entries = Vec::new();
    for (index, start) in times.iter().enumerate().take(MAX_ENTRIES) {
        let end = times.get(index + 1).map_or(usize::MAX, |next| next.block);
        if !(start.block..end.min(input.verdicts.len())).any(|at| is_entry_text(input, at)) {
            continue;
        }
        let within: Vec<(usize, _)> =
            input.kept.iter().enumerate().filter(|(_, kept)| (start.block..end).contains(&kept.at)).collect();
        let heading = within.iter().find(|(_, kept)| matches!(kept.role, Role::Heading(_)));
        let title = heading.and_then(|(_, kept)| input.page.blocks.get(kept.at)).map(|block| block.text.clone());
        let paragraph = within.first().and_then(|(paragraph, _)| u32::try_from(*paragraph).ok());
        let time = start.time.clone();
        entries.push(LiveEntry { at: time.parse().ok(), time, title, paragraph });
    }
    // The first time may be the page's own date, before all entries.
    if entries.len() > 1 && times.first().is_some_and(|first| input.kept.first().is_some_and(|kept| first.block + 4 < kept.at)) {
        entries.remove(0);
    }
    entries
}

/// Whether the block is text of an entry: a kept block, or dropped prose without a category, as short entries do not look like a story to the
/// labeller.
fn is_entry_text(input: &VerdictInput<'_>, at: usize) -> bool {
    let Some(signals) = input.signals(at).filter(|signals| signals.words >= 6) else { return false };
    match input.verdicts.get(at) {
        Some(Verdict::Kept { .. }) => true,
        Some(Verdict::Removed(removal)) => {
            removal.category == Category::Other && signals.ends_sentence && signals.link_share < 0.3
        }
        None => false,
    }
}

/// Every time on the page, in order, at most one per block.
fn entry_times(input: &VerdictInput<'_>) -> Vec<EntryTime> {
    let marks = input.page.head.times.iter().filter(|mark| mark.datetime.is_some() || time_of_day(&mark.text).is_some());
    let marked =
        marks.map(|mark| EntryTime { block: mark.block, time: mark.datetime.clone().unwrap_or_else(|| mark.text.clone()) });
    let lines = input.page.blocks.iter().enumerate();
    let written = lines.filter_map(|(block, line)| Some(EntryTime { block, time: time_of_day(&line.text)?.to_owned() }));
    let mut times: Vec<EntryTime> = marked.chain(written).collect();
    // A machine-readable time is more precise than the visible one.
    times.sort_by_key(|time| (time.block, std::cmp::Reverse(time.time.len())));
    times.dedup_by_key(|time| time.block);
    times
}

/// The time of day at the beginning of a line: `14:32`, `9.05`, `17h12`.
fn time_of_day(text: &str) -> Option<&str> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let text = text.trim_start_matches(['[', '(', '+', ' ', '•', '●', '–', '-']);
    let hours = digits(text);
    let rest = text.get(hours..)?;
    let separator = rest.chars().next().filter(|c| matches!(c, ':' | '.' | 'h' | 'H' | '：' | '時' | '时' | '시'))?;
    let rest = rest.get(separator.len_utf8()..)?.trim_start();
    let minutes = digits(rest);
    let end = text.len() - rest.len() + minutes;
    let fits = (1..=2).contains(&hours)
        && minutes == 2
        && text.get(..hours)?.parse::<u8>().ok()? < 24
        && rest.get(..2)?.parse::<u8>().ok()? < 60;
    // `12.05.2024` is a date, `3.14 percent` a number.
    let closed = rest.get(minutes..)?.chars().next().is_none_or(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '%' | '/'));
    (fits && closed && (separator != '.' || hours == 2)).then(|| text.get(..end)).flatten()
}

#[cfg(test)]
mod tests {
    use super::time_of_day;

    #[test]
    fn dates_and_numbers_are_not_times_of_day() {
        for (line, time) in [
            ("14:32 The ferry", "14:32"),
            ("17h12", "17h12"),
            ("[09:05] Go", "09:05"),
            ("12.40 Uhr: Das", "12.40"),
            ("14時05分 船", "14時05"),
        ] {
            assert_eq!(time_of_day(line), Some(time), "{line}");
        }
        for line in ["12.05.2024", "3.14 percent", "25:10", "1984 was", "12:5", "100:20", "12.345", "Ferry"] {
            assert_eq!(time_of_day(line), None, "{line}");
        }
    }
}
