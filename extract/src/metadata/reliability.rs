//! How far each kind of witness is believed for each field, and which kinds copy from each other.
//!
//! How it was measured: over public sets of pages with known metadata (news, blogs, other articles; many languages), for each witness the share
//! of pages on which its own value, cleaned, equals the known one, among the pages on which it speaks; `extract --batch --explain` lists
//! every candidate, so that anyone can count again on pages of their own. Title, authors and publication date were measured; where the sets
//! disagree, the value lies between them. The other fields have no known values there: theirs are estimates in the same order, and so are
//! those of feeds. A value
//! says how often a witness is right alone; agreement and disagreement are added in `resolve`.

use super::candidate::Source;

/// The fields that are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
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
}

/// How far each source is believed for each field: the share of pages on which it is right where it speaks, measured on pages with known
/// metadata where there were enough, estimated where not. A source that is not listed is not heard.
#[rustfmt::skip]
const RELIABILITY: &[(Field, &[(Source, f32)])] = {
    use Source::{
        Analytics, ArticleTag, BylineClass, Citation, DublinCore, Feed, Furniture, Header, Heading, Host, HtmlLang, JsonLd, JsonLdPage, Labelled, Link,
        LongLine, Microdata, OpenGraph, PlainMeta, RelAuthor, Script, ShortLine, Statistics, Subheading, TimeMark, TitleTag, Twitter, UrlPath,
    };
    &[
        (Field::Title, &[
            (Heading, 0.90), (JsonLd, 0.82), (OpenGraph, 0.76), (Labelled, 0.74), (Microdata, 0.74), (Citation, 0.8), (Analytics, 0.74), (Twitter, 0.66),
            (DublinCore, 0.6), (PlainMeta, 0.62), (TitleTag, 0.66), (Subheading, 0.6), (JsonLdPage, 0.5), (ShortLine, 0.3), (Feed, 0.75),
        ]),
        (Field::Authors, &[
            (JsonLd, 0.85), (Citation, 0.85), (Analytics, 0.8), (PlainMeta, 0.72), (OpenGraph, 0.7), (RelAuthor, 0.84), (Microdata, 0.86),
            (BylineClass, 0.76), (DublinCore, 0.6), (Labelled, 0.7), (ShortLine, 0.65), (Twitter, 0.7), (JsonLdPage, 0.5), (Feed, 0.75), (Host, 0.3),
        ]),
        (Field::Published, &[
            (JsonLd, 0.94), (ArticleTag, 0.94), (Citation, 0.8), (Analytics, 0.85), (Microdata, 0.85), (UrlPath, 0.84), (PlainMeta, 0.8), (DublinCore, 0.76),
            (TimeMark, 0.78), (Labelled, 0.72), (ShortLine, 0.6), (JsonLdPage, 0.72), (LongLine, 0.1), (OpenGraph, 0.4), (Script, 0.3), (Feed, 0.8),
        ]),
        (Field::Modified, &[
            (JsonLd, 0.9), (ArticleTag, 0.9), (Analytics, 0.8), (Microdata, 0.8), (JsonLdPage, 0.7), (OpenGraph, 0.7), (PlainMeta, 0.6), (DublinCore, 0.6),
            (TimeMark, 0.6), (Labelled, 0.6), (ShortLine, 0.5), (Script, 0.2), (Feed, 0.7),
        ]),
        (Field::Site, &[
            (OpenGraph, 0.9), (JsonLd, 0.8), (JsonLdPage, 0.75), (PlainMeta, 0.7), (Citation, 0.6), (DublinCore, 0.5), (TitleTag, 0.5), (Furniture, 0.6),
            (Labelled, 0.5), (Host, 0.1),
        ]),
        (Field::Section, &[
            (ArticleTag, 0.85), (JsonLd, 0.85), (Analytics, 0.8), (PlainMeta, 0.6), (JsonLdPage, 0.6), (Labelled, 0.5),
        ]),
        (Field::Tags, &[(ArticleTag, 0.8), (JsonLd, 0.8), (Analytics, 0.7), (PlainMeta, 0.6), (JsonLdPage, 0.4)]),
        (Field::Language, &[(Statistics, 0.95), (JsonLd, 0.5), (HtmlLang, 0.7), (OpenGraph, 0.5), (PlainMeta, 0.4), (JsonLdPage, 0.4)]),
        (Field::Description, &[(JsonLd, 0.7), (OpenGraph, 0.75), (PlainMeta, 0.8), (Twitter, 0.6), (DublinCore, 0.5), (JsonLdPage, 0.4)]),
        (Field::Canonical, &[(Link, 0.95), (OpenGraph, 0.7), (JsonLd, 0.6), (Analytics, 0.5), (JsonLdPage, 0.5)]),
        (Field::Image, &[(OpenGraph, 0.9), (JsonLd, 0.8), (Twitter, 0.7), (Analytics, 0.6), (Link, 0.5), (PlainMeta, 0.4), (JsonLdPage, 0.4)]),
        (Field::Paywalled, &[(JsonLd, 0.9), (ArticleTag, 0.85), (PlainMeta, 0.6), (JsonLdPage, 0.6)]),
        (Field::Licence, &[(JsonLd, 0.9), (Link, 0.85), (PlainMeta, 0.8), (JsonLdPage, 0.6)]),
        (Field::OptOut, &[(Header, 0.95), (PlainMeta, 0.95)]),
        (Field::Aliases, &[(Link, 0.9), (OpenGraph, 0.7), (JsonLd, 0.6), (Analytics, 0.5), (JsonLdPage, 0.5)]),
    ]
};

/// The share of an agreeing source's reliability that is added to a candidate. Of authors more: sources err in their own ways, one with a
/// theme's maker, another with a name of the sidebar. Scores on the measured sets are flat from .2 to .3.
pub(crate) fn agreement(field: Field) -> f32 {
    if field == Field::Authors { 0.25 } else { 0.15 }
}

/// How far a source is believed for a field; `None` where it is not heard.
pub(crate) fn reliability(field: Field, source: Source) -> Option<f32> {
    let (_, sources) = RELIABILITY.iter().find(|(known, _)| *known == field)?;
    sources.iter().find(|(known, _)| *known == source).map(|(_, reliability)| *reliability)
}

/// Sources that copy from each other: they count once as support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Written for search engines and social networks.
    Head,
    /// Structured data about the article.
    Structured,
    /// What readers see.
    Visible,
    /// The page's address.
    Address,
    /// The feed that led to the page.
    Feed,
}

/// The family of a source.
pub(crate) fn family(source: Source) -> Family {
    use Source as S;
    match source {
        S::JsonLd | S::Citation | S::DublinCore | S::Analytics => Family::Structured,
        S::OpenGraph | S::ArticleTag | S::Twitter | S::PlainMeta | S::TitleTag | S::JsonLdPage | S::HtmlLang | S::Link => {
            Family::Head
        }
        S::UrlPath | S::Host => Family::Address,
        S::Feed => Family::Feed,
        S::Header | S::Script => Family::Head,
        _ => Family::Visible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_lists_each_source_once() {
        for (field, sources) in RELIABILITY {
            for (index, (source, reliability)) in sources.iter().enumerate() {
                assert!((0.0..=1.0).contains(reliability), "{field:?} {source:?}");
                assert!(!sources.iter().skip(index + 1).any(|(other, _)| other == source), "{field:?} {source:?} twice");
            }
        }
    }
}
