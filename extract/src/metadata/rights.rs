//! What a page says of its use: licences and reservations against text and data mining and AI training, in links, meta elements and HTTP
//! headers. Also the other addresses of the story. Judges no law: a signal is kept as the page gives it.
//!
//! Sources: TDM Reservation Protocol (W3C Community Group report), the `noai` and `noimageai` directives of robots meta elements, the
//! `Content-Usage` header (IETF AI Preferences draft), `rel="license"` (HTML), Dublin Core `license` and `rights`.

use super::candidate::{Candidate, Candidates, Source};
use super::page_context::PageContext;
use super::plain::plain;

/// Robots directives that reserve.
const DIRECTIVES: &[&str] = &["noai", "noimageai", "notrain", "noml"];

/// Meta elements and headers with a list of robots directives.
const ROBOTS: &[&str] = &["robots", "x-robots-tag", "googlebot", "bingbot", "gptbot", "ccbot", "ai"];

/// The element and header of the TDM Reservation Protocol: `1` reserves, `0` does not.
const TDM: &str = "tdm-reservation";

/// The header of the AI Preferences draft: `train-ai=n`.
const USAGE: &str = "content-usage";

/// Meta elements with a licence, and how far below a link they are believed.
const LICENCES: &[(&str, f32)] = &[
    ("dcterms.license", 0.0),
    ("dc.rights.license", 0.0),
    ("dc.license", 0.0),
    ("license", 0.0),
    ("licence", 0.0),
    ("og:license", 0.0),
    ("citation_license", 0.0),
    ("dcterms.rights", -0.2),
    ("dc.rights", -0.2),
    ("dcterms.accessrights", -0.3),
];

/// Links to the same story under another address.
const ALIASES: &[&str] = &["amphtml", "shortlink", "shorturl"];

/// Longest licence that is kept, in characters.
const MAX_LICENCE: usize = 300;

/// Hears links, meta elements and headers.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let head = &context.page().head;
    for link in &head.links {
        let rels = || link.rel.split_ascii_whitespace();
        if rels().any(|rel| rel == "license") {
            found.licences.push(Candidate::new(link.href.clone(), Source::Link, "link:license"));
        }
        if let Some(rel) = rels().find(|rel| ALIASES.contains(rel)) {
            found.aliases.push(Candidate::new(link.href.clone(), Source::Link, format!("link:{rel}")));
        }
    }
    for (name, content) in &head.meta {
        let name = name.as_str();
        let licence = LICENCES.iter().find(|(known, _)| *known == name);
        found.licences.extend(
            licence.map(|(_, lower)| Candidate::new(plain(content), Source::PlainMeta, format!("meta:{name}")).adjusted(*lower)),
        );
        let say = |signal: String| Candidate::new(signal, Source::PlainMeta, format!("meta:{name}"));
        found.opt_outs.extend(signals(name, content).into_iter().map(say));
    }
    found.licences.retain(|licence| !licence.value.is_empty() && licence.value.chars().count() <= MAX_LICENCE);
    found.opt_outs.extend(tdm(context));
    for (name, value) in context.input.http.into_iter().flat_map(|http| &http.headers) {
        let say = |signal: String| Candidate::new(signal, Source::Header, format!("http:{name}"));
        found.opt_outs.extend(signals(name, value).into_iter().map(say));
    }
}

/// What the TDM Reservation Protocol's signals come to: a header goes before the host's file, and an element of the page before both
/// (§ "Processing priority"). Values but 0 and 1 say nothing.
fn tdm(context: &PageContext<'_>) -> Option<Candidate<String>> {
    let http = context.input.http;
    let file = http.and_then(|http| http.tdm_file.as_ref());
    let file = file.map(|file| (if file.reserved { "1" } else { "0" }, Source::Header, "tdmrep.json".to_owned()));
    let header = http.and_then(|http| http.header(TDM)).map(|value| (value, Source::Header, format!("http:{TDM}")));
    let elements = context.page().head.meta.iter().filter(|(name, _)| name == TDM);
    let elements = elements.map(|(name, value)| (value.as_str(), Source::PlainMeta, format!("meta:{name}")));
    let mut said = file.into_iter().chain(header).chain(elements).filter(|(value, ..)| matches!(value.trim(), "0" | "1"));
    let (value, source, witness) = said.next_back()?;
    (value.trim() == "1").then(|| Candidate::new(TDM.to_owned(), source, witness))
}

/// The reservations in a meta element or header of this lower-case name.
fn signals(name: &str, value: &str) -> Vec<String> {
    let lower = value.to_ascii_lowercase();
    let parts = || lower.split([',', ';', ' ', ':']).map(str::trim);
    if name == USAGE {
        return parts().filter(|part| part.ends_with("=n")).map(str::to_string).collect();
    }
    if !ROBOTS.contains(&name) {
        return Vec::new();
    }
    parts().filter(|part| DIRECTIVES.contains(part)).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_reservations() {
        for (name, value, want) in [
            ("robots", "index, follow, noai, noimageai", &["noai", "noimageai"][..]),
            ("robots", "noindex", &[]),
            ("x-robots-tag", "otherbot: NoAI", &["noai"]),
            ("content-usage", "train-ai=n, search=y", &["train-ai=n"]),
            ("description", "noai", &[]),
        ] {
            assert_eq!(signals(name, value), want, "{name}: {value}");
        }
    }
}
