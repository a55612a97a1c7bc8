//! `doctor` and the first steps after `init`, as a user runs them; and the warning before a limit is reached.

use serde_json::Value;

use crate::support::Corpus;

fn json(corpus: &Corpus, args: &[&str]) -> (Option<i32>, Value) {
    let output = corpus.run(args);
    let json = serde_json::from_slice(&output.stdout);
    assert!(json.is_ok(), "{}", corpus.transcript_of(args, &output));
    (output.status.code(), json.unwrap())
}

#[test]
fn the_exit_code_says_whether_there_is_a_problem() {
    let corpus = Corpus::new();
    assert!(corpus.run(&["init", "news"]).status.success());
    let (code, report) = json(&corpus, &["--root", "news", "doctor", "--json"]);
    assert_eq!((code, report["problems"].as_u64()), (Some(0), Some(0)), "{report:#}");
    let text = String::from_utf8(corpus.run(&["--root", "news", "doctor"]).stdout).unwrap();
    assert!(text.contains("warning  contact: ") && text.contains("\n         hint: set `contact`"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("0 problems, "), "{text}");

    corpus.write("news/config.toml", "[fetch]\ndelya_s = 3\n");
    let (code, report) = json(&corpus, &["--root", "news", "doctor", "--json"]);
    assert_eq!((code, &report["checks"][0]["advice"]), (Some(3), &Value::from("did you mean `delay_s`?")), "{report:#}");
    let (code, report) = json(&corpus, &["--root", "elsewhere", "doctor", "--json"]);
    assert_eq!(code, Some(3), "{report:#}");
}

#[test]
fn the_commands_that_init_prints_can_be_run() {
    let corpus = Corpus::new();
    let (_, report) = json(&corpus, &["init", "my news", "--json"]);
    let steps: Vec<&str> = report["next"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
    assert_eq!(steps.len(), 3);
    assert!(steps[0].contains("`gleaner --root 'my news' clean`") && steps[2].contains("doctor`"), "{steps:?}");
    corpus.write("my news/raw/ferry.html", crate::support::PAGE);
    assert!(corpus.run(&["--root", "my news", "clean"]).status.success());
    let here = Corpus::new();
    assert!(String::from_utf8(here.run(&["init"]).stdout).unwrap().contains("1. put pages into ./raw and run `gleaner clean`"));
}

/// Sixteen stories with nothing in common, and a copy of the first.
fn stories(corpus: &Corpus) {
    let story = |number: usize| (0..160).map(|at| format!("w{number}x{at} ")).collect::<String>();
    for number in 0..16 {
        corpus.write(&format!("raw/{number:02}.txt"), format!("What happened in part {number}\n\n{}\n", story(number)));
    }
    corpus.write("raw/copy.txt", format!("What happened in part 0\n\n{}\n", story(0).replace("w0x9 ", "w0x9, ")));
}

#[test]
fn more_texts_than_can_be_compared_are_told_and_related_to_exact_copies_only() {
    let corpus = Corpus::new();
    stories(&corpus);
    let run = |args: &[&str]| {
        let output = corpus.command(args).env("GLEANER_MAX_TEXTS", "9").output().unwrap();
        assert!(output.status.success(), "{}", corpus.transcript_of(args, &output));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (_, stderr) = run(&["clean"]);
    let warning =
        "warning: 8 of at most 8 different texts are compared for near duplicates; new ones are compared for exact copies only\n";
    assert!(stderr.contains(warning) && stderr.contains("hint: divide the corpus"), "{stderr}");
    let (status, _) = run(&["status"]);
    assert!(status.contains(warning) && status.contains("16 documents, 1 copy"), "{status}");
    let status: Value = serde_json::from_str(&run(&["status", "--json"]).0).unwrap();
    assert_eq!((&status["near_limit"]["texts"], &status["clusters"]), (&Value::from(8), &Value::from(1)));
    run(&["verify"]);
    run(&["reindex"]);
    run(&["verify"]);
    // What was left out finds its place when others go.
    for number in 0..12 {
        run(&["forget", &format!("raw/{number:02}.txt")]);
        let _ = std::fs::remove_file(corpus.path(&format!("raw/{number:02}.txt")));
    }
    assert!(!run(&["status"]).0.contains("warning: "));
    let left_out = run(&["related", "raw/15.txt"]).0;
    run(&["clean"]);
    assert!(!run(&["status"]).0.contains("warning: "));
    run(&["verify"]);
    assert_eq!(run(&["related", "raw/15.txt"]).0, left_out);
    // Without the limit there is nothing to say.
    assert!(!String::from_utf8(corpus.run(&["status"]).stdout).unwrap().contains("warning: "));
}
