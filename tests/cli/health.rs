//! `health`: the sites that have drifted, by journals as runs write them.

use std::fmt::Write;
use std::process::Output;

use crate::snapshot;
use crate::support::Corpus;

/// 2024-05-01, a Wednesday, and the time of the run on each day.
const FIRST_DAY: u64 = 1_714_521_600;
const HOUR: u64 = 6 * 3600;

/// The day after the last run.
const DAYS: u64 = 45;

/// What a site does on a day.
type Lines = fn(day: u64, out: &mut String);

fn article(site: &str, day: u64, number: u64, facts: &str) -> String {
    let id = gleaner_extract::base::hash::ContentHash::of(format!("{site}{day}-{number}"));
    let request = format!("\"request\":\"page\",\"via\":\"All\",\"ms\":{}", 90 + (day * 7 + number * 13) % 40);
    format!(
        "{{\"source\":\"https://www.{site}/{day}-{number}\",\"outcome\":\"new\",\"id\":\"{id}\",\"title\":\"Story {day}-{number}\",\
         \"path\":\"clean/2024/05/{site}-{day}-{number}.txt\",{request},\"article\":{{{facts}}}}}\n"
    )
}

/// An article as it usually is.
fn usual(day: u64, number: u64) -> String {
    let words = 300 + (day * 37 + number * 101) % 200;
    format!("\"words\":{words},\"confidence\":0.9{},\"removed\":0.3,\"completeness\":\"complete\"", number % 5)
}

fn poll(site: &str, outcome: &str) -> String {
    format!("{{\"source\":\"https://{site}/feed\",\"request\":\"source\",\"via\":\"All\",\"ms\":40,{outcome}}}\n")
}

fn read(site: &str) -> String {
    poll(site, "\"outcome\":\"read\",\"found\":20,\"new\":4")
}

fn well(site: &str, day: u64, out: &mut String) {
    *out += &read(site);
    (0..4).for_each(|number| *out += &article(site, day, number, &usual(day, number)));
}

const SITES: &[Lines] = &[
    |day, out| well("well.example", day, out),
    |day, out| match day {
        0..40 => well("paywall.example", day, out),
        _ => {
            *out += &read("paywall.example");
            let cut = "\"words\":70,\"confidence\":0.8,\"removed\":0.6,\"completeness\":\"truncated\"";
            (0..4).for_each(|number| *out += &article("paywall.example", day, number, cut));
        }
    },
    |day, out| match day {
        0..40 => well("blocked.example", day, out),
        _ => {
            for number in 0..4 {
                let _ = writeln!(
                    out,
                    "{{\"source\":\"https://blocked.example/{day}-{number}\",\"outcome\":\"failed\",\"stage\":\"fetch\",\
                     \"error\":\"fetch https://blocked.example/{day}-{number}: the host responded with 403 (Forbidden)\",\
                     \"request\":\"page\",\"cause\":\"denied\"}}"
                );
            }
        }
    },
    |day, out| match day {
        0..40 => well("layout.example", day, out),
        _ => {
            let other = "\"words\":60,\"confidence\":0.6,\"removed\":0.8,\"completeness\":\"complete\",\"missing\":[\"authors\"]";
            (0..4).for_each(|number| *out += &article("layout.example", day, number, other));
        }
    },
    |day, out| match day {
        0..40 => well("gone.example", day, out),
        _ => {
            *out += &poll(
                "gone.example",
                "\"outcome\":\"failed\",\"stage\":\"fetch\",\"error\":\"poll the source `All`: 404\",\"cause\":\"gone\"",
            )
        }
    },
    |day, out| match day {
        0..40 => well("silent.example", day, out),
        _ => *out += &read("silent.example"),
    },
    // No longer polled: the source was removed.
    |day, out| {
        if day < 40 {
            well("removed.example", day, out);
        }
    },
    |day, out| {
        if day > 40 {
            well("young.example", day, out);
        }
    },
];

fn journal_name(day: u64) -> String {
    let time = gleaner_extract::base::time::Timestamp::from_unix((FIRST_DAY + day * 86_400 + HOUR).try_into().unwrap());
    format!("log/{}.jsonl", time.to_string().replace(':', "-"))
}

/// A corpus with the journals of these sites.
fn corpus(sites: &[Lines]) -> Corpus {
    let corpus = Corpus::new();
    corpus.write("config.toml", "");
    std::fs::create_dir(corpus.path("clean")).unwrap();
    for day in 0..DAYS {
        let mut lines = String::new();
        sites.iter().for_each(|site| site(day, &mut lines));
        corpus.write(&journal_name(day), lines);
    }
    corpus
}

fn health_on(corpus: &Corpus, day: u64, args: &[&str]) -> Output {
    let now = (FIRST_DAY + day * 86_400 + HOUR).to_string();
    corpus.command(&[&["health"], args].concat()).env("SOURCE_DATE_EPOCH", now).output().unwrap()
}

#[test]
fn sites_that_drifted_are_named_with_reason_and_examples() {
    let corpus = corpus(SITES);
    let output = health_on(&corpus, DAYS, &[]);
    snapshot!("health", corpus.transcript_of(&["health"], &output));
    let json: serde_json::Value = serde_json::from_slice(&health_on(&corpus, DAYS, &["--json"]).stdout).unwrap();
    let found: Vec<(&str, &str, &str)> = json["drifted"]
        .as_array()
        .unwrap()
        .iter()
        .map(|drift| (drift["site"].as_str().unwrap(), drift["reason"].as_str().unwrap(), drift["since"].as_str().unwrap()))
        .collect();
    let since = "2024-06-10";
    let expected = [
        ("blocked.example", "blocked", since),
        ("gone.example", "feed_dead", since),
        ("layout.example", "layout_changed", since),
        ("paywall.example", "paywall", since),
        ("silent.example", "silence", since),
    ];
    assert_eq!(found, expected);
    assert_eq!((&json["judged"], &json["too_little_history"]), (&7.into(), &1.into()));
    for drift in json["drifted"].as_array().unwrap() {
        assert_eq!(drift["examples"].as_array().unwrap().len(), if drift["reason"] == "feed_dead" { 1 } else { 3 }, "{drift}");
    }
}

#[test]
fn nothing_has_drifted_before_it_did_and_long_after_it_is_usual() {
    let corpus = corpus(&SITES[..4]);
    for (day, code) in [(30, 0), (40, 0), (45, 3)] {
        assert_eq!(health_on(&corpus, day, &[]).status.code(), Some(code), "day {day}");
    }
}

#[test]
fn journals_of_earlier_versions_count_as_far_as_they_go() {
    // Without requests, articles and causes; a feed that failed looks like a page.
    let old: Lines = |day, out| match day {
        0..30 => {
            *out += "{\"source\":\"https://a.example/feed\",\"outcome\":\"read\",\"found\":9,\"new\":4}\n{\"sour";
            *out += "\n{\"source\":\"raw/b.html\",\"outcome\":\"new\",\"path\":\"clean/b.txt\"}\n";
            for number in 0..5 {
                let outcome = match number {
                    0 => "\"outcome\":\"failed\",\"stage\":\"fetch\",\"error\":\"fetch: 403\"",
                    _ => "\"outcome\":\"new\",\"title\":\"A\",\"path\":\"clean/a.txt\"",
                };
                let _ = writeln!(out, "{{\"source\":\"https://a.example/{day}-{number}\",{outcome}}}");
            }
        }
        _ => {
            well("a.example", day, out);
            let _ = writeln!(
                out,
                "{{\"source\":\"https://a.example/x\",\"outcome\":\"failed\",\"request\":\"page\",\"cause\":\"denied\"}}"
            );
        }
    };
    let corpus = corpus(&[old]);
    let report = health_on(&corpus, DAYS, &["--json"]);
    let json: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!((report.status.code(), &json["judged"], &json["days"]), (Some(0), &1.into(), &45.into()), "{json}");
    let silent: Lines = |day, out| {
        if day < 40 {
            well("a.example", day, out);
        } else {
            *out += &read("a.example");
        }
    };
    assert_eq!(health_on(&self::corpus(&[silent]), DAYS, &[]).status.code(), Some(3));
}

#[test]
fn too_little_history_is_said() {
    let empty = Corpus::new();
    empty.write("config.toml", "");
    std::fs::create_dir(empty.path("clean")).unwrap();
    let output = health_on(&empty, 0, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "no site can be judged yet: no journal says that anything was fetched\n");
    let corpus = corpus(&SITES[..1]);
    let output = health_on(&corpus, 5, &[]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "no site can be judged yet; 1 site with too little history (13 days and 30 pages are needed); journals of 6 days since 2024-05-01\n"
    );
}

#[test]
fn cron_sees_a_new_drift_once() {
    let corpus = corpus(&SITES[..2]);
    corpus.write("urls.txt", "");
    let source = "[[source]]\nkind = \"list\"\nname = \"Reading list\"\nfile = \"urls.txt\"\n";
    corpus.write("config.toml", format!("[health]\nafter_run = true\n{source}"));
    let now = (FIRST_DAY + DAYS * 86_400 + HOUR).to_string();
    let run = || corpus.command(&["run", "--quiet"]).env("SOURCE_DATE_EPOCH", &now).output().unwrap();
    let first = run();
    assert_eq!(first.status.code(), Some(3), "{}", corpus.transcript_of(&["run"], &first));
    let expected = "gleaner: paywall.example has drifted since 2024-06-10: a paywall probably went up\n\
                    hint: `gleaner health` shows what changed, and examples\n";
    assert_eq!(String::from_utf8_lossy(&first.stderr), expected);
    let second = run();
    assert_eq!((second.status.code(), second.stderr.len()), (Some(0), 0));
    let json: serde_json::Value = serde_json::from_slice(&health_on(&corpus, DAYS, &["--json"]).stdout).unwrap();
    assert_eq!(json["drifted"][0]["is_new"], false);
}

#[test]
fn a_hook_that_would_never_be_told_is_a_mistake() {
    let corpus = Corpus::new();
    corpus.write("config.toml", "[[hook]]\non = [\"drift\"]\ncommand = [\"true\"]\n");
    let output = corpus.run(&["status"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("line 1: [[hook]]: `drift` happens only with `after_run = true` in [health]"), "{message}");
}
