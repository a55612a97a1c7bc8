//! The query of a URL, and forms: pairs of names and values, in their order. Interprets no value.

use url::form_urlencoded;

/// Most pairs that are read.
const MAX_PAIRS: usize = 200;

/// Names and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The query of a URL.
    pub fn of_query(query: Option<&str>) -> Self {
        Self::of_form(query.unwrap_or_default().as_bytes())
    }

    /// A form as browsers send it (`application/x-www-form-urlencoded`).
    pub fn of_form(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes).take(MAX_PAIRS);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect())
    }

    /// The first value with this name that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Every value with this name that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Every pair whose value is not empty.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The number with this name, or `default` if there is none.
    pub fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// The same with one value for this name, or none.
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut pairs: Vec<_> = self.0.iter().filter(|(known, _)| known != name).cloned().collect();
        pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        Self(pairs)
    }

    /// The same with another value for this name.
    pub fn and(&self, name: &str, value: &str) -> Self {
        let mut more = self.without(name, value);
        more.0.push((name.to_owned(), value.to_owned()));
        more
    }

    /// The same without this value for this name.
    pub fn without(&self, name: &str, value: &str) -> Self {
        Self(self.0.iter().filter(|(known, of)| known != name || of != value).cloned().collect())
    }

    /// Those with these names.
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }

    /// The URL with these as its query, without the empty ones.
    pub fn on(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        self.pairs().for_each(|(name, value)| {
            query.append_pair(name, value);
        });
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_changed_and_written() {
        let params = Params::of_query(Some("q=mill+%22old%22&site=a.example&site=b.example&since=&page=2"));
        assert_eq!((params.get("q"), params.get("since"), params.number("page", 0)), (Some("mill \"old\""), None, 2));
        assert_eq!(params.all("site").collect::<Vec<_>>(), ["a.example", "b.example"]);
        let next = params.with("page", Some("3")).with("site", None);
        assert_eq!(next.on("/documents"), "/documents?q=mill+%22old%22&page=3");
        assert_eq!(Params::of_query(None).on("/"), "/");
        assert_eq!(params.and("site", "a.example").all("site").collect::<Vec<_>>(), ["b.example", "a.example"]);
        assert_eq!(params.without("site", "a.example").only(&["site"]).on("/"), "/?site=b.example");
    }
}
