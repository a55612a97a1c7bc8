//! Writes WARC 1.1 (ISO 28500:2017, <https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/>): a request, a response and a metadata
//! record for every fetched page. A page rendered by a browser becomes a conversion record instead of request and response.
//!
//! The corpus keeps the decoded body and the HTTP facts; everything else is reconstructed. The request is a minimal one for the URL, the status
//! line has the standard reason phrase, `Content-Length` is that of the decoded body, and fields about codings are renamed to
//! `x-archive-orig-…`. Cookies and credentials are not kept, and are filtered here once more.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{DocumentId, HttpFacts, RawDocument, TdmDeclaration};
use gleaner_warc::http::header;

/// Fields about the message on the wire, which do not apply to the decoded body.
const WIRE_FIELDS: &[&str] =
    &["content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive", "trailer", "upgrade", "te"];

/// Reason phrases of the status codes (RFC 9110 §15) that pages have.
const REASON_PHRASES: &[(u16, &str)] =
    &[(200, "OK"), (201, "Created"), (203, "Non-Authoritative Information"), (206, "Partial Content")];

/// How records are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordCompression {
    /// Not at all.
    None,
    /// Each record is a gzip member.
    Gzip,
}

/// A fetched page to export.
#[derive(Clone, Copy, Debug)]
pub struct WarcPage<'a> {
    /// Its body and facts.
    pub raw: &'a RawDocument,
    /// Its path in the corpus.
    pub path: &'a str,
    /// The document that was cleaned from it.
    pub document: Option<DocumentId>,
}

/// Writes a WARC file. The same pages give the same bytes.
pub struct WarcWriter<W> {
    out: W,
    compression: RecordCompression,
}

/// The header of a record.
struct RecordHeader<'a> {
    record_type: &'static str,
    id: &'a str,
    date: Timestamp,
    content_type: &'a str,
    more: Vec<(&'static str, String)>,
}

impl<W: Write> WarcWriter<W> {
    /// Starts a file with its `warcinfo` record.
    pub fn new(out: W, compression: RecordCompression, at: Timestamp) -> io::Result<Self> {
        let mut writer = Self { out, compression };
        let block = format!(
            "software: gleaner/{}\r\nformat: WARC File Format 1.1\r\n\
             conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
             description: fetched pages of a gleaner corpus; bodies are stored decoded, requests and status lines are made from what is known of them\r\n",
            env!("CARGO_PKG_VERSION")
        );
        let id = record_id("warcinfo", &at.to_string());
        let header = RecordHeader {
            record_type: "warcinfo",
            id: &id,
            date: at,
            content_type: "application/warc-fields",
            more: Vec::new(),
        };
        writer.record(&header, &[block.as_bytes()])?;
        Ok(writer)
    }

    /// Writes the records of one page.
    pub fn page(&mut self, page: WarcPage<'_>) -> io::Result<()> {
        let raw = page.raw;
        let date = raw.fetched_at.unwrap_or(Timestamp::from_unix(0));
        let response = record_id("response", page.path);
        match raw.http.as_ref().filter(|http| http.status > 0) {
            Some(http) if http.rendered => return self.rendered(page, http, date),
            Some(http) => {
                let target = ("WARC-Target-URI", one_line(&http.final_url));
                let concurrent = ("WARC-Concurrent-To", response.clone());
                let id = record_id("request", page.path);
                let more = vec![target.clone(), concurrent.clone()];
                let content_type = "application/http; msgtype=request";
                self.record(
                    &RecordHeader { record_type: "request", id: &id, date, content_type, more },
                    &[request(http).as_bytes()],
                )?;
                let more = vec![target, ("WARC-Payload-Digest", digest(&[&raw.bytes]))];
                let content_type = "application/http; msgtype=response";
                let header = RecordHeader { record_type: "response", id: &response, date, content_type, more };
                self.record(&header, &[response_head(http, raw.bytes.len()).as_bytes(), &raw.bytes])?;
            }
            None => self.resource(page, date, &response)?,
        }
        let id = record_id("metadata", page.path);
        let target = raw.http.as_ref().map(|http| ("WARC-Target-URI", one_line(&http.final_url)));
        let more = target.into_iter().chain([("WARC-Concurrent-To", response)]).collect();
        let header = RecordHeader { record_type: "metadata", id: &id, date, content_type: "application/warc-fields", more };
        self.record(&header, &[metadata(page).as_bytes()])
    }

    /// Writes a page that a browser rendered. The response it was rendered from is not kept, so there is no record to refer to.
    fn rendered(&mut self, page: WarcPage<'_>, http: &HttpFacts, date: Timestamp) -> io::Result<()> {
        let (id, target) = (record_id("conversion", page.path), ("WARC-Target-URI", one_line(&http.final_url)));
        let content_type = http.header("content-type").map_or("text/html; charset=utf-8".to_owned(), one_line);
        let header =
            RecordHeader { record_type: "conversion", id: &id, date, content_type: &content_type, more: vec![target.clone()] };
        self.record(&header, &[&page.raw.bytes])?;
        let (about, more) = (record_id("metadata", page.path), vec![target, ("WARC-Refers-To", id)]);
        let header = RecordHeader { record_type: "metadata", id: &about, date, content_type: "application/warc-fields", more };
        self.record(&header, &[metadata(page).as_bytes()])
    }

    /// Writes a page without a response, from an archive that has none.
    fn resource(&mut self, page: WarcPage<'_>, date: Timestamp, id: &str) -> io::Result<()> {
        let http = page.raw.http.as_ref();
        let target = http.map_or_else(|| format!("urn:sha256:{}", page.raw.hash()), |http| one_line(&http.final_url));
        let content_type =
            http.and_then(|http| http.header("content-type")).map_or("application/octet-stream".to_owned(), one_line);
        let header = RecordHeader {
            record_type: "resource",
            id,
            date,
            content_type: &content_type,
            more: vec![("WARC-Target-URI", target)],
        };
        self.record(&header, &[&page.raw.bytes])
    }

    /// Flushes and returns the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn record(&mut self, header: &RecordHeader<'_>, block: &[&[u8]]) -> io::Result<()> {
        match self.compression {
            RecordCompression::None => write_record(&mut self.out, header, block),
            RecordCompression::Gzip => {
                let mut member = GzEncoder::new(&mut self.out, Compression::default());
                write_record(&mut member, header, block)?;
                member.finish().map(drop)
            }
        }
    }
}

fn write_record(out: &mut impl Write, header: &RecordHeader<'_>, block: &[&[u8]]) -> io::Result<()> {
    let length: usize = block.iter().map(|part| part.len()).sum();
    write!(
        out,
        "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: {}\r\nWARC-Date: {}\r\n",
        header.record_type, header.id, header.date
    )?;
    for (name, value) in &header.more {
        write!(out, "{name}: {value}\r\n")?;
    }
    write!(
        out,
        "WARC-Block-Digest: {}\r\nContent-Type: {}\r\nContent-Length: {length}\r\n\r\n",
        digest(block),
        header.content_type
    )?;
    block.iter().try_for_each(|part| out.write_all(part))?;
    out.write_all(b"\r\n\r\n")
}

/// A minimal request for the page: the one that was sent is not stored.
fn request(http: &HttpFacts) -> String {
    let url = url::Url::parse(&http.final_url).ok();
    let host = url.as_ref().and_then(|url| {
        Some(match (url.host_str()?, url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        })
    });
    let query = url.as_ref().and_then(|url| url.query()).map_or(String::new(), |query| format!("?{query}"));
    let path = url.as_ref().map_or("/", |url| url.path());
    format!("GET {path}{query} HTTP/1.1\r\nHost: {}\r\n\r\n", host.unwrap_or_default())
}

fn response_head(http: &HttpFacts, length: usize) -> String {
    let phrase = REASON_PHRASES.iter().find(|(status, _)| *status == http.status).map_or("", |(_, phrase)| phrase);
    let mut head = format!("HTTP/1.1 {} {phrase}\r\n", http.status);
    // Pseudo-headers of HTTP/2, as browsers write them into HAR files, are no fields of a response.
    let sent = http.headers.iter().filter(|(name, _)| !header::is_secret(name) && !name.starts_with(':'));
    for (name, value) in sent {
        let orig = if WIRE_FIELDS.contains(&name.as_str()) { "x-archive-orig-" } else { "" };
        head += &format!("{orig}{}: {}\r\n", one_line(name), one_line(value));
    }
    head + &format!("content-length: {length}\r\n\r\n")
}

/// The facts about a page that WARC has no fields for.
fn metadata(page: WarcPage<'_>) -> String {
    let mut fields = vec![("gleaner-file", page.path.to_owned()), ("gleaner-body-sha256", page.raw.hash().to_string())];
    fields.extend(page.document.map(|id| ("gleaner-document", id.to_string())));
    if let Some(http) = &page.raw.http {
        fields.push(("gleaner-requested", http.requested.clone()));
        fields.extend(http.redirects.iter().map(|hop| ("gleaner-redirect", hop.clone())));
        fields.push(("gleaner-wire-bytes", http.wire_bytes.to_string()));
        fields.extend(http.stands_for.clone().map(|url| ("gleaner-stands-for", url)));
        if let Some(TdmDeclaration { reserved, policy }) = &http.tdm_file {
            fields.push(("gleaner-tdm-file-reservation", if *reserved { "1" } else { "0" }.to_owned()));
            fields.extend(policy.clone().map(|policy| ("gleaner-tdm-file-policy", policy)));
        }
        fields.extend(http.rendered.then(|| ("gleaner-rendered", "true".to_owned())));
    }
    fields.into_iter().map(|(name, value)| format!("{name}: {}\r\n", one_line(&value))).collect()
}

/// Replaces control characters, so that no value can start a new field.
fn one_line(text: impl AsRef<str>) -> String {
    text.as_ref().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn digest(parts: &[&[u8]]) -> String {
    format!("sha256:{}", ContentHash::of_pieces(parts))
}

/// A record id that is the same every time: a UUID of version 8 (RFC 9562 §5.8) made from a hash.
fn record_id(kind: &str, name: &str) -> String {
    let hex = ContentHash::of_parts([b"warc".as_slice(), kind.as_bytes(), name.as_bytes()]).to_string();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("<urn:uuid:{}-{}-8{}-8{}-{}>", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::document::Origin;

    fn page(headers: &[(&str, &str)]) -> RawDocument {
        let url = "https://a.example:8443/x?y=1";
        let http = HttpFacts {
            requested: "https://a.example/old".into(),
            final_url: url.into(),
            redirects: vec!["https://a.example/mid".into()],
            status: 200,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            wire_bytes: 9,
            ..HttpFacts::default()
        };
        let raw = RawDocument::local(Origin::Url(url.parse().unwrap()), b"<p>Text</p>".to_vec());
        RawDocument { fetched_at: Some("2024-05-01T12:00:00Z".parse().unwrap()), http: Some(http), ..raw }
    }

    fn written(raw: &RawDocument) -> String {
        let mut writer = WarcWriter::new(Vec::new(), RecordCompression::None, Timestamp::from_unix(0)).unwrap();
        writer.page(WarcPage { raw, path: "raw/a/x.html.zst", document: None }).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_rendered_page_is_a_conversion() {
        let mut raw = page(&[("content-type", "text/html; charset=utf-8"), ("etag", "x")]);
        raw.http.as_mut().unwrap().rendered = true;
        let text = written(&raw);
        for (kind, count) in [("request", 0), ("response", 0), ("conversion", 1), ("metadata", 1)] {
            assert_eq!(text.matches(&format!("WARC-Type: {kind}\r\n")).count(), count, "{text}");
        }
        let id = text.split("WARC-Type: conversion\r\nWARC-Record-ID: ").nth(1).unwrap().split("\r\n").next().unwrap();
        assert!(text.contains(&format!("WARC-Refers-To: {id}\r\n")) && text.contains("gleaner-rendered: true"), "{text}");
    }

    #[test]
    fn a_page_is_three_records_without_secrets_and_codings() {
        let raw = page(&[
            ("content-encoding", "gzip"),
            ("set-cookie", "sid=hush"),
            ("etag", "\"a\r\nx: y\""),
            ("content-type", "text/html"),
        ]);
        let text = written(&raw);
        for kind in ["warcinfo", "request", "response", "metadata"] {
            assert_eq!(text.matches(&format!("WARC-Type: {kind}\r\n")).count(), 1, "{text}");
        }
        assert!(text.contains("GET /x?y=1 HTTP/1.1\r\nHost: a.example:8443\r\n\r\n"), "{text}");
        assert!(
            text.contains("\r\nx-archive-orig-content-encoding: gzip\r\n")
                && text.contains("content-length: 11\r\n\r\n<p>Text</p>"),
            "{text}"
        );
        assert!(!text.contains("hush") && !text.contains("\nx: y"), "{text}");
        assert!(text.contains("gleaner-redirect: https://a.example/mid\r\n"), "{text}");
        assert_eq!(text, written(&raw));
    }
}
