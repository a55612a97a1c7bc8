//! `related`: the documents that a document is related to, its cluster, and where the story probably came from.

use serde::Serialize;

use url::Url;

use crate::engine::Error;
use crate::relate::RelationKind;
use crate::store::CorpusReader;
use crate::store::reader::StoredDocument;
use gleaner_extract::article::agency::agency;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::site;
use gleaner_extract::document::DocumentId;

/// Documents of a cluster that are looked at for the origin, and listed.
const MAX_MEMBERS: usize = 200;

/// What a document is related to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedReport {
    /// The document.
    pub document: NamedDocument,
    /// Its cluster, if it is in one.
    pub cluster: Option<ClusterReport>,
    /// Its relations, by kind.
    pub relations: Vec<RelatedDocument>,
}

/// What a document is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedDocument {
    /// Its id.
    pub id: DocumentId,
    /// Its title.
    pub title: Option<String>,
    /// The outlet.
    pub site: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
}

/// A document that is related to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedDocument {
    /// The kind of the relation, from the document to this one.
    #[serde(rename = "type")]
    pub kind: RelationKind,
    /// This document.
    pub document: NamedDocument,
    /// The share of the document that is in this one.
    pub here: f64,
    /// The share of this document that is in the document.
    pub there: f64,
    /// When both had been fetched.
    pub first_seen: Option<Timestamp>,
}

/// Documents that are one story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterReport {
    /// The canonical document.
    pub canonical: DocumentId,
    /// The number of documents.
    pub documents: u64,
    /// The documents, at most 200.
    pub members: Vec<NamedDocument>,
    /// Where the story probably came from.
    pub origin: Option<OriginReport>,
}

/// Where a story probably came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OriginReport {
    /// The press agency, if a text is marked with one.
    pub agency: Option<&'static str>,
    /// The document with the mark, the one that another declares as its original or as canonical, or the one that was published first. If the
    /// original is not in the corpus, the document that declares it.
    pub document: DocumentId,
    /// The original's URL, if a page declares one that is not in the corpus.
    pub url: Option<String>,
    /// How that is known.
    pub evidence: OriginEvidence,
}

/// How the origin of a story is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginEvidence {
    /// A text has the mark of a press agency.
    AgencyMark,
    /// Another document of the cluster declares that it is based on it (`isBasedOn` and the like).
    BasedOn,
    /// Another document of the cluster declares its URL as canonical.
    CanonicalUrl,
    /// It has the earliest date of publication.
    EarliestDate,
}

/// What a document is related to.
pub fn related(reader: &CorpusReader, document: &StoredDocument) -> Result<RelatedReport, Error> {
    let mut relations = Vec::new();
    for relation in &document.sidecar.relations {
        let other = by_id(reader, &relation.id)?;
        let unnamed = NamedDocument { id: relation.id, title: None, site: None, published: None };
        let named = other.as_ref().map_or(unnamed, named);
        let (kind, here, there, first_seen) = (relation.kind, relation.here, relation.there, relation.first_seen);
        relations.push(RelatedDocument { kind, document: named, here, there, first_seen });
    }
    let cluster = document.sidecar.cluster.map(|canonical| cluster(reader, canonical)).transpose()?;
    Ok(RelatedReport { document: named(document), cluster, relations })
}

fn by_id(reader: &CorpusReader, id: &DocumentId) -> Result<Option<StoredDocument>, Error> {
    Ok(reader.find(id.to_string())?)
}

fn named(document: &StoredDocument) -> NamedDocument {
    let sidecar = &document.sidecar;
    NamedDocument {
        id: sidecar.id,
        title: sidecar.title.as_ref().map(|title| title.value.clone()),
        site: sidecar.site.as_ref().map(|site| site.value.clone()),
        published: sidecar.published.as_ref().map(|published| published.value.day.to_string()),
    }
}

fn cluster(reader: &CorpusReader, canonical: DocumentId) -> Result<ClusterReport, Error> {
    let ids = reader.cluster(&canonical)?;
    let mut members = Vec::new();
    for id in ids.iter().take(MAX_MEMBERS) {
        members.extend(by_id(reader, id)?);
    }
    // The earliest first, those without a date last.
    members.sort_by_key(|member| {
        let published = named(member).published;
        (published.is_none(), published, member.sidecar.id)
    });
    let origin = origin(reader, &members)?;
    let members = members.iter().map(named).collect();
    Ok(ClusterReport { canonical, documents: ids.len() as u64, members, origin })
}

/// The origin by the strongest evidence there is. The members are in order of publication.
fn origin(reader: &CorpusReader, members: &[StoredDocument]) -> Result<Option<OriginReport>, Error> {
    for member in members {
        let marked = reader.text(&member.sidecar.id)?.and_then(|text| agency(&text));
        if let Some(agency) = marked {
            let document = member.sidecar.id;
            return Ok(Some(OriginReport { agency: Some(agency), document, url: None, evidence: OriginEvidence::AgencyMark }));
        }
    }
    for evidence in [OriginEvidence::BasedOn, OriginEvidence::CanonicalUrl] {
        if let Some(origin) = declared_origin(reader, members, evidence)? {
            return Ok(Some(origin));
        }
    }
    let mut dated = members.iter().map(named).filter(|member| member.published.is_some());
    Ok(match (dated.next(), dated.next()) {
        (Some(first), Some(second)) if first.published < second.published => {
            Some(OriginReport { agency: None, document: first.id, url: None, evidence: OriginEvidence::EarliestDate })
        }
        _ => None,
    })
}

/// The origin that a member declares: another member, or a page that is not in the corpus, on another site. A document that is in the corpus, but not in the
/// cluster, is another story.
fn declared_origin(
    reader: &CorpusReader,
    members: &[StoredDocument],
    evidence: OriginEvidence,
) -> Result<Option<OriginReport>, Error> {
    let mut outside = None;
    for member in members {
        let own = own_site(member);
        for url in declared_urls(member, evidence).iter().filter_map(|url| Url::parse(url).ok()) {
            let declaring = member.sidecar.id;
            match reader.id_at(&url)? {
                Some(document) if document != declaring && members.iter().any(|other| other.sidecar.id == document) => {
                    return Ok(Some(OriginReport { agency: None, document, url: None, evidence }));
                }
                None if outside.is_none() && site(&url) != own && (own.is_some() || evidence == OriginEvidence::BasedOn) => {
                    outside = Some(OriginReport { agency: None, document: declaring, url: Some(url.into()), evidence });
                }
                _ => {}
            }
        }
    }
    Ok(outside)
}

/// The URLs that a page declares for its original.
fn declared_urls(document: &StoredDocument, evidence: OriginEvidence) -> Vec<String> {
    let sidecar = &document.sidecar;
    match evidence {
        OriginEvidence::BasedOn => sidecar.based_on.as_ref().map(|found| found.value.clone()).unwrap_or_default(),
        OriginEvidence::CanonicalUrl => sidecar.canonical_url.iter().map(|found| found.value.clone()).collect(),
        OriginEvidence::AgencyMark | OriginEvidence::EarliestDate => Vec::new(),
    }
}

/// The registrable domain that a document was fetched from; `None` for files of which that is not known.
fn own_site(document: &StoredDocument) -> Option<String> {
    let urls = &document.sidecar.urls;
    let url = [&urls.r#final, &urls.requested].into_iter().flatten().find_map(|url| Url::parse(url).ok());
    site(&url.or_else(|| document.sidecar.source.url())?)
}
