//! The metrics of a run in the text format of Prometheus, for node_exporter's textfile collector
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::Write;
use std::io;
use std::path::Path;

use crate::files;

/// A metric: its name without `gleaner_`, what it means, and its values, each with labels.
pub struct Metric {
    /// The name.
    pub name: &'static str,
    /// What it means, with its unit.
    pub help: &'static str,
    /// Labels (name and value) and value of each sample.
    pub samples: Vec<(Vec<(&'static str, String)>, f64)>,
}

impl Metric {
    /// A metric with one sample and no labels.
    pub fn single(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, help, samples: vec![(Vec::new(), value)] }
    }
}

/// The text of some metrics, all of them gauges.
pub fn render(metrics: &[Metric]) -> String {
    let mut out = String::new();
    for metric in metrics {
        // Writing to a string does not fail.
        let _ = writeln!(out, "# HELP gleaner_{} {}\n# TYPE gleaner_{} gauge", metric.name, metric.help, metric.name);
        for (labels, value) in &metric.samples {
            let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(out, "gleaner_{}{labels} {value}", metric.name);
        }
    }
    out
}

/// A label's value as the format has it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// The value of a metric without labels in a file that [`write()`] wrote.
pub fn previous(path: &Path, name: &str) -> Option<f64> {
    let text = files::read_text(path, 16 << 20).ok()?;
    let prefix = format!("gleaner_{name} ");
    text.lines().find_map(|line| line.strip_prefix(&prefix)?.parse().ok())
}

/// Writes the file at once: a collector sees the old or the new one.
pub fn write(path: &Path, metrics: &[Metric]) -> io::Result<()> {
    let staged = path.with_extension(format!("{}.tmp", std::process::id()));
    files::replace(&staged, render(metrics).as_bytes())?;
    std::fs::rename(&staged, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_in_the_format_and_reads_back() {
        let source = vec![("source", "a \"b\"\\\n".to_owned())];
        let metrics = [
            Metric::single("run_seconds", "How long it took.", 1.5),
            Metric { name: "source_failing", help: "1 if it fails.", samples: vec![(source, 1.0)] },
        ];
        let expected = "# HELP gleaner_run_seconds How long it took.\n# TYPE gleaner_run_seconds gauge\ngleaner_run_seconds 1.5\n\
            # HELP gleaner_source_failing 1 if it fails.\n# TYPE gleaner_source_failing gauge\n\
            gleaner_source_failing{source=\"a \\\"b\\\"\\\\\\n\"} 1\n";
        assert_eq!(render(&metrics), expected);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gleaner.prom");
        assert_eq!(previous(&path, "run_seconds"), None);
        write(&path, &metrics).unwrap();
        assert_eq!((previous(&path, "run_seconds"), previous(&path, "source_failing")), (Some(1.5), None));
    }
}
