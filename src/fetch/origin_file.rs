//! Requests for small files at fixed paths of an origin (robots.txt, tdmrep.json), which redirect and fail in the same way. One hop at a
//! time: the caller decides what may be requested, and what a failure means.

use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Url;

use super::address_guard::AddressGuard;
use super::client::{HttpRequest, Purpose};
use super::failure::Reason;
use super::memory_permit::MemoryPermit;
use super::polite_client::PoliteClient;
use super::response::Response;
use gleaner_extract::base::url::without_login;

/// The result of one request.
pub(super) enum OriginFile {
    /// The file.
    Body(Vec<u8>),
    /// There is none.
    Missing,
    /// It is at another URL.
    Redirect(Url),
}

/// Requests the file at this URL. A temporary failure is an error, any other status means that there is no file.
pub(super) async fn request(
    client: &PoliteClient,
    guard: &AddressGuard,
    url: &Url,
    purpose: Purpose,
    delay: Duration,
) -> Result<OriginFile, Reason> {
    guard.check(url)?;
    // These files are small, so they need no share of the memory.
    let request = HttpRequest { url, headers: &HeaderMap::new(), purpose, memory: &MemoryPermit::default() };
    let response = client.get(&request, delay).await?;
    if response.status.is_success() {
        return Ok(OriginFile::Body(response.body));
    }
    if response.is_temporary_failure() {
        return Err(Reason::of_status(&response, client.clock.now()));
    }
    Ok(redirect_target(&response, url).map_or(OriginFile::Missing, OriginFile::Redirect))
}

fn redirect_target(response: &Response, url: &Url) -> Option<Url> {
    let target = url.join(&response.location()?).ok()?;
    Some(without_login(target))
}
