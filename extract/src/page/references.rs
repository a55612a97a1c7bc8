//! Character references in markup (HTML Standard, § 13.2.5.72 "character reference state"): `&amp;`, `&nbsp`, `&#8217;`.

use markup5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Longest name of a reference, in bytes.
const LONGEST: usize = 32;

/// Where a reference occurs: `?a=1&copy=2` in an attribute contains none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceContext {
    /// In text.
    Text,
    /// In an attribute's value.
    Attribute,
}

/// Appends the text with its references decoded.
pub fn push_decoded(text: &str, context: ReferenceContext, out: &mut String) {
    let first = memchr::memchr(b'&', text.as_bytes()).unwrap_or(text.len());
    let (before, mut rest) = text.split_at(first);
    out.push_str(before);
    while let Some(after) = rest.strip_prefix('&') {
        let length = push_reference(after, context, out);
        if length == 0 {
            out.push('&');
        }
        let after = after.get(length..).unwrap_or_default();
        let next = memchr::memchr(b'&', after.as_bytes()).unwrap_or(after.len());
        let (plain, following) = after.split_at(next);
        out.push_str(plain);
        rest = following;
    }
}

/// Appends the characters of the reference at the beginning of `text`, after its `&`, and returns its length; 0 if there is none.
fn push_reference(text: &str, context: ReferenceContext, out: &mut String) -> usize {
    match text.strip_prefix('#') {
        Some(number) => push_number(number, out).map_or(0, |length| 1 + length),
        None => push_named(text, context, out),
    }
}

fn push_number(number: &str, out: &mut String) -> Option<usize> {
    let (prefix, radix) = if number.starts_with(['x', 'X']) { (1, 16) } else { (0, 10) };
    let digits = number.get(prefix..)?;
    let length = digits.bytes().position(|byte| !char::from(byte).is_digit(radix)).unwrap_or(digits.len());
    let value = |value: u32, digit: char| value.saturating_mul(radix).saturating_add(digit.to_digit(radix).unwrap_or(0));
    let value = digits.get(..length).filter(|digits| !digits.is_empty())?.chars().fold(0, value);
    let replaced = value.checked_sub(0x80).and_then(|at| C1_REPLACEMENTS.get(at as usize).copied().flatten());
    let plain = char::from_u32(value).filter(|c| *c != '\0').unwrap_or('\u{fffd}');
    out.push(replaced.unwrap_or(plain));
    Some(prefix + length + usize::from(digits.as_bytes().get(length) == Some(&b';')))
}

fn push_named(text: &str, context: ReferenceContext, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let length = bytes.iter().take(LONGEST).position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(bytes.len().min(LONGEST));
    let characters = |name: &str| NAMED_ENTITIES.get(name).filter(|(first, _)| *first != 0).copied();
    let mut push = |(first, second): (u32, u32)| {
        let second = char::from_u32(second).filter(|c| *c != '\0');
        out.extend(char::from_u32(first).into_iter().chain(second));
    };
    if bytes.get(length) == Some(&b';')
        && let Some(found) = text.get(..length + 1).and_then(characters)
    {
        push(found);
        return length + 1;
    }
    // Legacy names need no semicolon, and the longest one counts.
    let legacy = (2..=length).rev().find_map(|end| Some((end, characters(text.get(..end)?)?)));
    let Some((end, found)) = legacy else { return 0 };
    let continues = bytes.get(end).is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
    if context == ReferenceContext::Attribute && continues {
        return 0;
    }
    push(found);
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, context: ReferenceContext) -> String {
        let mut out = String::new();
        push_decoded(text, context, &mut out);
        out
    }

    #[test]
    fn references_are_decoded_as_the_standard_says() {
        for (text, wanted) in [
            ("a &amp; b&nbsp;c", "a & b\u{a0}c"),
            ("&#8217;&#x2019;&#X41&#0;&#x80;&#1114112;&#99999999999;", "’’A\u{fffd}€\u{fffd}\u{fffd}"),
            ("&notit; &notin; &ampx &unknown; & &; &# &#x; &", "¬it; ∉ &x &unknown; & &; &# &#x; &"),
            ("&acE;&CounterClockwiseContourIntegral;", "∾\u{333}∳"),
        ] {
            assert_eq!(decoded(text, ReferenceContext::Text), wanted);
        }
        assert_eq!(decoded("?a=1&copy=2&reg&lt;&amp", ReferenceContext::Attribute), "?a=1&copy=2®<&");
        assert_eq!(decoded("none", ReferenceContext::Text), "none");
    }
}
