//! Sends notifications to addresses that the user named: one POST each, behind the same guard as all fetching. Follows no redirects, retries nothing.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::address_guard::{AddressGuard, SystemResolver};
use super::client::HttpClient;
use super::config::{AllowPrivate, Config};
use super::failure::{Error, Reason};

/// Sends notifications.
pub struct Notifier {
    client: HttpClient,
    guard: Arc<AddressGuard>,
}

impl Notifier {
    /// Sets up the client with its own list of internal addresses that are allowed; everything else is as in `[fetch]`.
    pub fn new(config: &Config, allowed: AllowPrivate) -> Result<Self, Error> {
        let guard = Arc::new(AddressGuard::new(allowed, Arc::new(SystemResolver)));
        Ok(Self { client: HttpClient::new(config, Arc::clone(&guard))?, guard })
    }

    /// Sends one body; a status other than 2xx is an error. The rest of the answer is not read.
    pub async fn post(&self, url: &Url, content_type: &'static str, body: Vec<u8>, limit: Duration) -> Result<(), Reason> {
        self.guard.check(url)?;
        self.client.post(url, content_type, body, limit).await
    }
}
