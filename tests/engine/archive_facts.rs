//! What archives say besides their pages: redirects, checksums, letters of a mailbox; and that one which did not change is not read again.

use std::fs::{self, File, FileTimes};
use std::time::{Duration, SystemTime};

use gleaner::commands::clean::CleanOptions;
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::options::Again;
use gleaner::engine::{RunReport, Silent};
use gleaner::store::reindex;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::support::{Corpus, Heard, SETTINGS, counts, page, story};
use crate::web_archive::{Form, chunked, gzip, har, har_entry, page_record, record, response, warc};

fn url(path: &str) -> String {
    format!("https://news.example/{path}")
}

fn take(corpus: &Corpus, path: &str) -> RunReport {
    ingest(&corpus.setup(), &[IngestInput::Path(corpus.path(path))], IngestOptions::default(), &Silent).unwrap()
}

fn aliases(corpus: &Corpus) -> Vec<String> {
    let sidecar = &corpus.sidecars()[0]["urls"];
    let listed = sidecar["aliases"].as_array().unwrap().iter();
    listed.chain([&sidecar["requested"]]).map(|url| url.as_str().unwrap().to_owned()).collect()
}

#[test]
fn redirects_before_a_page_are_its_other_addresses() {
    let moved = |from: &str, to: &str| response(&url(from), &format!("HTTP/1.1 301 Moved\nLocation: {to}"), b"");
    let records = [moved("s/1", "/old"), moved("old", &url("story")), page_record(&url("story"), &page(1, "Story 1"))];
    let mut entry = har_entry("1", &url("old"), "text/html", "").replace("\"status\":200", "\"status\":302");
    entry = entry.replace("\"content\":", "\"redirectURL\":\"/story\",\"content\":");
    let session = har(&[entry, har_entry("1", &url("story"), "text/html", &page(1, "Story 1"))]);
    for (name, bytes, expected) in [
        ("raw/a.warc.gz", warc(&records, Form::Gzip).0, vec![url("old"), url("s/1")]),
        ("raw/a.har", session.into_bytes(), vec![url("old")]),
    ] {
        let corpus = Corpus::new();
        corpus.write(name, bytes);
        assert_eq!(take(&corpus, name).new, 1, "{name}");
        assert_eq!(aliases(&corpus), expected, "{name}");
        // Read again by its place alone, where no redirect is seen: the addresses stay.
        let tree = corpus.tree();
        corpus.clean_with(&CleanOptions { again: Again::All, ..CleanOptions::default() });
        assert_eq!(corpus.tree(), tree, "{name}");
    }
}

/// A record with a field before the others.
fn with_field(record: Vec<u8>, field: &str) -> Vec<u8> {
    [b"WARC/1.1\r\n", field.as_bytes(), b"\r\n", record.strip_prefix(b"WARC/1.1\r\n").unwrap()].concat()
}

fn block(record: &[u8]) -> &[u8] {
    let start = memchr::memmem::find(record, b"\r\n\r\n").unwrap() + 4;
    &record[start..record.len() - 4]
}

fn hex(hash: impl AsRef<[u8]>) -> String {
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_record_that_is_not_what_its_checksum_says_is_damaged() {
    let plain = page_record(&url("1"), &page(1, "Story 1"));
    let packed = gzip(page(2, "Story 2").as_bytes());
    let head = "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip\nTransfer-Encoding: chunked";
    let coded = response(&url("2"), head, &chunked(&packed, 50));
    let right = [
        with_field(plain.clone(), &format!("WARC-Block-Digest: sha1:{}", hex(Sha1::digest(block(&plain))))),
        with_field(coded.clone(), &format!("WARC-Payload-Digest: sha256:{}", hex(Sha256::digest(&packed)))),
        // Of a block that is whole, nobody asks what a payload is.
        with_field(
            with_field(page_record(&url("3"), &page(3, "Story 3")), "WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
            &format!("WARC-Block-Digest: sha256:{}", hex(Sha256::digest(block(&page_record(&url("3"), &page(3, "Story 3")))))),
        ),
    ];
    let wrong = [
        with_field(page_record(&url("4"), &page(4, "Story 4")), "WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
        with_field(coded.clone(), "WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
    ];
    let other =
        with_field(page_record(&url("5"), &page(5, "Story 5")), "WARC-Block-Digest: md5:d41d8cd98f00b204e9800998ecf8427e");
    for form in [Form::Plain, Form::Gzip, Form::Zstd] {
        let corpus = Corpus::new();
        let all = [right[0].clone(), wrong[0].clone(), right[1].clone(), wrong[1].clone(), right[2].clone(), other.clone()];
        corpus.write("raw/crawl", warc(&all, form).0);
        let report = take(&corpus, "raw/crawl");
        assert_eq!((report.new, report.failed), (4, 2), "{form:?} {report:#?}");
        for (failure, field) in report.failures.iter().zip(["WARC-Block-Digest", "WARC-Payload-Digest"]) {
            assert!(failure.error.contains(field) && failure.hint.is_some(), "{failure:?}");
        }
    }
}

fn letter(number: usize) -> String {
    format!(
        "From tide@a.example Fri May  3 08:00:0{number} 2024\nReceived: by x\nMessage-ID: <{number}@a.example>\nFrom: Tide Letter <tide@a.example>\n\
         List-Id: <x>\nSubject: Story {number}\nDate: Fri, 3 May 2024 08:00:00 +0000\n\n{}\n\n>From all of us at the {number}th desk.\n\n",
        story(number)
    )
}

#[test]
fn a_mailbox_is_a_folder_of_letters() {
    let invitation = "From x@a.example Fri May  3 08:00:00 2024\nMessage-ID: <9@a.example>\nFrom: x@a.example\nContent-Type: text/calendar\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\nQQ==\n\n";
    let mailbox = [letter(1), invitation.to_owned(), letter(2), letter(3)].concat();
    for (name, bytes) in [("raw/news.mbox", mailbox.clone().into_bytes()), ("raw/news.mbox.gz", gzip(mailbox.as_bytes()))] {
        let corpus = Corpus::new();
        corpus.write(name, bytes);
        assert_eq!(counts(&take(&corpus, name)), [3, 0, 0, 0, 0, 0], "{name}");
        let sidecars = corpus.sidecars();
        assert!(sidecars.iter().all(|sidecar| sidecar["site"]["value"] == "Tide Letter"), "{sidecars:#?}");
        let texts = corpus.texts().join("\n");
        assert!((1..=3).all(|number| texts.contains(story(number).split("\n\n").next().unwrap())), "{texts}");
        let tree = corpus.tree();
        let all = CleanOptions { again: Again::All, ..CleanOptions::default() };
        assert_eq!(counts(&corpus.clean_with(&all).0), [0, 0, 3, 0, 0, 0]);
        assert_eq!(corpus.tree(), tree);
    }
}

#[test]
fn an_archive_that_did_not_change_is_not_read_again() {
    let corpus = Corpus::new();
    let records: Vec<_> = (1..=3).map(|number| page_record(&url(&number.to_string()), &page(number, "Story"))).collect();
    let (mut file, starts) = warc(&records, Form::Plain);
    // Larger than the two ends that are looked at.
    file.extend(record(&[("WARC-Type", "metadata")], &vec![b' '; 400_000]));
    corpus.write("raw/a.warc", &file);
    let time = SystemTime::now() - Duration::from_secs(3600);
    let same_time = || {
        File::options()
            .write(true)
            .open(corpus.path("raw/a.warc"))
            .unwrap()
            .set_times(FileTimes::new().set_modified(time))
            .unwrap()
    };
    same_time();
    assert_eq!(counts(&corpus.clean()), [3, 0, 0, 0, 0, 0]);
    // What stands in the middle is not looked at any more: so it was not read.
    let unseen = file.len() / 2;
    file[unseen] = b'x';
    corpus.write("raw/a.warc", &file);
    same_time();
    let heard = corpus.clean_with(&CleanOptions::default()).1;
    let events = heard.events.lock().unwrap().clone();
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(events[0].0.ends_with("raw/a.warc") && events[0].1 == "unchanged", "{events:?}");
    assert_eq!(counts(&corpus.clean()), [0, 0, 3, 0, 0, 0]);
    // Another time of change, other settings, `--all` and a new index: all of them read.
    let read = |report: RunReport, heard: Heard| {
        assert_eq!((report.unchanged, report.failed), (3, 0), "{report:#?}");
        heard.events.lock().unwrap().len() == 3
    };
    let clean = |options: &CleanOptions| corpus.clean_with(options);
    let (report, heard) = clean(&CleanOptions { again: Again::All, ..CleanOptions::default() });
    assert!(read(report, heard));
    fs::write(corpus.path("raw/a.warc"), &file).unwrap();
    let (report, heard) = clean(&CleanOptions::default());
    assert!(read(report, heard));
    let (report, heard) = clean(&CleanOptions::default());
    assert!(!read(report, heard));
    reindex::run(&corpus.setup().layout).unwrap();
    let (report, heard) = clean(&CleanOptions::default());
    assert!(read(report, heard));
    let heard = Heard::default();
    let other = corpus.setup_with(&format!("{SETTINGS}[page]\nmax_attributes = 100\n"));
    let report = gleaner::commands::clean::clean(&other, &CleanOptions::default(), &heard).unwrap();
    assert!(read(report, heard));
    // Damage is told in every run.
    file[starts[1]] = b'x';
    corpus.write("raw/a.warc", &file);
    for _ in 0..2 {
        let report = corpus.clean();
        assert_eq!((report.failed, report.unchanged), (1, 2), "{report:#?}");
    }
}
