//! Makes text safe to print: what a page, a file name or a server wrote must not steer the terminal. Everything for people passes here, on its way
//! to standard output or standard error, the log included.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;

use tracing_subscriber::fmt::MakeWriter;

use gleaner_extract::base::printable::{escape_line, escape_unprintable};
use gleaner_extract::base::url::hide_logins;

/// Stands before each colour code until the text is printed. It is different in each process, so that nothing a page wrote can be taken for it.
static MARK: LazyLock<String> = LazyLock::new(|| format!("\u{1b}{:016x}[", RandomState::new().build_hasher().finish()));

/// Text between two colour codes (SGR parameters, ECMA-48 §8.3.117) that take effect when it is printed.
pub fn coloured(text: &str, code: &str) -> String {
    format!("{0}{code}m{text}{0}0m", *MARK)
}

/// The text as it is printed: control characters and bidirectional overrides escaped, except line feeds, tabs and the colours of [`coloured`].
pub fn printable(text: &str) -> String {
    let mut pieces = text.split(MARK.as_str());
    let mut out = escape_unprintable(pieces.next().unwrap_or_default()).into_owned();
    for piece in pieces {
        let (code, text) = piece.split_once('m').unwrap_or_default();
        out += &format!("\u{1b}[{code}m{}", escape_unprintable(text));
    }
    out
}

/// The same for messages and the log, which may quote a URL that the user wrote: without user names and passwords.
pub fn printable_message(text: &str) -> String {
    printable(&hide_logins(text))
}

/// Writes text for people to standard error, escaped and without logins; if that is closed, there is nowhere to report it.
pub fn err(text: &str) {
    let _ = io::stderr().lock().write_all(printable_message(text).as_bytes());
}

/// Ends a line that a progress bar may have begun on a terminal.
pub fn start_line() {
    if io::stderr().is_terminal() {
        err("\n");
    }
}

/// Standard error for the log: each event is written at once, and escaped, so that it stays on its line.
#[derive(Clone, Copy, Debug)]
pub struct LogWriter;

impl MakeWriter<'_> for LogWriter {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

impl Write for LogWriter {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let event_text = String::from_utf8_lossy(event);
        err(&format!("{}\n", escape_line(event_text.trim_end_matches('\n'))));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_colours_are_printed() {
        let hostile = "\u{1b}[31mred\u{9b}0m\u{202e}\u{7}\r";
        let text = format!("a\t{}\n", coloured(hostile, "1"));
        assert_eq!(printable(&text), "a\t\u{1b}[1m\\u{1b}[31mred\\u{9b}0m\\u{202e}\\u{7}\\r\u{1b}[0m\n");
        assert_eq!(printable("\u{1b}0000000000000000[31mx"), "\\u{1b}0000000000000000[31mx");
    }

    #[test]
    fn messages_have_no_logins() {
        assert_eq!(printable_message("read http://ann:pw@a.example/x"), "read http://a.example/x");
    }
}
