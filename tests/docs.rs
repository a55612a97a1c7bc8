//! The documentation holds what the program does: every command, flag, config key, category, verdict and exit code.
//!
//! Blocks between `<!-- name -->` and `<!-- end -->` are written by this test: `GLEANER_BLESS=1 cargo test --test docs`.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gleaner::config;
use gleaner_extract::document::{Category, Completeness};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn help(command: &str) -> String {
    let words = command.split(' ').filter(|word| *word != "gleaner");
    let output = Command::new(env!("CARGO_BIN_EXE_gleaner")).args(words).arg("--help").env("COLUMNS", "100").output().unwrap();
    assert!(output.status.success(), "{command}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("```text\n{}\n```\n", lines.join("\n").trim_end())
}

/// Every command and subcommand, read from the help itself.
fn commands() -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(command) = open.pop() {
        let text = help(if command.is_empty() { "gleaner" } else { &command });
        let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        for line in listed.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            let name = format!("{command} {}", line.split_whitespace().next().unwrap()).trim().to_owned();
            open.push(name.clone());
            found.push(name);
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

fn completeness_of(verdict: Completeness) -> &'static str {
    match verdict {
        Completeness::Complete => "nothing says that anything is missing",
        Completeness::Truncated => "the story stops before its end",
        Completeness::Blocked => "a challenge or block page stands in the story's place",
        Completeness::Consent => "a consent wall stands in the story's place",
        Completeness::IndexPage => "a list of teasers, not a story",
        Completeness::Live => "a live blog",
        Completeness::Empty => "no text",
    }
}

fn categories() -> String {
    let rows = Category::ALL.iter().map(|category| format!("| `{}` | {} |\n", category.name(), category.describe()));
    format!("| category | what it is |\n|---|---|\n{}", rows.collect::<String>())
}

fn completeness() -> String {
    let rows = Completeness::ALL.iter().map(|verdict| format!("| `{}` | {} |\n", verdict.name(), completeness_of(*verdict)));
    format!("| verdict | meaning |\n|---|---|\n{}", rows.collect::<String>())
}

fn content(name: &str) -> String {
    match name {
        "config" => format!("```toml\n{}```\n", config::DEFAULT_TOML),
        "categories" => categories(),
        "completeness" => completeness(),
        _ => help(name.strip_prefix("help: ").unwrap_or_else(|| panic!("no such block: {name}"))),
    }
}

/// The file with every block filled, and the names of the blocks.
fn filled(text: &str) -> (String, Vec<String>) {
    const END: &str = "<!-- end -->";
    let (mut out, mut names, mut inside) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        if line == END {
            inside = false;
        } else if inside {
            continue;
        }
        out += &format!("{line}\n");
        let name = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")).filter(|_| line != END);
        if let Some(name) = name {
            out += &content(name);
            names.push(name.to_owned());
            inside = true;
        }
    }
    assert!(!inside, "a block without `{END}`");
    (out, names)
}

fn check_blocks(file: &str) -> Vec<String> {
    let text = read(file);
    let (wanted, names) = filled(&text);
    if wanted != text && std::env::var_os("GLEANER_BLESS").is_some() {
        fs::write(root().join(file), &wanted).unwrap();
    } else {
        assert!(wanted == text, "{file} is behind the program: GLEANER_BLESS=1 cargo test --test docs");
    }
    names
}

#[test]
fn readme_help_is_the_programs() {
    assert_eq!(check_blocks("README.md"), ["help: gleaner"]);
}

#[test]
fn every_command_with_every_flag_is_documented() {
    let names = check_blocks("docs/commands.md");
    for command in commands() {
        assert!(names.contains(&format!("help: {command}")), "docs/commands.md has no block `<!-- help: {command} -->`");
    }
}

#[test]
fn every_config_key_is_documented() {
    assert_eq!(check_blocks("docs/config.md"), ["config"]);
    let text = read("docs/config.md");
    for (table, keys) in config::tables() {
        for key in keys {
            let documented =
                [format!("\n{key} = "), format!("\n# {key} = "), format!("[{key}]")].iter().any(|way| text.contains(way));
            assert!(documented, "`{key}` of {table} is missing from docs/config.md");
        }
    }
}

#[test]
fn every_category_and_verdict_is_documented() {
    assert_eq!(check_blocks("docs/format.md"), ["categories", "completeness"]);
}

#[test]
fn exit_codes_are_told_alike_in_both_places() {
    let table = |file| {
        let text = read(file);
        let start = text.find("| code | meaning |").unwrap_or_else(|| panic!("{file} has no table of exit codes"));
        let rows = text[start..].lines().skip(2).take_while(|line| line.starts_with('|'));
        rows.map(|row| row.chars().filter(char::is_ascii_digit).collect::<String>()).collect::<Vec<_>>()
    };
    assert_eq!(table("README.md"), ["0", "1", "2", "3", "4"]);
    assert_eq!(table("docs/commands.md"), ["0", "1", "2", "3", "4"]);
}

#[test]
fn every_sidecar_key_is_documented() {
    let text = read("docs/format.md");
    for key in sidecar_keys() {
        assert!(text.contains(&format!("`{key}`")), "the sidecar's `{key}` is missing from docs/format.md");
    }
}

/// The keys as the source of the sidecar has them.
fn sidecar_keys() -> Vec<String> {
    let Ok(source) = fs::read_to_string(root().join("src/store/sidecar.rs")) else { return Vec::new() };
    let body = source.split("pub struct Sidecar {").nth(1).and_then(|rest| rest.split("\n}").next()).expect("struct Sidecar");
    let fields = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
    fields.map(|(name, _)| name.trim_start_matches("r#").to_owned()).collect()
}

#[test]
fn links_lead_somewhere() {
    let docs = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/commands.md",
        "docs/config.md",
        "docs/format.md",
    ];
    for file in docs {
        let text = read(file);
        let folder = root().join(file).parent().map(Path::to_path_buf).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or("");
            let local = !path.is_empty() && !path.contains("://");
            assert!(!local || folder.join(path).exists(), "{file} links to {target}, which is not there");
        }
    }
}
