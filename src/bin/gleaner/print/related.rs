//! Output for people about the relations of a document.

use std::fmt::Write;

use gleaner::commands::related::{ClusterReport, NamedDocument, OriginEvidence, RelatedReport};
use gleaner_extract::base::printable::escape_line;

use super::human::plural;

/// The document, its cluster, and its relations, one a line.
pub fn related(report: &RelatedReport) -> String {
    let mut out = format!("{}\n", document(&report.document));
    // Writing to a string does not fail.
    if let Some(of) = &report.cluster {
        let _ = writeln!(out, "{}", cluster(of));
    }
    if report.relations.is_empty() {
        out.push_str("no related documents\n");
    }
    for relation in &report.relations {
        let (here, there) = (percent(relation.here), percent(relation.there));
        let _ = writeln!(out, "{:12} {here} here, {there} there  {}", relation.kind.name(), document(&relation.document));
    }
    out
}

fn document(document: &NamedDocument) -> String {
    let id: String = document.id.to_string().chars().take(8).collect();
    let known = [&document.published, &document.site, &document.title].into_iter().flatten();
    escape_line(&known.fold(id, |line, part| line + "  " + part)).into_owned()
}

fn cluster(cluster: &ClusterReport) -> String {
    let short = |id: String| id.chars().take(8).collect::<String>();
    let mut line =
        format!("cluster of {}, canonical {}", plural(cluster.documents, "document"), short(cluster.canonical.to_string()));
    if let Some(origin) = &cluster.origin {
        let from = short(origin.document.to_string());
        let how = match origin.evidence {
            OriginEvidence::AgencyMark => "marked",
            OriginEvidence::BasedOn => "declares that it is based on it",
            OriginEvidence::CanonicalUrl => "names it as canonical",
            OriginEvidence::EarliestDate => "published first",
        };
        let _ = match (origin.agency, &origin.url, origin.evidence) {
            (Some(agency), ..) => write!(line, ", from {agency} ({how} in {from})"),
            (_, Some(url), _) => write!(line, ", probably from {} ({from} {how})", escape_line(url)),
            (.., OriginEvidence::EarliestDate) => write!(line, ", probably from {from} ({how})"),
            _ => write!(line, ", probably from {from} (another document {how})"),
        };
    }
    line
}

fn percent(share: f64) -> String {
    format!("{:3.0} %", share * 100.0)
}
