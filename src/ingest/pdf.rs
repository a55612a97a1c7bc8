//! PDF (ISO 32000), the text of it, in a process of its own: the parser panics on bad files and can be made to take any time and memory. The
//! process is this program once more, as `gleaner pdf-text`; the text comes through a pipe. Nothing is laid out: lines become paragraphs.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::failure::too_large;
use super::markup::{Head, paragraphs};

/// The hidden command under which the program reads one PDF from standard input and writes its HTML to standard output.
pub const COMMAND: &str = "pdf-text";

/// Longest time for one file.
const MAX_TIME: Duration = Duration::from_secs(60);

/// Most memory of the process, in bytes.
#[cfg(unix)]
const MAX_MEMORY: u64 = 1 << 30;

/// How often the process is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Whether the bytes are a PDF.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

/// The document as HTML, at most `cap` bytes of it. The error says what is wrong.
pub(super) fn html(bytes: &[u8], cap: usize) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("its reader could not be started: {error}");
    let mut command = Command::new(program()?);
    command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let html = thread::scope(|scope| {
        // A process that ends early reads no more; its status says so.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        let reading = scope.spawn(move || {
            let mut html = Vec::new();
            let read = stdout.map(|stdout| stdout.take(cap as u64 + 1).read_to_end(&mut html));
            read.is_some_and(|read| read.is_ok()).then_some(html)
        });
        let ended = wait(&mut child);
        let html = reading.join().ok().flatten().ok_or("its text could not be read")?;
        // One that is stopped for saying too much has not failed by itself.
        if html.len() > cap { Err(too_large(cap as u64)) } else { ended.map(|()| html) }
    })?;
    if html.is_empty() { Err("it holds no text".to_owned()) } else { Ok(html) }
}

/// This program, where it is gleaner and not one that has gleaner as a library.
fn program() -> Result<PathBuf, String> {
    let program = std::env::current_exe().ok().filter(|path| path.file_stem().is_some_and(|name| name == "gleaner"));
    program.ok_or_else(|| "only the program gleaner itself reads PDF".to_owned())
}

/// Waits for the process to end well, and ends it where it takes too long.
fn wait(child: &mut Child) -> Result<(), String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) => return Err("it is damaged, or takes too much memory or time".to_owned()),
            Ok(None) if start.elapsed() < MAX_TIME => thread::sleep(TICK),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it takes longer than {} seconds", MAX_TIME.as_secs()));
            }
        }
    }
}

/// What the process does: limits itself, reads a PDF and writes its HTML. May panic; that is what the process is for.
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

/// Title and author of the document's own information.
fn head(bytes: &[u8]) -> Head {
    let document = pdf_extract::Document::load_mem(bytes).ok();
    let field = |name: &[u8]| {
        let document = document.as_ref()?;
        let info = document.dereference(document.trailer.get(b"Info").ok()?).ok()?.1.as_dict().ok()?;
        let text = pdf_extract::decode_text_string(document.dereference(info.get(name).ok()?).ok()?.1).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Head { title: field(b"Title"), author: field(b"Author"), ..Head::default() }
}
