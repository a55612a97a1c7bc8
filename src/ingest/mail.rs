//! Mail (RFC 5322) and pages saved as mail, MHTML (RFC 2557). Of a mail the HTML part is taken, else the text; Subject, From and Date become
//! its head. Of an MHTML file the first HTML part is the page; frames, pictures and attachments are left out.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use url::Url;

use super::archive::capture::facts;
use super::markup::{Head, paragraphs};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::HttpFacts;

/// Bytes in which the header must end.
const MAX_HEADER: usize = 128 << 10;

/// What a file with such a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A letter.
    Mail,
    /// A saved page.
    Mhtml,
}

/// Fields of which every letter that was ever sent has one, and no page of text begins with.
const SENT: &[&str] = &["message-id", "received", "return-path", "delivered-to"];

impl Kind {
    /// Tells by the header. Text dumps may begin with lines such as `Date:` too, so nothing less than what no dump has will do.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let start = bytes.get(..MAX_HEADER).unwrap_or(bytes);
        let mut lines = start.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
        let mut names = Vec::new();
        let mut kind = String::new();
        loop {
            let line = lines.next()?;
            match line {
                [] => break,
                [b' ' | b'\t', ..] if !names.is_empty() => continue,
                _ => {}
            }
            if !is_field(line) {
                return None;
            }
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            if name == "content-type" {
                kind = String::from_utf8_lossy(line).to_ascii_lowercase();
            }
            names.push(name);
        }
        let has = |name: &&str| names.iter().any(|known| known == name);
        let is_saved = has(&"snapshot-content-location") || (has(&"mime-version") && kind.contains("multipart/related"));
        match SENT.iter().any(has) && has(&"from") {
            true => Some(Self::Mail),
            false => is_saved.then_some(Self::Mhtml),
        }
    }
}

/// Whether a line is a field of a header.
pub fn is_field(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().filter(|name| !name.is_empty() && name.len() < line.len());
    name.is_some_and(|name| name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)))
}

/// Whether the beginning of a header, as far as it goes, can only be a letter's.
pub fn is_header_of_letter(start: &[u8]) -> bool {
    let lines = start.split(|byte| *byte == b'\n').take_while(|line| !matches!(line, [] | [b'\r']));
    let mut sent = false;
    for line in lines.filter(|line| !matches!(line, [b' ' | b'\t', ..])) {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        sent |= SENT.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if !is_field(line) {
            // What is cut off in the middle of a line need not be one.
            return sent;
        }
    }
    sent
}

/// What [`unpack`] says of a letter that only carries files.
pub const NO_TEXT: &str = "it holds no text";

/// A document out of a mail.
#[derive(Debug)]
pub struct Unpacked {
    /// HTML.
    pub bytes: Vec<u8>,
    /// When it was sent or saved.
    pub at: Option<Timestamp>,
    /// Where the page came from.
    pub http: Option<HttpFacts>,
}

/// Takes the document out. The error says what is wrong with the file.
pub fn unpack(bytes: &[u8], kind: Kind) -> Result<Unpacked, String> {
    let message = MessageParser::default().parse(bytes).ok_or("its header is damaged")?;
    let at = message.date().filter(|date| date.is_valid()).map(|date| Timestamp::from_unix(date.to_timestamp()));
    let html = message.parts.iter().find(|part| matches!(part.body, PartType::Html(_)));
    match kind {
        Kind::Mhtml => saved(&message, html.ok_or("it holds no page")?, at),
        Kind::Mail => letter(&message, html, at),
    }
}

fn letter(message: &Message<'_>, html: Option<&MessagePart<'_>>, at: Option<Timestamp>) -> Result<Unpacked, String> {
    let text = message.parts.iter().find(|part| matches!(part.body, PartType::Text(_)) && !is_attached(part));
    let body = match (html.map(|part| &part.body), text.map(|part| &part.body)) {
        (Some(PartType::Html(html)), _) => html.to_string(),
        (_, Some(PartType::Text(text))) => paragraphs(text),
        _ => return Err(NO_TEXT.to_owned()),
    };
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.name.as_deref().or(from.address.as_deref()));
    // A letter to a list comes from its outlet, any other one from a person.
    let is_list = ["List-Id", "List-Unsubscribe"].iter().any(|name| message.header_raw(*name).is_some());
    let (site, author) = if is_list { (from, None) } else { (None, from) };
    let head = Head {
        title: message.subject().map(str::to_owned),
        author: author.map(str::to_owned),
        site: site.map(str::to_owned),
        published: at.map(|at| at.to_string()),
        modified: None,
    };
    Ok(Unpacked { bytes: (head.html() + &body).into_bytes(), at, http: None })
}

fn is_attached(part: &MessagePart<'_>) -> bool {
    part.content_disposition().is_some_and(|disposition| disposition.is_attachment())
}

/// The page's bytes as they came to the browser, in their own charset.
fn saved(message: &Message<'_>, part: &MessagePart<'_>, at: Option<Timestamp>) -> Result<Unpacked, String> {
    let body = message.raw_message().get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => body.to_vec(),
        Encoding::Base64 => base64_decode(body).ok_or("its base64 is damaged")?,
        Encoding::QuotedPrintable => quoted_printable_decode(body).ok_or("its quoted-printable text is damaged")?,
    };
    let location =
        part.content_location().or_else(|| message.header("Snapshot-Content-Location").and_then(|value| value.as_text()));
    let url = location.and_then(|text| Url::parse(text.trim()).ok()).filter(|url| matches!(url.scheme(), "http" | "https"));
    let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
    let content_type = charset.map_or_else(|| "text/html".to_owned(), |charset| format!("text/html; charset={charset}"));
    let http = url.map(|url| facts(&url, 0, [("content-type".to_owned(), content_type)], bytes.len()));
    Ok(Unpacked { bytes, at, http })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "Message-ID: <1@a.example>\r\nFrom: Tide Letter <tide@a.example>\r\nSubject: =?utf-8?q?Fl=C3=BCsse_rise?=\r\n\
        Date: Fri, 3 May 2024 08:00:00 +0200\r\nList-Id: <tide.a.example>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlain & simple.\r\n\
        --b\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        <p>Die Fl=FCsse steigen.</p>\r\n--b--\r\n";

    #[test]
    fn a_letter_gives_its_html_under_a_head_of_its_own() {
        assert_eq!(Kind::of(LETTER.as_bytes()), Some(Kind::Mail));
        let unpacked = unpack(LETTER.as_bytes(), Kind::Mail).unwrap();
        let html = String::from_utf8(unpacked.bytes).unwrap();
        assert!(html.contains("<title>Flüsse rise</title>") && html.contains("<p>Die Flüsse steigen.</p>"), "{html}");
        assert!(html.contains("og:site_name\" content=\"Tide Letter\"") && html.contains("2024-05-03T06:00:00Z"), "{html}");
        assert_eq!(unpacked.at, Some("2024-05-03T06:00:00Z".parse().unwrap()));
        let plain = LETTER.replace("text/html", "image/png").replace("List-Id", "X-Id");
        let html = String::from_utf8(unpack(plain.as_bytes(), Kind::Mail).unwrap().bytes).unwrap();
        assert!(html.contains("<p>Plain &amp; simple.</p>") && html.contains("author\" content=\"Tide Letter\""), "{html}");
    }

    #[test]
    fn a_saved_page_keeps_its_address_and_charset() {
        let saved = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/s\r\nSubject: x\r\n\
            Date: Fri, 3 May 2024 08:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\
            \tboundary=\"--x\"\r\n\r\n\r\n----x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
            Content-Location: https://a.example/story\r\n\r\n<meta charset=3Dlatin1><p>Caf=E9</p>\r\n----x\r\n\
            Content-Type: text/html\r\nContent-Location: cid:frame\r\n\r\n<p>A frame</p>\r\n----x--\r\n";
        assert_eq!(Kind::of(saved.as_bytes()), Some(Kind::Mhtml));
        let unpacked = unpack(saved.as_bytes(), Kind::Mhtml).unwrap();
        assert!(unpacked.bytes.starts_with(b"<meta charset=latin1><p>Caf\xe9</p>"), "{:?}", unpacked.bytes);
        let http = unpacked.http.unwrap();
        assert_eq!((http.final_url.as_str(), http.status), ("https://a.example/story", 0));
    }

    #[test]
    fn texts_that_begin_with_fields_are_no_mail() {
        for text in ["From: Reuters\nDate: Monday\n\nA story.", "Title: x\n\ny", "", "Message-ID: x", "<html>"] {
            assert_eq!(Kind::of(text.as_bytes()), None, "{text}");
        }
    }
}
