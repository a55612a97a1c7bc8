//! `rules suggest`: rules for a site, proposed from its stored pages. Writes nothing.

use serde::Serialize;

use super::extract::extract_with;
use super::site_pages;
use crate::engine::{Error, Setup};
use gleaner_extract::article::clean::elements_of;
use gleaner_extract::article::suggest::{self, MAX_PAGES, MIN_PAGES};

/// Rules that are proposed for a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuggestReport {
    /// The site, a host.
    pub site: String,
    /// Documents of the site.
    pub documents: u64,
    /// Pages that were looked at, at most 200.
    pub pages: usize,
    /// Pages that could not be read.
    pub unreadable: usize,
    /// The number of rules.
    pub rules: usize,
    /// The rules, as the text of a file.
    pub toml: String,
}

/// Proposes rules for a site. Rules that it has are not used for that.
pub fn suggest(setup: &Setup, site: &str) -> Result<SuggestReport, Error> {
    let pages = site_pages::of_site(setup, site, MAX_PAGES)?;
    let rules = setup.rules.without_site(site);
    let (mut profiles, mut unreadable) = (Vec::new(), 0);
    for page in &pages.chosen {
        let profile = page.read(setup).and_then(|raw| {
            let cleaned = extract_with(setup, &rules, &raw, page.url.as_ref())?;
            let tree = elements_of(&raw, &setup.config.page);
            Ok(tree.ok().map(|tree| suggest::profile(&cleaned, &tree)))
        });
        match profile {
            Ok(Some(profile)) => profiles.push(profile),
            Ok(None) | Err(_) => unreadable += 1,
        }
    }
    if profiles.len() < MIN_PAGES {
        return Err(Error::TooFewPages { site: site.to_owned(), found: profiles.len(), needed: MIN_PAGES });
    }
    let proposal = suggest::propose(site, &profiles, &rules);
    Ok(SuggestReport {
        site: site.to_owned(),
        documents: pages.documents,
        pages: profiles.len(),
        unreadable,
        rules: proposal.rules,
        toml: proposal.toml,
    })
}
