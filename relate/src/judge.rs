//! Names the relation of two texts from what they share.

use gleaner_extract::article::fingerprint::{Overlap, Unmasked};

use super::relation::RelationKind;

/// Shingles that two related texts share, at least.
pub const MIN_SHARED: usize = 16;

/// The share of one of two related texts that is in the other, at least.
const MIN_SHARE: f64 = 0.3;

/// Texts of which this share of each is in the other are near. Of the longer text of a preview or a part, less is in the shorter one.
const NEAR: f64 = 0.5;

/// The share of a preview that is in the whole text.
const PREVIEW: f64 = 0.6;

/// The share of a part that is in the whole text.
const PART: f64 = 0.8;

/// The share of the whole text's beginning that is in a preview of it.
const BEGINNING: f64 = 0.5;

/// The relation of the first text to the second, and their containments, rounded to four decimal places. `None` if they are not related.
pub fn judge(a: &Unmasked, b: &Unmasked) -> Option<(RelationKind, Overlap)> {
    let overlap = a.overlap(b);
    if overlap.shared < MIN_SHARED || overlap.here.max(overlap.there) < MIN_SHARE {
        return None;
    }
    let kind = if overlap.here.min(overlap.there) >= NEAR {
        RelationKind::Near
    } else if overlap.here >= overlap.there {
        of_shorter(a, b, overlap.here)
    } else {
        of_shorter(b, a, overlap.there).inverse()
    };
    let rounded = |share: f64| (share * 10_000.0).round() / 10_000.0;
    Some((kind, Overlap { here: rounded(overlap.here), there: rounded(overlap.there), ..overlap }))
}

/// The relation of a text to one of which less than half is in it.
fn of_shorter(short: &Unmasked, long: &Unmasked, share: f64) -> RelationKind {
    if share >= PREVIEW && long.beginning_in(short) >= BEGINNING {
        RelationKind::PreviewOf
    } else if share >= PART {
        RelationKind::PartOf
    } else {
        RelationKind::Overlap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::article::fingerprint::Sketch;

    fn words(from: usize, to: usize) -> String {
        (from..to).map(|n| format!("w{n} ")).collect()
    }

    fn kind(a: &str, b: &str) -> Option<RelationKind> {
        let unmasked = |text| Sketch::of(text).unmasked(|_| false);
        let (there, back) = (judge(&unmasked(a), &unmasked(b)), judge(&unmasked(b), &unmasked(a)));
        assert_eq!(there.map(|(kind, _)| kind.inverse()), back.map(|(kind, _)| kind));
        there.map(|(kind, _)| kind)
    }

    #[test]
    fn kinds_follow_from_containment_and_place() {
        let whole = words(0, 500);
        assert_eq!(kind(&whole, &words(0, 450)), Some(RelationKind::Near));
        assert_eq!(kind(&words(0, 100), &whole), Some(RelationKind::PreviewOf));
        assert_eq!(kind(&whole, &words(0, 100)), Some(RelationKind::HasPreview));
        assert_eq!(kind(&words(300, 400), &whole), Some(RelationKind::PartOf));
        assert_eq!(kind(&whole, &words(300, 400)), Some(RelationKind::Contains));
        assert_eq!(kind(&(words(900, 1_000) + &words(0, 80)), &whole), Some(RelationKind::Overlap));
        assert_eq!(kind(&words(900, 1_000), &whole), None);
        assert_eq!(kind(&words(0, 18), &whole), None);
    }

    #[test]
    fn names_and_inverses_are_unambiguous() {
        for kind in RelationKind::ALL {
            assert_eq!(RelationKind::from_name(kind.name()), Some(*kind));
            assert_eq!(kind.inverse().inverse(), *kind);
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("{:?}", kind.name()));
        }
    }
}
