//! How reliable each kind of source is for each field, and which kinds copy from each other. Scores no page.
//!
//! How it was measured: over public sets of pages with known metadata (news, blogs, other articles; many languages), for each source the share
//! of pages on which its own value, cleaned, equals the known one, among the pages on which the source has a value. `extract --batch
//! --explain` lists every candidate, so anyone can repeat the count on pages of their own. Titles, authors and publication dates were
//! measured; where the sets disagree, the value is between them. The other fields have no known values in those sets: their values are
//! estimates in the same order, and so are those of feeds. A value is how often a source is right on its own; `resolve` adds agreement and
//! disagreement.

use super::candidate::MetadataSource;

/// The fields that are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetadataField {
    Title,
    Authors,
    Published,
    Modified,
    Site,
    Section,
    Tags,
    Language,
    Description,
    Canonical,
    Image,
    Paywalled,
    Licence,
    OptOut,
    Aliases,
    BasedOn,
}

/// The reliability of each source for each field: the share of pages on which its value is right, measured on pages with known metadata
/// where there were enough, otherwise estimated. A source that is not listed is a fault: see [`reliability`].
#[rustfmt::skip]
const RELIABILITY: &[(MetadataField, &[(MetadataSource, f32)])] = {
    use MetadataSource::{
        Analytics, ArticleTag, Boilerplate, BylineClass, Citation, DublinCore, Feed, Header, Heading, Host, HtmlLang, JsonLd, JsonLdName,
        JsonLdNewsHeadline, JsonLdPage, Labelled, Link, LongLine, Microdata, OpenGraph, PlainMeta, RelAuthor, Script, ShortLine, ShortLink, SiteRule,
        Statistics, Subheading, TimeMark, TitleTag, Twitter, UrlPath,
    };
    &[
        (MetadataField::Title, &[
            (Heading, 0.90), (JsonLd, 0.82), (JsonLdNewsHeadline, 0.82), (JsonLdName, 0.82), (OpenGraph, 0.76), (Labelled, 0.74), (Microdata, 0.74),
            (Citation, 0.8), (Analytics, 0.74), (Twitter, 0.66), (DublinCore, 0.6), (PlainMeta, 0.62), (TitleTag, 0.66), (Subheading, 0.6), (JsonLdPage, 0.5), (ShortLine, 0.3), (Feed, 0.75), (SiteRule, 0.97),
        ]),
        (MetadataField::Authors, &[
            (JsonLd, 0.85), (Citation, 0.85), (Analytics, 0.8), (PlainMeta, 0.72), (OpenGraph, 0.7), (RelAuthor, 0.84), (Microdata, 0.86),
            (BylineClass, 0.76), (DublinCore, 0.6), (Labelled, 0.7), (ShortLine, 0.65), (Twitter, 0.7), (JsonLdPage, 0.5), (Feed, 0.75), (Host, 0.3), (SiteRule, 0.97),
        ]),
        (MetadataField::Published, &[
            (JsonLd, 0.94), (ArticleTag, 0.94), (Citation, 0.8), (Analytics, 0.85), (Microdata, 0.85), (UrlPath, 0.84), (PlainMeta, 0.8), (DublinCore, 0.76),
            (TimeMark, 0.78), (Labelled, 0.72), (ShortLine, 0.6), (JsonLdPage, 0.72), (LongLine, 0.1), (OpenGraph, 0.4), (Script, 0.3), (Feed, 0.8),
        ]),
        (MetadataField::Modified, &[
            (JsonLd, 0.9), (ArticleTag, 0.9), (Analytics, 0.8), (Microdata, 0.8), (JsonLdPage, 0.7), (OpenGraph, 0.7), (PlainMeta, 0.6), (DublinCore, 0.6),
            (TimeMark, 0.6), (Labelled, 0.6), (ShortLine, 0.5), (Script, 0.2), (Feed, 0.7),
        ]),
        (MetadataField::Site, &[
            (OpenGraph, 0.9), (JsonLd, 0.8), (JsonLdPage, 0.75), (PlainMeta, 0.7), (Citation, 0.6), (DublinCore, 0.5), (TitleTag, 0.5), (Boilerplate, 0.6),
            (Labelled, 0.5), (Host, 0.1),
        ]),
        (MetadataField::Section, &[
            (ArticleTag, 0.85), (JsonLd, 0.85), (Analytics, 0.8), (PlainMeta, 0.6), (JsonLdPage, 0.6), (Labelled, 0.5),
        ]),
        (MetadataField::Tags, &[(ArticleTag, 0.8), (JsonLd, 0.8), (Analytics, 0.7), (PlainMeta, 0.6), (JsonLdPage, 0.4)]),
        (MetadataField::Language, &[(Statistics, 0.95), (JsonLd, 0.5), (HtmlLang, 0.7), (OpenGraph, 0.5), (PlainMeta, 0.4), (JsonLdPage, 0.4)]),
        (MetadataField::Description, &[(JsonLd, 0.7), (OpenGraph, 0.75), (PlainMeta, 0.8), (Twitter, 0.6), (DublinCore, 0.5), (JsonLdPage, 0.4)]),
        (MetadataField::Canonical, &[(Link, 0.95), (OpenGraph, 0.7), (JsonLd, 0.6), (Analytics, 0.5), (JsonLdPage, 0.5)]),
        (MetadataField::Image, &[(OpenGraph, 0.9), (JsonLd, 0.8), (Twitter, 0.7), (Analytics, 0.6), (Link, 0.5), (PlainMeta, 0.4), (JsonLdPage, 0.4)]),
        (MetadataField::Paywalled, &[(JsonLd, 0.9), (ArticleTag, 0.85), (PlainMeta, 0.6), (JsonLdPage, 0.6)]),
        (MetadataField::Licence, &[(JsonLd, 0.9), (Link, 0.85), (PlainMeta, 0.8), (JsonLdPage, 0.6)]),
        (MetadataField::OptOut, &[(Header, 0.95), (PlainMeta, 0.95)]),
        (MetadataField::Aliases, &[(Link, 0.9), (ShortLink, 0.9), (OpenGraph, 0.7), (JsonLd, 0.6), (Analytics, 0.5), (JsonLdPage, 0.5)]),
        (MetadataField::BasedOn, &[(JsonLd, 0.9), (JsonLdPage, 0.6)]),
    ]
};

/// The share of an agreeing source's reliability that is added to a candidate. Higher for authors, where sources make independent errors:
/// one names the theme's developer, another someone in the sidebar. Accuracy on the measured sets is flat from .2 to .3.
pub(crate) fn agreement(field: MetadataField) -> f32 {
    if field == MetadataField::Authors { 0.25 } else { 0.15 }
}

/// The reliability of a source for a field; `None` if it is ignored, which is a fault of the table: builds with debug assertions, and so all tests,
/// panic.
pub(crate) fn reliability(field: MetadataField, source: MetadataSource) -> Option<f32> {
    let found = lookup(field, source);
    debug_assert!(
        found.is_some(),
        "RELIABILITY has no entry for {source:?} as a source of {field:?}: add one, or collect no such candidate"
    );
    found
}

fn lookup(field: MetadataField, source: MetadataSource) -> Option<f32> {
    let (_, sources) = RELIABILITY.iter().find(|(known, _)| *known == field)?;
    sources.iter().find(|(known, _)| *known == source).map(|(_, reliability)| *reliability)
}

/// Groups of sources that copy from each other: each group counts once as support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceFamily {
    /// Written for search engines and social networks.
    Head,
    /// Structured data about the article.
    Structured,
    /// Visible to readers.
    Visible,
    /// The page's URL.
    Url,
    /// The feed that linked to the page.
    Feed,
    /// A rule that somebody wrote for the site.
    Rule,
}

/// The family of a source.
pub(crate) fn family(source: MetadataSource) -> SourceFamily {
    use MetadataSource as S;
    match source {
        S::JsonLd | S::JsonLdNewsHeadline | S::JsonLdName | S::Citation | S::DublinCore | S::Analytics => {
            SourceFamily::Structured
        }
        S::OpenGraph
        | S::ArticleTag
        | S::Twitter
        | S::PlainMeta
        | S::TitleTag
        | S::JsonLdPage
        | S::HtmlLang
        | S::Link
        | S::ShortLink
        | S::Header
        | S::Script => SourceFamily::Head,
        S::UrlPath | S::Host => SourceFamily::Url,
        S::Feed => SourceFamily::Feed,
        S::SiteRule => SourceFamily::Rule,
        S::Microdata
        | S::Heading
        | S::Subheading
        | S::TimeMark
        | S::RelAuthor
        | S::BylineClass
        | S::ShortLine
        | S::LongLine
        | S::Labelled
        | S::Statistics
        | S::Boilerplate => SourceFamily::Visible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of source, by the name that data files use: taken from serde's error, so that none can be missing.
    fn all_sources() -> Vec<MetadataSource> {
        let error = serde_json::from_str::<MetadataSource>("\"no-such-source\"").unwrap_err().to_string();
        let names = error.split('`').skip(1).step_by(2).skip(1);
        names.map(|name| serde_json::from_str(&format!("\"{name}\"")).unwrap()).collect()
    }

    #[test]
    fn every_kind_of_source_is_listed_for_a_field() {
        let all = all_sources();
        assert!(all.len() > 25, "{all:?}");
        for source in all {
            let is_listed = RELIABILITY.iter().any(|(_, sources)| sources.iter().any(|(known, _)| *known == source));
            assert!(is_listed, "{source:?} is ignored: add it to RELIABILITY, for each field that it is a source of");
        }
    }

    #[test]
    fn each_source_is_listed_once_per_field() {
        for (field, sources) in RELIABILITY {
            for (index, (source, reliability)) in sources.iter().enumerate() {
                assert!((0.0..=1.0).contains(reliability), "{field:?} {source:?}");
                assert!(!sources.iter().skip(index + 1).any(|(other, _)| other == source), "{field:?} {source:?} twice");
            }
        }
    }
}
