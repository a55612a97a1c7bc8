//! A cluster: who carried the story when, and what each changed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::problem::Problem;
use super::document::{heading, shortened_value, title_of};
use super::layout::{Section, document_path, page, plural};
use crate::commands::related::{ClusterReport, OriginEvidence, OriginReport, related};
use crate::compare::{Change, Differences, Side, StoryText, judge};
use crate::store::CorpusReader;
use gleaner_extract::document::DocumentId;

/// Documents whose texts are compared; the page of each comparison is linked for the others.
const MAX_COMPARED: usize = 40;

/// How a document differs from the canonical one.
struct Difference {
    change: Change,
    added: usize,
    removed: usize,
}

/// Shows the cluster of a document.
pub async fn cluster(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |_, reader| {
        let document = find(reader, &id)?;
        let report = related(reader, &document)?;
        let sidecar = document.sidecar;
        let Some(cluster) = report.cluster else {
            return Err(Problem::new(StatusCode::NOT_FOUND, "This document is in no cluster.").with_hint("No other document tells the same story."));
        };
        let differences = differences(reader, &cluster)?;
        let content = html! {
            (heading(&sidecar, "cluster"))
            h2 { (plural(cluster.documents, "document")) " tell this story" }
            @if let Some(origin) = &cluster.origin { p { (origin_line(origin)) } }
            div.scroll { (table(&cluster, &differences)) }
            @if cluster.documents > cluster.members.len() as u64 { p.meta { "and " (cluster.documents - cluster.members.len() as u64) " more" } }
        };
        Ok(page(&format!("Cluster – {}", title_of(&sidecar)), Section::Documents, &content))
    })
    .await
}

fn origin_line(origin: &OriginReport) -> Markup {
    let how = match origin.evidence {
        OriginEvidence::AgencyMark => "its text has the mark of the agency",
        OriginEvidence::BasedOn => "another document declares that it is based on it",
        OriginEvidence::CanonicalUrl => "another document declares its URL as canonical",
        OriginEvidence::EarliestDate => "it has the earliest date",
    };
    html! {
        "It probably came from "
        @if let Some(agency) = origin.agency { strong { (agency) } ", by " }
        a href=(document_path(origin.document, "")) { (origin.document.short()) } ": " (how) "."
    }
}

/// How each of the first documents differs from the canonical one.
fn differences(reader: &CorpusReader, cluster: &ClusterReport) -> Result<Vec<Option<Difference>>, Problem> {
    let text = |id: &DocumentId| Ok::<_, Problem>(reader.text(id)?.unwrap_or_default());
    let canonical = text(&cluster.canonical)?;
    let title = cluster.members.iter().find(|member| member.id == cluster.canonical).and_then(|member| member.title.clone());
    let mut found = Vec::new();
    for member in cluster.members.iter().take(MAX_COMPARED) {
        if member.id == cluster.canonical {
            found.push(None);
            continue;
        }
        let other = text(&member.id)?;
        let change = judge(
            StoryText { title: title.as_deref(), text: &canonical },
            StoryText { title: member.title.as_deref(), text: &other },
        );
        let differences = Differences::of(&canonical, &other);
        let (added, removed) = (differences.words(Side::Added), differences.words(Side::Removed));
        found.push(Some(Difference { change, added, removed }));
    }
    Ok(found)
}

fn table(cluster: &ClusterReport, differences: &[Option<Difference>]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "published" } th scope="col" { "site" } th scope="col" { "headline" } th scope="col" { "compared with the fullest text" } } }
            tbody {
                @for (at, member) in cluster.members.iter().enumerate() {
                    tr {
                        td { (member.published.as_deref().unwrap_or("no date")) }
                        td { bdi { (shortened_value(member.site.as_deref().unwrap_or("?"))) } }
                        td { a data-row href=(document_path(member.id, "")) { bdi { (shortened_value(member.title.as_deref().unwrap_or("untitled"))) } } }
                        td {
                            @if member.id == cluster.canonical { "this is the fullest text" }
                            @else {
                                @if let Some(Some(difference)) = differences.get(at) {
                                    (difference.change.kind.name()) ", " (difference.added) " words added, " (difference.removed) " removed "
                                }
                                a href=(document_path(cluster.canonical, &format!("compare/{}", member.id))) { "compare " span.meta { (member.id.short()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
