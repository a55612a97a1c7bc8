//! MIME (RFC 2045, 2046): the parts of a message, their headers, and their decoded contents. `mail-parser` reads header fields and charsets; the
//! splitting is done here, in time linear in the message: each part is searched for the delimiters of one boundary only, parts are nested up to
//! a fixed depth, and of a header only the fields that are needed are parsed, up to a fixed length.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{ContentType, Message, MessageParser, MimeHeaders};

use gleaner_warc::budget::{Budget, Exceeded};

/// Deepest nesting of multiparts. Deeper ones are texts.
const MAX_DEPTH: usize = 16;

/// Most bytes of a header that are looked at.
const MAX_HEADER: usize = 128 << 10;

/// Most bytes of a header field; the rest of a longer one is dropped.
const MAX_FIELD: usize = 16 << 10;

/// The header fields that are parsed, in lower case. Of several of one name, the first counts.
const FIELDS: &[&str] = &[
    "subject",
    "from",
    "date",
    "list-id",
    "list-unsubscribe",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-location",
    "snapshot-content-location",
];

/// A header without the fields that are not needed.
pub struct Header {
    fields: Vec<u8>,
}

impl Header {
    /// The header at the beginning of a message or part, and what follows it.
    pub fn split(bytes: &[u8]) -> (Self, &[u8]) {
        let (header, body) = split_header(bytes);
        let header = header.get(..MAX_HEADER).unwrap_or(header);
        let (mut fields, mut seen, mut space) = (Vec::new(), [false; FIELDS.len()], 0usize);
        for line in header.split_inclusive(|byte| *byte == b'\n') {
            if !matches!(line, [b' ' | b'\t', ..]) {
                let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
                let known = FIELDS.iter().position(|field| name.eq_ignore_ascii_case(field.as_bytes()));
                let is_first = known.and_then(|at| seen.get_mut(at)).is_some_and(|seen| !std::mem::replace(seen, true));
                space = if is_first { MAX_FIELD } else { 0 };
            }
            let kept = line.get(..space).unwrap_or(line);
            fields.extend_from_slice(kept);
            space -= kept.len();
            if space == 0 && !kept.is_empty() {
                fields.extend_from_slice(b"\r\n");
            }
        }
        fields.extend_from_slice(b"\r\n");
        (Self { fields }, body)
    }

    /// The parsed fields; `None` if there are none.
    pub fn parse(&self) -> Option<Message<'_>> {
        MessageParser::default().parse_headers(&self.fields)
    }
}

/// What a header says about the content that follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Such as `text/html`, in lower case.
    pub media_type: String,
    /// The charset, as declared.
    pub charset: Option<String>,
    /// It is a file that belongs to the message, not its text.
    pub is_attached: bool,
    /// The URL of a part of a saved page.
    pub location: Option<String>,
    boundary: Option<String>,
    coding: Coding,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Coding {
    #[default]
    None,
    Base64,
    QuotedPrintable,
}

impl Content {
    /// Reads the fields about the content.
    pub fn of(header: &Header) -> Self {
        let Some(message) = header.parse() else { return Self { media_type: "text/plain".to_owned(), ..Self::default() } };
        let content_type = message.content_type();
        let attribute = |name| content_type.and_then(|kind| kind.attribute(name)).map(str::to_owned);
        let coding = match message.content_transfer_encoding().map(str::to_ascii_lowercase).as_deref() {
            Some("base64") => Coding::Base64,
            Some("quoted-printable") => Coding::QuotedPrintable,
            _ => Coding::None,
        };
        Self {
            media_type: content_type.map_or_else(|| "text/plain".to_owned(), media_type),
            charset: attribute("charset"),
            is_attached: message.content_disposition().is_some_and(ContentType::is_attachment),
            location: message.content_location().map(str::to_owned),
            boundary: attribute("boundary").filter(|boundary| !boundary.is_empty()),
            coding,
        }
    }

    /// The content without its transfer encoding. What is not valid in it is left as it is, or left out (RFC 2045 §6).
    pub fn decode(&self, body: &[u8], budget: &Budget) -> Result<Vec<u8>, Exceeded> {
        budget.decode(body.len())?;
        Ok(match self.coding {
            Coding::None => body.to_vec(),
            Coding::Base64 => {
                let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
                let digits: Vec<u8> = body.iter().copied().filter(is_base64).collect();
                base64_decode(&digits).unwrap_or_default()
            }
            Coding::QuotedPrintable => decode_quoted_printable(body),
        })
    }

    /// The text of decoded content, in the charset that it declares, else in UTF-8.
    pub fn text(&self, content: &[u8]) -> String {
        match self.charset.as_deref().and_then(|charset| charset_decoder(charset.as_bytes())) {
            Some(decode) => decode(content),
            None => String::from_utf8_lossy(content).into_owned(),
        }
    }
}

fn media_type(kind: &ContentType<'_>) -> String {
    let subtype = kind.subtype().unwrap_or_default();
    format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase()
}

/// A part that holds no further parts.
#[derive(Debug)]
pub struct Part<'a> {
    /// What its header says about it.
    pub content: Content,
    /// Its content, encoded.
    pub body: &'a [u8],
}

/// The parts of a message, in order, those of nested multiparts among them; attached messages are not entered.
pub struct Parts<'a> {
    /// What follows the header of a message without parts, until it was given out.
    single: Option<Part<'a>>,
    /// The multiparts that are open, the innermost last.
    open: Vec<Multipart<'a>>,
    budget: Budget,
}

impl<'a> Parts<'a> {
    /// The parts of a message whose header says this about its body.
    pub fn new(content: Content, body: &'a [u8], budget: &Budget) -> Self {
        let mut parts = Self { single: None, open: Vec::new(), budget: budget.clone() };
        parts.single = parts.enter(content, body);
        parts
    }

    /// Opens a multipart; returns any other part.
    fn enter(&mut self, mut content: Content, body: &'a [u8]) -> Option<Part<'a>> {
        if !content.media_type.starts_with("multipart/") {
            return Some(Part { content, body });
        }
        let is_too_deep = self.open.len() >= MAX_DEPTH;
        let multipart = content.boundary.as_deref().filter(|_| !is_too_deep).and_then(|boundary| Multipart::open(body, boundary));
        match multipart {
            Some(multipart) => {
                self.open.push(multipart);
                None
            }
            None => {
                content.media_type = "text/plain".to_owned();
                Some(Part { content, body })
            }
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, Exceeded>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(single) = self.single.take() {
            return Some(Ok(single));
        }
        loop {
            let Some(bytes) = self.open.last_mut()?.next() else {
                self.open.pop();
                continue;
            };
            if let Err(exceeded) = self.budget.item() {
                self.open.clear();
                return Some(Err(exceeded));
            }
            let (header, body) = Header::split(bytes);
            if let Some(part) = self.enter(Content::of(&header), body) {
                return Some(Ok(part));
            }
        }
    }
}

/// The body of a multipart, split at the delimiter lines of its boundary.
struct Multipart<'a> {
    /// What follows the last delimiter; `None` after the closing one.
    rest: Option<&'a [u8]>,
    delimiter: Vec<u8>,
}

impl<'a> Multipart<'a> {
    /// Skips what comes before the first delimiter; `None` if there is no delimiter.
    fn open(body: &'a [u8], boundary: &str) -> Option<Self> {
        let mut multipart = Self { rest: Some(body), delimiter: format!("--{boundary}").into_bytes() };
        multipart.next_up_to_delimiter().filter(|(_, is_delimited)| *is_delimited)?;
        Some(multipart)
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        self.next_up_to_delimiter().map(|(part, _)| part)
    }

    /// What comes before the next delimiter line, and whether there is one: a message may be cut off.
    fn next_up_to_delimiter(&mut self) -> Option<(&'a [u8], bool)> {
        let body = self.rest.take()?;
        let mut line_start = 0;
        loop {
            let line = body.get(line_start..).unwrap_or_default();
            if let Some(after) = line.strip_prefix(self.delimiter.as_slice()) {
                let line_end = memchr::memchr(b'\n', after).map_or(after.len(), |end| end + 1);
                let end_of_line = after.get(..line_end).unwrap_or_default();
                let is_closing = end_of_line.starts_with(b"--");
                if is_closing || end_of_line.trim_ascii().is_empty() {
                    self.rest = (!is_closing).then(|| after.get(line_end..).unwrap_or_default());
                    return Some((without_line_break(body.get(..line_start).unwrap_or_default()), true));
                }
            }
            match memchr::memmem::find(line, b"\n--") {
                Some(ahead) => line_start += ahead + 1,
                None => return (!body.is_empty()).then_some((body, false)),
            }
        }
    }
}

/// A part without the line break before the delimiter, which belongs to the delimiter.
fn without_line_break(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// The header up to the first empty line, and what follows that line.
fn split_header(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    loop {
        let rest = bytes.get(start..).unwrap_or_default();
        let line_break = [&b"\r\n"[..], b"\n"].into_iter().find(|line_break| rest.starts_with(line_break));
        if let Some(line_break) = line_break {
            return (bytes.get(..start).unwrap_or_default(), rest.get(line_break.len()..).unwrap_or_default());
        }
        match memchr::memchr(b'\n', rest) {
            Some(end) => start += end + 1,
            None => return (bytes, b""),
        }
    }
}

/// Undoes quoted-printable (RFC 2045 §6.7). An `=` that is not followed by two hexadecimal digits or the end of the line stays.
fn decode_quoted_printable(body: &[u8]) -> Vec<u8> {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let line_break = [&b"\r\n"[..], b"\n"].into_iter().find(|line_break| line.ends_with(line_break)).unwrap_or_default();
        let (mut rest, is_soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        while let [byte, after @ ..] = rest {
            let code = if *byte == b'=' { hex(after.first()).zip(hex(after.get(1))) } else { None };
            match code {
                Some((high, low)) => {
                    out.push(high << 4 | low);
                    rest = after.get(2..).unwrap_or_default();
                }
                None => {
                    out.push(*byte);
                    rest = after;
                }
            }
        }
        if !is_soft {
            out.extend_from_slice(line_break);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(message: &str) -> Vec<(String, String)> {
        let budget = Budget::new(message.len() as u64, 1000);
        let (header, body) = Header::split(message.as_bytes());
        let parts = Parts::new(Content::of(&header), body, &budget).map(Result::unwrap);
        let shown = |part: Part<'_>| {
            let text = part.content.text(&part.content.decode(part.body, &budget).unwrap());
            (part.content.media_type, text)
        };
        parts.map(shown).collect()
    }

    fn pair(kind: &str, text: &str) -> (String, String) {
        (kind.to_owned(), text.to_owned())
    }

    #[test]
    fn nested_parts_come_in_order_and_what_is_around_them_does_not() {
        let message = "Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\nA preamble.\r\n--a\r\nContent-Type: multipart/alternative;\r\n \
            boundary=ab\r\n\r\n--ab\r\n\r\nOne\r\n--ab  \r\nContent-Type: TEXT/HTML\r\n\r\n<p>Two\r\n--abc is text\r\n--ab--\r\n--a\n\n\
            Three\n--a--\nAn epilogue.\n--a\n\nNo part\n";
        let expected = [pair("text/plain", "One"), pair("text/html", "<p>Two\r\n--abc is text"), pair("text/plain", "Three")];
        assert_eq!(parts(message), expected);
        // Cut off, without its delimiters, without a body.
        assert_eq!(parts(&message[..message.find("\n--a--").unwrap()]), expected);
        assert_eq!(parts("Content-Type: multipart/mixed; boundary=x\n\nOne"), [pair("text/plain", "One")]);
        assert_eq!(parts("Subject: x"), [pair("text/plain", "")]);
    }

    #[test]
    fn contents_are_decoded_whatever_is_wrong_with_them() {
        let quoted = "Content-Transfer-Encoding: Quoted-Printable\nContent-Type: text/plain; charset=iso-8859-1\n\nCaf=E9 a=\n b==  \n=3D=3=zz =";
        assert_eq!(parts(quoted), [pair("text/plain", "Café a b===3=zz ")]);
        let base64 = "Content-Transfer-Encoding: base64\n\nQ2Fm\nw6k=\n-- \n*\n";
        assert_eq!(parts(base64), [pair("text/plain", "Café")]);
        let wide = "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-16\n\n//5DAGEAZgDpAA==";
        assert_eq!(parts(wide), [pair("text/plain", "Café")]);
    }

    #[test]
    fn endless_nesting_ends_and_too_many_parts_are_refused() {
        let level = |number| format!("Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n");
        let nested: String = (0..20_000).map(level).collect();
        assert_eq!(parts(&nested).len(), 1);
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
        let (header, body) = Header::split(many.as_bytes());
        let mut parts = Parts::new(Content::of(&header), body, &Budget::new(many.len() as u64, 1000));
        assert!(parts.any(|part| matches!(part, Err(Exceeded::Items(_)))));
        assert!(parts.next().is_none());
    }

    /// Seconds of processor time of this thread.
    #[cfg(target_os = "linux")]
    fn cpu_seconds() -> f64 {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn hostile_messages_of_two_megabytes_are_read_in_linear_time() {
        let multipart = |body: String| format!("Content-Type: multipart/mixed; boundary=b\n\n{body}");
        let deep: String = (0..40).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let field =
            |value: &str| format!("--b\nContent-Type: text/plain; {}\n\nx\n", value.repeat(16_000 / value.len())).repeat(120);
        let shapes = [
            ("inner boundaries that never come", multipart("--b\nContent-Type: multipart/mixed; boundary=c\n\n".repeat(40_000))),
            ("deep nesting", (0..40_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect()),
            ("lines like delimiters at a depth", deep + &"\n--b".repeat(500_000)),
            (
                "a boundary as long as its lines",
                format!("Content-Type: multipart/mixed; boundary={0}\n\n{1}", "-".repeat(15_000), "-".repeat(2_000_000)),
            ),
            ("many parts", multipart("--b\n\nx\n".repeat(100_000))),
            ("long fields", multipart(field("x=y; "))),
            ("many continuations", multipart(field("x*1=y; "))),
            ("open encoded words", multipart(field("x==?utf-8?q?a"))),
            ("open comments", multipart(field("("))),
            ("a long header", format!("{}Subject: x\n\ny", "X: y\n".repeat(400_000))),
            ("broken quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\n".to_owned() + &"==\n=".repeat(500_000)),
            ("broken Base64", "Content-Transfer-Encoding: base64\n\n".to_owned() + &"YQ=!".repeat(500_000)),
        ];
        for (name, message) in shapes {
            let (budget, start) = (Budget::new(message.len() as u64, 1 << 20), cpu_seconds());
            let (header, body) = Header::split(message.as_bytes());
            for part in Parts::new(Content::of(&header), body, &budget).map_while(Result::ok) {
                part.content.text(&part.content.decode(part.body, &budget).unwrap());
            }
            let seconds = cpu_seconds() - start;
            // Tests are built without optimization: a release takes a tenth of this.
            assert!(seconds < 10.0, "{name}: {seconds} s");
        }
    }
}
