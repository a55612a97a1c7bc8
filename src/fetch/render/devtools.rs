//! The DevTools protocol over a pipe: JSON messages that end with a zero byte (chromedevtools.github.io/devtools-protocol). The pipe is
//! the browser's life: it opens no port that others could speak to, and ends when this end is closed, however that happens.

use std::collections::VecDeque;
use std::io;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};

/// The longest message that is read: a whole page fits.
const MAX_MESSAGE: u64 = 64 << 20;

/// This end of the pipe.
pub(super) struct Devtools {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    sent: u64,
    /// What has come of the next message.
    partial: Vec<u8>,
    /// The page's session, once there is one.
    pub session: Option<String>,
    /// Events that came and were not looked at yet.
    pub events: VecDeque<Event>,
}

/// Something that happened in the page.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    pub method: String,
    #[serde(default)]
    pub params: Value,
}

#[derive(Deserialize)]
struct Reply {
    id: Option<u64>,
    #[serde(default)]
    result: Value,
    error: Option<Value>,
}

impl Devtools {
    pub fn new(to: ChildStdin, from: ChildStdout) -> Self {
        Self { to, from: BufReader::new(from), sent: 0, partial: Vec::new(), session: None, events: VecDeque::new() }
    }

    /// Sends a command and gives its number; its reply is not waited for.
    pub async fn tell(&mut self, method: &str, params: Value) -> io::Result<u64> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        self.to.write_all(&bytes).await?;
        Ok(self.sent)
    }

    /// The next message: the reply to command `awaited`, or `None` after an event, which then waits in `events`.
    /// May be dropped and called again: nothing is lost.
    pub async fn next(&mut self, awaited: u64) -> io::Result<Option<Value>> {
        let permit = MAX_MESSAGE.saturating_sub(self.partial.len() as u64);
        (&mut self.from).take(permit).read_until(0, &mut self.partial).await?;
        let mut bytes = std::mem::take(&mut self.partial);
        if bytes.pop() != Some(0) {
            return Err(io::Error::other(if (bytes.len() as u64) < MAX_MESSAGE - 1 { "it ended" } else { "it sent too much" }));
        }
        let reply: Reply = serde_json::from_slice(&bytes)?;
        match reply {
            Reply { id: Some(id), error: Some(error), .. } if id == awaited => {
                let message = error.get("message").and_then(Value::as_str).unwrap_or("it refused a command");
                Err(io::Error::other(message.chars().take(200).collect::<String>()))
            }
            Reply { id: Some(id), result, .. } if id == awaited => Ok(Some(result)),
            Reply { id: Some(_), .. } => Ok(None),
            Reply { id: None, .. } => {
                self.events.push_back(serde_json::from_slice(&bytes)?);
                Ok(None)
            }
        }
    }
}
