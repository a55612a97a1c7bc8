//! Citation keys: what BibTeX and CSL-JSON name a document by. Writes no format.

use super::document::ExportDocument;

/// Digits of the id in a key: among a million documents of one author and year, the odds of two with the same are one in five hundred.
const DIGITS: usize = 12;

/// Most letters of a name in a key.
const MAX_NAME: usize = 24;

/// The key of a document: the last word of the first author or the site, the year, and the first digits of the id: `ash2024-ab12cd34ef56`. ASCII letters,
/// digits and a hyphen, so that every program takes it; it is the same in every export as long as author and date are.
pub fn citation_key(document: &ExportDocument<'_>) -> String {
    let author = document.authors.first().and_then(|author| author.split_whitespace().next_back());
    let name = [author, document.site].into_iter().flatten().map(ascii).find(|name| !name.is_empty());
    let year = document.day().map_or_else(|| "nd".to_owned(), |day| day.year().to_string());
    let id = document.id.to_string();
    format!("{}{year}-{}", name.as_deref().unwrap_or("anon"), id.get(..DIGITS).unwrap_or(&id))
}

/// The ASCII letters of a name, transliterated.
fn ascii(name: &str) -> String {
    let letters = deunicode::deunicode(name).to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>();
    letters.chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn keys_are_ascii_and_name_what_is_known() {
        let authors = ["Zoë Özgür-Brontë".to_owned()];
        let document = sample::document("One.");
        let named = ExportDocument { authors: &authors, ..document.clone() };
        assert!(citation_key(&named).starts_with("ozgurbronte2024-"), "{}", citation_key(&named));
        assert!(citation_key(&document).starts_with("thecourier2024-"));
        let unknown = ExportDocument { site: Some("—"), published: None, ..document };
        assert!(citation_key(&unknown).starts_with("anonnd-"), "{}", citation_key(&unknown));
    }
}
