//! Collects licences and opt-outs from text and data mining and AI training, in links, meta elements and HTTP headers, and the story's other
//! URLs in links. Interprets no law: a signal is kept as the page gives it.
//!
//! Sources: TDM Reservation Protocol (W3C Community Group report), the `noai` and `noimageai` directives of robots meta elements, the
//! `Content-Usage` header (IETF AI Preferences draft), `rel="license"` (HTML), Dublin Core `license` and `rights`.

use std::borrow::Cow;

use super::candidate::{Candidate, Candidates, MetadataSource};
use super::page_context::PageContext;
use super::plain::plain;
use crate::base::url::hide_logins;

/// Robots directives that opt out.
const DIRECTIVES: &[&str] = &["noai", "noimageai", "notrain", "noml"];

/// Meta elements and headers that contain a list of robots directives.
const ROBOTS: &[&str] = &["robots", "x-robots-tag", "googlebot", "bingbot", "gptbot", "ccbot", "ai"];

/// The element and header of the TDM Reservation Protocol: `1` opts out, `0` does not.
const TDM: &str = "tdm-reservation";

/// The header of the AI Preferences draft: `train-ai=n`.
const USAGE: &str = "content-usage";

/// Meta elements with a licence, and their adjustments.
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

/// Links to the same story under another URL.
const ALIASES: &[(&str, MetadataSource)] =
    &[("amphtml", MetadataSource::Link), ("shortlink", MetadataSource::ShortLink), ("shorturl", MetadataSource::ShortLink)];

/// The maximum length of a licence, in characters.
const MAX_LICENCE: usize = 300;

/// Collects candidates from links, meta elements and headers.
pub(crate) fn collect(context: &PageContext<'_>, candidates: &mut Candidates) {
    let head = &context.page().head;
    for link in &head.links {
        let rels = || link.rel.split_ascii_whitespace();
        if rels().any(|rel| rel == "license") {
            candidates.licences.push(Candidate::new(link.href.clone(), MetadataSource::Link, "link:license"));
        }
        let alias = rels().find_map(|rel| ALIASES.iter().find(|(known, _)| *known == rel));
        let alias = alias.map(|(rel, source)| Candidate::new(link.href.clone(), *source, format!("link:{rel}")));
        candidates.aliases.extend(alias);
    }
    for (name, content) in &head.meta {
        let name = name.as_str();
        let licence = LICENCES.iter().find(|(known, _)| *known == name);
        candidates.licences.extend(licence.map(|(_, lower)| {
            Candidate::new(plain(content), MetadataSource::PlainMeta, format!("meta:{name}")).adjusted(*lower)
        }));
        let opt_out = |signal: String| Candidate::new(signal, MetadataSource::PlainMeta, format!("meta:{name}"));
        candidates.opt_outs.extend(signals(name, content).into_iter().map(opt_out));
    }
    for licence in &mut candidates.licences {
        if let Cow::Owned(value) = hide_logins(&licence.value) {
            licence.value = value;
        }
    }
    candidates.licences.retain(|licence| !licence.value.is_empty() && licence.value.chars().count() <= MAX_LICENCE);
    candidates.opt_outs.extend(tdm(context));
    for (name, value) in context.input.http.into_iter().flat_map(|http| &http.headers) {
        let opt_out = |signal: String| Candidate::new(signal, MetadataSource::Header, format!("http:{name}"));
        candidates.opt_outs.extend(signals(name, value).into_iter().map(opt_out));
    }
}

/// The opt-out by the TDM Reservation Protocol: a header takes precedence over the host's file, and a meta element over both
/// (§ "Processing priority"). Values other than 0 and 1 are ignored.
fn tdm(context: &PageContext<'_>) -> Option<Candidate<String>> {
    let http = context.input.http;
    let file = http.and_then(|http| http.tdm_file.as_ref());
    let file = file.map(|file| (if file.reserved { "1" } else { "0" }, MetadataSource::Header, "tdmrep.json".to_owned()));
    let header = http.and_then(|http| http.header(TDM)).map(|value| (value, MetadataSource::Header, format!("http:{TDM}")));
    let elements = context.page().head.meta.iter().filter(|(name, _)| name == TDM);
    let elements = elements.map(|(name, value)| (value.as_str(), MetadataSource::PlainMeta, format!("meta:{name}")));
    let mut signals = file.into_iter().chain(header).chain(elements).filter(|(value, ..)| matches!(value.trim(), "0" | "1"));
    let (value, source, evidence) = signals.next_back()?;
    (value.trim() == "1").then(|| Candidate::new(TDM.to_owned(), source, evidence))
}

/// The opt-out signals in a meta element or header with this lower-case name.
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
    fn opt_out_signals_are_recognised() {
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
