//! Redirects recorded in an archive: the URLs they start from are further URLs of the page they lead to. Crawlers write redirects before
//! their target, so only redirects that precede a page are applied to it, and an archive is read once, front to back.

use std::collections::HashMap;

use url::Url;

use gleaner_extract::base::url::without_login;
use gleaner_extract::document::HttpFacts;

/// Most redirects that are remembered; further ones are ignored.
const MAX_REDIRECTS: usize = 50_000;

/// Most URLs that are recorded as redirects to one page.
const MAX_HOPS: usize = 16;

/// Longest URL that is remembered, in bytes.
const MAX_URL_BYTES: usize = 2 << 10;

/// The redirects in an archive, up to the point it has been read to.
#[derive(Debug, Default)]
pub struct RedirectMap {
    /// Source URLs by target.
    sources: HashMap<String, Vec<String>>,
    count: usize,
}

impl RedirectMap {
    /// Remembers a redirect.
    pub fn add(&mut self, from: &Url, to: &Url) {
        let (from, to) = (as_sent(from), as_sent(to));
        if from == to || self.count >= MAX_REDIRECTS || from.len().max(to.len()) > MAX_URL_BYTES {
            return;
        }
        let sources = self.sources.entry(to).or_default();
        if !sources.contains(&from) {
            sources.push(from);
            self.count += 1;
        }
    }

    /// Records which URLs redirect to the page; the most distant one becomes the requested URL.
    pub fn apply_to(&self, http: &mut HttpFacts) {
        let Ok(end) = Url::parse(&http.final_url) else { return };
        let mut chain = vec![as_sent(&end)];
        let mut next = 0;
        while let Some(url) = chain.get(next).filter(|_| chain.len() <= MAX_HOPS) {
            let sources = self.sources.get(url).into_iter().flatten().filter(|source| !chain.contains(source));
            let sources: Vec<String> = sources.cloned().collect();
            chain.extend(sources);
            next += 1;
        }
        chain.truncate(MAX_HOPS + 1);
        if chain.len() > 1 {
            chain.reverse();
            chain.pop();
            http.requested = chain.remove(0);
            http.redirects = chain;
        }
    }
}

/// A URL as a client sends it: without login and fragment.
fn as_sent(url: &Url) -> String {
    let mut url = without_login(url.clone());
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_warc::http::facts::http_facts;

    fn url(path: &str) -> Url {
        Url::parse("https://a.example/").unwrap().join(path).unwrap()
    }

    #[test]
    fn a_page_gets_every_url_that_redirects_to_it() {
        let mut redirects = RedirectMap::default();
        for (from, to) in [("/short", "/old"), ("/old", "/story#top"), ("/amp", "/story"), ("/other", "/else"), ("/x", "/x")] {
            redirects.add(&url(from), &url(to));
        }
        // Real crawls have loops.
        redirects.add(&url("/story"), &url("/short"));
        let mut http = http_facts(&url("/story"), 200, [], 0);
        redirects.apply_to(&mut http);
        assert_eq!(http.requested, "https://a.example/short");
        assert_eq!(http.redirects, ["https://a.example/amp", "https://a.example/old"]);
        let mut alone = http_facts(&url("/alone"), 200, [], 0);
        redirects.apply_to(&mut alone);
        assert_eq!((alone.requested.as_str(), alone.redirects.len()), ("https://a.example/alone", 0));
    }
}
