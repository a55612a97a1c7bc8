//! Terminal colours. Colour alone never carries meaning: the text says everything.

use std::io::IsTerminal;

use super::terminal::coloured;
use crate::args::ColorChoice;

/// Colours text, or leaves it plain.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    coloured: bool,
}

impl Style {
    /// The style for standard output.
    pub fn stdout(choice: ColorChoice) -> Self {
        let coloured = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // https://no-color.org: any non-empty value disables colours.
            ColorChoice::Auto => {
                std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Self { coloured }
    }

    /// No colours.
    pub fn plain() -> Self {
        Self { coloured: false }
    }

    /// Red, for removed text.
    pub fn removed(self, text: &str) -> String {
        self.paint(text, "31")
    }

    /// Green, for added text.
    pub fn added(self, text: &str) -> String {
        self.paint(text, "32")
    }

    /// Dim, for explanations.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, "2")
    }

    /// Bold, for headings.
    pub fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    /// A unified diff, coloured line by line.
    pub fn diff(self, diff: &str) -> String {
        let painted = diff.lines().map(|line| match line.as_bytes().first() {
            Some(b'+') => self.added(line),
            Some(b'-') => self.removed(line),
            Some(b'@') => self.dim(line),
            _ => line.to_owned(),
        });
        painted.map(|line| line + "\n").collect()
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.coloured { coloured(text, code) } else { text.to_owned() }
    }
}
