//! ZIP and tar archives of pages, and every compression: each page in them is a document, everything else is skipped, and damage costs one page.

use std::io::Write;

use gleaner::commands::explain::{ExplainTarget, explain};
use gleaner::ingest::archive::{Archive, ArchiveOptions};

use crate::archives::{settled, take};
use crate::support::{Corpus, counts, page, story};
use crate::web_archive::{Form, epub, gzip, page_record, warc, zip};

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// A tar archive of these files.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        match tar::Header::set_path(&mut header, name) {
            Ok(()) => {
                header.set_cksum();
                tar.append(&header, *bytes).unwrap();
            }
            // Long names are written by the builder; it writes no name that leaves the folder.
            Err(_) if name.len() > 100 => tar.append_data(&mut header, name, *bytes).unwrap(),
            Err(_) => {
                header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
                header.set_cksum();
                tar.append(&header, *bytes).unwrap();
            }
        }
    }
    tar.into_inner().unwrap()
}

/// Pages under names of every kind, and what is around them.
fn files() -> Vec<(String, Vec<u8>)> {
    let mail = format!("Message-ID: <1@x>\nFrom: Ann Lee <ann@x.example>\nSubject: Story 5\n\n{}", story(5));
    let bytes: [(&str, Vec<u8>); 10] = [
        ("news/a.html", page(1, "Story 1").into_bytes()),
        ("../../up.html", page(2, "Story 2").into_bytes()),
        ("/abs/Grüße.html", page(3, "Story 3").into_bytes()),
        ("story.html.gz", gzip(page(4, "Story 4").as_bytes())),
        ("mail/5.eml", mail.into_bytes()),
        ("news/a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("photo", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec()),
        ("style.css", b"p { color: red }".to_vec()),
        ("__MACOSX/._a.html", b"Mac OS X".to_vec()),
        ("urls.txt", b"https://a.example/1\nhttps://a.example/2\n".to_vec()),
    ];
    bytes.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

#[test]
fn every_page_in_a_zip_is_a_document_named_by_its_file() {
    let (corpus, files) = (Corpus::new(), files());
    corpus.write("raw/pages.zip", zip(&borrowed(&files)));
    settled(&corpus, "raw/pages.zip", [5, 0, 0, 0, 0, 0]);
    let sources: Vec<String> = corpus.sidecars().iter().map(|s| s["raw"]["path"].as_str().unwrap().to_owned()).collect();
    assert!(sources.iter().any(|source| source == "raw/pages.zip#../../up.html"), "{sources:?}");
    assert!(sources.iter().any(|source| source == "raw/pages.zip#/abs/Grüße.html"), "{sources:?}");
    let there: Vec<String> = corpus.tree().into_keys().filter(|path| path.contains("up.html") || path.contains("abs")).collect();
    assert!(there.is_empty(), "nothing is unpacked: {there:?}");
    let target = ExplainTarget::Member(corpus.path("raw/pages.zip"), "mail/5.eml".to_owned());
    assert_eq!(explain(&corpus.setup(), &target).unwrap().metadata.title.unwrap().value, "Story 5");
}

#[test]
fn every_page_in_a_tar_is_a_document_in_any_compression() {
    type Compress = fn(&[u8]) -> Vec<u8>;
    let compressions: [(&str, Compress); 5] =
        [("tar", <[u8]>::to_vec), ("tgz", gzip), ("tar.zst", zstd), ("tar.xz", xz), ("tar.bz2", bzip2)];
    let long = format!("{}b.html", "long/".repeat(60));
    let mut files = files();
    files.push((long, page(6, "Story 6").into_bytes()));
    let bytes = tar(&borrowed(&files));
    for (extension, compress) in compressions {
        let corpus = Corpus::new();
        let path = format!("raw/pages.{extension}");
        corpus.write(&path, compress(&bytes));
        match extension {
            "tar.xz" => settled(&corpus, &path, [6, 0, 0, 0, 0, 0]),
            _ => assert_eq!(counts(&take(&corpus, &path)), [6, 0, 0, 0, 0, 0], "{path}"),
        }
        let places: Vec<String> = corpus.sidecars().iter().map(|s| s["raw"]["path"].as_str().unwrap().to_owned()).collect();
        let target = |place: &str| ExplainTarget::Member(corpus.path(&path), place.to_owned());
        for place in places.iter().map(|place| place.rsplit_once('#').unwrap().1) {
            assert!(explain(&corpus.setup(), &target(place)).is_ok(), "{place}");
        }
        assert!(explain(&corpus.setup(), &target("7")).is_err());
    }
}

#[test]
fn a_page_in_any_compression_is_a_document() {
    let corpus = Corpus::new();
    corpus.write("raw/1.html.gz", gzip(page(1, "Story 1").as_bytes()));
    corpus.write("raw/2.html.zst", zstd(page(2, "Story 2").as_bytes()));
    corpus.write("raw/3.html.xz", xz(page(3, "Story 3").as_bytes()));
    corpus.write("raw/4.html.bz2", bzip2(page(4, "Story 4").as_bytes()));
    settled(&corpus, "raw", [4, 0, 0, 0, 0, 0]);
    assert!(corpus.sidecars().iter().all(|sidecar| sidecar["raw"]["file_sha256"].is_string()));
    let mut cut = xz(page(3, "Story 3").as_bytes());
    cut.truncate(cut.len() / 2);
    corpus.write("raw/3.html.xz", cut);
    let report = corpus.clean();
    assert_eq!(report.failed, 1, "{report:#?}");
    assert!(report.failures[0].error.contains("3.html.xz (xz)"), "{report:#?}");
}

#[test]
fn a_web_archive_is_read_in_every_compression_of_whole_files() {
    let records: Vec<Vec<u8>> =
        (1..=3).map(|number| page_record(&format!("https://a.example/{number}"), &page(number, "Story"))).collect();
    let bytes = warc(&records, Form::Plain).0;
    for (name, bytes) in [("raw/a.warc.xz", xz(&bytes)), ("raw/a.warc.bz2", bzip2(&bytes))] {
        let corpus = Corpus::new();
        corpus.write(name, bytes);
        settled(&corpus, name, [3, 0, 0, 0, 0, 0]);
        let place = records[0].len().to_string();
        let explained = explain(&corpus.setup(), &ExplainTarget::Member(corpus.path(name), place)).unwrap();
        assert!(explained.words > 50, "{name}");
    }
}

#[test]
fn damage_costs_one_page_and_is_named() {
    let corpus = Corpus::new();
    let pages: Vec<(String, Vec<u8>)> =
        (1..=3).map(|number| (format!("{number}.html"), page(number, &format!("Story {number}")).into_bytes())).collect();
    let mut bytes = zip(&borrowed(&pages));
    let at = memchr::memmem::find(&bytes, b"2.html").unwrap();
    bytes[at + 60..at + 120].fill(0xff);
    corpus.write("raw/a.zip", bytes);
    let report = take(&corpus, "raw/a.zip");
    assert_eq!((report.new, report.failed), (2, 1), "{report:#?}");
    assert!(report.failures[0].source.ends_with("a.zip#2.html"), "{report:#?}");

    let corpus = Corpus::new();
    let mut bytes = tar(&borrowed(&pages));
    let at = memchr::memmem::find(&bytes, b"2.html").unwrap();
    bytes[at + 100..at + 140].fill(b'x');
    corpus.write("raw/a.tar", &bytes);
    let report = take(&corpus, "raw/a.tar");
    assert_eq!((report.new, report.failed), (2, 1), "{report:#?}");
    assert!(report.failures[0].source.ends_with(&format!("a.tar#{at}")), "{report:#?}");
    bytes.truncate(at + 700);
    corpus.write("raw/a.tar", bytes);
    let report = take(&corpus, "raw/a.tar");
    assert_eq!((report.unchanged, report.failed), (1, 1), "{report:#?}");

    corpus.write("raw/b.zip", zip(&[("a.txt", b"x"), ("inner.zip", &zip(&borrowed(&pages)))]));
    let report = take(&corpus, "raw/b.zip");
    assert!(report.failures[0].error.contains("archive in an archive"), "{report:#?}");
}

#[test]
fn office_documents_and_books_are_no_archives_of_pages() {
    let corpus = Corpus::new();
    corpus.write("raw/a.odt", zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")]));
    corpus.write("raw/b.xlsx", zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]));
    corpus.write("raw/c.epub", epub(&[("one", page(1, "Story 1"))]));
    let report = corpus.clean();
    assert_eq!(counts(&report), [1, 0, 0, 0, 2, 0], "{report:#?}");
    assert!(report.refusals.keys().all(|reason| reason.starts_with("it is an office document")), "{report:#?}");
}

#[test]
fn a_tar_that_is_damaged_everywhere_costs_no_stack_and_no_memory() {
    const FILES: usize = 20_000;
    let file = tar(&[("a.txt", b"")]);
    let pair = [&b"x".repeat(512), &file[..512]].concat();
    let bytes = [&file[..512], &pair.repeat(FILES)].concat();
    let archive = Archive::from_stream("a.tar".as_ref(), bytes.as_slice(), &ArchiveOptions::new(1 << 20));
    let archive = archive.ok().expect("it is a tar archive").unwrap();
    assert_eq!(archive.filter(Result::is_err).count(), FILES);
}
