//! Live blogs: entries with times, from JSON-LD or from the page itself.

use super::claims::Update;
use super::words::WORDS;
use super::{VerdictInput, quote};
use crate::base::text::fold;
use crate::document::{Category, LiveEntry, Role, Tag};
use crate::label::Verdict;
use crate::label::signals::BlockSignals;

/// Fewer entries make no live blog.
const MIN_ENTRIES: usize = 4;

/// Most entries that are kept.
const MAX_ENTRIES: usize = super::claims::MAX_UPDATES;

/// What speaks for a live blog, and its entries; none where the page is none.
pub fn entries(input: &VerdictInput<'_>) -> Option<(Vec<String>, Vec<LiveEntry>)> {
    let shown = shown(input);
    let updates = &input.claims.updates;
    let called = called(input);
    if updates.len() >= 2 {
        let reason = format!("the page's JSON-LD has {} live updates", updates.len());
        let told: Vec<LiveEntry> = updates.iter().map(|update| entry_of(update, input)).collect();
        return Some((std::iter::once(reason).chain(called).collect(), if told.len() >= shown.len() { told } else { shown }));
    }
    let typed = input.claims.is_live.then(|| "the page's JSON-LD says LiveBlogPosting".to_owned());
    let enough = if typed.is_some() { 2 } else { MIN_ENTRIES };
    let says = typed.into_iter().chain(called).collect::<Vec<_>>();
    if says.is_empty() || shown.len() < enough {
        return None;
    }
    Some((std::iter::once(format!("{} entries have a time each", shown.len())).chain(says).collect(), shown))
}

/// Where the page calls itself live: title, headline, address, or the markup around its first entries.
fn called(input: &VerdictInput<'_>) -> Option<String> {
    let head = &input.page.head;
    let title = head.title.as_deref().into_iter().chain(head.meta("og:title"));
    let heads = |facts: &BlockSignals<'_>| facts.titled || facts.tag == Tag::H1;
    let headlines = input.visible().filter(|(_, facts)| heads(facts)).map(|(at, _)| at);
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
    let name = names.find(|tokens| WORDS.live.find(tokens).is_some_and(is_telling))?;
    Some(format!("its markup says live: {}", quote(name)))
}

/// Whether a part of the text says live: in several words anywhere, in a single one only as its first or last word, for "live" is a verb too.
fn says_live(text: &str, parted_by: &[char]) -> bool {
    text.split(parted_by).map(fold).any(|part| {
        WORDS.live.find(&part).is_some_and(is_telling)
            || [part.split(' ').next(), part.rsplit(' ').next()].into_iter().flatten().any(|word| WORDS.live.is(word))
    })
}

/// Whether the phrase cannot mean anything else: several words, or a compound.
fn is_telling(phrase: &str) -> bool {
    phrase.contains(' ') || phrase.chars().count() >= 8
}

/// An update of the JSON-LD, with its place in the clean text.
fn entry_of(update: &Update, input: &VerdictInput<'_>) -> LiveEntry {
    let (title, body) = (fold(update.title.as_deref().unwrap_or_default()), fold(&update.text));
    let begins = |folded: &str| {
        let opening = |text: &str| text.len() >= 12 && (folded.starts_with(text) || text.starts_with(folded));
        folded.len() >= 12 && (opening(&title) || opening(&body))
    };
    let paragraph = input.kept_facts().position(|facts| begins(&facts.folded));
    LiveEntry {
        at: update.time.parse().ok(),
        time: update.time.clone(),
        title: update.title.clone(),
        paragraph: paragraph.and_then(|at| u32::try_from(at).ok()),
    }
}

/// A time on the page: the block it stands in front of or at the head of.
struct Clock {
    block: usize,
    time: String,
}

/// Entries as the page shows them: a time, then kept text up to the next time.
fn shown(input: &VerdictInput<'_>) -> Vec<LiveEntry> {
    let clocks = clocks(input);
    let mut entries = Vec::new();
    for (index, clock) in clocks.iter().enumerate().take(MAX_ENTRIES) {
        let end = clocks.get(index + 1).map_or(usize::MAX, |next| next.block);
        if (clock.block..end.min(input.verdicts.len())).filter(|at| is_told(input, *at)).count() == 0 {
            continue;
        }
        let within: Vec<(usize, _)> =
            input.kept.iter().enumerate().filter(|(_, kept)| (clock.block..end).contains(&kept.at)).collect();
        let heading = within.iter().find(|(_, kept)| matches!(kept.role, Role::Heading(_)));
        let title = heading.and_then(|(_, kept)| input.page.blocks.get(kept.at)).map(|block| block.text.clone());
        let paragraph = within.first().and_then(|(paragraph, _)| u32::try_from(*paragraph).ok());
        let time = clock.time.clone();
        entries.push(LiveEntry { at: time.parse().ok(), time, title, paragraph });
    }
    // The page's own date stands in front of all of them.
    if entries.len() > 1 && clocks.first().is_some_and(|first| input.kept.first().is_some_and(|kept| first.block + 4 < kept.at)) {
        entries.remove(0);
    }
    entries
}

/// Whether the block is text of an entry: of the story, or prose that is nothing else either. Short entries between bare times look like no
/// story.
fn is_told(input: &VerdictInput<'_>, at: usize) -> bool {
    let Some(facts) = input.facts(at).filter(|facts| facts.words >= 6) else { return false };
    match input.verdicts.get(at) {
        Some(Verdict::Kept { .. }) => true,
        Some(Verdict::Removed(removal)) => removal.category == Category::Other && facts.ends_sentence && facts.link_share < 0.3,
        None => false,
    }
}

/// Every time on the page, in order, one a block.
fn clocks(input: &VerdictInput<'_>) -> Vec<Clock> {
    let marks = input.page.head.times.iter().filter(|mark| mark.datetime.is_some() || clock(&mark.text).is_some());
    let marked = marks.map(|mark| Clock { block: mark.block, time: mark.datetime.clone().unwrap_or_else(|| mark.text.clone()) });
    let lines = input.page.blocks.iter().enumerate();
    let said = lines.filter_map(|(block, line)| Some(Clock { block, time: clock(&line.text)?.to_owned() }));
    let mut clocks: Vec<Clock> = marked.chain(said).collect();
    // A machine's time says more than the clock beside it.
    clocks.sort_by_key(|clock| (clock.block, std::cmp::Reverse(clock.time.len())));
    clocks.dedup_by_key(|clock| clock.block);
    clocks
}

/// The clock that a line begins with, `14:32`, `9.05`, `17h12`, in digits of any script that are decimal.
fn clock(text: &str) -> Option<&str> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let text = text.trim_start_matches(['[', '(', '+', ' ', '•', '●', '–', '-']);
    let hours = digits(text);
    let rest = text.get(hours..)?;
    let parted = rest.chars().next().filter(|c| matches!(c, ':' | '.' | 'h' | 'H' | '：' | '時' | '时' | '시'))?;
    let rest = rest.get(parted.len_utf8()..)?.trim_start();
    let minutes = digits(rest);
    let end = text.len() - rest.len() + minutes;
    let fits = (1..=2).contains(&hours)
        && minutes == 2
        && text.get(..hours)?.parse::<u8>().ok()? < 24
        && rest.get(..2)?.parse::<u8>().ok()? < 60;
    // `12.05.2024` is a day, `3.14 percent` no time.
    let closed = rest.get(minutes..)?.chars().next().is_none_or(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '%' | '/'));
    (fits && closed && (parted != '.' || hours == 2)).then(|| text.get(..end)).flatten()
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn clocks_are_told_from_days_and_numbers() {
        for (line, time) in [
            ("14:32 The ferry", "14:32"),
            ("17h12", "17h12"),
            ("[09:05] Go", "09:05"),
            ("12.40 Uhr: Das", "12.40"),
            ("14時05分 船", "14時05"),
        ] {
            assert_eq!(clock(line), Some(time), "{line}");
        }
        for line in ["12.05.2024", "3.14 percent", "25:10", "1984 was", "12:5", "100:20", "12.345", "Ferry"] {
            assert_eq!(clock(line), None, "{line}");
        }
    }
}
