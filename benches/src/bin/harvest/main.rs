//! Measures a complete run over many hosts: 2,000 articles on 200 loopback hosts that respond after 50 ms, fetched, extracted and stored by the gleaner
//! binary; and the extraction of the same pages alone.
//!
//! `cargo build --release && cargo run --release -p gleaner-bench --bin harvest`. `--stall N` adds N hosts that accept connections and never respond.
//! With `GLEANER_BENCH_MANIFEST`, the hosts serve a manifest's pages. The server records whether the run is polite: the most concurrent requests to a
//! host, and the shortest pause between two.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod hosts;
mod server;
mod stories;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use hosts::{HOSTS, host, stalled_host};
use server::{SharedLog, serve};
use stories::Stories;

/// The configured pause between two requests to a host.
const DELAY: Duration = Duration::from_millis(200);

/// The number of listed URLs per host that never responds.
const URLS_PER_STALLED_HOST: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let stall = stalled_hosts()?;
    let program = PathBuf::from(std::env::var_os("GLEANER").unwrap_or_else(|| "target/release/gleaner".into())).canonicalize()?;
    let (log, stories) = (SharedLog::default(), Arc::new(Stories::from_environment()?));
    let port = serve(&log, &stories)?;
    let corpus = std::env::temp_dir().join(format!("gleaner-harvest-{}", std::process::id()));
    std::fs::create_dir_all(&corpus)?;
    write_corpus(&corpus, &stories, port, stall)?;
    let start = Instant::now();
    let output = Command::new(&program).args(["run", "--json"]).current_dir(&corpus).output()?;
    let seconds = start.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let run = child_seconds();
    print_report(&log, seconds, &report);
    extract(&program, &corpus, &stories)?;
    let pages = stories.all().len() as f64;
    let (run, alone) = (run * 1000.0 / pages, (child_seconds() - run) * 1000.0 / pages);
    println!("processor time per page: {run:.2} ms in the run, {alone:.2} ms for extraction alone: {:.2} times", run / alone);
    std::fs::remove_dir_all(corpus)?;
    Ok(())
}

/// The N of `--stall N`.
fn stalled_hosts() -> Result<usize, Box<dyn Error>> {
    let mut args = std::env::args().skip_while(|arg| arg != "--stall");
    Ok(match args.next() {
        Some(_) => args.next().ok_or("--stall needs the number of hosts")?.parse()?,
        None => 0,
    })
}

fn print_report(log: &SharedLog, seconds: f64, report: &serde_json::Value) {
    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let pages: usize = log.hosts.values().map(|host| host.pages).sum();
    let most_open = log.hosts.values().map(|host| host.most_open).max().unwrap_or_default();
    let least_gap = log.hosts.values().filter_map(|host| host.least_gap).min().unwrap_or_default();
    let fetching = log.span.map_or(0.0, |(first, last)| (last - first).as_secs_f64());
    let count = |name: &str| report[name].as_f64().unwrap_or_default();
    let stored = count("new") + count("copies") + count("refused");
    println!("{pages} pages served within {fetching:.2} s: {:.0} pages/s", pages as f64 / fetching.max(0.001));
    println!("{stored} stored or refused and {} failed in {seconds:.2} s: {:.0} pages/s", count("failed"), stored / seconds);
    println!(
        "per host: at most {most_open} concurrent requests, at least {:.0} ms between two",
        least_gap.as_secs_f64() * 1000.0
    );
}

/// Extracts the same pages on one thread.
fn extract(program: &Path, corpus: &Path, stories: &Stories) -> Result<(), Box<dyn Error>> {
    let mut manifest = String::new();
    for (number, body) in stories.all().iter().enumerate() {
        std::fs::write(corpus.join(format!("{number}.html")), body)?;
        let host = host(number % HOSTS);
        writeln!(manifest, "{{\"id\": \"{number}\", \"url\": \"http://{host}/{number}\", \"file\": \"{number}.html\"}}")?;
    }
    std::fs::write(corpus.join("manifest.jsonl"), manifest)?;
    let mut extract = Command::new(program);
    extract.args(["extract", "--jobs", "1", "--batch", "manifest.jsonl"]).current_dir(corpus).stdout(Stdio::null());
    Ok(extract.status().map(drop)?)
}

/// Processor time of ended child processes in seconds (proc(5), fields 16 and 17, in ticks of 10 ms).
fn child_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(13) + ticks(14)) / 100.0
}

/// Writes the list of URLs and the configuration of the run.
fn write_corpus(corpus: &Path, stories: &Stories, port: u16, stall: usize) -> Result<(), Box<dyn Error>> {
    let mut list = String::new();
    for story in (0..stall).flat_map(|number| (0..URLS_PER_STALLED_HOST).map(move |story| (number, story))) {
        writeln!(list, "http://{}:{port}/{}", stalled_host(story.0), story.1)?;
    }
    // Grouped by host: scheduling is up to the run.
    for number in 0..HOSTS {
        for story in (number..stories.all().len()).step_by(HOSTS) {
            writeln!(list, "http://{}:{port}/{story}", host(number))?;
        }
    }
    std::fs::write(corpus.join("urls.txt"), list)?;
    let delay = DELAY.as_secs_f64();
    let config = format!(
        "[fetch]\nallow_private = true\ndelay_s = {delay}\nconcurrency = 32\nread_timeout_s = 20\nattempts = 1\n\
         [queue]\nmax_requests = 0\nmax_bytes = 0\n\
         [[source]]\nkind = \"list\"\nname = \"all\"\nfile = \"urls.txt\"\n"
    );
    std::fs::write(corpus.join("config.toml"), config)?;
    Ok(())
}
