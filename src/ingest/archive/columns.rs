//! The columns of a table of pages (JSON Lines, CSV) that hold the page and what is known of it: by their usual names, or as the user named them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The page's HTML.
    Html,
    /// The page's text, or HTML, if there is no [`Field::Html`].
    Text,
    /// The page's URL.
    Url,
    /// The headline.
    Title,
    /// The date of publication.
    Date,
    /// The date of the last change.
    Modified,
    /// The authors.
    Authors,
}

/// A field, the key under which a place names it, and the usual names of its columns, the best first, in lower case without punctuation.
struct FieldNames {
    field: Field,
    key: &'static str,
    names: &'static [&'static str],
}

const FIELDS: &[FieldNames] = &[
    FieldNames {
        field: Field::Html,
        key: "html",
        names: &["html", "rawhtml", "contenthtml", "htmlcontent", "bodyhtml", "htmlbody", "pagehtml", "pagesource"],
    },
    FieldNames {
        field: Field::Text,
        key: "text",
        names: &[
            "text",
            "maintext",
            "fulltext",
            "contenttext",
            "plaintext",
            "articletext",
            "articlebody",
            "body",
            "content",
            "article",
            "story",
        ],
    },
    FieldNames {
        field: Field::Url,
        key: "url",
        names: &["url", "canonicalurl", "finalurl", "pageurl", "articleurl", "weburl", "link", "permalink", "href", "uri", "loc"],
    },
    FieldNames { field: Field::Title, key: "title", names: &["title", "headline"] },
    FieldNames {
        field: Field::Date,
        key: "date",
        names: &[
            "published",
            "publishedat",
            "datepublished",
            "publisheddate",
            "publishdate",
            "publicationdate",
            "datepublish",
            "pubdate",
            "date",
            "datetime",
        ],
    },
    FieldNames {
        field: Field::Modified,
        key: "modified",
        names: &["modified", "datemodified", "updated", "updatedat", "lastmod"],
    },
    FieldNames { field: Field::Authors, key: "authors", names: &["authors", "author", "byline", "creator"] },
];

/// Characters that a column's name has in a place as they are.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// The columns that the user named; all others have their usual names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    named: Vec<(Field, String)>,
}

impl Columns {
    /// The columns of these names.
    pub fn new(named: impl IntoIterator<Item = (Field, String)>) -> Self {
        Self { named: named.into_iter().collect() }
    }

    /// Whether every column has its usual name.
    pub fn are_usual(&self) -> bool {
        self.named.is_empty()
    }

    /// What a column of this name may hold, and how good the name is for that, 0 the best.
    pub fn field_of(&self, name: &str) -> Option<(Field, usize)> {
        if let Some((field, _)) = self.named.iter().find(|(_, named)| named == name) {
            return Some((*field, 0));
        }
        let folded: String = name.chars().filter(|c| c.is_alphanumeric()).take(40).flat_map(char::to_lowercase).collect();
        let known = FIELDS.iter().find_map(|known| {
            let rank = known.names.iter().position(|usual| *usual == folded)?;
            Some((known.field, rank))
        })?;
        // A field that the user named is in that column only.
        self.named.iter().all(|(field, _)| *field != known.0).then_some(known)
    }

    /// Which fields columns of these names hold.
    pub fn fields<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> KnownFields {
        let mut known = KnownFields::default();
        for (field, rank) in names.into_iter().filter_map(|name| self.field_of(name)) {
            known.count += 1;
            if matches!(field, Field::Html | Field::Text) {
                known.has_page = true;
                known.is_certain |= rank == 0;
            }
        }
        known
    }

    /// The place of a row: its offset, and the columns that the user named, so that the row can be read again.
    pub fn place(&self, offset: u64) -> String {
        let mut place = offset.to_string();
        for (field, name) in &self.named {
            let key = FIELDS.iter().find(|known| known.field == *field).map_or("", |known| known.key);
            place += &format!(";{key}={}", utf8_percent_encode(name, PLAIN));
        }
        place
    }

    /// The offset and the columns of a place; `None` if it is not that of a row.
    pub fn of_place(place: &str) -> Option<(u64, Self)> {
        let mut parts = place.split(';');
        let offset = parts.next()?.parse().ok()?;
        let mut named = Vec::new();
        for part in parts {
            let (key, name) = part.split_once('=')?;
            let field = FIELDS.iter().find(|known| known.key == key)?.field;
            named.push((field, percent_decode_str(name).decode_utf8().ok()?.into_owned()));
        }
        Some((offset, Self { named }))
    }
}

/// What is known of the columns of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownFields {
    /// Columns that hold a field.
    pub count: usize,
    /// One of them holds HTML or text.
    pub has_page: bool,
    /// That one has the best name for it, or the user named it.
    pub is_certain: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_known_in_any_spelling_and_named_columns_replace_them() {
        let usual = Columns::default();
        for name in ["url", "URL", "page_url", "Page URL", "canonical-url"] {
            assert_eq!(usual.field_of(name).map(|(field, _)| field), Some(Field::Url), "{name}");
        }
        assert_eq!(usual.field_of("urls"), None);
        let named = Columns::new([(Field::Text, "Volltext".to_owned())]);
        assert_eq!(named.field_of("Volltext"), Some((Field::Text, 0)));
        assert_eq!((named.field_of("text"), named.field_of("volltext")), (None, None));
        assert!(named.fields(["id", "Volltext"]).is_certain && !usual.fields(["id", "Volltext"]).has_page);
        let known = usual.fields(["title", "body", "id"]);
        assert_eq!((known.count, known.has_page, known.is_certain), (2, true, false));
    }

    #[test]
    fn a_place_holds_the_columns_that_the_user_named() {
        let columns = Columns::new([(Field::Html, "raw;x=1#é".to_owned()), (Field::Url, "adr".to_owned())]);
        let place = columns.place(77);
        assert_eq!(place, "77;html=raw%3Bx%3D1%23%C3%A9;url=adr");
        assert_eq!(Columns::of_place(&place), Some((77, columns)));
        assert_eq!(Columns::of_place("5"), Some((5, Columns::default())));
        for wrong in ["", "x", "5;", "5;other=x", "5;html"] {
            assert_eq!(Columns::of_place(wrong), None, "{wrong}");
        }
    }
}
