//! E-mail messages (RFC 5322), and pages saved as messages: MHTML (RFC 2557). The document of a message is its HTML part, else its text, under a
//! head made of Subject, From and Date. The document of an MHTML file is its first HTML part. Frames, images and attachments are left out.

use mail_parser::Message;
use url::Url;

use super::markup::{HtmlHead, paragraphs};
use super::mime::{Content, Header, Part, Parts};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::HttpFacts;
use gleaner_warc::budget::{Budget, Exceeded};
use gleaner_warc::http::facts::http_facts;

const HTML: &str = "text/html";

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

/// Fields that servers add to a message, of which every sent message has at least one, and which no text begins with.
const TRANSPORT_FIELDS: &[&str] = &["message-id", "received", "return-path", "delivered-to"];

/// The field that programs write into every message that is not plain ASCII, and which no text begins with.
const MIME_VERSION: &str = "mime-version";

/// Fields of which every message has at least one.
const LETTER_FIELDS: &[&str] = &["from", "to", "subject", "date", "content-type"];

impl MailFormat {
    /// Recognises a file by its header, in whatever order its fields are. Text dumps may begin with lines such as `Date:` and `Subject:`, so a
    /// field that no dump has must be among them.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        let start = bytes.get(..MAX_HEADER).unwrap_or(bytes);
        let mut lines = start.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
        let (mut names, mut content_type, mut has_sender) = (Vec::new(), String::new(), false);
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
            match name.as_str() {
                "content-type" => content_type = String::from_utf8_lossy(line).to_ascii_lowercase(),
                // Browsers write their own name, not an address.
                "from" => has_sender |= line.contains(&b'@'),
                _ => {}
            }
            names.push(name);
        }
        let has = |name: &&str| names.iter().any(|known| known == name);
        let is_related = has(&MIME_VERSION) && content_type.contains("multipart/related");
        match () {
            () if TRANSPORT_FIELDS.iter().any(has) && has(&"from") => Some(Self::Message),
            () if has(&"snapshot-content-location") || (is_related && !has_sender) => Some(Self::Mhtml),
            () => (has(&MIME_VERSION) && LETTER_FIELDS.iter().any(has)).then_some(Self::Message),
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
        let mut known = TRANSPORT_FIELDS.iter().chain([&MIME_VERSION]);
        has_transport_field |= known.any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
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
    /// It has far too many parts, or too much in them.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
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
pub fn read(bytes: &[u8], format: MailFormat, budget: &Budget) -> Result<MailDocument, MailError> {
    let (header, body) = Header::split(bytes);
    let message = header.parse();
    let sent_at = message.as_ref().and_then(|message| message.date()).filter(|date| date.is_valid());
    let sent_at = sent_at.map(|date| Timestamp::from_unix(date.to_timestamp()));
    let parts = Parts::new(Content::of(&header), body, budget);
    match format {
        MailFormat::Mhtml => read_saved_page(message.as_ref(), parts, sent_at, budget),
        MailFormat::Message => read_message(message.as_ref(), parts, sent_at, budget),
    }
}

/// The first part with HTML, else the first with text; attached files are neither.
fn body_part(parts: Parts<'_>) -> Result<Option<Part<'_>>, Exceeded> {
    let mut text = None;
    for part in parts {
        let part = part?;
        match part.content.media_type.as_str() {
            _ if part.content.is_attached => {}
            HTML => return Ok(Some(part)),
            kind if kind.starts_with("text/") && text.is_none() => text = Some(part),
            _ => {}
        }
    }
    Ok(text)
}

fn read_message(
    message: Option<&Message<'_>>,
    parts: Parts<'_>,
    sent_at: Option<Timestamp>,
    budget: &Budget,
) -> Result<MailDocument, MailError> {
    let Part { content, body } = body_part(parts)?.ok_or(MailError::NoText)?;
    let text = content.text(&content.decode(body, budget)?);
    let body = if content.media_type == HTML { text } else { paragraphs(&text) };
    let from = message.and_then(Message::from).and_then(|from| from.first());
    let from = from.and_then(|from| from.name.as_deref().or(from.address.as_deref()));
    // A message to a mailing list is from an outlet, any other from a person.
    let has = |name: &&str| message.is_some_and(|message| message.header_raw(*name).is_some());
    let is_list = ["List-Id", "List-Unsubscribe"].iter().any(has);
    let (site, author) = if is_list { (from, None) } else { (None, from) };
    let head = HtmlHead {
        title: message.and_then(Message::subject).map(str::to_owned),
        author: author.map(str::to_owned),
        site: site.map(str::to_owned),
        published: sent_at.map(|time| time.to_string()),
        modified: None,
    };
    Ok(MailDocument { bytes: (head.html() + &body).into_bytes(), sent_at, http: None })
}

/// The page's bytes as the browser received them, in their own charset.
fn read_saved_page(
    message: Option<&Message<'_>>,
    mut parts: Parts<'_>,
    sent_at: Option<Timestamp>,
    budget: &Budget,
) -> Result<MailDocument, MailError> {
    let is_page = |part: &Result<Part<'_>, Exceeded>| part.as_ref().map_or(true, |part| part.content.media_type == HTML);
    let Part { content, body } = parts.find(is_page).ok_or(MailError::NoPage)??;
    let bytes = content.decode(body, budget)?;
    let snapshot = || message.and_then(|message| message.header("Snapshot-Content-Location")).and_then(|value| value.as_text());
    let location = content.location.as_deref().or_else(snapshot);
    let url = location.and_then(|text| Url::parse(text.trim()).ok()).filter(|url| matches!(url.scheme(), "http" | "https"));
    let content_type = content.charset.map_or_else(|| HTML.to_owned(), |charset| format!("{HTML}; charset={charset}"));
    let http = url.map(|url| http_facts(&url, 0, [("content-type".to_owned(), content_type)], bytes.len()));
    Ok(MailDocument { bytes, sent_at, http })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], format: MailFormat) -> Result<MailDocument, MailError> {
        super::read(bytes, format, &Budget::new(bytes.len() as u64, 1 << 20))
    }

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
    fn what_python_writes_is_mail_in_any_order_of_its_fields() {
        let plain = "Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64\nMIME-Version: 1.0\n\
            Subject: =?utf-8?q?Fl=C3=BCsse?= steigen\nFrom: Anna Lee <a@a.example>\nTo: b@b.example\n\
            Date: Fri, 03 May 2024 08:00:00 -0000\n\nRGllIEZsw7xzc2Ugc3RlaWdlbi4K\n";
        let both = "Subject: Boats\nMIME-Version: 1.0\nContent-Type: multipart/alternative;\n boundary=\"===============303==\"\n\n\
            --===============303==\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\n\nPlain.\n\n\
            --===============303==\nContent-Type: text/html; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\nMIME-Version: 1.0\n\n\
            <p>Boats &amp; quays.</p>\n\n--===============303==--\n";
        let related = both.replace("multipart/alternative", "multipart/related").replace("Subject", "From: a@a.example\nSubject");
        for (message, title, text) in [
            (plain, "Flüsse steigen", "<p>Die Flüsse steigen.</p>"),
            (both, "Boats", "<p>Boats &amp; quays.</p>"),
            (&related, "Boats", "<p>Boats &amp; quays.</p>"),
        ] {
            assert_eq!(MailFormat::detect(message.as_bytes()), Some(MailFormat::Message), "{message}");
            let html = String::from_utf8(read(message.as_bytes(), MailFormat::Message).unwrap().bytes).unwrap();
            assert!(html.contains(&format!("<title>{title}</title>")) && html.contains(text), "{html}");
        }
        assert!(starts_like_header(plain.as_bytes()), "in a mailbox, too");
    }

    #[test]
    fn texts_that_begin_with_fields_are_not_mail() {
        for text in [
            "From: Reuters\nDate: Monday\n\nA story.",
            "Subject: Boats\nFrom: Ann Lee\nDate: Friday\nContent-Type: news\n\nA story.",
            "MIME-Version: how mail became rich\n\nA story.",
            "Title: x\n\ny",
            "",
            "Message-ID: x",
            "<html>",
        ] {
            assert_eq!(MailFormat::detect(text.as_bytes()), None, "{text}");
        }
    }
}
