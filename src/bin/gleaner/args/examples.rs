//! The examples of each command, for its `--help` and its manual page. Tests parse each, and miss none.

use clap::Command;

/// A command line, and what it is for.
pub type Example = (&'static str, &'static str);

/// The examples of every command, by the words after `gleaner`.
pub const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "",
        &[
            ("gleaner init ~/news", "create a corpus"),
            ("gleaner clean", "clean everything in raw/ that is new or has changed"),
            ("gleaner ingest https://www.example.com/story", "add one page"),
            ("gleaner help queue list", "the help of one command"),
        ],
    ),
    (
        "clean",
        &[
            ("gleaner clean", "everything in raw/ that is new or has changed"),
            ("gleaner clean ~/scrapes -o ~/texts", "another folder, into a corpus of its own"),
            ("gleaner clean --all --dry-run --diff", "what new rules would change"),
        ],
    ),
    (
        "ingest",
        &[
            ("gleaner ingest https://www.example.com/story", "one page"),
            ("gleaner ingest --follow https://www.example.com/", "the articles of a front page"),
            ("gleaner ingest --list urls.txt crawl.warc.gz", "a list of URLs and an archive"),
            ("gleaner ingest - < crawl.warc", "an archive from standard input"),
        ],
    ),
    (
        "run",
        &[
            ("gleaner run", "poll the sources that are due"),
            ("gleaner run --only politics --now", "the sources with this name or tag, due or not"),
        ],
    ),
    (
        "history",
        &[
            ("gleaner history 05b6300a", "each version of a document: when, and what changed"),
            ("gleaner history https://www.example.com/story --json", "the same for scripts"),
        ],
    ),
    (
        "diff",
        &[
            ("gleaner diff 05b6300a", "the last change of a document"),
            ("gleaner diff 05b6300a 1 3", "what changed from its first version to its third"),
        ],
    ),
    (
        "serve",
        &[
            ("gleaner serve", "open http://127.0.0.1:8017/ in a browser"),
            ("gleaner serve --addr 127.0.0.1:0 --json", "any free port, printed for scripts"),
            ("gleaner serve --addr 0.0.0.0:8017", "for other machines too; prints a token"),
            ("gleaner serve --writable", "take URLs and pages from the browser too; prints a token"),
        ],
    ),
    (
        "rollback",
        &[
            ("gleaner rollback", "the runs that can be undone"),
            ("gleaner rollback 2024-02-19T06-30-00Z --dry-run", "how many documents one of them rewrote"),
            ("gleaner rollback 2024-02-19T06-30-00Z", "restore these documents"),
        ],
    ),
    ("queue", &[("gleaner queue list --state dead", "the URLs that were given up, and why")]),
    (
        "queue list",
        &[
            ("gleaner queue list", "all URLs but finished ones"),
            ("gleaner queue list --state retry --host www.example.com", "failed URLs on one host"),
        ],
    ),
    ("queue show", &[("gleaner queue show 17", "everything about one URL, by its number")]),
    (
        "queue retry",
        &[
            ("gleaner queue retry https://www.example.com/story", "fetch one URL in the next run"),
            ("gleaner queue retry --state dead", "try again what was given up"),
        ],
    ),
    ("queue drop", &[("gleaner queue drop --source \"Example News\"", "forget the URLs of one source")]),
    ("sources", &[("gleaner sources import reader.opml", "add the feeds of a feed reader")]),
    ("sources list", &[("gleaner sources list", "the sources in config.toml, and how each is doing")]),
    (
        "sources import",
        &[
            ("gleaner sources import reader.opml --dry-run", "show the tables that would be added"),
            ("gleaner sources import reader.opml", "add them to config.toml"),
        ],
    ),
    ("sources export", &[("gleaner sources export > feeds.opml", "write the feeds for a feed reader")]),
    (
        "schedule",
        &[
            ("gleaner schedule", "show what is installed"),
            ("gleaner schedule --every 30m", "print the crontab line"),
            ("gleaner schedule --every 30m --install", "add it to your crontab"),
            ("gleaner schedule --at 06:30,18:00 --on mon,fri --install", "at these times"),
            ("gleaner schedule --at 06:30 --systemd --install", "with a systemd user timer"),
            ("gleaner schedule --remove", "take it out of the crontab again"),
        ],
    ),
    (
        "extract",
        &[
            ("gleaner extract < page.html", "the clean text"),
            ("gleaner extract https://www.example.com/story --format markdown", "a page from the web, as Markdown"),
            ("gleaner extract page.html --format tei", "as TEI; `xml` has trafilatura's elements"),
            ("gleaner extract page.html --json --explain", "as JSON, with what was removed"),
            ("gleaner extract page.html --format markdown --images --comments", "with images and readers' comments"),
            ("gleaner extract --batch manifest.jsonl > articles.jsonl", "many pages"),
        ],
    ),
    (
        "explain",
        &[
            ("gleaner explain page.html", "every block, kept or removed"),
            ("gleaner explain page.html --url https://www.example.com/story", "with the rules of its site"),
            ("gleaner explain 05b6300a --metadata", "where title, authors and date come from"),
        ],
    ),
    ("rules", &[("gleaner rules check", "check your rules")]),
    (
        "rules list",
        &[
            ("gleaner rules list --category newsletter", "the rules of one category"),
            ("gleaner rules list --site example.com", "the rules of one site"),
        ],
    ),
    (
        "rules show",
        &[
            ("gleaner rules show newsletter.sign-up", "a rule"),
            ("gleaner rules show site.example.com.price-list", "a rule of one site"),
        ],
    ),
    (
        "rules check",
        &[
            ("gleaner rules check", "your rules, each against its own examples"),
            ("gleaner rules check --on page.html --mine", "what they do to a page"),
            ("gleaner rules check --on page.html --url https://www.example.com/story", "with the rules of its site"),
        ],
    ),
    (
        "rules suggest",
        &[
            ("gleaner rules suggest www.example.com", "rules for a site, from its pages"),
            ("gleaner rules suggest www.example.com -o rules/sites/www.example.com.toml", "in a file"),
        ],
    ),
    (
        "rules test",
        &[
            ("gleaner rules test www.example.com", "what the rules of a site change"),
            ("gleaner rules test www.example.com --rules new.toml", "what other rules would change"),
        ],
    ),
    (
        "verify",
        &[("gleaner verify", "check the corpus"), ("gleaner verify --repair", "and repair what is damaged, as far as possible")],
    ),
    ("reindex", &[("gleaner reindex", "rebuild the index")]),
    ("status", &[("gleaner status", "how much is in the corpus, and how the last run ended")]),
    (
        "health",
        &[
            ("gleaner health", "the sites that have drifted, with the reason and examples"),
            ("gleaner health --json", "the same for scripts; exit status 3 if there is any"),
        ],
    ),
    (
        "search",
        &[
            ("gleaner search harbour ferry", "documents with both words, best match first"),
            ("gleaner search 'title:storm*' harbour NOT ferry", "a headline with such a word; without “ferry”"),
            ("gleaner search 'ferry OR bridge' --since 2024-01-01 --sort date", "with filters, the latest first"),
            ("gleaner search harbour --ids0 --limit 1000 | xargs -0 gleaner show", "the texts of what is found"),
        ],
    ),
    (
        "list",
        &[
            ("gleaner list --since 2024-01-01 --completeness truncated", "what is incomplete of this year"),
            ("gleaner list --author \"Ann Lee\" --json", "the documents of an author, as lines of JSON"),
            ("gleaner list --site example.com --ids0 | xargs -0 gleaner history", "for other commands"),
        ],
    ),
    (
        "is-article",
        &[
            ("gleaner is-article page.html https://www.example.com/", "what pages are; exit status 3 if one is no story"),
            ("gleaner is-article --json *.html", "the same for scripts"),
        ],
    ),
    ("related", &[("gleaner related 05b6300a", "what a document shares text with, and the cluster of the story")]),
    (
        "show",
        &[("gleaner show 05b6300a", "a document's text"), ("gleaner show https://www.example.com/story --json", "its metadata")],
    ),
    (
        "export",
        &[
            ("gleaner export --output corpus.parquet", "a table of all documents, for pandas or DuckDB"),
            ("gleaner export --format markdown --output ~/vault", "a Markdown file per document, for Obsidian"),
            ("gleaner export --output weekend.epub 05b6300a 7c1f", "two documents as an e-book"),
            ("gleaner export --jsonl new.jsonl --since-run 2024-02-19T06-30-00Z", "what later runs have stored"),
            ("gleaner export --warc pages.warc.gz", "the fetched pages"),
        ],
    ),
    (
        "correct",
        &[
            ("gleaner correct 05b6300a --blocks", "the page's blocks with their numbers"),
            ("gleaner correct 05b6300a --cut 17 --restore 21", "cut one block, restore another"),
            ("gleaner correct 05b6300a", "the corrections of a document"),
            ("gleaner correct 05b6300a --undo 1", "take the first one back"),
            ("gleaner correct --labels labels.jsonl", "all corrected pages, to train with"),
        ],
    ),
    (
        "forget",
        &[
            ("gleaner forget 05b6300a raw/old/page.html", "documents by id, file or URL"),
            ("gleaner forget --missing --dry-run", "how many documents have no raw file any more"),
        ],
    ),
    (
        "prune",
        &[
            ("gleaner prune --logs --versions --keep 90d", "journals and earlier texts that are older than 90 days"),
            ("gleaner prune --trash --keep 0d", "empty the trash"),
        ],
    ),
    ("init", &[("gleaner init ~/news", "create a corpus")]),
    (
        "doctor",
        &[
            ("gleaner doctor", "what is wrong, and what to do"),
            ("gleaner doctor --online", "whether the sources' robots.txt can be read, too"),
        ],
    ),
    ("completions", &[("gleaner completions bash > ~/.local/share/bash-completion/completions/gleaner", "for bash")]),
    (
        "man",
        &[
            ("gleaner man | man -l -", "read the manual page"),
            ("gleaner man --dir ~/.local/share/man/man1", "install a page for each command"),
        ],
    ),
];

/// The examples of the command with this name: the words after `gleaner`.
pub fn examples_of(name: &str) -> &'static [Example] {
    EXAMPLES.iter().find(|(known, _)| *known == name).map_or(&[], |(_, examples)| examples)
}

/// Adds its examples to the help of the command and of everything below it. `name` is the words after `gleaner`.
pub fn with_examples(mut command: Command, name: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for sub in names {
        let full = format!("{name} {sub}");
        command = command.mut_subcommand(sub, |sub| with_examples(sub, full.trim_start()));
    }
    match examples_of(name) {
        [] => command,
        examples => command.after_help(help_section(examples)),
    }
}

/// The examples as a section of the help, the explanations in one column.
fn help_section(examples: &[Example]) -> String {
    let width = examples.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    let lines = examples.iter().map(|(line, note)| format!("\n  {line:width$}  # {note}"));
    format!("Examples:{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, command};
    use clap::FromArgMatches;

    /// The names of all commands that the help lists, and of all below them.
    fn names(command: &Command, name: &str, found: &mut Vec<String>) {
        found.push(name.to_owned());
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
            names(sub, format!("{name} {}", sub.get_name()).trim_start(), found);
        }
    }

    /// The words of an example, as a shell would split them.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quoted) = (vec![String::new()], false);
        let end = [" < ", " > ", " | "].iter().filter_map(|mark| line.find(mark)).min();
        for c in line[..end.unwrap_or(line.len())].chars() {
            match c {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words
    }

    #[test]
    fn every_command_has_examples_and_each_is_one_of_it() {
        let mut all = Vec::new();
        names(&command(), "", &mut all);
        for name in &all {
            assert!(!examples_of(name).is_empty(), "add examples of `gleaner {name}` to EXAMPLES");
        }
        for (name, examples) in EXAMPLES {
            assert!(all.iter().any(|known| known == name), "there is no `gleaner {name}`");
            for (line, _) in *examples {
                assert!(line.starts_with(format!("gleaner {name}").trim_end()), "`{line}` is not an example of `gleaner {name}`");
            }
        }
    }

    #[test]
    fn every_example_parses_and_fits_on_a_line() {
        for (line, _) in EXAMPLES.iter().flat_map(|(_, examples)| *examples) {
            let parsed = command().try_get_matches_from(words(line)).and_then(|matches| Cli::from_arg_matches(&matches));
            let help = parsed.as_ref().is_err_and(|error| error.kind() == clap::error::ErrorKind::DisplayHelp);
            assert!(parsed.is_ok() || help, "{line}: {:?}", parsed.err());
        }
        for (name, examples) in EXAMPLES {
            for line in help_section(examples).lines() {
                assert!(line.chars().count() <= 120, "gleaner {name}: {line}");
            }
        }
    }
}
