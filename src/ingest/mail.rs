//! E-mail messages (RFC 5322), and pages saved as messages: MHTML (RFC 2557). The document of a message is its HTML part, else its text, under a
//! head made of Subject, From and Date. The document of an MHTML file is its first HTML part. Frames, images and attachments are left out.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use url::Url;

use super::http_response::http_facts;
use super::markup::{HtmlHead, paragraphs};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::HttpFacts;

/// Bytes within which the header must end.
const MAX_HEADER: usize = 128 << 10;

/// What a file with a mail header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFormat {
    /// A message.
    Message,
    /// A saved page.
    Mhtml,
}

/// Fields of which every sent message has at least one, and which no text begins with.
const TRANSPORT_FIELDS: &[&str] = &["message-id", "received", "return-path", "delivered-to"];

impl MailFormat {
    /// Recognises a file by its header. Text dumps may begin with lines such as `Date:`, so only fields that no dump has count.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        let start = bytes.get(..MAX_HEADER).unwrap_or(bytes);
        let mut lines = start.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
        let mut names = Vec::new();
        let mut content_type = String::new();
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
                content_type = String::from_utf8_lossy(line).to_ascii_lowercase();
            }
            names.push(name);
        }
        let has = |name: &&str| names.iter().any(|known| known == name);
        let is_saved = has(&"snapshot-content-location") || (has(&"mime-version") && content_type.contains("multipart/related"));
        match TRANSPORT_FIELDS.iter().any(has) && has(&"from") {
            true => Some(Self::Message),
            false => is_saved.then_some(Self::Mhtml),
        }
    }
}

/// Whether a line is a header field.
pub fn is_field(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().filter(|name| !name.is_empty() && name.len() < line.len());
    name.is_some_and(|name| name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)))
}

/// Whether this is the beginning of a message's header, which may be cut off.
pub fn starts_like_header(start: &[u8]) -> bool {
    let lines = start.split(|byte| *byte == b'\n').take_while(|line| !matches!(line, [] | [b'\r']));
    let mut has_transport_field = false;
    for line in lines.filter(|line| !matches!(line, [b' ' | b'\t', ..])) {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        has_transport_field |= TRANSPORT_FIELDS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if !is_field(line) {
            // The last line may be cut off.
            return has_transport_field;
        }
    }
    has_transport_field
}

/// What is wrong with a message or saved page: a fragment that follows a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The message has only attachments.
    #[error("it contains no text")]
    NoText,
    /// The saved page has no HTML part.
    #[error("it contains no page")]
    NoPage,
    /// A part of it cannot be decoded.
    #[error("its {0} is damaged")]
    Damaged(&'static str),
}

/// The document in a message or saved page.
#[derive(Debug)]
pub struct MailDocument {
    /// HTML.
    pub bytes: Vec<u8>,
    /// When it was sent or saved.
    pub sent_at: Option<Timestamp>,
    /// The URL that a page was saved from, and its content type.
    pub http: Option<HttpFacts>,
}

/// Reads the document in a message or saved page.
pub fn read(bytes: &[u8], format: MailFormat) -> Result<MailDocument, MailError> {
    let message = MessageParser::default().parse(bytes).ok_or(MailError::Damaged("header"))?;
    let sent_at = message.date().filter(|date| date.is_valid()).map(|date| Timestamp::from_unix(date.to_timestamp()));
    let html = message.parts.iter().find(|part| matches!(part.body, PartType::Html(_)));
    match format {
        MailFormat::Mhtml => read_saved_page(&message, html.ok_or(MailError::NoPage)?, sent_at),
        MailFormat::Message => read_message(&message, html, sent_at),
    }
}

fn read_message(
    message: &Message<'_>,
    html: Option<&MessagePart<'_>>,
    sent_at: Option<Timestamp>,
) -> Result<MailDocument, MailError> {
    let text = message.parts.iter().find(|part| matches!(part.body, PartType::Text(_)) && !is_attached(part));
    let body = match (html.map(|part| &part.body), text.map(|part| &part.body)) {
        (Some(PartType::Html(html)), _) => html.to_string(),
        (_, Some(PartType::Text(text))) => paragraphs(text),
        _ => return Err(MailError::NoText),
    };
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.name.as_deref().or(from.address.as_deref()));
    // A message to a mailing list is from an outlet, any other from a person.
    let is_list = ["List-Id", "List-Unsubscribe"].iter().any(|name| message.header_raw(*name).is_some());
    let (site, author) = if is_list { (from, None) } else { (None, from) };
    let head = HtmlHead {
        title: message.subject().map(str::to_owned),
        author: author.map(str::to_owned),
        site: site.map(str::to_owned),
        published: sent_at.map(|time| time.to_string()),
        modified: None,
    };
    Ok(MailDocument { bytes: (head.html() + &body).into_bytes(), sent_at, http: None })
}

fn is_attached(part: &MessagePart<'_>) -> bool {
    part.content_disposition().is_some_and(|disposition| disposition.is_attachment())
}

/// The page's bytes as the browser received them, in their own charset.
fn read_saved_page(message: &Message<'_>, part: &MessagePart<'_>, sent_at: Option<Timestamp>) -> Result<MailDocument, MailError> {
    let body = message.raw_message().get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => body.to_vec(),
        Encoding::Base64 => base64_decode(body).ok_or(MailError::Damaged("Base64"))?,
        Encoding::QuotedPrintable => quoted_printable_decode(body).ok_or(MailError::Damaged("quoted-printable text"))?,
    };
    let location =
        part.content_location().or_else(|| message.header("Snapshot-Content-Location").and_then(|value| value.as_text()));
    let url = location.and_then(|text| Url::parse(text.trim()).ok()).filter(|url| matches!(url.scheme(), "http" | "https"));
    let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
    let content_type = charset.map_or_else(|| "text/html".to_owned(), |charset| format!("text/html; charset={charset}"));
    let http = url.map(|url| http_facts(&url, 0, [("content-type".to_owned(), content_type)], bytes.len()));
    Ok(MailDocument { bytes, sent_at, http })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "Message-ID: <1@a.example>\r\nFrom: Tide Letter <tide@a.example>\r\nSubject: =?utf-8?q?Fl=C3=BCsse_rise?=\r\n\
        Date: Fri, 3 May 2024 08:00:00 +0200\r\nList-Id: <tide.a.example>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlain & simple.\r\n\
        --b\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        <p>Die Fl=FCsse steigen.</p>\r\n--b--\r\n";

    #[test]
    fn a_message_becomes_its_html_under_a_head() {
        assert_eq!(MailFormat::detect(MESSAGE.as_bytes()), Some(MailFormat::Message));
        let document = read(MESSAGE.as_bytes(), MailFormat::Message).unwrap();
        let html = String::from_utf8(document.bytes).unwrap();
        assert!(html.contains("<title>Flüsse rise</title>") && html.contains("<p>Die Flüsse steigen.</p>"), "{html}");
        assert!(html.contains("og:site_name\" content=\"Tide Letter\"") && html.contains("2024-05-03T06:00:00Z"), "{html}");
        assert_eq!(document.sent_at, Some("2024-05-03T06:00:00Z".parse().unwrap()));
        let plain = MESSAGE.replace("text/html", "image/png").replace("List-Id", "X-Id");
        let html = String::from_utf8(read(plain.as_bytes(), MailFormat::Message).unwrap().bytes).unwrap();
        assert!(html.contains("<p>Plain &amp; simple.</p>") && html.contains("author\" content=\"Tide Letter\""), "{html}");
    }

    #[test]
    fn a_saved_page_keeps_its_url_and_charset() {
        let saved = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/s\r\nSubject: x\r\n\
            Date: Fri, 3 May 2024 08:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\
            \tboundary=\"--x\"\r\n\r\n\r\n----x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
            Content-Location: https://a.example/story\r\n\r\n<meta charset=3Dlatin1><p>Caf=E9</p>\r\n----x\r\n\
            Content-Type: text/html\r\nContent-Location: cid:frame\r\n\r\n<p>A frame</p>\r\n----x--\r\n";
        assert_eq!(MailFormat::detect(saved.as_bytes()), Some(MailFormat::Mhtml));
        let document = read(saved.as_bytes(), MailFormat::Mhtml).unwrap();
        assert!(document.bytes.starts_with(b"<meta charset=latin1><p>Caf\xe9</p>"), "{:?}", document.bytes);
        let http = document.http.unwrap();
        assert_eq!((http.final_url.as_str(), http.status), ("https://a.example/story", 0));
    }

    #[test]
    fn texts_that_begin_with_fields_are_not_mail() {
        for text in ["From: Reuters\nDate: Monday\n\nA story.", "Title: x\n\ny", "", "Message-ID: x", "<html>"] {
            assert_eq!(MailFormat::detect(text.as_bytes()), None, "{text}");
        }
    }
}
