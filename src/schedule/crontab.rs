//! The user's crontab: one marked block per corpus; everything else is preserved byte for byte. Uses only the program `crontab`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::failure::Error;
use super::job::{Job, one_line};

/// cron's `MAX_COMMAND` (Debian's cron 3.0pl1) is 1,000 bytes including the terminating NUL.
const MAX_COMMAND: usize = 998;

/// The crontab lines of a job, without line breaks: one, or one for each minute at which it starts.
pub fn lines(job: &Job) -> Result<Vec<String>, Error> {
    let words: Vec<String> = job.command()?.into_iter().map(shell_word).collect();
    // cron turns a bare `%` into a line break, even in quotes; `\%` is the character.
    let command = words.join(" ").replace('%', "\\%");
    if command.len() > MAX_COMMAND {
        return Err(Error::TooLong(command.len()));
    }
    Ok(job.times.cron(job.shift()).into_iter().map(|fields| format!("{fields} {command}")).collect())
}

/// Writes the job's block to the user's crontab, replacing an earlier block of the same corpus.
pub fn install(job: &Job) -> Result<(), Error> {
    let before = read()?;
    let after = with_block(&before, job)?;
    if after == before { Ok(()) } else { write(&after) }
}

/// Removes the corpus's block from the user's crontab; false if there was none.
pub fn remove(root: &Path) -> Result<bool, Error> {
    let before = read()?;
    let after = without_block(&before, root)?;
    if after == before {
        return Ok(false);
    }
    if after.is_empty() {
        delete()?
    } else {
        write(&after)?
    }
    Ok(true)
}

/// The lines of the corpus's block in the user's crontab; `None` if it has none, or there is no cron.
pub fn installed(root: &Path) -> Result<Option<Vec<String>>, Error> {
    match Command::new("crontab").arg("-h").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        _ => block(&read()?, root),
    }
}

/// The lines of the corpus's block in the crontab `text`, without its markers.
fn block(text: &[u8], root: &Path) -> Result<Option<Vec<String>>, Error> {
    let found = Markers::of(root)?.find(text)?.and_then(|(start, end)| text.get(start..end));
    let lines = |block: &[u8]| {
        let block = String::from_utf8_lossy(block).into_owned();
        let lines = block.lines().filter(|line| !line.starts_with('#')).map(str::to_owned);
        lines.collect()
    };
    Ok(found.map(lines))
}

/// The crontab `text` with the job's block: in place of the corpus's earlier block, else at the end.
pub fn with_block(text: &[u8], job: &Job) -> Result<Vec<u8>, Error> {
    let markers = Markers::of(&job.root)?;
    let block = format!("{}\n{}\n{}\n", markers.begin, lines(job)?.join("\n"), markers.end);
    let (head, tail) = match markers.find(text)? {
        Some((start, end)) => (&text[..start], &text[end..]),
        None => (text, &text[text.len()..]),
    };
    let mut out = head.to_vec();
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out.extend_from_slice(block.as_bytes());
    out.extend_from_slice(tail);
    Ok(out)
}

/// The crontab `text` without the corpus's block.
pub fn without_block(text: &[u8], root: &Path) -> Result<Vec<u8>, Error> {
    let found = Markers::of(root)?.find(text)?;
    Ok(found.map_or_else(|| text.to_vec(), |(start, end)| [&text[..start], &text[end..]].concat()))
}

/// The comment lines around a corpus's block.
struct Markers {
    begin: String,
    end: String,
}

impl Markers {
    fn of(root: &Path) -> Result<Self, Error> {
        let root = one_line(root)?;
        Ok(Self { begin: format!("# >>> gleaner {root}"), end: format!("# <<< gleaner {root}") })
    }

    /// The range of the block, from its begin line to the line break of its end line.
    fn find(&self, text: &[u8]) -> Result<Option<(usize, usize)>, Error> {
        let mut start = None;
        let mut at = 0;
        for row in text.split_inclusive(|byte| *byte == b'\n') {
            let content = row.strip_suffix(b"\n").unwrap_or(row);
            if content == self.begin.as_bytes() {
                start = start.or(Some(at));
            }
            at += row.len();
            if let Some(start) = start.filter(|_| content == self.end.as_bytes()) {
                return Ok(Some((start, at)));
            }
        }
        start.map_or(Ok(None), |_| Err(Error::Damaged(self.begin.clone())))
    }
}

/// The text as one word of a POSIX shell.
fn shell_word(text: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@".contains(c);
    if !text.is_empty() && text.chars().all(is_bare) { text.to_string() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn crontab(argument: &str) -> Command {
    let mut command = Command::new("crontab");
    command.arg(argument).env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn failed(argument: &str, message: impl std::fmt::Display) -> Error {
    Error::Failed { program: format!("crontab {argument}"), message: message.to_string() }
}

fn message_of(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The user's crontab; empty if there is none.
fn read() -> Result<Vec<u8>, Error> {
    let output = crontab("-l").output().map_err(|error| failed("-l", error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = message_of(&output.stderr);
    if message.contains("no crontab for") { Ok(Vec::new()) } else { Err(failed("-l", message)) }
}

fn write(text: &[u8]) -> Result<(), Error> {
    let mut child = crontab("-").stdin(Stdio::piped()).spawn().map_err(|error| failed("-", error))?;
    // A `crontab` that rejects the text closes the pipe early: its message is more useful than the broken pipe.
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text));
    let output = child.wait_with_output().map_err(|error| failed("-", error))?;
    if !output.status.success() {
        return Err(failed("-", message_of(&output.stderr)));
    }
    written.map_err(|error| failed("-", error))
}

fn delete() -> Result<(), Error> {
    let output = crontab("-r").output().map_err(|error| failed("-r", error))?;
    if output.status.success() { Ok(()) } else { Err(failed("-r", message_of(&output.stderr))) }
}

#[cfg(test)]
mod tests {
    use super::super::times::{Days, Times};
    use super::*;

    fn every(interval: &str) -> Times {
        Times::Every(interval.parse().unwrap())
    }

    fn job(root: &str) -> Job {
        Job {
            program: "/usr/bin/gleaner".into(),
            root: root.into(),
            config: Some(format!("{root}/config.toml").into()),
            times: every("30m"),
        }
    }

    #[test]
    fn paths_are_quoted_and_percent_signs_escaped() {
        let line = lines(&job("/home/a b/100%'s")).unwrap().concat();
        assert!(line.ends_with(
            r"* * * * /usr/bin/gleaner --config '/home/a b/100\%'\''s/config.toml' --root '/home/a b/100\%'\''s' --quiet run"
        ));
        assert!(matches!(lines(&job("/a\nb")), Err(Error::Path(_))));
        assert!(matches!(lines(&job(&format!("/{}", "x".repeat(600)))), Err(Error::TooLong(_))));
    }

    #[test]
    fn everything_else_is_preserved_and_installing_twice_changes_nothing() {
        let own = b"# mine \xff\nMAILTO=me\n\n5 4 * * * true\n".to_vec();
        let once = with_block(&own, &job("/a")).unwrap();
        assert!(once.starts_with(&own));
        assert_eq!(with_block(&once, &job("/a")).unwrap(), once);
        let both = with_block(&once, &job("/a/b")).unwrap();
        assert_eq!(without_block(&both, Path::new("/a/b")).unwrap(), once);
        let other = without_block(&both, Path::new("/a")).unwrap();
        assert_eq!(other, with_block(&own, &job("/a/b")).unwrap());
        assert_eq!(without_block(&other, Path::new("/a/b")).unwrap(), own);
        assert_eq!(without_block(&own, Path::new("/a")).unwrap(), own);
    }

    #[test]
    fn a_block_is_replaced_in_its_place() {
        let text = [&with_block(b"first\n", &job("/a")).unwrap()[..], b"last\n"].concat();
        let slower = Job { times: every("2h"), ..job("/a") };
        let text = String::from_utf8(with_block(&text, &slower).unwrap()).unwrap();
        assert!(text.starts_with("first\n# >>> gleaner /a\n") && text.ends_with("# <<< gleaner /a\nlast\n"), "{text}");
        assert!(text.contains(" */2 * * * "), "{text}");
    }

    #[test]
    fn a_block_has_a_line_for_each_minute_and_is_found_again() {
        let times = Times::at(["06:30", "18:00"].map(|time| time.parse().unwrap()).to_vec(), Days::named(&[]).unwrap());
        let text = with_block(b"first\n", &Job { times, ..job("/a") }).unwrap();
        let found = block(&text, Path::new("/a")).unwrap().unwrap();
        assert_eq!(found.iter().map(|line| &line[..11]).collect::<Vec<_>>(), ["0 18 * * * ", "30 6 * * * "]);
        assert_eq!(block(&text, Path::new("/b")).unwrap(), None);
    }

    #[test]
    fn a_block_without_end_is_an_error() {
        let text = b"# >>> gleaner /a\n5 4 * * * true\n";
        assert!(matches!(with_block(text, &job("/a")), Err(Error::Damaged(_))));
        assert!(matches!(without_block(text, Path::new("/a")), Err(Error::Damaged(_))));
    }

    #[test]
    fn a_last_line_without_line_break_gets_one() {
        assert!(with_block(b"5 4 * * * true", &job("/a")).unwrap().starts_with(b"5 4 * * * true\n# >>> "));
    }
}
