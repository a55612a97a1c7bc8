//! Redirects that an archive has beside its pages: the addresses that they lead from are a page's other addresses. Only what stands before a
//! page is known of it, as a crawl writes it down; so an archive is still read once, front to back.

use gleaner_extract::base::url::without_login;
use std::collections::HashMap;

use url::Url;

use gleaner_extract::document::HttpFacts;

/// Most redirects that are remembered; later ones of a larger archive are forgotten.
const MAX_REDIRECTS: usize = 50_000;

/// Most addresses that are told of one page.
const MAX_HOPS: usize = 16;

/// Longest address that is remembered, in bytes.
const MAX_ADDRESS: usize = 2 << 10;

/// The redirects of an archive as far as it has been read.
#[derive(Debug, Default)]
pub struct Redirects {
    /// Where they lead, and from where.
    sources: HashMap<String, Vec<String>>,
    count: usize,
}

impl Redirects {
    /// Remembers a redirect.
    pub fn add(&mut self, from: &Url, to: &Url) {
        let (from, to) = (plain(from), plain(to));
        if from == to || self.count >= MAX_REDIRECTS || from.len().max(to.len()) > MAX_ADDRESS {
            return;
        }
        let sources = self.sources.entry(to).or_default();
        if !sources.contains(&from) {
            sources.push(from);
            self.count += 1;
        }
    }

    /// Writes down by which addresses one came to the page: the farthest as the one that was asked for.
    pub fn tell(&self, http: &mut HttpFacts) {
        let Ok(end) = Url::parse(&http.final_url) else { return };
        let mut way = vec![plain(&end)];
        let mut at = 0;
        while let Some(address) = way.get(at).filter(|_| way.len() <= MAX_HOPS) {
            let before = self.sources.get(address).into_iter().flatten().filter(|address| !way.contains(address));
            let before: Vec<String> = before.cloned().collect();
            way.extend(before);
            at += 1;
        }
        way.truncate(MAX_HOPS + 1);
        if way.len() > 1 {
            way.reverse();
            way.pop();
            http.requested = way.remove(0);
            http.redirects = way;
        }
    }
}

/// An address without what is not sent.
fn plain(url: &Url) -> String {
    let mut url = without_login(url.clone());
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::archive::capture::facts;

    fn url(path: &str) -> Url {
        Url::parse("https://a.example/").unwrap().join(path).unwrap()
    }

    #[test]
    fn a_page_knows_all_addresses_that_led_to_it() {
        let mut redirects = Redirects::default();
        for (from, to) in [("/short", "/old"), ("/old", "/story#top"), ("/amp", "/story"), ("/other", "/else"), ("/x", "/x")] {
            redirects.add(&url(from), &url(to));
        }
        // A circle, as there are some.
        redirects.add(&url("/story"), &url("/short"));
        let mut http = facts(&url("/story"), 200, [], 0);
        redirects.tell(&mut http);
        assert_eq!(http.requested, "https://a.example/short");
        assert_eq!(http.redirects, ["https://a.example/amp", "https://a.example/old"]);
        let mut alone = facts(&url("/alone"), 200, [], 0);
        redirects.tell(&mut alone);
        assert_eq!((alone.requested.as_str(), alone.redirects.len()), ("https://a.example/alone", 0));
    }
}
