//! Counts sentences and recognises their ends, in any script. Does not split text into sentences.

/// Whether the character ends a sentence, in any script.
pub fn is_sentence_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '؟' | '۔' | '।' | '॥' | '։' | '။' | '።' | '៕')
}

/// The number of sentences of a text: that of the marks that end them, or an estimate if the script has no such marks.
pub fn sentences(text: &str) -> usize {
    // Counting bytes is vectorised, and most texts have only ASCII marks.
    let plain = text.bytes().filter(|byte| matches!(byte, b'.' | b'!' | b'?')).count();
    let other = |c: &char| !c.is_ascii() && is_sentence_end(*c);
    let marked = plain + if text.is_ascii() { 0 } else { text.chars().filter(other).count() };
    if marked == 0 && is_unmarked(text) { text.chars().count() / UNMARKED_SENTENCE } else { marked }
}

/// Thai and Lao do not mark the ends of sentences; one has about this many characters.
const UNMARKED_SENTENCE: usize = 60;

/// Whether the last letter of a text is Thai or Lao, which do not mark the ends of sentences.
fn is_unmarked(text: &str) -> bool {
    let last = text.chars().rev().find(|c| c.is_alphabetic());
    last.is_some_and(|c| matches!(c, '\u{0e00}'..='\u{0eff}'))
}

/// Whether the text ends like a sentence, ignoring closing quotes and brackets. A long text in a script without such marks always does.
pub fn ends_sentence(text: &str) -> bool {
    let closers = ['"', '\'', '”', '’', '»', '«', '“', '」', '』', ')', '）', ']', '›', '*', ' '];
    let body = text.trim_end_matches(closers);
    let marked = body.chars().next_back().is_some_and(|c| is_sentence_end(c) || c == ':' || c == '：');
    marked || (!body.is_ascii() && is_unmarked(body) && body.chars().count() >= UNMARKED_SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_in_many_scripts() {
        for text in ["It ends.", "“It ends.”", "終わる。」", "انتهى؟", "समाप्त।", "Il finit ! »"] {
            assert!(ends_sentence(text), "{text}");
        }
        for text in ["Read more", "Sport | News", "最新ニュース", "ข่าวที่เกี่ยวข้อง"] {
            assert!(!ends_sentence(text), "{text}");
        }
        let thai = "เทศบาลกล่าวว่าการซ่อมแซมครั้งนี้ใช้งบประมาณสิบสี่ล้านบาท ส่วนใหญ่เป็นค่าเสาเข็มและระบบบำบัดน้ำเสีย";
        assert!(ends_sentence(thai) && sentences(thai) == 1, "Thai does not mark the ends of sentences");
    }
}
