//! Young stories are requested again on a schedule, so that their versions are seen.

use gleaner::commands::history::history;
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::Silent;
use gleaner::store::CorpusReader;

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, counts, page};

#[test]
fn a_run_requests_young_stories_again_when_their_time_comes() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let feed = |paths: &[&str]| {
        let item = |path: &&str| format!("<item><title>Story</title><link>{}</link></item>", server.url(path));
        let items: String = paths.iter().map(item).collect();
        Page::Html(format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>"))
    };
    let dated = |number: usize, day: &str| page(number, "Story").replace(&format!("2024-03-0{}", number + 1), day);
    let story = dated(1, "2024-05-01");
    server.put("/young", Page::Html(story.clone()));
    server.put("/old", Page::Html(dated(2, "2023-01-01")));
    server.put("/feed", feed(&["/young", "/old"]));
    let source = format!("[[source]]\nkind = \"feed\"\nname = \"feed\"\nurl = \"{}\"\n", server.url("/feed"));
    let settings = format!(
        "{SETTINGS}robots = \"ignore\"\n[queue]\nmin_interval_s = 864000\nmax_interval_s = 864000\n[recheck]\nenabled = true\n{source}"
    );
    let run_at = |time: &str| {
        let report = run(&corpus.setup_at(&settings, time), &RunOptions::default(), &Silent).unwrap();
        let asked: Vec<String> = server.asked().into_iter().map(|(path, status)| format!("{path} {status}")).collect();
        (counts(&report), asked)
    };
    let (counted, _) = run_at("2024-05-01T12:00:00Z");
    assert_eq!(counted[0], 2);
    assert_eq!(run_at("2024-05-01T12:59:00Z").1, [""; 0], "it is too early");
    let (counted, asked) = run_at("2024-05-01T13:01:00Z");
    assert_eq!((counted[0], counted[1]), (0, 0), "nothing has changed");
    assert_eq!(asked, ["/young 304"]);
    server.put("/young", Page::Html(story.replace("The", "Then the")));
    let (counted, asked) = run_at("2024-05-02T18:00:00Z");
    assert_eq!((counted[1], asked), (1, vec!["/young 200".to_owned()]), "two rechecks are one");
    assert_eq!(run_at("2024-05-09T12:00:00Z").1, ["/young 304"]);
    assert_eq!(run_at("2024-05-10T12:00:00Z").1, [""; 0], "that was the last");

    let reader = CorpusReader::open(&corpus.setup().layout).unwrap();
    let document = reader.find(server.url("/young")).unwrap().unwrap();
    let versions = history(&reader, &document).unwrap();
    let times: Vec<String> = versions.iter().map(|version| version.at.to_string()).collect();
    assert_eq!(times, ["2024-05-01T12:00:00Z", "2024-05-02T18:00:00Z"]);
}
