//! Runs the command of a hook: the event on its standard input, within its time limit.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::timeout;

/// Most bytes of standard error that are kept for the message.
const MAX_STDERR: u64 = 500;

/// Runs a program with arguments; the error says why it failed.
pub async fn run(command: &[String], input: &[u8], limit: Duration) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else { return Err("no program".to_owned()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("start {program}: {error}"))?;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A program need not read what it is told.
            let _ = stdin.write_all(input).await;
        }
    };
    let listen = async {
        let mut text = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = (&mut stderr).take(MAX_STDERR).read_to_end(&mut text).await;
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
        text
    };
    let all = async { tokio::join!(feed, listen, child.wait()) };
    let Ok((_, said, status)) = timeout(limit, all).await else {
        return Err(format!("{program} has not ended after {} s", limit.as_secs()));
    };
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}: {}", String::from_utf8_lossy(&said).trim())),
        Err(error) => Err(format!("wait for {program}: {error}")),
    }
}
