//! `explain --metadata`: each field with the candidate that won and those that lost.

use std::fmt::Write;

use gleaner::pipeline::explain::Explanation;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::metadata::Scored;

use super::style::Style;

/// Most candidates of one field that are shown.
const SHOWN: usize = 12;

/// Most characters of a value that are shown.
const CLIPPED: usize = 120;

/// Every field with its candidates, best first: the value, the witness, how far it is believed.
pub fn candidates(page: &Explanation, style: Style) -> String {
    let found = &page.candidates;
    let mut out = format!("{}\n", style.strong(&page.source));
    let mut show = |name: &str, lines: Vec<Line>| field(name, &lines, style, &mut out);
    show("title", lines(&found.title, String::clone));
    show("authors", lines(&found.authors, |names| names.join("; ")));
    show("published", lines(&found.published, date));
    show("modified", lines(&found.modified, date));
    show("site", lines(&found.site, String::clone));
    show("section", lines(&found.section, String::clone));
    show("tags", lines(&found.tags, |tags| tags.join("; ")));
    show("language", lines(&found.language, String::clone));
    show("description", lines(&found.description, String::clone));
    show("canonical_url", lines(&found.canonical_url, String::clone));
    show("aliases", lines(&found.aliases, |urls| urls.join(" ")));
    show("image", lines(&found.image, String::clone));
    show("paywalled", lines(&found.paywalled, bool::to_string));
    show("licence", lines(&found.licence, String::clone));
    show("opt_out", lines(&found.opt_out, |signals| signals.join(", ")));
    let _ = writeln!(out, "{}\n  {}", style.strong("words"), page.words);
    out
}

/// A candidate as shown.
struct Line {
    value: String,
    witness: String,
    confidence: u8,
    score: f32,
}

fn lines<T>(candidates: &[Scored<T>], text: impl Fn(&T) -> String) -> Vec<Line> {
    let line = |found: &Scored<T>| Line {
        value: text(&found.value),
        witness: found.evidence.clone(),
        confidence: found.confidence,
        score: found.score,
    };
    candidates.iter().map(line).collect()
}

fn date(date: &PageDate) -> String {
    match date.instant {
        Some(instant) => format!("{} ({instant})", date.day),
        None => date.day.to_string(),
    }
}

fn field(name: &str, lines: &[Line], style: Style, out: &mut String) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", style.strong(name));
    if lines.is_empty() {
        let _ = writeln!(out, "  {}", style.aside("none"));
    }
    for (rank, line) in lines.iter().take(SHOWN).enumerate() {
        let value: String = line.value.chars().take(CLIPPED).collect();
        let because = format!("{} · {} % · {:.2}", line.witness, line.confidence, line.score);
        // The sign tells the winner without colours.
        let sign = if rank == 0 { "+" } else { "−" };
        let value = if rank == 0 { value } else { style.removed(&value) };
        let _ = writeln!(out, "  {sign} {value}\n    {}", style.aside(&because));
    }
    if lines.len() > SHOWN {
        let _ = writeln!(out, "  {}", style.aside(&format!("and {} more", lines.len() - SHOWN)));
    }
}
