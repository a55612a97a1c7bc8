//! One browser process for one page: started with an empty profile of its own, monitored, killed, and its profile removed.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::config::RenderConfig;
use super::devtools::Devtools;
use crate::files;

/// Most bytes of a process's status that are read.
const MAX_STATUS_BYTES: u64 = 1 << 20;

/// Flags for all kinds of machines: no window, no background requests, no lasting profile, and nothing that bypasses the proxy: no name
/// lookups, QUIC or WebRTC.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=DnsOverHttps,MediaRouter,OptimizationHints,Translate",
    "--disable-notifications",
    "--disable-sync",
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--js-flags=--max-old-space-size=512",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--no-service-autorun",
    "--password-store=basic",
    "--proxy-bypass-list=<-loopback>",
    "--renderer-process-limit=1",
    "--use-mock-keychain",
];

/// Passes the pipes as file descriptors 3 and 4, where the browser expects them.
const SHELL: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

/// How often its memory use is measured.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// A running browser.
pub(super) struct Chromium {
    process: Child,
    profile: TempDir,
}

impl Chromium {
    /// Starts it, with the proxy as its only access to the network.
    pub fn start(config: &RenderConfig, user_agent: &str, proxy: SocketAddr) -> io::Result<(Self, Devtools)> {
        let profile = tempfile::Builder::new().prefix("gleaner-browser-").tempdir()?;
        let mut command = Command::new("sh");
        command.args(["-c", SHELL]).arg(&config.program).args(FLAGS);
        command.arg(format!("--proxy-server=http://{proxy}")).arg(format!("--user-agent={user_agent}"));
        let mut data_dir = OsString::from("--user-data-dir=");
        data_dir.push(profile.path());
        command.arg(data_dir);
        if is_root() {
            // The sandbox does not work for root.
            command.arg("--no-sandbox");
        }
        // Otherwise it would open its own start page.
        command.arg("about:blank");
        // The page must see nothing of the user's environment.
        command.env_clear().env("HOME", profile.path()).env("LANG", "C.UTF-8");
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        // Ctrl-C in a terminal is meant for the run, which finishes what is under way.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("its pipes are missing"));
        };
        Ok((Self { process, profile }, Devtools::new(input, output)))
    }

    /// Returns only when all its processes together use more memory than this.
    pub async fn exceeds_memory(&self, max_memory_mb: u64) {
        let Some(id) = self.process.id() else { return std::future::pending().await };
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let used = tokio::task::spawn_blocking(move || memory_kib(id)).await.unwrap_or(0);
            if used / 1024 > max_memory_mb {
                return;
            }
        }
    }

    /// Kills it and removes its profile. Its child processes end with it.
    pub async fn stop(mut self) {
        let _ = self.process.kill().await;
        let path = self.profile.path().to_path_buf();
        // Processes that are still ending may write there.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&path).is_ok() || !path.exists() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Memory in KiB of a process and its descendants, without shared files; 0 where the system does not tell (proc(5)).
fn memory_kib(root: u32) -> u64 {
    let mut processes: Vec<(u32, u32, u64)> = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
        processes.extend(id.and_then(|id| parent_and_memory(id, &entry.path().join("status"))));
    }
    let (mut tree, mut used) = (vec![root], 0);
    while let Some(parent) = tree.pop() {
        used += processes.iter().find(|process| process.0 == parent).map_or(0, |process| process.2);
        tree.extend(processes.iter().filter(|process| process.1 == parent).map(|process| process.0));
    }
    used
}

fn parent_and_memory(id: u32, status: &Path) -> Option<(u32, u32, u64)> {
    let text = files::read_text(status, MAX_STATUS_BYTES).ok()?;
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok());
    let used = field("RssAnon:").unwrap_or(0) + field("RssShmem:").unwrap_or(0);
    Some((id, u32::try_from(field("PPid:")?).ok()?, used))
}
