//! A whole run over many hosts: 2,000 articles on 200 loopback hosts that answer after 50 ms, fetched, extracted and stored by the program
//! itself, and the same bodies extracted alone.
//!
//! `cargo build --release && cargo run --release -p gleaner-bench --bin harvest`. `--stall N` adds N hosts that take connections and never
//! answer. `GLEANER_BENCH_MANIFEST` has the hosts serve a manifest's pages. The server checks what the run owes its hosts: never two
//! requests at once, never one before the pause is over.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod server;
mod stories;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use server::{Shared, host, serve, stalled};
use stories::{HOSTS, Stories};

/// The pause that the run is told to keep.
const DELAY: Duration = Duration::from_millis(200);

/// Stories that a list names of a host that never answers.
const HOPED_FOR: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let stall = stalled_hosts()?;
    let program = PathBuf::from(std::env::var_os("GLEANER").unwrap_or_else(|| "target/release/gleaner".into())).canonicalize()?;
    let (log, stories) = (Shared::default(), Arc::new(Stories::of_environment()?));
    let port = serve(&log, &stories)?;
    let corpus = std::env::temp_dir().join(format!("gleaner-harvest-{}", std::process::id()));
    std::fs::create_dir_all(&corpus)?;
    prepare(&corpus, &stories, port, stall)?;
    let start = Instant::now();
    let output = Command::new(&program).args(["run", "--json"]).current_dir(&corpus).output()?;
    let seconds = start.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let run = children();
    tell(&log, seconds, &report);
    extract(&program, &corpus, &stories)?;
    let pages = stories.all().len() as f64;
    let (run, alone) = (run * 1000.0 / pages, (children() - run) * 1000.0 / pages);
    println!("processor time a page: {run:.2} ms in the run, {alone:.2} ms for extraction alone: {:.2} times", run / alone);
    std::fs::remove_dir_all(corpus)?;
    Ok(())
}

/// The N of `--stall N`.
fn stalled_hosts() -> Result<usize, Box<dyn Error>> {
    let mut args = std::env::args().skip_while(|arg| arg != "--stall");
    Ok(match args.next() {
        Some(_) => args.next().ok_or("--stall wants the number of hosts")?.parse()?,
        None => 0,
    })
}

fn tell(log: &Shared, seconds: f64, report: &serde_json::Value) {
    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let pages: usize = log.hosts.values().map(|seen| seen.pages).sum();
    let most_open = log.hosts.values().map(|seen| seen.most_open).max().unwrap_or_default();
    let least_gap = log.hosts.values().filter_map(|seen| seen.least_gap).min().unwrap_or_default();
    let fetching = log.span.map_or(0.0, |(first, last)| (last - first).as_secs_f64());
    let count = |name: &str| report[name].as_f64().unwrap_or_default();
    let stored = count("new") + count("copies") + count("refused");
    println!("{pages} pages went out within {fetching:.2} s: {:.0} pages/s", pages as f64 / fetching.max(0.001));
    println!("{stored} settled and {} failed in {seconds:.2} s: {:.0} pages/s", count("failed"), stored / seconds);
    println!("at one host: at most {most_open} at once, at least {:.0} ms between", least_gap.as_secs_f64() * 1000.0);
}

/// Extracts the same bodies, on one thread.
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

/// Seconds of processor time that ended children took (proc(5), fields 16 and 17, in ticks of 10 ms).
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(13) + ticks(14)) / 100.0
}

fn prepare(corpus: &Path, stories: &Stories, port: u16, stall: usize) -> Result<(), Box<dyn Error>> {
    let mut list = String::new();
    for story in (0..stall).flat_map(|number| (0..HOPED_FOR).map(move |story| (number, story))) {
        writeln!(list, "http://{}:{port}/{}", stalled(story.0), story.1)?;
    }
    // One host after the other: the turns are the run's business.
    for number in 0..HOSTS {
        for story in (number..stories.all().len()).step_by(HOSTS) {
            writeln!(list, "http://{}:{port}/{story}", host(number))?;
        }
    }
    std::fs::write(corpus.join("urls.txt"), list)?;
    let delay = DELAY.as_secs_f64();
    let config = format!(
        "[fetch]\nallow_private = true\ndelay_s = {delay}\nconcurrency = 32\nread_timeout_s = 20\nattempts = 1\n\
         [[source]]\nkind = \"list\"\nname = \"all\"\nfile = \"urls.txt\"\n"
    );
    std::fs::write(corpus.join("config.toml"), config)?;
    Ok(())
}
