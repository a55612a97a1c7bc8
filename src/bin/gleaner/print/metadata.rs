//! `explain --metadata`: each field with the winning candidate and the others.

use std::fmt::Write;

use gleaner::commands::explain::Explanation;
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::metadata::Scored;

use super::style::Style;

/// Candidates shown per field.
const MAX_CANDIDATES: usize = 12;

/// Characters shown of a value.
const MAX_VALUE_CHARS: usize = 120;

/// Every field with its candidates, best first: the value, where it was found, and the confidence in it.
pub fn candidates(page: &Explanation, style: Style) -> String {
    let candidates = &page.candidates;
    let mut out = format!("{}\n", style.bold(&escape_line(&page.source)));
    let mut show = |name: &str, lines: Vec<CandidateLine>| field(name, &lines, style, &mut out);
    show("title", lines(&candidates.title, String::clone));
    show("authors", lines(&candidates.authors, |names| names.join("; ")));
    show("published", lines(&candidates.published, date));
    show("modified", lines(&candidates.modified, date));
    show("site", lines(&candidates.site, String::clone));
    show("section", lines(&candidates.section, String::clone));
    show("tags", lines(&candidates.tags, |tags| tags.join("; ")));
    show("language", lines(&candidates.language, String::clone));
    show("description", lines(&candidates.description, String::clone));
    show("canonical_url", lines(&candidates.canonical_url, String::clone));
    show("aliases", lines(&candidates.aliases, |urls| urls.join(" ")));
    show("image", lines(&candidates.image, String::clone));
    show("paywalled", lines(&candidates.paywalled, bool::to_string));
    show("licence", lines(&candidates.licence, String::clone));
    show("opt_out", lines(&candidates.opt_out, |signals| signals.join(", ")));
    show("based_on", lines(&candidates.based_on, |urls| urls.join(" ")));
    let _ = writeln!(out, "{}\n  {}", style.bold("words"), page.words);
    out
}

/// A candidate ready to print.
struct CandidateLine {
    value: String,
    origin: String,
    confidence: u8,
    score: f32,
}

fn lines<T>(candidates: &[Scored<T>], text: impl Fn(&T) -> String) -> Vec<CandidateLine> {
    let line = |candidate: &Scored<T>| CandidateLine {
        value: escape_line(&text(&candidate.value)).into_owned(),
        origin: escape_line(&candidate.evidence).into_owned(),
        confidence: candidate.confidence,
        score: candidate.score,
    };
    candidates.iter().map(line).collect()
}

fn date(date: &PageDate) -> String {
    match date.instant {
        Some(instant) => format!("{} ({instant})", date.day),
        None => date.day.to_string(),
    }
}

fn field(name: &str, lines: &[CandidateLine], style: Style, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", style.bold(name));
    if lines.is_empty() {
        let _ = writeln!(out, "  {}", style.dim("none"));
    }
    for (rank, line) in lines.iter().take(MAX_CANDIDATES).enumerate() {
        let value: String = line.value.chars().take(MAX_VALUE_CHARS).collect();
        let evidence = format!("{} · {} % · {:.2}", line.origin, line.confidence, line.score);
        // The sign marks the winner even without colours.
        let sign = if rank == 0 { "+" } else { "−" };
        let value = if rank == 0 { value } else { style.removed(&value) };
        let _ = writeln!(out, "  {sign} {value}\n    {}", style.dim(&evidence));
    }
    if lines.len() > MAX_CANDIDATES {
        let _ = writeln!(out, "  {}", style.dim(&format!("and {} more", lines.len() - MAX_CANDIDATES)));
    }
}
