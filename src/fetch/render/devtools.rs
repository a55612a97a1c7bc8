//! The DevTools protocol over a pipe: JSON messages that end with a zero byte (chromedevtools.github.io/devtools-protocol). With a pipe the
//! browser opens no port that others could connect to, and exits when this end is closed, for whatever reason.

use std::collections::VecDeque;
use std::io;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};

/// Longest message that is read; a whole page fits.
const MAX_MESSAGE: u64 = 64 << 20;

/// This end of the pipe.
pub(super) struct Devtools {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    sent: u64,
    /// The bytes of the next message that have arrived.
    partial: Vec<u8>,
    /// The page's session, once there is one.
    pub session: Option<String>,
    /// Events that have not been handled yet.
    pub events: VecDeque<DevtoolsEvent>,
}

/// Something that happened in the page.
#[derive(Debug, Deserialize)]
pub(super) struct DevtoolsEvent {
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
    pub fn new(input: ChildStdin, output: ChildStdout) -> Self {
        Self { input, output: BufReader::new(output), sent: 0, partial: Vec::new(), session: None, events: VecDeque::new() }
    }

    /// Sends a command and returns its number, without waiting for the reply.
    pub async fn send(&mut self, method: &str, params: Value) -> io::Result<u64> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        self.input.write_all(&bytes).await?;
        Ok(self.sent)
    }

    /// Reads the next message: the reply to command `awaited`, or `None` for any other; events are added to `events`.
    /// Cancel safe: nothing is lost if the future is dropped.
    pub async fn next(&mut self, awaited: u64) -> io::Result<Option<Value>> {
        let limit = MAX_MESSAGE.saturating_sub(self.partial.len() as u64);
        (&mut self.output).take(limit).read_until(0, &mut self.partial).await?;
        let mut bytes = std::mem::take(&mut self.partial);
        if bytes.pop() != Some(0) {
            return Err(io::Error::other(if (bytes.len() as u64) < MAX_MESSAGE - 1 {
                "it exited"
            } else {
                "it sent too long a message"
            }));
        }
        let reply: Reply = serde_json::from_slice(&bytes)?;
        match reply {
            Reply { id: Some(id), error: Some(error), .. } if id == awaited => {
                let message = error.get("message").and_then(Value::as_str).unwrap_or("it rejected a command");
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
