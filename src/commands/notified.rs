//! Tells hooks, a monitor and Prometheus of a run. Whatever goes wrong here is a warning: the run is done.

use std::cell::OnceCell;

use serde_json::{Value, json};
use url::Url;

use super::{markdown, watch};
use crate::engine::options::Mode;
use crate::engine::{Error, RunReport, Setup};
use crate::fetch::Notifier;
use crate::notify::metrics::{self, Metric};
use crate::notify::{Delivery, EventDocument, EventKind, Outbox, ping};
use crate::store::reader::{CorpusReader, StoredDocument};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;

/// Does a run of `gleaner run`: the monitor is pinged, and the metrics are written.
pub(super) fn monitored(setup: &Setup, work: impl FnOnce() -> Result<RunReport, Error>) -> Result<RunReport, Error> {
    let notifier = notifier(setup);
    let pinged = setup.config.notify.ping.as_ref().zip(notifier.as_ref());
    let send = |suffix: &str, text: &str| {
        if let Some((address, notifier)) = pinged
            && let Err(reason) = ping(notifier, address, suffix, text)
        {
            tracing::warn!("failed to ping {}: {reason}", origin(address));
        }
    };
    let started = setup.clock.now();
    // A monitor that does not answer holds up no run.
    let result = std::thread::scope(|scope| {
        scope.spawn(|| send("/start", ""));
        work()
    });
    let result = result.map(|report| after_run(setup, started, report));
    match &result {
        Ok(report) => {
            let status = report.exit_status();
            tell(setup, notifier.as_ref(), "run", report, started);
            write_metrics(setup, report, started);
            let text = serde_json::to_string(report).unwrap_or_default();
            send(if status == 0 { "" } else { "/fail" }, &text);
        }
        Err(error) => send("/fail", &format!("failed to {error}")),
    }
    result
}

/// Does a run of another command: hooks alone are told.
pub(super) fn notified(
    setup: &Setup,
    command: &'static str,
    mode: Mode,
    work: impl FnOnce() -> Result<RunReport, Error>,
) -> Result<RunReport, Error> {
    let started = setup.clock.now();
    let mut report = work()?;
    if mode == Mode::Write {
        report = after_run(setup, started, report);
        tell(setup, notifier(setup).as_ref(), command, &report, started);
    }
    Ok(report)
}

/// What follows a run that may have changed documents.
fn after_run(setup: &Setup, started: Timestamp, report: RunReport) -> RunReport {
    markdown::after_run(setup, started);
    watch::after_run(setup, started, report)
}

/// The host of a monitor: the rest of the address is a secret.
fn origin(address: &Url) -> String {
    address.host_str().unwrap_or_default().to_owned()
}

/// The client, if anything is to be sent.
fn notifier(setup: &Setup) -> Option<Notifier> {
    let config = &setup.config;
    if config.notify.ping.is_none() && config.hook.is_empty() {
        return None;
    }
    Notifier::new(&config.fetch, config.notify.allow_private.clone())
        .map_err(|error| tracing::warn!("hooks and pings are not sent: failed to {error}"))
        .ok()
}

/// Delivers the events of this run, and those that earlier runs left.
fn tell(setup: &Setup, notifier: Option<&Notifier>, command: &str, report: &RunReport, started: Timestamp) {
    let (config, Some(notifier)) = (&setup.config, notifier) else { return };
    let mut outbox = Outbox::new(&setup.layout.state, &config.hook, started);
    if config.hook.iter().any(|hook| hook.on.contains(&EventKind::RunFinished)) {
        let mut body = serde_json::to_value(report).unwrap_or_default();
        if let Value::Object(fields) = &mut body {
            fields.insert("command".to_owned(), command.into());
        }
        if let Err(error) = outbox.note_run(body) {
            tracing::warn!("failed to note the end of the run for hooks: {error}");
        }
    }
    let reader = OnceCell::new();
    let describe = |document: &EventDocument| {
        let reader = reader.get_or_init(|| CorpusReader::open(&setup.layout).ok()).as_ref()?;
        describe(reader, document)
    };
    match (Delivery { hooks: &config.hook, notifier, describe: &describe }).deliver(&outbox, setup.clock.now()) {
        Ok(done) => {
            for (hook, reason) in &done.failures {
                tracing::warn!("hook {hook} failed: {reason}; {} events are left to the next run", done.left);
            }
        }
        Err(error) => tracing::warn!("hooks were not told: {}: {error}", path_text(&setup.layout.state.join("outbox"))),
    }
}

/// What hooks are told of a document: `None` if it has no such version.
fn describe(reader: &CorpusReader, document: &EventDocument) -> Option<Value> {
    let stored = reader.find(document.id.to_string()).ok().flatten()?;
    let has_version = || {
        let versions = reader.versions(&stored).unwrap_or_default();
        versions.iter().any(|version| version.sidecar.text_sha256 == document.text_sha256)
    };
    (stored.sidecar.text_sha256 == document.text_sha256 || has_version()).then(|| shown(&stored))
}

fn shown(stored: &StoredDocument) -> Value {
    let sidecar = &stored.sidecar;
    let value = |found: &Option<gleaner_extract::document::Found<String>>| found.as_ref().map(|found| found.value.clone());
    json!({
        "id": sidecar.id,
        "title": value(&sidecar.title),
        "authors": sidecar.authors.as_ref().map(|found| found.value.clone()).unwrap_or_default(),
        "published": sidecar.published.as_ref().map(|found| found.value.day),
        "site": value(&sidecar.site),
        "language": value(&sidecar.language),
        "url": sidecar.urls.canonical.as_ref().or(sidecar.urls.r#final.as_ref()),
        "source": sidecar.source,
        "words": sidecar.words,
        "completeness": sidecar.completeness,
        "text_sha256": sidecar.text_sha256,
        "text": stored.text_path.as_deref().map(path_text),
        "sidecar": path_text(&stored.sidecar_path),
    })
}

fn write_metrics(setup: &Setup, report: &RunReport, started: Timestamp) {
    let Some(file) = &setup.config.notify.metrics_file else { return };
    let path = setup.layout.root.join(file);
    let is_success = report.exit_status() == 0;
    let success =
        if is_success { Some(started.unix() as f64) } else { metrics::previous(&path, "last_success_timestamp_seconds") };
    let outcomes = [
        ("new", report.new),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("copy", report.copies),
        ("refused", report.refused),
        ("failed", report.failed),
    ];
    let samples = outcomes.map(|(outcome, count)| (vec![("outcome", outcome.to_owned())], count as f64));
    let failing = report.failing.iter().map(|source| (vec![("source", source.source.clone())], f64::from(source.failures)));
    let mut all = vec![
        Metric::single("last_run_timestamp_seconds", "When the last run began.", started.unix() as f64),
        Metric::single("last_run_duration_seconds", "How long the last run took.", report.seconds),
        Metric::single("last_run_exit_status", "The exit status of the last run.", f64::from(report.exit_status())),
        Metric { name: "last_run_inputs", help: "Inputs of the last run by outcome.", samples: samples.into() },
        Metric::single("last_run_bytes", "Bytes of raw input of the last run.", report.bytes as f64),
        Metric::single("queue_urls", "URLs that wait in the queue.", report.waiting as f64),
        Metric {
            name: "source_failures",
            help: "Failures in a row of each source that cannot be read.",
            samples: failing.collect(),
        },
    ];
    if setup.config.health.after_run {
        all.push(Metric::single(
            "drifted_sites",
            "Sites that have drifted from what is usual for them.",
            report.drifted.len() as f64,
        ));
    }
    all.extend(
        success.map(|at| Metric::single("last_success_timestamp_seconds", "When the last run without failures began.", at)),
    );
    if let Ok((documents, words)) = CorpusReader::open(&setup.layout).and_then(|reader| reader.size()) {
        all.push(Metric::single("documents", "Documents with a text of their own.", documents as f64));
        all.push(Metric::single("documents_words", "Words of all texts.", words as f64));
    }
    if let Err(error) = metrics::write(&path, &all) {
        tracing::warn!("failed to write {}: {error}", path_text(&path));
    }
}
