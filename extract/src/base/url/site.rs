//! The site that a URL belongs to: its registrable domain. Looks nothing up on the network.

use url::{Host, Url};

use crate::base::text::slug;

/// The registrable domain of the URL's host (Public Suffix List), else the host itself; `None` without a host.
pub fn site(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    match url.host()? {
        Host::Domain(domain) => Some(psl::domain_str(domain).unwrap_or(domain).trim_end_matches('.').to_string()),
        _ => Some(host.trim_matches(['[', ']']).to_string()),
    }
}

/// A short ASCII name for the site, usable in file names: the registrable domain without its public suffix (`news.example.co.uk` →
/// `example`), or the IP address with dashes.
pub fn site_label(url: &Url) -> Option<String> {
    let site = site(url)?;
    let label = match url.host()? {
        Host::Domain(_) => site.split('.').next().unwrap_or(&site).to_string(),
        _ => site,
    };
    let label = slug(&label, 40);
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_registrable_domains() {
        let site_of = |text: &str| site(&Url::parse(text).unwrap());
        assert_eq!(site_of("https://news.example.co.uk/x").as_deref(), Some("example.co.uk"));
        assert_eq!(site_of("http://127.0.0.1:8080/").as_deref(), Some("127.0.0.1"));
        assert_eq!(site_of("http://[::1]/").as_deref(), Some("::1"));
        assert_eq!(site_of("data:text/plain,x"), None);
        let label = |text: &str| site_label(&Url::parse(text).unwrap());
        assert_eq!(label("https://news.example.co.uk/x").as_deref(), Some("example"));
        assert_eq!(label("http://127.0.0.1/").as_deref(), Some("127-0-0-1"));
    }
}
