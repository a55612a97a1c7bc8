//! Builds archives of invented pages: WARC records, HAR entries, e-books, mails.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How the records of a WARC lie in their file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Plain,
    Gzip,
    Zstd,
    /// All records in one gzip member, as by `gzip FILE.warc`.
    OneGzip,
}

pub const FORMS: [Form; 4] = [Form::Plain, Form::Gzip, Form::Zstd, Form::OneGzip];

/// One record.
pub fn record(fields: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut out = b"WARC/1.1\r\n".to_vec();
    for (name, value) in fields {
        write!(out, "{name}: {value}\r\n").unwrap();
    }
    write!(out, "WARC-Date: 2024-04-30T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: {}\r\n\r\n", block.len())
        .unwrap();
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

/// A record with an answer of a server.
pub fn response(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut block = format!("{}\r\n\r\n", head.replace('\n', "\r\n")).into_bytes();
    block.extend_from_slice(body);
    record(&[("WARC-Type", "response"), ("WARC-Target-URI", url), ("Content-Type", "application/http; msgtype=response")], &block)
}

/// A record with a page of HTML.
pub fn page_record(url: &str, html: &str) -> Vec<u8> {
    response(url, "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\nSet-Cookie: sid=hush", html.as_bytes())
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The file, and where each record begins in it.
pub fn warc(records: &[Vec<u8>], form: Form) -> (Vec<u8>, Vec<usize>) {
    let (mut file, mut starts) = (Vec::new(), Vec::new());
    for record in records {
        starts.push(file.len());
        match form {
            Form::Plain | Form::OneGzip => file.extend_from_slice(record),
            Form::Gzip => file.extend(gzip(record)),
            Form::Zstd => file.extend(zstd::encode_all(record.as_slice(), 3).unwrap()),
        }
    }
    if form == Form::OneGzip { (gzip(&file), starts) } else { (file, starts) }
}

/// In chunks of these many bytes (RFC 9112).
pub fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in body.chunks(size) {
        write!(out, "{:x}\r\n", chunk.len()).unwrap();
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

/// An entry of a HAR.
pub fn har_entry(page: &str, url: &str, mime: &str, text: &str) -> String {
    serde_json::json!({
        "pageref": page, "startedDateTime": "2024-04-30T10:00:00.123+02:00", "time": 12.5,
        "request": {"method": "GET", "url": url, "headers": [{"name": "Cookie", "value": "sid=hush"}]},
        "response": {"status": 200, "statusText": "OK", "headers": [{"name": "Content-Type", "value": mime}, {"name": "Set-Cookie", "value": "sid=hush"}],
            "content": {"size": text.len(), "mimeType": mime, "text": text}},
    })
    .to_string()
}

pub fn har(entries: &[String]) -> String {
    format!(
        "{{\"log\": {{\"version\": \"1.2\", \"creator\": {{\"name\": \"entries\", \"x\": [1, \"]\"]}},\n \"entries\": [\n{}\n]}}}}",
        entries.join(",\n")
    )
}

/// A ZIP container: names and bytes, the first one uncompressed.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    use zip::write::SimpleFileOptions;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (index, (name, bytes)) in files.iter().enumerate() {
        let method = if index == 0 { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An e-book with these chapters.
pub fn epub(chapters: &[(&str, String)]) -> Vec<u8> {
    let items: String = chapters
        .iter()
        .map(|(name, _)| format!("<item id=\"{name}\" href=\"text/{name}.xhtml\" media-type=\"application/xhtml+xml\"/>"))
        .collect();
    let spine: String = chapters.iter().map(|(name, _)| format!("<itemref idref=\"{name}\"/>")).collect();
    let package = format!("<package><manifest>{items}</manifest><spine>{spine}</spine></package>");
    let container = "<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>";
    let names: Vec<String> = chapters.iter().map(|(name, _)| format!("OEBPS/text/{name}.xhtml")).collect();
    let mut files: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("OEBPS/book.opf", package.as_bytes()),
    ];
    files.extend(names.iter().zip(chapters).map(|(name, (_, html))| (name.as_str(), html.as_bytes())));
    zip(&files)
}
