//! Checks that the commands, flags and config keys named in the documentation, the configuration's comments and messages exist.

use std::collections::BTreeMap;
use std::fs;

use gleaner::config;

use crate::{COMMANDS, DOCS, read, root};

/// Subcommands that `--help` does not list.
const HIDDEN_COMMANDS: &[&str] = &["help", "pdf-text"];

/// Flags of other programs (cargo, systemctl).
const OTHER_FLAGS: &[&str] = &["--features", "--path", "--user"];

#[test]
fn every_documented_config_key_exists() {
    let keys: BTreeMap<String, Vec<String>> = config::tables()
        .into_iter()
        .map(|(table, keys)| {
            (if table.starts_with('[') { table.trim_matches(['[', ']']).to_owned() } else { String::new() }, keys)
        })
        .collect();
    let mut table = String::new();
    for line in config::DEFAULT_TOML.lines().map(|line| line.trim_start_matches("# ")) {
        if line.starts_with('[') {
            table = line.split('#').next().unwrap().trim().trim_matches(['[', ']']).to_owned();
            assert!(keys.contains_key(&table), "default.toml has a table [{table}], which gleaner does not read");
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| is_name(key)) {
            assert!(
                keys[&table].iter().any(|known| known == key),
                "default.toml has `{key}` in [{table}], which gleaner does not read"
            );
        }
    }
    // Keys in prose and in messages: `fetch.contact`.
    for (place, span) in code_spans() {
        if let Some((table, key)) =
            span.split_once('.').filter(|(table, key)| is_name(table) && keys.contains_key(*table) && is_name(key))
        {
            let is_file = ["db", "html", "md", "rs", "toml"].contains(&key);
            assert!(
                is_file || keys[table].iter().any(|known| known == key),
                "{place} names the config key `{span}`, which is unknown"
            );
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// A command line of gleaner as words after `gleaner`, if `line` is one; also `cargo run -- …`.
fn gleaner_command(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("$ ").trim_start_matches("time ");
    if let Some(rest) = line.strip_prefix("cargo run ") {
        let (cargo, rest) = rest.split_once("-- ")?;
        return (!cargo.contains("-p ") && !cargo.contains("--package") && !cargo.contains("--bin")).then_some(rest);
    }
    let (program, rest) = line.split_once(' ')?;
    program.rsplit('/').next().filter(|name| *name == "gleaner").map(|_| rest)
}

/// What is wrong with the words after `gleaner`: a subcommand or a flag that does not exist.
fn command_error(words: &str) -> Option<String> {
    let (mut command, mut is_value) = (String::new(), false);
    let mut may_name_command = true;
    for word in words.split_whitespace() {
        if word.starts_with(['<', '>', '#', '&', ';']) {
            break;
        }
        if let Some(flag) = word.strip_prefix("--").map(|_| word.split('=').next().unwrap()) {
            if !COMMANDS[&command].contains(flag) && !COMMANDS[""].contains(flag) {
                return Some(format!("`gleaner {command}` has no {flag}"));
            }
            is_value = command.is_empty() && ["--config", "--root", "--color"].contains(&flag);
        } else if !std::mem::take(&mut is_value) && may_name_command && !word.starts_with('-') {
            // `rules list|show|check` names three subcommands.
            let names: Vec<String> = word.split('|').map(|name| format!("{command} {name}").trim().to_owned()).collect();
            let known = names.iter().all(|name| COMMANDS.contains_key(name) || HIDDEN_COMMANDS.contains(&name.as_str()));
            let has_subcommands = command.is_empty() || COMMANDS.keys().any(|name| name.starts_with(&format!("{command} ")));
            if !known && has_subcommands && word.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '|') {
                return Some(format!("`gleaner {command}` has no subcommand {word}"));
            }
            may_name_command = names.len() == 1 && COMMANDS.contains_key(&names[0]);
            if may_name_command {
                command = names[0].clone();
            }
        }
    }
    None
}

/// Command lines in fenced blocks, without prompts, comments and pipes.
fn shell_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), fence.as_deref()) {
            (Some(language), None) => fence = Some(language.to_owned()),
            (Some(_), Some(_)) => fence = None,
            (None, Some("" | "sh")) => {
                let command = line.split(" # ").next().unwrap();
                lines.extend(command.split(" | ").flat_map(|part| part.split(" && ")).map(str::to_owned));
            }
            _ => {}
        }
    }
    lines
}

/// Code spans outside fenced blocks: the text between two backticks of one paragraph.
fn spans_of(text: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut in_fence = false;
    let (mut paragraph, mut paragraphs) = (String::new(), Vec::new());
    for line in text.lines().map(str::trim).chain([""]) {
        if line.starts_with("```") {
            in_fence = !in_fence;
        } else if in_fence {
            continue;
        } else if line.is_empty() || line.starts_with(['-', '|']) {
            paragraphs.push(std::mem::take(&mut paragraph));
        }
        paragraph += &format!("{line} ");
    }
    for paragraph in paragraphs {
        spans.extend(paragraph.replace("```", "").split('`').skip(1).step_by(2).map(str::to_owned));
    }
    spans
}

/// A document without the options of other programs: the first cells of the migration guide's tables.
fn own_words(file: &str) -> String {
    let text = read(file);
    if file != "docs/migrating.md" {
        return text;
    }
    let own = |line: &str| match line.strip_prefix("| ").and_then(|row| row.split_once(" | ")) {
        Some((_, rest)) => format!("| {rest}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(own).collect()
}

/// Code spans in documents, in the configuration's comments and in the source code (comments and messages), with their files.
fn code_spans() -> Vec<(String, String)> {
    let mut spans = Vec::new();
    for file in DOCS {
        spans.extend(spans_of(&own_words(file)).into_iter().map(|span| ((*file).to_owned(), span)));
    }
    for file in ["config.toml", "src/config/default.toml"] {
        let text: String = read(file).lines().map(|line| format!("{}\n", line.trim_start_matches('#'))).collect();
        spans.extend(spans_of(&text).into_iter().map(|span| (file.to_owned(), span)));
    }
    spans.extend(source_lines().into_iter().flat_map(|(file, line)| {
        let spans: Vec<String> = line.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        spans.into_iter().map(move |span| (file.clone(), span))
    }));
    spans
}

/// Every line of the source code, with its file.
fn source_lines() -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut open = vec![root().join("src"), root().join("extract/src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path.strip_prefix(root()).unwrap().display().to_string();
            lines.extend(fs::read_to_string(&path).unwrap().lines().map(|line| (file.clone(), line.to_owned())));
        }
    }
    lines
}

/// A flag at the start of a word: `--only` of `--only=TAG`.
fn flag_of(word: &str) -> Option<&str> {
    let flag = word.split(['=', ',', ';', ':', '.']).next().filter(|flag| flag.starts_with("--") && flag.len() > 3)?;
    let is_flag = !flag.ends_with('-') && flag[2..].chars().all(|c| c.is_ascii_lowercase() || c == '-');
    is_flag.then_some(flag)
}

fn is_known_flag(flag: &str) -> bool {
    OTHER_FLAGS.contains(&flag) || COMMANDS.values().any(|flags| flags.contains(flag))
}

#[test]
fn every_command_and_flag_that_is_named_exists() {
    let shell = DOCS.iter().flat_map(|file| shell_lines(&read(file)).into_iter().map(|line| ((*file).to_owned(), line)));
    let mut errors = Vec::new();
    let mut checked = 0;
    for (place, line) in shell.chain(code_spans()) {
        if let Some(words) = gleaner_command(&line) {
            checked += 1;
            errors.extend(command_error(words).map(|error| format!("{place}: `{line}`: {error}")));
        } else {
            let unknown = line.split_whitespace().next().and_then(flag_of).filter(|flag| !is_known_flag(flag));
            errors.extend(unknown.map(|flag| format!("{place}: there is no flag `{flag}`")));
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(checked > 60, "only {checked} commands found");
}

#[test]
fn every_flag_in_a_message_exists() {
    // chromium's own flags are in a file of their own.
    for (file, line) in source_lines().into_iter().filter(|(file, _)| !file.ends_with("chromium.rs")) {
        for literal in line.split('"').skip(1).step_by(2) {
            let unknown = literal.split_whitespace().filter_map(flag_of).find(|flag| !is_known_flag(flag));
            assert_eq!(unknown, None, "{file}: {literal}");
        }
    }
}

#[test]
fn wrong_commands_and_flags_are_noticed() {
    let wrong = ["run --tag x", "queue purge", "clean --dry", "--root DIR runs", "rules list|find", "queue --limit 3"];
    for words in wrong {
        assert!(command_error(words).is_some(), "{words}");
    }
    let right =
        ["run --only TAG", "--config FILE --root DIR run --now", "rules list|show|check", "clean DIR -o OUT", "show ID | head"];
    for words in right {
        assert_eq!(command_error(words), None, "{words}");
    }
    assert_eq!(gleaner_command("cargo run --release -- clean"), Some("clean"));
    assert_eq!(gleaner_command("cargo run --release -p gleaner-bench -- --stages"), None);
    assert_eq!(spans_of("a `b\nc` d\n\n```\n`e`\n```\n`f`"), ["b c", "f"]);
}
