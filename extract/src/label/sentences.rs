//! Where sentences end, in any script. Does not split text into sentences.

/// Marks that end sentences, in the scripts that have their own.
pub fn is_sentence_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '؟' | '۔' | '।' | '॥' | '։' | '။' | '።' | '៕')
}

/// Sentences of a text: the marks that end them, or about as many where the script has none.
pub fn sentences(text: &str) -> usize {
    // ASCII's own marks are counted many bytes at a time; most texts have no others.
    let plain = text.bytes().filter(|byte| matches!(byte, b'.' | b'!' | b'?')).count();
    let other = |c: &char| !c.is_ascii() && is_sentence_end(*c);
    let marked = plain + if text.is_ascii() { 0 } else { text.chars().filter(other).count() };
    if marked == 0 && is_unmarked(text) { text.chars().count() / UNMARKED_SENTENCE } else { marked }
}

/// Thai and Lao end no sentence with a mark; this many characters are one, about.
const UNMARKED_SENTENCE: usize = 60;

/// Whether a text's last letters are of a script that marks no ends of sentences: Thai or Lao.
fn is_unmarked(text: &str) -> bool {
    let last = text.chars().rev().find(|c| c.is_alphabetic());
    last.is_some_and(|c| matches!(c, '\u{0e00}'..='\u{0eff}'))
}

/// Whether the text ends as a sentence does, closing quotes and brackets aside. A long text in a script without such marks may always do so.
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
        assert!(ends_sentence(thai) && sentences(thai) == 1, "no marks end sentences in Thai");
    }
}
