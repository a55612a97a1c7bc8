//! The addresses of the simulated hosts.

/// The number of hosts that respond.
pub const HOSTS: usize = 200;

/// The prefix of the addresses of hosts that never respond.
pub const STALLED_PREFIX: &str = "127.9.";

/// The address of a host that responds.
pub fn host(number: usize) -> String {
    format!("127.1.{}.{}", number / 100, number % 100 + 1)
}

/// The address of a host that accepts connections and never responds.
pub fn stalled_host(number: usize) -> String {
    format!("{STALLED_PREFIX}{}.{}", number / 100, number % 100 + 1)
}
