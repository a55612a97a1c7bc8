//! The versions of a document, and the words that changed, for people.

use std::fmt::Write;

use gleaner::commands::history::{HistoryEntry, VersionDiff};
use gleaner::compare::{Part, Side, Spot};
use gleaner_extract::base::printable::escape_line;

use super::human::plural;
use super::style::Style;

/// Most characters of unchanged text that are shown on either side of a change.
const CONTEXT: usize = 80;

/// One line per version: number, time, kind of change, length and headline; below it what speaks for the kind, and the file.
pub fn history(entries: &[HistoryEntry], style: Style) -> String {
    let mut out = String::new();
    for entry in entries {
        let title = entry.title.as_deref().unwrap_or("(no title)");
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "{:>3}  {}  {:11}  {:>12}  {}",
            entry.version,
            entry.at,
            entry.class.name(),
            plural(entry.words, "word"),
            style.bold(&escape_line(title))
        );
        for line in entry.evidence.iter().chain([&entry.path]) {
            let _ = writeln!(out, "     {}", style.dim(&escape_line(line)));
        }
    }
    out
}

/// The words that changed, each with the text around it: `[-removed-]{+added+}`, as `git diff --word-diff` marks them.
pub fn diff(diff: &VersionDiff, style: Style) -> String {
    let mut out = String::new();
    for (mark, entry) in [("---", &diff.from), ("+++", &diff.to)] {
        let _ = writeln!(out, "{mark} version {}, {}, {}", entry.version, entry.at, escape_line(&entry.path));
    }
    for fact in std::iter::once(diff.to.class.name()).chain(diff.to.evidence.iter().map(String::as_str)) {
        let _ = writeln!(out, "{}", style.dim(&escape_line(fact)));
    }
    for (index, part) in diff.differences.parts.iter().enumerate() {
        match part {
            Part::Same(text) => {
                let (first, last) = (index == 0, index + 1 == diff.differences.parts.len());
                out += &context(text, first, last, style);
            }
            Part::Changed(spot) => out += &changed(spot, style),
        }
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

fn changed(spot: &Spot, style: Style) -> String {
    let piece = |piece: &gleaner::compare::Piece| match piece.side {
        Side::Same => piece.text.clone(),
        Side::Removed => mark(&piece.text, |text| style.removed(&format!("[-{text}-]"))),
        Side::Added => mark(&piece.text, |text| style.added(&format!("{{+{text}+}}"))),
    };
    spot.pieces.iter().map(piece).collect()
}

/// Marks each line, so that neither marks nor colours go over the end of one.
fn mark(text: &str, paint: impl Fn(&str) -> String) -> String {
    let line = |line: &str| if line.trim().is_empty() { line.to_owned() } else { paint(line) };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// The ends of an unchanged stretch that lie next to changes.
fn context(text: &str, is_first: bool, is_last: bool, style: Style) -> String {
    if is_first && is_last {
        return style.dim("the texts are equal\n");
    }
    let (head, tail) = (head(text), tail(text));
    match (is_first, is_last) {
        (true, _) => tail.map_or_else(|| text.to_owned(), |tail| style.dim("…") + tail),
        (_, true) => head.map_or_else(|| text.to_owned(), |head| head.to_owned() + &style.dim("…")),
        _ => match head.zip(tail).filter(|_| text.chars().count() > 2 * CONTEXT) {
            Some((head, tail)) => format!("{head}{}\n{}{tail}", style.dim("…"), style.dim("…")),
            None => text.to_owned(),
        },
    }
}

/// The first words of a text, if it is longer.
fn head(text: &str) -> Option<&str> {
    let (limit, _) = text.char_indices().nth(CONTEXT)?;
    let end = text.get(..limit)?.rfind(char::is_whitespace).map_or(limit, |space| space + 1);
    text.get(..end)
}

/// The last words of a text, if it is longer.
fn tail(text: &str) -> Option<&str> {
    let (limit, _) = text.char_indices().rev().nth(CONTEXT)?;
    let start = text.get(limit..)?.find(char::is_whitespace).map_or(limit, |space| limit + space);
    text.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_is_cut_at_words_and_never_within_a_character() {
        let text = "Lorem ipsum dolor sit amet. ".repeat(10);
        assert!(head(&text).is_some_and(|head| head.ends_with(' ') && head.len() <= CONTEXT + 1));
        assert!(tail(&text).is_some_and(|tail| text.ends_with(tail)));
        let han = "港口因风暴关闭了五天。".repeat(20);
        assert_eq!(head(&han).map(|head| head.chars().count()), Some(CONTEXT));
        assert_eq!((head("short"), tail("short")), (None, None));
    }

    #[test]
    fn marks_stay_within_lines() {
        assert_eq!(mark("One.\n\nTwo.", |text| format!("<{text}>")), "<One.>\n\n<Two.>");
    }
}
