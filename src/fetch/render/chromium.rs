//! One browser process for one page: started with an empty profile of its own, watched, killed, and the profile removed.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::RenderConfig;
use super::devtools::Devtools;

/// Flags for networks and machines of every kind: nothing is shown, nobody is called, no profile is grown, and nothing goes round the
/// proxy, neither names nor QUIC nor WebRTC.
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

/// Hands the pipes over as descriptors 3 and 4, where the browser looks for them.
const SHELL: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// A running browser.
pub(super) struct Chromium {
    process: Child,
    profile: TempDir,
}

impl Chromium {
    /// Starts it; it knows the network through the proxy only.
    pub fn start(config: &RenderConfig, agent: &str, proxy: SocketAddr) -> io::Result<(Self, Devtools)> {
        let profile = tempfile::Builder::new().prefix("gleaner-browser-").tempdir()?;
        let mut command = Command::new("sh");
        command.args(["-c", SHELL]).arg(&config.program).args(FLAGS);
        command.arg(format!("--proxy-server=http://{proxy}")).arg(format!("--user-agent={agent}"));
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        if is_root() {
            // The sandbox does not work for root.
            command.arg("--no-sandbox");
        }
        // Else it would open its own start page.
        command.arg("about:blank");
        // Nothing of the user's environment is the page's business.
        command.env_clear().env("HOME", profile.path()).env("LANG", "C.UTF-8");
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut process = command.spawn()?;
        let (Some(to), Some(from)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        Ok((Self { process, profile }, Devtools::new(to, from)))
    }

    /// Comes back only where all its processes together hold more memory than that.
    pub async fn outgrown(&self, max_memory_mb: u64) {
        let Some(id) = self.process.id() else { return std::future::pending().await };
        loop {
            tokio::time::sleep(LOOK).await;
            let held = tokio::task::spawn_blocking(move || held_kib(id)).await.unwrap_or(0);
            if held / 1024 > max_memory_mb {
                return;
            }
        }
    }

    /// Kills it and removes its profile. Its other processes end when it does.
    pub async fn end(mut self) {
        let _ = self.process.kill().await;
        let path = self.profile.path().to_path_buf();
        // Processes that are just ending may still write there.
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
    std::fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// KiB of its own that a process and all below it hold; 0 where the system does not tell (proc(5)).
fn held_kib(root: u32) -> u64 {
    let mut processes: Vec<(u32, u32, u64)> = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
        processes.extend(id.and_then(|id| parent_and_memory(id, &entry.path().join("status"))));
    }
    let (mut family, mut held) = (vec![root], 0);
    while let Some(parent) = family.pop() {
        held += processes.iter().find(|process| process.0 == parent).map_or(0, |process| process.2);
        family.extend(processes.iter().filter(|process| process.1 == parent).map(|process| process.0));
    }
    held
}

fn parent_and_memory(id: u32, status: &Path) -> Option<(u32, u32, u64)> {
    let text = std::fs::read_to_string(status).ok()?;
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok());
    let held = field("RssAnon:").unwrap_or(0) + field("RssShmem:").unwrap_or(0);
    Some((id, u32::try_from(field("PPid:")?).ok()?, held))
}
