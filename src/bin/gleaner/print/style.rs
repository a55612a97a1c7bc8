//! Colours on a terminal. No colour carries a meaning of its own: the text says everything.

use std::io::{IsTerminal, Write};

use crate::args::When;

/// Puts text in colours, or leaves it plain.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    coloured: bool,
}

impl Style {
    /// The style for standard output.
    pub fn stdout(when: When) -> Self {
        let coloured = match when {
            When::Always => true,
            When::Never => false,
            // https://no-color.org: set and not empty.
            When::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Self { coloured }
    }

    /// No colours.
    pub fn plain() -> Self {
        Self { coloured: false }
    }

    /// What is gone.
    pub fn removed(self, text: &str) -> String {
        self.paint(text, "31")
    }

    /// What is new.
    pub fn added(self, text: &str) -> String {
        self.paint(text, "32")
    }

    /// What explains.
    pub fn aside(self, text: &str) -> String {
        self.paint(text, "2")
    }

    /// What stands out.
    pub fn strong(self, text: &str) -> String {
        self.paint(text, "1")
    }

    /// A unified diff, line by line.
    pub fn diff(self, diff: &str, out: &mut impl Write) -> std::io::Result<()> {
        for line in diff.lines() {
            let painted = match line.as_bytes().first() {
                Some(b'+') => self.added(line),
                Some(b'-') => self.removed(line),
                Some(b'@') => self.aside(line),
                _ => line.to_owned(),
            };
            writeln!(out, "{painted}")?;
        }
        Ok(())
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.coloured { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
