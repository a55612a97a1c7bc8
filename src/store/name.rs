//! File names of documents: `2023/10/2023-10-27_<site>_<slug>_<8 hex of the id>`; without a date, `undated/undated_…`.
//!
//! A name is chosen at the first write and kept: updates find it through the index. If another document has the name, more digits of the
//! id are used. Names consist of lower-case ASCII letters, digits, `-` and `_` and have at most 190 bytes; the slug may be in the title's own
//! script instead ([`Names::Native`]), and the name then has at most 250 bytes. So every file system accepts them, and no title can lead out of
//! the folder.

use std::fmt;
use std::path::PathBuf;

use super::document::SourceKey;
use super::readable::{Names, ascii_slug};
use gleaner_extract::base::native_slug::is_native_slug;
use gleaner_extract::base::time::Day;
use gleaner_extract::base::url::{site, site_label};
use gleaner_extract::document::{DocumentId, Metadata};

const SITE_MAX: usize = 40;
const UNDATED: &str = "undated";

/// What the name of a file with corrections ends with, after a dot.
pub(super) const CORRECTIONS: &str = "corrections.json";

/// A document's path relative to `clean/`, without extension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stem(String);

impl Stem {
    /// The stem of a file name.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut parts = name.splitn(4, '_');
        let (date, site, slug, hex) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let plain =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b == b'-' || b.is_ascii_digit() || b.is_ascii_lowercase());
        if !plain(site) || !is_native_slug(slug) || !is_hex(hex) {
            return None;
        }
        let folder = if date == UNDATED { UNDATED.to_string() } else { month_of(date.parse().ok()?) };
        Some(Self(format!("{folder}/{name}")))
    }

    /// As it is stored, `/` as separator.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the text, relative to `clean/`.
    pub fn text(&self) -> PathBuf {
        format!("{}.txt", self.0).into()
    }

    /// The path of the sidecar, relative to `clean/`.
    pub fn sidecar(&self) -> PathBuf {
        format!("{}.json", self.0).into()
    }

    /// The path of the reader's corrections, relative to `clean/`.
    pub fn corrections(&self) -> PathBuf {
        format!("{}.{CORRECTIONS}", self.0).into()
    }
}

impl fmt::Display for Stem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a name is made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Naming<'a> {
    pub id: &'a DocumentId,
    pub source: &'a SourceKey,
    /// The document's URL, for the site.
    pub url: Option<&'a url::Url>,
    pub metadata: &'a Metadata,
    pub text: &'a str,
    /// The script of the name.
    pub names: Names,
}

impl Naming<'_> {
    /// The possible names in order of preference; they differ in the number of digits.
    pub fn candidates(&self) -> impl Iterator<Item = Stem> {
        let (date, folder) = match &self.metadata.published {
            Some(found) => (found.value.day.to_string(), month_of(found.value.day)),
            None => (UNDATED.to_string(), UNDATED.to_string()),
        };
        let prefix = format!("{folder}/{date}_{}_{}", self.site(), self.slug());
        let id = self.id.to_string();
        [8, 16, 32, 64].into_iter().map(move |digits| Stem(format!("{prefix}_{}", id.get(..digits).unwrap_or(&id))))
    }

    fn site(&self) -> String {
        let from_metadata = || self.metadata.site.as_ref().map(|site| ascii_slug(&site.value, SITE_MAX));
        self.url.and_then(label).or_else(from_metadata).filter(|site| !site.is_empty()).unwrap_or_else(|| "local".to_string())
    }

    fn slug(&self) -> String {
        let title = self.metadata.title.as_ref().map_or("", |title| &title.value);
        // If this much text has no letters, the rest is unlikely to have any.
        let beginning: String = self.text.chars().take(400).collect();
        let names = [title, &beginning, file_name(&self.source.0)];
        let mut slugs = names.into_iter().map(|name| self.names.slug(name));
        // Of a text in a script that cannot be transliterated, only digits remain: the next name is more telling.
        let has_letters = |slug: &String| slug.chars().any(char::is_alphabetic);
        slugs.find(has_letters).unwrap_or_else(|| "untitled".to_string())
    }
}

/// [`site_label`], readable for internationalised domain names too (`xn--e1afmkfd.example`).
fn label(url: &url::Url) -> Option<String> {
    let domain = site(url)?;
    let first = domain.split('.').next().filter(|label| label.starts_with("xn--"));
    let readable = first.and_then(|label| match idna::domain_to_unicode(label) {
        (readable, Ok(())) => Some(readable),
        (_, Err(_)) => None,
    });
    readable.map(|label| ascii_slug(&label, SITE_MAX)).filter(|label| !label.is_empty()).or_else(|| site_label(url))
}

/// The last segment of a path or URL, without query and extension.
pub(super) fn file_name(source: &str) -> &str {
    let path = source.split(['?', '#']).next().unwrap_or(source).trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(front, _)| front)
}

/// Whether the text consists of 8 to 64 lower-case hexadecimal digits.
pub(super) fn is_hex(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn month_of(day: Day) -> String {
    format!("{:04}/{:02}", day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::document::Found;
    use gleaner_extract::document::metadata::PageDate;
    use proptest::prelude::*;

    fn stem(title: &str, text: &str, source: &str, day: Option<&str>) -> Stem {
        named(Names::Ascii, title, text, source, day)
    }

    fn named(names: Names, title: &str, text: &str, source: &str, day: Option<&str>) -> Stem {
        let metadata = Metadata {
            title: Some(Found::new(title.to_string(), "test")),
            published: day.map(|day| Found::new(PageDate { day: day.parse().unwrap(), instant: None }, "test")),
            ..Metadata::default()
        };
        let (source, id) = (SourceKey(source.to_string()), DocumentId(gleaner_extract::base::hash::ContentHash::of("x")));
        let url = source.url();
        let naming = Naming { id: &id, source: &source, url: url.as_ref(), metadata: &metadata, text, names };
        naming.candidates().next().unwrap()
    }

    #[test]
    fn names_have_date_site_title_and_id() {
        let named = stem("Why it rains", "Text", "https://news.example.co.uk/a/b.html", Some("2023-10-27"));
        assert_eq!(named.as_str(), "2023/10/2023-10-27_example_why-it-rains_2d711642");
        assert_eq!(stem("2024", "First words. More", "raw/x", None).as_str(), "undated/undated_local_first-words-more_2d711642");
        assert_eq!(stem("—", "1 2", "raw/My File.html.gz", None).as_str(), "undated/undated_local_my-file_2d711642");
        assert_eq!(stem("Погода", "", "raw/x.txt", None).as_str(), "undated/undated_local_pogoda_2d711642");
        let domain = "https://www.xn--e1afmkfd.xn--80akhbyknj4f/x";
        assert_eq!(stem("t", "", domain, None).as_str(), "undated/undated_primer_t_2d711642");
        assert_eq!(stem("…", "…", "raw/…", None).as_str(), "undated/undated_local_untitled_2d711642");
        assert_eq!(stem("t", "", "raw/x", Some("0005-01-02")).as_str(), "0005/01/0005-01-02_local_t_2d711642");
    }

    #[test]
    fn names_can_be_in_the_script_of_the_title() {
        let native = named(Names::Native, "Погода в Москве", "", "raw/x.txt", Some("2024-02-03"));
        assert_eq!(native.as_str(), "2024/02/2024-02-03_local_погода-в-москве_2d711642");
        let long = named(Names::Native, &"渡口的最后一班船".repeat(20), "", "raw/x.txt", None);
        assert_eq!(long.as_str(), format!("undated/undated_local_{}_2d711642", "渡口的最后一班船".repeat(5)));
        for foreign in
            ["undated_a_Б b_2d711642", "undated_a_Cafe\u{301}_2d711642", "undated_a_a\u{202e}b_2d711642", "undated_a_.._2d711642"]
        {
            assert_eq!(Stem::from_name(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn other_files_are_not_taken_for_documents() {
        let named = stem("Why it rains", "Text", "raw/x", Some("2023-10-27"));
        assert_eq!(Stem::from_name("2023-10-27_local_why-it-rains_2d711642"), Some(named));
        let foreign =
            ["notes", "2023-13-27_a_b_2d711642", "2023-10-27_a_b_2d71164", "undated_a__2d711642", "undated_A_b_2d711642", ""];
        for name in foreign {
            assert_eq!(Stem::from_name(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_title_leaves_the_folder(title in ".{0,300}", text in ".{0,80}", source in "\\PC{0,80}") {
            check(&stem(&title, &text, &source, None));
            check(&stem(&title, &text, &source, Some("2023-10-27")));
            let native = named(Names::Native, &title, &text, &source, None);
            let name = native.as_str().rsplit('/').next().unwrap();
            prop_assert_eq!(Stem::from_name(name), Some(native.clone()));
            prop_assert!(name.len() <= 250 && !name.chars().any(|c| c.is_control() || "/\\:*?\"<>|.".contains(c)), "{}", native);
        }
    }

    #[test]
    fn hostile_titles_stay_inside_the_folder() {
        for hostile in
            ["../../etc/passwd", "a/b\\c", "\0", "CON", "..", ".", "\u{202e}txt.exe", "a\nb", "%2e%2e%2f", "~", "$(rm)"]
        {
            check(&stem(hostile, hostile, hostile, None));
        }
    }

    fn check(stem: &Stem) {
        let name = stem.as_str().rsplit('/').next().unwrap();
        assert_eq!(Stem::from_name(name).as_ref(), Some(stem));
        assert!(name.len() <= 190 && stem.as_str().split('/').count() <= 3, "{stem}");
        assert!(stem.as_str().bytes().all(|b| b.is_ascii_graphic() && !b"\\:*?\"<>|.".contains(&b)), "{stem}");
    }
}
