//! The press agency that a text is marked with, in many languages: a hint at where a story that many sites have came from. Names are data
//! (`data/agencies.toml`).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

/// Bytes at either end of a text in which a mark may be.
const ENDS: usize = 240;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    agency: Vec<Agency>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Agency {
    name: String,
    names: Vec<String>,
    #[serde(default)]
    datelines: Vec<String>,
}

struct Marks {
    /// For each pattern, its agency and whether it counts whatever follows it.
    patterns: Vec<(String, bool)>,
    automaton: Option<AhoCorasick>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let data = toml::from_str(include_str!("data/agencies.toml")).unwrap_or(Data { agency: Vec::new() });
    let (mut spellings, mut patterns) = (Vec::new(), Vec::new());
    for agency in data.agency {
        let marks = agency.names.into_iter().map(|name| (name, false));
        for (spelling, is_dateline) in marks.chain(agency.datelines.into_iter().map(|name| (name, true))) {
            spellings.push(spelling);
            patterns.push((agency.name.clone(), is_dateline));
        }
    }
    Marks { automaton: AhoCorasick::builder().match_kind(MatchKind::Standard).build(spellings).ok(), patterns }
});

/// The agency whose mark a text has at its beginning or end: in a dateline, between brackets or slashes, on a line of its own, behind a copyright
/// sign. `None` if it has none; a text that only mentions an agency ("he told Reuters") has none.
///
/// ```
/// use gleaner_extract::article::agency::agency;
///
/// assert_eq!(agency("LONDON (Reuters) - Oil prices fell on Monday."), Some("Reuters"));
/// assert_eq!(agency("He told Reuters on Monday that oil prices would fall."), None);
/// ```
pub fn agency(text: &str) -> Option<&'static str> {
    let (head, tail) = (text.floor_char_boundary(ENDS), text.ceil_char_boundary(text.len().saturating_sub(ENDS)));
    let found = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        let hits = MARKS.automaton.as_ref()?.find_overlapping_iter(part);
        let marked = hits.filter_map(|hit| {
            let (name, is_dateline) = MARKS.patterns.get(hit.pattern().as_usize())?;
            is_mark(text, from + hit.start(), from + hit.end(), *is_dateline).then_some((hit.start(), hit.end(), name.as_str()))
        });
        marked.min_by_key(|(start, end, _)| (*start, usize::MAX - end)).map(|(.., name)| name)
    };
    found(0, head).or_else(|| found(tail.max(head), text.len()))
}

/// Whether what stands at this place is set off as a mark.
fn is_mark(text: &str, start: usize, end: usize, is_dateline: bool) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let left = before.trim_end_matches([' ', '\u{a0}']);
    let opens = left.ends_with(['(', '（', '[', '［', '【', '/', '／', '©', 'ⓒ', '=', '+']);
    let begins_line = left.is_empty() || left.ends_with('\n');
    if is_dateline {
        return opens || begins_line;
    }
    let right = after.trim_start_matches([' ', '\u{a0}']);
    let closes = right.starts_with([')', '）', ']', '］', '】', '/', '／', '=', '+']);
    let ends_line = right.trim_start_matches(['.', '。']).is_empty() || right.starts_with('\n') || right.starts_with(".\n");
    let dash = right.starts_with(['-', '–', '—', '―', '－']) && (right.len() < after.len() || !after.starts_with('-'));
    // Brackets close what they open; a comma may follow a name in brackets ("(dpa, Berlin)").
    (opens && (closes || ends_line || right.starts_with([',', '，']))) || (begins_line && (ends_line || dash || closes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_in_many_languages_are_found() {
        for (text, name) in [
            ("LONDON (Reuters) - Oil prices fell on Monday.", "Reuters"),
            ("Berlin (dpa/lno) - Der Zug stand drei Stunden still.", "Deutsche Presse-Agentur"),
            ("Der Zug stand drei Stunden still.\n\ndpa", "Deutsche Presse-Agentur"),
            ("Le train est resté à l'arrêt pendant trois heures.\n\n(AFP)", "Agence France-Presse"),
            ("ROMA (ANSA) - Il treno è rimasto fermo.", "ANSA"),
            ("МОСКВА, 3 мая /ТАСС/. Поезд простоял три часа.", "TASS"),
            ("新华社北京5月3日电 列车停了三个小时。", "Xinhua"),
            ("（中央社記者台北3日電）列車停了三個小時。", "Central News Agency"),
            ("【共同】列車は三時間止まった。", "Kyodo"),
            ("(서울=연합뉴스) 열차가 세 시간 멈췄다.", "Yonhap"),
            ("القاهرة (رويترز) - توقف القطار ثلاث ساعات.", "Reuters"),
            ("Ο συρμός ακινητοποιήθηκε.\n\n(ΑΠΕ-ΜΠΕ)", "AMNA"),
            ("नई दिल्ली (भाषा) ट्रेन तीन घंटे रुकी रही।", "Press Trust of India"),
            ("The train stood still.\n\n© AFP", "Agence France-Presse"),
        ] {
            assert_eq!(agency(text), Some(name), "{text}");
        }
    }

    #[test]
    fn a_mention_is_no_mark() {
        for text in [
            "He told Reuters on Monday that oil prices would fall.",
            "AP Moller sold two of its ports.",
            "The strap was torn; APA rules do not apply.",
            "По данным ТАСС, поезд простоял три часа.",
            "路边的新华社区停电了。",
            "",
        ] {
            assert_eq!(agency(text), None, "{text}");
        }
    }

    #[test]
    fn the_data_can_be_read() {
        assert!(MARKS.patterns.len() > 150 && MARKS.automaton.is_some());
    }
}
