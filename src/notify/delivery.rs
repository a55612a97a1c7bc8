//! Delivers what is in the outbox, and pings a monitor. Knows neither the corpus nor the configuration file.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::command;
use super::config::HookConfig;
use super::event::EventDocument;
use super::outbox::{self, Outbox, OutboxEntry};
use crate::fetch::Notifier;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::hide_logins;

/// Attempts after which an event is dropped.
const MAX_ATTEMPTS: u32 = 10;

/// Seconds until the second attempt; doubled for each further one, up to a day.
const RETRY_S: i64 = 60;
const MAX_RETRY_S: i64 = 86_400;

/// After so many failures in a row a hook gets nothing more in this run.
const MAX_FAILURES: u32 = 3;

/// How long the events of one run are delivered. The rest is left to the next run.
const MAX_TIME: Duration = Duration::from_secs(300);

/// Time limit of a ping, and the number of attempts.
const PING_LIMIT: Duration = Duration::from_secs(10);
const PING_ATTEMPTS: u32 = 3;

/// What was delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Deliveries that succeeded: events times hooks.
    pub delivered: u64,
    /// Events that are left for later.
    pub left: u64,
    /// What failed, by hook: the last reason.
    pub failures: BTreeMap<String, String>,
}

/// A way to deliver events.
pub struct Delivery<'a> {
    /// The configured hooks.
    pub hooks: &'a [HookConfig],
    /// For webhooks.
    pub notifier: &'a Notifier,
    /// What is told of a document; `None` if the corpus has no such version.
    pub describe: &'a dyn Fn(&EventDocument) -> Option<Value>,
}

impl Delivery<'_> {
    /// Delivers every event that is due. An error means that the outbox could not be read or written.
    pub fn deliver(&self, outbox: &Outbox, now: Timestamp) -> io::Result<Delivered> {
        let files = outbox.files()?;
        let mut done = Delivered::default();
        if files.is_empty() {
            return Ok(done);
        }
        let Some(_lock) = outbox.lock()? else { return Ok(done) };
        let (runtime, started) = (runtime()?, Instant::now());
        let mut failed: BTreeMap<String, u32> = BTreeMap::new();
        for file in &files {
            if started.elapsed() > MAX_TIME {
                done.left += 1;
                continue;
            }
            self.deliver_one(file, &runtime, now, &mut failed, &mut done)?;
        }
        Ok(done)
    }

    fn deliver_one(
        &self,
        file: &Path,
        runtime: &Runtime,
        now: Timestamp,
        failed: &mut BTreeMap<String, u32>,
        done: &mut Delivered,
    ) -> io::Result<()> {
        let entry = match outbox::read(file) {
            Ok(entry) => entry,
            // Delivered by another process meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                tracing::warn!("{}: {error}; it is set aside", path_text(file));
                return std::fs::rename(file, file.with_extension("damaged"));
            }
        };
        if entry.due > now {
            done.left += 1;
            return Ok(());
        }
        let Some(body) = self.body(&entry) else { return std::fs::remove_file(file) };
        let (mut left, mut is_tried) = (Vec::new(), false);
        for key in &entry.hooks {
            // A hook that is no longer configured gets nothing.
            let Some(hook) = self.hooks.iter().find(|hook| hook.key() == *key) else { continue };
            if failed.get(key).is_some_and(|failures| *failures >= MAX_FAILURES) {
                left.push(key.clone());
                continue;
            }
            is_tried = true;
            match self.send(hook, &body, runtime) {
                Ok(()) => {
                    done.delivered += 1;
                    failed.remove(key);
                }
                Err(reason) => {
                    *failed.entry(key.clone()).or_default() += 1;
                    done.failures.insert(name(hook), reason);
                    left.push(key.clone());
                }
            }
        }
        if left.is_empty() || is_tried {
            return settle(file, entry, left, now, done);
        }
        done.left += 1;
        Ok(())
    }

    fn send(&self, hook: &HookConfig, body: &[u8], runtime: &Runtime) -> Result<(), String> {
        match &hook.url {
            None => runtime.block_on(command::run(&hook.command, body, hook.timeout())),
            Some(url) => {
                let post = self.notifier.post(url, "application/json", body.to_vec(), hook.timeout());
                runtime.block_on(post).map_err(|reason| reason.to_string())
            }
        }
    }

    /// The event as it is delivered; `None` if its document was never written, or is gone.
    fn body(&self, entry: &OutboxEntry) -> Option<Vec<u8>> {
        let event = &entry.event;
        let mut body = json!({ "event": event.event, "at": event.at });
        if let Some(watch) = &event.watch {
            body["watch"] = watch.as_str().into();
        }
        if let Some(document) = &event.document {
            body["document"] = (self.describe)(document)?;
        }
        if let Some(report) = &event.report {
            body["report"] = report.clone();
        }
        if let Some(drift) = &event.drift {
            body["drift"] = drift.clone();
        }
        serde_json::to_vec(&body).ok()
    }
}

/// Removes an event that every hook has had, or that was tried too often; else says when to try again.
fn settle(file: &Path, entry: OutboxEntry, left: Vec<String>, now: Timestamp, done: &mut Delivered) -> io::Result<()> {
    let attempts = entry.attempts + 1;
    if left.is_empty() {
        return std::fs::remove_file(file);
    }
    if attempts >= MAX_ATTEMPTS {
        tracing::warn!("an event was not delivered in {MAX_ATTEMPTS} attempts and is dropped: {:?}", entry.event);
        return std::fs::remove_file(file);
    }
    done.left += 1;
    let wait = RETRY_S.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(MAX_RETRY_S);
    let due = Timestamp::from_unix(now.unix().saturating_add(wait));
    outbox::write(file, &OutboxEntry { hooks: left, attempts, due, ..entry })
}

/// What a hook is called in messages.
fn name(hook: &HookConfig) -> String {
    match &hook.url {
        Some(url) => hide_logins(url.as_str()).into_owned(),
        None => hook.command.join(" "),
    }
}

/// Pings a monitor: the address with `suffix` (`/start`, `/fail` or nothing) behind its path, and a short text. The error says why it failed.
pub fn ping(notifier: &Notifier, address: &Url, suffix: &str, text: &str) -> Result<(), String> {
    let mut url = address.clone();
    url.set_path(&format!("{}{suffix}", address.path().trim_end_matches('/')));
    let runtime = runtime().map_err(|error| error.to_string())?;
    let mut attempt = 1;
    loop {
        let post = notifier.post(&url, "text/plain; charset=utf-8", text.as_bytes().to_vec(), PING_LIMIT);
        match runtime.block_on(post) {
            Ok(()) => return Ok(()),
            Err(reason) if attempt == PING_ATTEMPTS => return Err(reason.to_string()),
            Err(_) => attempt += 1,
        }
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
