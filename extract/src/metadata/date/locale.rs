//! The language and country by which ambiguous dates are read. Detects neither.

/// A language and country: decides the order of `3/4/2024`, and months whose names two languages share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locale {
    /// ISO 639-1, lower case; empty if unknown.
    pub language: String,
    /// ISO 3166-1 alpha-2, lower case; empty if unknown.
    pub region: String,
}

impl Locale {
    /// From a language tag (`en-US`, `de_AT`) and the top-level domain of the page's URL.
    pub fn of(tag: Option<&str>, domain: Option<&str>) -> Self {
        let mut subtags = tag.unwrap_or_default().split(['-', '_']);
        let language = subtags.next().unwrap_or_default().to_ascii_lowercase();
        let region = subtags.find(|subtag| subtag.len() == 2).map(str::to_ascii_lowercase);
        let country =
            domain.filter(|tld| tld.len() == 2).map(|tld| if tld == "uk" { "gb".into() } else { tld.to_ascii_lowercase() });
        // A country-code domain is more reliable than `en-US`, the default of many content systems.
        Self { language, region: country.or(region).unwrap_or_default() }
    }

    /// Whether numeric dates begin with the month: in the United States and the Philippines, and in English or unknown text of no country.
    pub fn month_first(&self) -> bool {
        match self.region.as_str() {
            "us" | "ph" => true,
            "" => matches!(self.language.as_str(), "en" | ""),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_the_order() {
        assert!(Locale::of(Some("en-US"), Some("com")).month_first());
        assert!(!Locale::of(Some("en-US"), Some("uk")).month_first());
        assert!(!Locale::of(Some("en_GB"), None).month_first());
        assert!(!Locale::of(Some("de"), None).month_first());
    }
}
