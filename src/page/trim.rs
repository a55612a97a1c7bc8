//! Markup without what no part of gleaner reads, and within limits: scripts and styles lose their content, tags the attributes that nobody asks
//! for. Parsing is the larger part of a page's time, and these are three fifths of a page's bytes. Text and structure stay as they are.
//!
//! html5ever takes time quadratic in the attributes of a tag, so surplus and overlong ones go here too, before the tokenizer sees them.

use std::borrow::Cow;

use super::marks;

/// Longest tag in bytes that is left as it is: further attributes go.
const MAX_TAG_BYTES: usize = 64 << 10;

/// Attributes that `page` reads (`marks`, `blocks`), and those that the tree builder looks at.
const KEPT: &[&[u8]] = &[
    b"id",
    b"rel",
    b"lang",
    b"role",
    b"href",
    b"type",
    b"name",
    b"class",
    b"style",
    b"title",
    b"hidden",
    b"content",
    b"charset",
    b"xml:lang",
    b"itemprop",
    b"datetime",
    b"hreflang",
    b"property",
    b"encoding",
    b"aria-label",
    b"http-equiv",
    b"data-testid",
    b"shadowrootmode",
];

/// Formatting elements: the tree builder compares all their attributes, so they keep all. (Links never come to that comparison.)
const COMPARED: &[&[u8]] =
    &[b"b", b"i", b"s", b"u", b"em", b"tt", b"big", b"code", b"font", b"nobr", b"small", b"strike", b"strong"];

/// Elements of which `marks` reads where they load from.
const EMBEDDING: &[&[u8]] = &[b"script", b"iframe"];

/// Elements whose content holds no tags.
const RAW_TEXT: &[&[u8]] = &[b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes", b"noscript"];

/// Elements inside which the tokenizer follows other rules, so that a script's content may hold tags.
const FOREIGN: &[&[u8]] = &[b"svg", b"math"];

/// The markup without the content of scripts (JSON-LD aside) and styles, without attributes that are not read, and with at most
/// `max_attributes` in any one tag. Borrowed where nothing is cut.
pub fn trim(html: &str, max_attributes: usize) -> Cow<'_, str> {
    let mut trimmer = Trimmer { html, out: String::new(), copied: 0, max_attributes, foreign: 0 };
    let mut at = 0;
    while let Some(offset) = html.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
        at = trimmer.step(at + offset);
    }
    trimmer.finish()
}

struct Trimmer<'a> {
    html: &'a str,
    out: String,
    /// How far the markup has been copied.
    copied: usize,
    max_attributes: usize,
    /// Open foreign elements.
    foreign: u32,
}

impl<'a> Trimmer<'a> {
    fn bytes(&self, at: usize) -> &'a [u8] {
        self.html.as_bytes().get(at..).unwrap_or_default()
    }

    /// Leaves out `from..to`.
    fn cut(&mut self, from: usize, to: usize) {
        if from >= to {
            return;
        }
        if self.out.capacity() == 0 {
            self.out.reserve(self.html.len() / 2);
        }
        self.out.push_str(self.html.get(self.copied..from).unwrap_or_default());
        self.copied = to;
    }

    fn finish(mut self) -> Cow<'a, str> {
        if self.copied == 0 {
            return Cow::Borrowed(self.html);
        }
        self.out.push_str(self.html.get(self.copied..).unwrap_or_default());
        Cow::Owned(self.out)
    }

    /// Takes in what begins with the `<` at `at`; gives where to go on.
    fn step(&mut self, at: usize) -> usize {
        let rest = self.bytes(at);
        if rest.starts_with(b"<!--") {
            return at + memchr::memmem::find(rest, b"-->").map_or(rest.len(), |end| end + 3);
        }
        let is_end = rest.get(1) == Some(&b'/');
        let from = 1 + usize::from(is_end);
        if !rest.get(from).is_some_and(u8::is_ascii_alphabetic) {
            return at + 1;
        }
        let named = rest.get(from..).unwrap_or_default();
        let length = named.iter().position(|byte| is_gap(*byte) || *byte == b'>').unwrap_or(named.len());
        let name = named.get(..length).unwrap_or_default();
        let is_foreign = is_one_of(name, FOREIGN);
        if is_end {
            self.foreign = self.foreign.saturating_sub(u32::from(is_foreign));
            return self.attributes(at + from + length, Keep::All).0;
        }
        self.foreign += u32::from(is_foreign);
        let keep = match () {
            () if is_one_of(name, COMPARED) => Keep::AllWithinLimits,
            () if is_one_of(name, EMBEDDING) => Keep::ListedAndSource,
            () => Keep::Listed,
        };
        let (end, is_json_ld) = self.attributes(at + from + length, keep);
        if name.eq_ignore_ascii_case(b"plaintext") {
            return self.html.len();
        }
        match RAW_TEXT.iter().find(|raw| raw.eq_ignore_ascii_case(name)) {
            Some(raw) => self.raw_text(end, raw, is_json_ld),
            None => end,
        }
    }

    /// Goes over the content of an element that holds raw text, and leaves it out where nobody reads it.
    fn raw_text(&mut self, from: usize, name: &[u8], is_json_ld: bool) -> usize {
        let to = from + find_end_tag(self.bytes(from), name);
        let content = self.html.get(from..to).unwrap_or_default();
        let is_read = match name {
            b"script" => is_json_ld || marks::dates_the_page(content),
            _ => name != b"style",
        };
        // `<!--` may hide the end tag from the tokenizer; inside foreign elements the content may be tags.
        let is_plain = !content.contains("<!--") && (self.foreign == 0 || !content.contains('<'));
        if !is_read && is_plain {
            self.cut(from, to);
        }
        to
    }

    /// Goes over the attributes from behind a tag's name (HTML Standard, "before attribute name state" and the following). Gives the position behind
    /// the tag, and whether its `type` is that of JSON-LD.
    fn attributes(&mut self, from: usize, keep: Keep) -> (usize, bool) {
        let bytes = self.html.as_bytes();
        let byte = |at: usize| bytes.get(at).copied();
        let (mut at, mut kept, mut is_json_ld) = (from, 0, false);
        loop {
            while byte(at).is_some_and(is_gap) {
                at += 1;
            }
            match byte(at) {
                None => return (bytes.len(), is_json_ld),
                Some(b'>') => return (at + 1, is_json_ld),
                Some(_) => {}
            }
            let start = at;
            at += 1;
            while byte(at).is_some_and(|byte| !is_gap(byte) && byte != b'>' && byte != b'=') {
                at += 1;
            }
            let name = bytes.get(start..at).unwrap_or_default();
            let mut end = at;
            let mut next = at;
            while byte(next).is_some_and(|byte| byte.is_ascii_whitespace()) {
                next += 1;
            }
            let mut value: &[u8] = &[];
            if byte(next) == Some(b'=') {
                (value, end) = attribute_value(bytes, next + 1);
            }
            at = end;
            let is_kept = match keep {
                Keep::All | Keep::AllWithinLimits => true,
                Keep::Listed => is_one_of(name, KEPT),
                Keep::ListedAndSource => is_one_of(name, KEPT) || name.eq_ignore_ascii_case(b"src"),
            };
            let is_within = keep == Keep::All || (kept < self.max_attributes && end - from <= MAX_TAG_BYTES);
            if is_kept && is_within {
                kept += 1;
                is_json_ld |= name.eq_ignore_ascii_case(b"type") && is_json_ld_type(value);
            } else {
                self.cut(start, end);
            }
        }
    }
}

/// Which attributes of a tag stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// All: those of an end tag, which nobody stores.
    All,
    /// As many as the limits allow.
    AllWithinLimits,
    /// Of those the listed ones.
    Listed,
    /// Of those the listed ones and `src`.
    ListedAndSource,
}

/// The value from behind `=`, and where it ends, its quote included.
fn attribute_value(bytes: &[u8], mut at: usize) -> (&[u8], usize) {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let value = rest.get(1..).unwrap_or_default();
            let length = memchr::memchr(*quote, value);
            (value.get(..length.unwrap_or(value.len())).unwrap_or_default(), at + 1 + length.map_or(value.len(), |end| end + 1))
        }
        _ => {
            let length = rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>').unwrap_or(rest.len());
            (rest.get(..length).unwrap_or_default(), at + length)
        }
    }
}

/// White space or a slash, which part attributes alike.
fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

fn is_one_of(name: &[u8], list: &[&[u8]]) -> bool {
    list.iter().any(|known| known.len() == name.len() && known.eq_ignore_ascii_case(name))
}

/// As loose as can be: character references in it, parameters behind it, white space around it.
fn is_json_ld_type(value: &[u8]) -> bool {
    value.contains(&b'&') || value.to_ascii_lowercase().windows(2).any(|pair| pair == b"ld")
}

/// Offset of `</name`, or the end of the bytes.
fn find_end_tag(bytes: &[u8], name: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, b"</")
        .find(|at| {
            let found = bytes.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            found && bytes.get(at + 2 + name.len()).is_none_or(|byte| is_gap(*byte) || *byte == b'>')
        })
        .unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_without_cruft_is_not_copied() {
        let html = "<p class=\"a > b\" id='x'>1 < 2</p><br/><b data-x=1 y>b</b><!-- <p a b c> --></p data-a=1>";
        assert!(matches!(trim(html, 4), Cow::Borrowed(_)));
    }

    #[test]
    fn attributes_that_nobody_reads_go() {
        assert_eq!(trim("<img src=\"x>y\" alt='a \"b\"' class=c onload = f() hidden/>z", 9), "<img   class=c  hidden/>z");
        assert_eq!(trim("<p data-a=\"1\"class=\"x\"data-b=2 ID=y>t", 9), "<p class=\"x\" ID=y>t");
        assert_eq!(trim("<p a=1>1</p>< p a=1></ p><p b>2", 9), "<p >1</p>< p a=1></ p><p >2");
    }

    #[test]
    fn scripts_and_styles_lose_their_content() {
        let html =
            "<script a=1>if (a<b) {\"</p>\"}</SCRIPT><style>p{}</style><script type='application/ld+json'>{\"a\":1}</script>";
        assert_eq!(trim(html, 9), "<script ></SCRIPT><style></style><script type='application/ld+json'>{\"a\":1}</script>");
        for left in
            ["<script><!-- <script></script> --></script>", "<svg><style><b>x</b></style></svg>", "<title><p a=1></title>"]
        {
            assert_eq!(trim(left, 9), left);
        }
        assert_eq!(trim("<script>var a = '</scripture>'; b</script>t", 9), "<script></script>t");
        assert_eq!(trim("<plaintext><p a=1>", 9), "<plaintext><p a=1>");
    }

    #[test]
    fn surplus_and_overlong_attributes_go_and_text_stays() {
        let many = format!("<b {}>kept</b><p id=x>too</p>", "a=1 b='2' c=\"3\" ".repeat(100));
        let limited = trim(&many, 5);
        assert!(limited.starts_with("<b a=1 b='2' c=\"3\" a=1 b='2' ") && limited.ends_with(">kept</b><p id=x>too</p>"));
        assert!(!limited[20..].contains("c="), "{limited}");
        let long = format!("<p class=a title=\"{}\" id=b>kept</p>", "é<>".repeat(50_000));
        assert!(trim(&long, 5).len() < 60 && trim(&long, 5).ends_with(">kept</p>"));
    }
}
