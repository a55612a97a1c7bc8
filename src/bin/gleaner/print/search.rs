//! Output for people about documents that were listed or found.

use gleaner::engine::report::WatchReport;
use gleaner::search::SnippetPart;
use gleaner::store::listed::ListedDocument;
use gleaner::store::search::SearchResults;
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::document::Completeness;

use super::human::plural;
use super::style::Style;
use super::terminal::printable;

/// What a search found: a line for each document, and a passage of its text below. What the query asks for is between asterisks, and bold.
pub fn results(results: &SearchResults, style: Style) -> String {
    let hits = results.hits.iter().map(|hit| {
        let title = if hit.title.is_empty() { "(no title)".to_owned() } else { marked(&hit.title, style) };
        let below = if hit.snippet.is_empty() { String::new() } else { format!("    {}\n", marked(&hit.snippet, style)) };
        format!("{}  {title}\n{below}", facts(&hit.document))
    });
    hits.collect()
}

/// How many documents match, if not all of them are shown.
pub fn remark(results: &SearchResults, offset: u64) -> String {
    let shown = results.hits.len() as u64;
    match (results.total, shown) {
        (0, _) => "no document matches\n".to_owned(),
        (total, 0) => format!("{} match\n", plural(total, "document")),
        (total, shown) if shown < total => format!("{} to {} of {}\n", offset + 1, offset + shown, plural(total, "document")),
        _ => String::new(),
    }
}

/// What is new for the saved searches.
pub fn watched(reports: &[WatchReport]) -> String {
    let one = |report: &WatchReport| {
        let rows: String = report.first.iter().map(|document| format!("    {}", row(document))).collect();
        let more = match report.documents.saturating_sub(report.first.len() as u64) {
            0 => String::new(),
            more => format!("    and {more} more\n"),
        };
        format!("watch {}: {}\n{rows}{more}", escape_line(&report.watch), plural(report.documents, "new document"))
    };
    reports.iter().map(one).collect()
}

/// A document on one line of a list.
pub fn row(document: &ListedDocument) -> String {
    let title = document.title.as_deref().unwrap_or("(no title)");
    let verdict = match document.completeness {
        Completeness::Complete => "",
        other => other.name(),
    };
    let note = match (verdict, document.copy_of) {
        ("", None) => String::new(),
        (verdict, None) => format!(" ({verdict})"),
        ("", Some(_)) => " (copy)".to_owned(),
        (verdict, Some(_)) => format!(" ({verdict}, copy)"),
    };
    printable(&format!("{}  {:>6}  {}{note}\n", facts(document), document.words, escape_line(title)))
}

/// The beginning of the id, the day and the site.
fn facts(document: &ListedDocument) -> String {
    let id: String = document.id.to_string().chars().take(8).collect();
    let day = document.published.map_or_else(|| "          ".to_owned(), |day| day.to_string());
    format!("{id}  {day}  {:20}", escape_line(document.site.as_deref().unwrap_or("-")))
}

fn marked(parts: &[SnippetPart], style: Style) -> String {
    let shown = parts.iter().map(|part| {
        let text = escape_line(&part.text);
        if part.hit { style.bold(&format!("*{text}*")) } else { text.into_owned() }
    });
    shown.collect()
}
