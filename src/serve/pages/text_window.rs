//! Long lists and texts in parts: as many pieces as fit a page, so that no page is larger than browsers like.

use std::ops::Range;

/// Bytes of text on one page. With the markup around it, a page stays below 150 kB.
const MAX_BYTES: usize = 60_000;

/// Most pieces on one page.
const MAX_PIECES: usize = 250;

/// The pieces from a number on that fit one page, by their sizes in bytes; always at least one, unless there are none. A piece that is alone too large is
/// not divided: see [`shortened`].
pub fn window(sizes: impl Iterator<Item = usize>, from: usize) -> Range<usize> {
    let (mut end, mut bytes) = (from, 0);
    for size in sizes.skip(from).take(MAX_PIECES) {
        bytes += size.min(MAX_BYTES);
        if end > from && bytes > MAX_BYTES {
            break;
        }
        end += 1;
    }
    from..end
}

/// The bytes that a text takes on a page: some characters are written as five or six.
pub fn cost(text: &str) -> usize {
    text.len() + 5 * text.bytes().filter(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"')).count()
}

/// The paragraphs of a text; one that is too large for a page is divided.
pub fn paragraphs(text: &str) -> Vec<&str> {
    let (mut pieces, most) = (Vec::new(), MAX_BYTES / 12);
    for mut rest in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        while cost(rest) > MAX_BYTES {
            let (piece, after) = rest.split_at(boundary(rest, most));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
    }
    pieces
}

/// A piece as far as it fits one page, and whether that is all of it.
pub fn shortened(text: &str) -> (&str, bool) {
    if cost(text) <= MAX_BYTES {
        return (text, true);
    }
    (text.split_at(boundary(text, MAX_BYTES / 12)).0, false)
}

/// The last boundary between characters up to a number of bytes, and after at least one character.
fn boundary(text: &str, most: usize) -> usize {
    (1..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_shown_once_each_and_in_order() {
        let sizes = [30_000, 20_000, 20_000, 500_000, 1, 1];
        let (mut from, mut windows) = (0, Vec::new());
        while from < sizes.len() {
            let next = window(sizes.into_iter(), from);
            from = next.end;
            windows.push(next);
        }
        assert_eq!(windows, [0..2, 2..3, 3..4, 4..6]);
        assert_eq!(window(std::iter::repeat_n(1, 1_000), 10), 10..260);
        assert_eq!(window(std::iter::empty(), 0), 0..0);
        assert_eq!(window(sizes.into_iter(), 99), 99..99);
    }

    #[test]
    fn large_paragraphs_are_divided_between_characters_and_lose_nothing() {
        let text = format!("One.\n\n{}\n\nTwo.", "語".repeat(40_000));
        let pieces = paragraphs(&text);
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| cost(piece) <= MAX_BYTES));
        assert_eq!(pieces.concat(), text.replace("\n\n", ""));
        let (short, is_all) = shortened(&text);
        assert!(!is_all && text.starts_with(short));
        assert_eq!(shortened("a"), ("a", true));
    }
}
