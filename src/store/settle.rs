//! Settles the relations of all documents at the end of a run: those of texts are judged ([`crate::relate`]), those of documents follow from them, and
//! every sidecar that says something else is written again.
//!
//! Of documents with the same words, the canonical one has the relations of their text to others, and each other one has an `exact` relation to it. A
//! cluster is all documents of texts that are near one another, directly or through others.

use std::collections::BTreeMap;

use super::atomic::StagingArea;
use super::clean;
use super::document_text;
use super::failpoint::hit;
use super::failure::{Error, io_error};
use super::index::{Index, LinkedDocument, Member, RelatedTexts};
use super::layout::Layout;
use super::presence;
use super::sidecar::Links;
use crate::relate::{Relation, RelationKind};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::DocumentId;

/// What all documents have to do with others; those that are not in it have nothing.
type AllLinks = BTreeMap<DocumentId, Links>;

/// Settles the relations of all documents, if any has changed.
pub(super) fn settle(layout: &Layout, staging: &mut StagingArea, index: &mut Index) -> Result<(), Error> {
    if !index.is_unsettled()? {
        return Ok(());
    }
    texts(layout, index)?;
    let mut wanted = links(&index.related_texts()?);
    hit("settle.before-sidecars");
    for mut document in index.linked_documents(&mut wanted.keys())? {
        let links = wanted.remove(&document.id).unwrap_or_default();
        let links = with_earlier_times(links, &document.links);
        if links != document.links {
            document.links = links;
            write(layout, staging, index, &document)?;
        }
    }
    hit("settle.after-sidecars");
    index.set_settled(true)
}

/// Judges the relations of texts.
pub(super) fn texts(layout: &Layout, index: &mut Index) -> Result<(), Error> {
    index.settle_texts(|index, tokens| document_text::with_words(layout, index, &tokens))
}

/// A relation that is known keeps the time at which it was seen first.
fn with_earlier_times(mut links: Links, earlier: &Links) -> Links {
    for relation in &mut links.relations {
        let known = earlier.relations.iter().find(|known| (known.kind, known.id) == (relation.kind, relation.id));
        let times = [relation.first_seen, known.and_then(|known| known.first_seen)];
        relation.first_seen = times.into_iter().flatten().min();
    }
    links
}

/// Rewrites a sidecar. One that is damaged is left alone: it is written when its document is cleaned again.
fn write(layout: &Layout, staging: &mut StagingArea, index: &mut Index, document: &LinkedDocument) -> Result<(), Error> {
    let mut sidecar = match clean::sidecar(layout, &document.stem) {
        Ok((sidecar, _)) => sidecar,
        Err(error) if error.is_damage() => return Ok(()),
        Err(error) => return Err(error),
    };
    sidecar.cluster = document.links.cluster;
    sidecar.relations.clone_from(&document.links.relations);
    let encoded = sidecar.encode().map_err(|error| io_error("write", &document.stem.sidecar())(error.into()))?;
    clean::write(staging, &document.stem, None, &encoded.bytes)?;
    let stamp = presence::stamp(layout, &document.stem, &sidecar);
    index.set_links(document, encoded.checksum, stamp.as_deref())?;
    if index.is_batch_full() {
        staging.sync()?;
        index.commit()?;
    }
    Ok(())
}

/// The relations and clusters that follow from those of texts.
fn links(texts: &RelatedTexts) -> AllLinks {
    let mut all = AllLinks::new();
    for members in texts.members.values() {
        let Some((canonical, others)) = members.split_first() else { continue };
        for other in others {
            relate(&mut all, (canonical, other), RelationKind::Exact, (1.0, 1.0));
        }
    }
    let canonical = |tokens: &ContentHash| texts.members.get(tokens)?.first();
    for (a, b, pair) in &texts.pairs {
        if let (Some(a), Some(b)) = (canonical(a), canonical(b)) {
            relate(&mut all, (a, b), pair.kind, (pair.here, pair.there));
        }
    }
    set_clusters(&mut all, texts);
    for links in all.values_mut() {
        links.relations.sort_by_key(|relation| (relation.kind, relation.id));
    }
    all
}

fn relate(all: &mut AllLinks, (a, b): (&Member, &Member), kind: RelationKind, (here, there): (f64, f64)) {
    let first_seen = a.fetched_at.zip(b.fetched_at).map(|(a, b)| a.max(b));
    let (of_a, of_b) = (a.standing.id, b.standing.id);
    let to_b = Relation { kind, id: of_b, here, there, first_seen };
    let to_a = Relation { kind: kind.inverse(), id: of_a, here: there, there: here, first_seen };
    all.entry(of_a).or_default().relations.push(to_b);
    all.entry(of_b).or_default().relations.push(to_a);
}

/// Copies of a text that is near no other are a cluster too.
fn set_clusters(all: &mut AllLinks, texts: &RelatedTexts) {
    let alone = texts.members.keys().map(|tokens| vec![*tokens]);
    // A text in a larger cluster comes again here, and has that one in the end.
    for cluster in alone.chain(texts.clusters.iter().cloned()) {
        let members: Vec<&Member> = cluster.iter().filter_map(|tokens| texts.members.get(tokens)).flatten().collect();
        let Some(canonical) = members.iter().min_by_key(|member| &member.standing).filter(|_| members.len() > 1) else {
            continue;
        };
        for member in &members {
            all.entry(member.standing.id).or_default().cluster = Some(canonical.standing.id);
        }
    }
}
