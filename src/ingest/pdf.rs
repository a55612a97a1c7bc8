//! The text of PDF files (ISO 32000), read in a separate process: the parser panics on damaged files, and a hostile file can make it use unlimited
//! time and memory. The process is gleaner itself, run as `gleaner pdf-text`; the text comes back through a pipe. The layout is ignored: lines are
//! joined to paragraphs.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::markup::{HtmlHead, paragraphs};
use gleaner_warc::budget::too_large;

/// The hidden command that reads a PDF from standard input and writes its HTML to standard output.
pub const COMMAND: &str = "pdf-text";

/// Longest time for one file.
const MAX_TIME: Duration = Duration::from_secs(60);

/// Most memory of the process in bytes.
#[cfg(unix)]
const MAX_MEMORY: u64 = 1 << 30;

/// How often the process is checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(10);

/// Whether the bytes are a PDF.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

/// Converts a document to HTML of at most `cap` bytes. The error says what is wrong with the file.
pub(super) fn html(bytes: &[u8], cap: usize) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("its reader could not be started: {error}");
    let mut command = Command::new(program()?);
    command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // Ctrl-C in a terminal is meant for the run, which finishes what is under way.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let html = thread::scope(|scope| {
        // A process that ends early stops reading; its exit status reports that.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        let reader = scope.spawn(move || {
            let mut html = Vec::new();
            let read = stdout.map(|stdout| stdout.take(cap as u64 + 1).read_to_end(&mut html));
            read.is_some_and(|read| read.is_ok()).then_some(html)
        });
        let ended = wait(&mut child);
        let html = reader.join().ok().flatten().ok_or("its text could not be read")?;
        // A process whose pipe was closed because it wrote too much has not failed.
        if html.len() > cap { Err(too_large(cap as u64)) } else { ended.map(|()| html) }
    })?;
    if html.is_empty() { Err("it contains no text".to_owned()) } else { Ok(html) }
}

/// The path of this program; an error if gleaner is used as a library.
fn program() -> Result<PathBuf, String> {
    let program = std::env::current_exe().ok().filter(|path| path.file_stem().is_some_and(|name| name == "gleaner"));
    program.ok_or_else(|| "only the program gleaner itself reads PDF".to_owned())
}

/// Waits for the process to succeed, and kills it if it takes too long.
fn wait(child: &mut Child) -> Result<(), String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) => return Err("it is damaged, or takes too much memory or time".to_owned()),
            Ok(None) if start.elapsed() < MAX_TIME => thread::sleep(CHECK_INTERVAL),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it takes longer than {} seconds", MAX_TIME.as_secs()));
            }
        }
    }
}

/// The work of the process: limits its own resources, reads a PDF and writes its HTML. May panic, which is why it is a process.
pub fn serve(mut input: impl Read, mut output: impl Write) -> Result<(), String> {
    #[cfg(unix)]
    {
        rlimit::setrlimit(rlimit::Resource::DATA, MAX_MEMORY, MAX_MEMORY).map_err(|error| error.to_string())?;
        let seconds = MAX_TIME.as_secs();
        rlimit::setrlimit(rlimit::Resource::CPU, seconds, seconds).map_err(|error| error.to_string())?;
    }
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let text = pdf_extract::extract_text_from_mem(&bytes).map_err(|error| error.to_string())?;
    let body = paragraphs(&text);
    if body.is_empty() {
        return Ok(());
    }
    let html = head(&bytes).html() + "<article>\n" + &body + "</article>\n";
    output.write_all(html.as_bytes()).map_err(|error| error.to_string())
}

/// Title and author from the document's information dictionary.
fn head(bytes: &[u8]) -> HtmlHead {
    let document = pdf_extract::Document::load_mem(bytes).ok();
    let field = |name: &[u8]| {
        let document = document.as_ref()?;
        let info = document.dereference(document.trailer.get(b"Info").ok()?).ok()?.1.as_dict().ok()?;
        let text = pdf_extract::decode_text_string(document.dereference(info.get(name).ok()?).ok()?.1).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    HtmlHead { title: field(b"Title"), author: field(b"Author"), ..HtmlHead::default() }
}
