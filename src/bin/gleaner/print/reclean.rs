//! What cleaning again changes, site by site, for people.

use std::fmt::Write;

use gleaner::reclean::{Excess, RecleanReport, SiteChange};
use gleaner_extract::base::printable::escape_line;

use super::human::plural;
use super::style::Style;

/// Most sites that are listed; `--json` has more.
const LISTED: usize = 20;

/// Most sites that are named in an error.
const NAMED: usize = 5;

/// What the user can do when too much would be lost.
pub const HINT: &str = "`gleaner clean --all --dry-run --diff` shows what would go; `--accept-loss` accepts it, and \
    `reclean.max_loss_percent` in config.toml sets the limit";

/// A line with the sums, then each site with its largest changes.
pub fn by_site(report: &RecleanReport, style: Style) -> String {
    let RecleanReport { documents, changed, words, lost, gained, recurring, .. } = *report;
    let mut out = format!(
        "{} cleaned again, {changed} changed: {}{}\n",
        plural(documents, "document"),
        counts(words, lost, gained, recurring),
        if changed == 0 { "" } else { "; by site:" }
    );
    for site in report.sites.iter().take(LISTED) {
        out += &one(site, style);
    }
    let left = report.more_sites + report.sites.len().saturating_sub(LISTED) as u64;
    if left > 0 {
        // Writing to a string does not fail.
        let _ = writeln!(out, "… and {}; `--json` lists a thousand", plural(left, "more site"));
    }
    out
}

fn one(site: &SiteChange, style: Style) -> String {
    let SiteChange { documents, changed, words, lost, gained, recurring, .. } = *site;
    let name = style.bold(&escape_line(&site.site));
    let mut out =
        format!("{name}: {changed} of {} changed, {}\n", plural(documents, "document"), counts(words, lost, gained, recurring));
    for change in &site.largest {
        let recurring = if change.recurring > 0 { format!(" ({} recurring)", change.recurring) } else { String::new() };
        let (lost, gained) = (style.removed(&format!("−{}", change.lost)), style.added(&format!("+{}", change.gained)));
        // Writing to a string does not fail.
        let _ = writeln!(out, "    {}  {lost} {gained}{recurring}  {}", change.id.short(), escape_line(&change.source));
    }
    out
}

fn counts(words: u64, lost: u64, gained: u64, recurring: u64) -> String {
    let percent = lost as f64 * 100.0 / words.max(1) as f64;
    let apart =
        if recurring > 0 { format!(", and {recurring} removed because they recur across the site") } else { String::new() };
    format!("{lost} of {} lost ({percent:.1} %), {gained} gained{apart}", plural(words, "word"))
}

/// What would be lost, as the message of an error.
pub fn stopped(report: &RecleanReport) -> String {
    format!("clean again, and wrote nothing: {}", excess(report))
}

/// The same as a remark on a run that only shows what it would do.
pub fn would_stop(report: &RecleanReport) -> String {
    format!("note: without `--accept-loss`, nothing would be written: {}\n", excess(report))
}

fn excess(report: &RecleanReport) -> String {
    let named: Vec<String> = report.excess.iter().take(NAMED).map(loss).collect();
    let more = report.excess.len().saturating_sub(NAMED) as u64;
    let more = if more > 0 { format!("\nand {}", plural(more, "more site")) } else { String::new() };
    format!("more than {} % of the words would be lost\n{}{more}", report.max_loss_percent, named.join("\n"))
}

fn loss(excess: &Excess) -> String {
    let name = match &excess.site {
        Some(site) => escape_line(site).into_owned(),
        None => format!("{} of fewer than 5 documents", plural(excess.sites, "site")),
    };
    format!("{name}: {} of {} ({:.1} %)", excess.lost, plural(excess.words, "word"), excess.lost_percent)
}
