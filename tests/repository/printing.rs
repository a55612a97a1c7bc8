//! Printing: one module of the program writes to standard output and standard error, because it escapes what pages, servers and file names hold.

use crate::source::{files, production_tokens, read, shown};

/// Where the program prints. The process that reads PDF files speaks to its parent, not to people.
const PRINTERS: &[&str] = &["src/bin/gleaner/print/", "src/bin/gleaner/cmd/pdf_text.rs"];

/// Functions and macros that write to standard output or standard error, or that draw on the terminal.
const WRITERS: &[&str] = &[
    "stdout",
    "stderr",
    "Stdout",
    "Stderr",
    "println",
    "eprintln",
    "print",
    "eprint",
    "dbg",
    "set_message",
    "set_prefix",
    "with_message",
    "with_prefix",
];

#[test]
fn only_one_module_prints() {
    let mut wrong = Vec::new();
    for file in ["src", "extract/src", "relate/src", "warc/src"].into_iter().flat_map(|folder| files(folder, "rs")) {
        let (source, name) = (read(&file), shown(&file));
        if PRINTERS.iter().any(|printer| name.starts_with(printer)) {
            continue;
        }
        for group in production_tokens(&source).windows(4) {
            let [owner, before, token, after] = group else { continue };
            let calls = if matches!(token.text, "print" | "eprint" | "println" | "eprintln" | "dbg") {
                after.is("!")
            } else {
                after.is("(")
            };
            // Methods such as `Command::stdout` redirect a child process, whose output is read; clap tells where it would print.
            let is_redirection = before.is(".") && !token.text.starts_with("set_") && !token.text.starts_with("with_");
            let is_style = owner.is("Style");
            let is_use = matches!(token.text, "Stdout" | "Stderr");
            if WRITERS.iter().any(|writer| token.is(writer)) && (calls || is_use) && !is_redirection && !is_style {
                wrong.push(format!("{name}:{}: `{}`", token.line, token.text));
            }
        }
    }
    assert!(wrong.is_empty(), "print through src/bin/gleaner/print:\n{}", wrong.join("\n"));
}

#[test]
fn the_printing_module_escapes() {
    let folder = "src/bin/gleaner/print";
    // Where each handle is used, and what makes it safe.
    let handles = [
        ("mod.rs", "io::stdout().lock()", "out_bytes(printable(text).as_bytes())"),
        ("terminal.rs", "io::stderr().lock()", "write_all(printable_message(text).as_bytes())"),
    ];
    for file in files(folder, "rs") {
        let source = read(&file);
        for (name, handle, escape) in handles {
            if file.ends_with(name) {
                assert_eq!((source.matches(handle).count(), source.matches(escape).count()), (1, 1), "{}", shown(&file));
            } else {
                assert!(!source.contains(handle), "{}: {handle}", shown(&file));
            }
        }
    }
}
