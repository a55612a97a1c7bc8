//! Output for people.

use std::fmt::Write;

use gleaner::commands::explain::{BlockVerdict, ExplainedBlock, Explanation};
use gleaner::commands::rollback::RollbackCandidate;
use gleaner::engine::RunReport;
use gleaner::queue::{QueueEntry, UrlCounts};
use gleaner::store::Layout;
use gleaner::store::reader::CorpusStatus;
use gleaner::store::sidecar::Sidecar;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::document::{Category, Decoding, Removal};

use super::style::Style;

/// A one-line summary of a run: `12 inputs in 0.4 s: 10 new, 1 unchanged, 1 failed`.
pub fn summary(report: &RunReport) -> String {
    let counts = [
        (report.new, "new"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.copies, if report.copies == 1 { "copy" } else { "copies" }),
        (report.read, if report.read == 1 { "source read" } else { "sources read" }),
        (report.forgotten, "forgotten"),
        (report.restored, "restored"),
        (report.refused, "refused"),
        (report.failed, "failed"),
    ];
    let parts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    let nothing = if report.failing.is_empty() { "nothing to do" } else { "nothing done" };
    let parts = if parts.is_empty() { nothing.to_owned() } else { parts.join(", ") };
    let undone = match report.undone {
        0 => String::new(),
        count => format!("; {} as `gleaner rollback` left them", plural(count, "document")),
    };
    let more = [
        (report.failing.len() as u64, "source", "failing"),
        (report.partial.len() as u64, "source", "read in part"),
        (report.dead, "URL", "given up earlier"),
        (report.waiting, "URL", "in the queue"),
        (report.outdated, "document", "with other lines to remove by now (`gleaner clean --all` removes them)"),
    ];
    let more: String =
        more.iter().filter(|(n, ..)| *n > 0).map(|(n, noun, what)| format!("; {} {what}", plural(*n, noun))).collect();
    let budget = report.budget.as_ref().map(|key| format!(" ({key} reached)")).unwrap_or_default();
    let dry = if report.dry_run { " (dry run: nothing was written)" } else { "" };
    let interrupted = if report.interrupted { " (interrupted)" } else { "" };
    format!("{} in {:.1} s: {parts}{undone}{more}{budget}{interrupted}{dry}\n", plural(report.inputs, "input"), report.seconds)
}

/// The runs that can be undone, one a line, the newest last.
pub fn runs(runs: &[RollbackCandidate]) -> String {
    let line = |run: &RollbackCandidate| {
        let outcomes: Vec<String> = run.outcomes.iter().map(|(name, count)| format!("{count} {name}")).collect();
        format!("{}  {} rewritten; {}\n", run.run, plural(run.documents, "document"), outcomes.join(", "))
    };
    match runs {
        [] => "no run can be undone: none that has a journal rewrote a document\n".to_owned(),
        runs => runs.iter().map(line).collect(),
    }
}

/// Most documents that are listed one by one.
const LISTED: usize = 10;

/// What was stored: outcome, id and title of each document, and its path below.
pub fn documents(report: &RunReport, layout: &Layout) -> String {
    let mut out = String::new();
    for document in report.documents.iter().take(LISTED) {
        let (title, path) = (document.title.as_deref().unwrap_or("(no title)"), layout.path(&document.path));
        // Writing to a string does not fail.
        let (title, path) = (escape_line(title), path_text(&path));
        let _ = writeln!(out, "{:9} {} {title}\n          {}", document.outcome, document.id.short(), escape_line(&path));
    }
    if report.documents.len() > LISTED {
        out += "…         the journal in log/ lists all of them, and `--json` the first 1000\n";
    }
    out
}

/// Why a document is not a complete story, one line per reason; empty if it is complete.
pub fn completeness_evidence(sidecar: &Sidecar) -> String {
    let reasons = sidecar.completeness_evidence.iter();
    reasons.map(|reason| format!("{}: {}\n", sidecar.completeness.name(), escape_line(reason))).collect()
}

/// `1 file`, `2 files`.
pub fn plural(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The page in its original order: kept text as is, every removed block with its category, rule, reason and score.
pub fn explanation(page: &Explanation, style: Style) -> String {
    let mut out = String::new();
    let removed = page.blocks.iter().filter(|block| matches!(block.verdict, BlockVerdict::Removed { .. })).count();
    let kept = page.blocks.len() - removed;
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", style.bold(&escape_line(&page.source)));
    let _ = writeln!(
        out,
        "{}, confidence {:.2}, {} kept in {}, {} removed\n",
        page.completeness.name(),
        page.confidence,
        plural(page.words as u64, "word"),
        plural(kept as u64, "block"),
        plural(removed as u64, "block"),
    );
    for reason in &page.completeness_evidence {
        let _ = writeln!(out, "  {}: {}", page.completeness.name(), escape_line(reason));
    }
    for limit in &page.limits {
        let _ = writeln!(out, "  limit {}: {}", limit.name(), limit.effect());
    }
    for fault in page.decoding.iter().flat_map(faults) {
        let _ = writeln!(out, "  characters: {fault}");
    }
    if !page.completeness_evidence.is_empty() || !page.limits.is_empty() || page.decoding.is_some() {
        out.push('\n');
    }
    for block in &page.blocks {
        explained_block(block, style, &mut out);
    }
    out
}

/// What was wrong with the characters of a page, and what was done about it.
fn faults(decoding: &Decoding) -> Vec<String> {
    let Decoding { charset, bad_bytes, repaired } = decoding;
    let mut faults = Vec::new();
    if *bad_bytes > 0 {
        faults.push(format!("{} not valid in {charset}, shown as \u{fffd}", plural(*bad_bytes, "byte")));
    }
    if *repaired > 0 {
        faults.push(format!("{} repaired that had been decoded with the wrong charset", plural(*repaired, "character")));
    }
    faults
}

fn explained_block(block: &ExplainedBlock, style: Style, out: &mut String) {
    let _ = match &block.verdict {
        BlockVerdict::Kept { spared: None, .. } => writeln!(out, "{}", indented(&block.text)),
        BlockVerdict::Kept { spared: Some(spared), score, .. } => {
            let note = format!("    kept although {} matches · {} · {score:.2}", spared.rule, spared.why);
            writeln!(out, "{}\n{}", indented(&block.text), style.dim(&escape_line(&note)))
        }
        BlockVerdict::Removed { category, rule, why, score } => {
            write!(out, "{}", removed_block(*category, &block.text, &format!("{rule} · {why} · {score:.2}"), style))
        }
    };
}

/// A removal in the same format as in an explanation.
pub fn removal(removal: &Removal, style: Style) -> String {
    let Removal { category, rule, why, score, text, .. } = removal;
    removed_block(*category, text, &format!("{rule} · {why} · {score:.2}"), style)
}

fn removed_block(category: Category, text: &str, reason: &str, style: Style) -> String {
    let block = style.removed(&format!("− [{category}] {}", clip(text)));
    format!("{block}\n{}\n", style.dim(&format!("    {}", escape_line(reason))))
}

/// A block with all its lines indented: those of preformatted text must not look like lines of the explanation.
fn indented(text: &str) -> String {
    format!("  {}", text.replace('\n', "\n  "))
}

/// Statistics about the corpus.
pub fn status(status: &CorpusStatus) -> String {
    let mut out = String::new();
    let copies = if status.copies == 1 { "copy" } else { "copies" };
    let (documents, words) = (plural(status.documents, "document"), plural(status.words, "word"));
    let _ = writeln!(out, "{documents}, {} {copies}, {words}", status.copies);
    if status.clusters > 0 {
        let (clusters, clustered) = (plural(status.clusters, "cluster"), plural(status.clustered, "document"));
        let _ = writeln!(out, "{clusters} of copies and near duplicates, {clustered} in them");
    }
    if let Some(near) = &status.near_limit {
        let _ = writeln!(out, "warning: {near}\nhint: {}", near.advice());
    }
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let (texts, index) = (megabytes(status.text_bytes), megabytes(status.index_bytes));
    let (fetched, versions) = (plural(status.fetched, "fetched page"), plural(status.versions, "earlier version"));
    let _ = writeln!(out, "{texts:.1} MB of text, {index:.1} MB of index, {fetched}, {versions}");
    for (name, counts) in
        [("completeness", &status.by_completeness), ("sites", &status.by_site), ("languages", &status.by_language)]
    {
        if !counts.is_empty() {
            let _ = writeln!(out, "{name}: {}", escape_line(&top_counts(counts)));
        }
    }
    if status.stale > 0 {
        let _ = writeln!(out, "{} will be cleaned again by the next run", plural(status.stale, "document"));
    }
    if status.missing > 0 {
        let documents = plural(status.missing, "document");
        let _ = writeln!(out, "{documents} without a raw file; `gleaner forget --missing` moves them to the trash");
    }
    if let Some(run) = &status.last_run {
        let outcomes: Vec<String> = run.outcomes.iter().map(|(name, n)| format!("{n} {name}")).collect();
        let outcomes = if outcomes.is_empty() { "nothing to do".to_owned() } else { outcomes.join(", ") };
        let _ = writeln!(out, "last run: {} {outcomes}", run.started);
    }
    if !status.closed && status.documents > 0 {
        let _ = writeln!(out, "a run is active or was interrupted; if it was interrupted, the next run repairs what it left");
    }
    out
}

/// The largest counts, and how many more there are.
fn top_counts(counts: &[(String, u64)]) -> String {
    const SHOWN: usize = 10;
    let mut parts: Vec<String> = counts.iter().take(SHOWN).map(|(name, n)| format!("{name} {n}")).collect();
    if counts.len() > SHOWN {
        parts.push(format!("and {} more", counts.len() - SHOWN));
    }
    parts.join(", ")
}

/// The first characters of a cut, enough to know it by.
pub fn clip(text: &str) -> String {
    const SHOWN: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut clipped: String = line.chars().take(SHOWN).collect();
    if clipped.len() < line.len() {
        clipped.push('…');
    }
    clipped
}

/// A queue entry on one or two lines: number, state, URL, and why it failed.
pub fn queue_entry(entry: &QueueEntry) -> String {
    let due = entry.due.map(|due| format!(" (next attempt from {due})")).unwrap_or_default();
    let reason = entry.reason.as_ref().map(|reason| format!("         {}{due}\n", escape_line(reason))).unwrap_or_default();
    format!("{:>8} {:8} {}\n{reason}", entry.page, entry.state.name(), escape_line(&entry.url))
}

/// Everything the queue knows about one URL.
pub fn queue_entry_details(entry: &QueueEntry) -> String {
    let fields = [
        ("number", Some(entry.page.to_string())),
        ("url", Some(entry.url.clone())),
        ("state", Some(entry.state.name().to_owned())),
        ("since", Some(entry.changed_at.to_string())),
        ("source", Some(entry.source.clone()).filter(|source| !source.is_empty())),
        ("failures", (entry.attempts > 0).then(|| entry.attempts.to_string())),
        ("reason", entry.reason.clone()),
        ("next attempt", entry.due.map(|due| due.to_string())),
        ("body", entry.raw.clone()),
    ];
    fields.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}\n", escape_line(&value?)))).collect()
}

/// The number of URLs in each state.
pub fn queue_counts(counts: &UrlCounts) -> String {
    let parts: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
    if parts.is_empty() { "the queue is empty\n".to_owned() } else { format!("{}\n", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_one_line() {
        let mut report = RunReport { inputs: 3, new: 1, copies: 1, failed: 1, seconds: 0.42, ..RunReport::default() };
        assert_eq!(summary(&report), "3 inputs in 0.4 s: 1 new, 1 copy, 1 failed\n");
        report.dry_run = true;
        assert!(summary(&report).ends_with("failed (dry run: nothing was written)\n"));
        assert_eq!(summary(&RunReport::default()), "0 inputs in 0.0 s: nothing to do\n");
    }

    #[test]
    fn long_blocks_are_clipped_at_character_boundaries() {
        assert_eq!(clip("a\n b"), "a b");
        assert_eq!(clip(&"é".repeat(200)).chars().count(), 161);
    }
}
