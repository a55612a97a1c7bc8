//! Two documents, compared word by word.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use maud::html;

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::params::Params;
use super::super::problem::Problem;
use super::document::{heading, language, title_of};
use super::layout::{Section, document_path, page, plural};
use super::versions::marked;
use crate::compare::{Differences, Side};

/// Shows what another document has that this one has not, and the other way round.
pub async fn compare(
    State(app): State<SharedApp>,
    Path((id, other)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let params = Params::of_query(query.as_deref());
    read(app, move |_, reader| {
        let (document, other) = (find(reader, &id)?.sidecar, find(reader, &other)?.sidecar);
        let text = |id| Ok::<_, Problem>(reader.text(id)?.unwrap_or_default());
        let differences = Differences::of(&text(&document.id)?, &text(&other.id)?);
        let path = document_path(document.id, &format!("compare/{}", other.id));
        let content = html! {
            (heading(&document, "compare"))
            h2 { "Compared with " a href=(document_path(other.id, "")) { bdi { (title_of(&other)) } } }
            p.meta {
                @if let Some(site) = &other.site { bdi { (site.value) } " · " }
                @if let Some(published) = &other.published { (published.value.day) " · " }
                del { (plural(differences.words(Side::Removed) as u64, "word")) " of this one only" } ", "
                ins { (plural(differences.words(Side::Added) as u64, "word")) " of the other one only" }
            }
            (marked(language(&other), &differences, &path, &params))
        };
        Ok(page(&format!("Compared – {}", title_of(&document)), Section::Documents, &content))
    })
    .await
}
