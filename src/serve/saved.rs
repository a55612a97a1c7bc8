//! Saved searches, the `[[watch]]` tables of the configuration, as addresses: each is a list with filters, and feeds under its own name.

use url::form_urlencoded::byte_serialize;

use super::params::Params;
use crate::search::WatchConfig;

/// The parameters that ask for the documents of a saved search.
pub fn params_of(watch: &WatchConfig) -> Params {
    let mut params = Params::default();
    if let Some(query) = &watch.query {
        params = params.and("q", query);
    }
    let lists = [("site", &watch.sites), ("author", &watch.authors), ("language", &watch.languages), ("tag", &watch.tags)];
    for (name, values) in lists {
        params = values.iter().fold(params, |params, value| params.and(name, value));
    }
    params = watch.completeness.iter().fold(params, |params, verdict| params.and("completeness", verdict.name()));
    if watch.canonical_only { params.and("canonical", "true") } else { params }
}

/// The list of a saved search, latest first.
pub fn list_path(watch: &WatchConfig) -> String {
    params_of(watch).and("order", "newest").on("/documents")
}

/// The same as JSON.
pub fn api_path(watch: &WatchConfig) -> String {
    params_of(watch).and("order", "newest").on("/api/v1/documents")
}

/// A feed of a saved search, by the name of its file.
pub fn feed_path(watch: &WatchConfig, file: &str) -> String {
    let name: String = byte_serialize(watch.name.as_bytes()).collect();
    // In a path, a plus is a plus.
    format!("/feeds/saved/{}/{file}", name.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::filters::Wanted;
    use gleaner_extract::document::Completeness;

    #[test]
    fn the_address_of_a_saved_search_asks_for_its_documents() {
        let watch = WatchConfig {
            name: "Ports & walls/1".to_owned(),
            query: Some("harbour \"old wall\" -tax".to_owned()),
            sites: vec!["a.example".to_owned(), "b.example".to_owned()],
            authors: vec!["Ann Lee".to_owned()],
            languages: vec!["en".to_owned()],
            completeness: vec![Completeness::Complete],
            tags: vec!["ports".to_owned()],
            canonical_only: true,
        };
        let wanted = Wanted::of(&params_of(&watch), 50).unwrap();
        assert_eq!((wanted.filter, wanted.query), (watch.filter(), watch.query().unwrap()));
        assert_eq!(feed_path(&watch, "atom.xml"), "/feeds/saved/Ports%20%26%20walls%2F1/atom.xml");
    }
}
