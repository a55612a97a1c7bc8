//! Checks robots.txt of the sources' sites, if the user asks for it: the only check that uses the network.

use std::collections::BTreeSet;

use url::Url;

use super::check::Check;
use super::input::{DoctorInput, Online};
use crate::config::SourcePlace;
use crate::engine::Setup;

const NAME: &str = "robots.txt";

/// Sites that are asked, at most.
const MAX_SITES: usize = 100;

pub(super) fn checks(input: &DoctorInput) -> Vec<Check> {
    let Some(setup) = input.setup.as_ref().ok().filter(|_| input.online == Online::Yes) else { return Vec::new() };
    let urls = urls(setup);
    if urls.is_empty() {
        return vec![Check::ok(NAME, "no source has a URL")];
    }
    ask(setup, &urls).unwrap_or_else(|failed| vec![Check::problem(NAME, failed, "check the settings in [fetch] and [[session]]")])
}

/// The URLs of the sources, one for each that `run` requests.
fn urls(setup: &Setup) -> Vec<Url> {
    let mut urls = BTreeSet::new();
    for source in &setup.config.source {
        match &source.place {
            SourcePlace::Feed(url) | SourcePlace::Sitemap(url) | SourcePlace::Page(url) | SourcePlace::OpmlAt(url) => {
                urls.insert(url.clone());
            }
            SourcePlace::Urls(listed) => urls.extend(listed.iter().filter_map(|url| Url::parse(url).ok())),
            SourcePlace::List(_) | SourcePlace::Csv { .. } | SourcePlace::Opml(_) => {}
        }
    }
    urls.into_iter().take(MAX_SITES).collect()
}

fn ask(setup: &Setup, urls: &[Url]) -> Result<Vec<Check>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let fetcher = setup.fetcher().map_err(|error| error.to_string())?;
    let mut checks = Vec::new();
    for url in urls {
        match runtime.block_on(fetcher.check_robots(url)) {
            Ok(()) => {}
            Err(reason) => {
                let advice = reason.hint().unwrap_or("open the address in a browser, and check your connection");
                checks.push(Check::warning(NAME, format!("{url}: {reason}"), advice));
            }
        }
    }
    if checks.is_empty() {
        checks.push(Check::ok(NAME, format!("allows the sources ({} asked)", urls.len())));
    }
    Ok(checks)
}
