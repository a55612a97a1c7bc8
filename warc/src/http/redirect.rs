//! Redirects (RFC 9110 §15.4): which statuses redirect, and how far redirects are followed. Follows none.

/// Statuses that redirect to the address in `Location`.
const STATUSES: &[u16] = &[301, 302, 303, 307, 308];

/// Redirects followed for one page, unless the configuration says otherwise.
pub const DEFAULT_MAX_REDIRECTS: usize = 10;

/// Redirects followed for a robots.txt (RFC 9309 §2.3.1.2). The TDM Reservation Protocol sets no limit for tdmrep.json; the same one is used.
pub const MAX_ORIGIN_FILE_REDIRECTS: usize = 5;

/// Longest `Location` that is followed, in bytes.
pub const MAX_LOCATION_BYTES: usize = 8 * 1024;

/// Whether a response with this status redirects, provided that it has a `Location`. 300 and 304 do not.
pub fn is_redirect(status: u16) -> bool {
    STATUSES.contains(&status)
}
