//! Writes the small HTML that mails and office documents become: their own facts as a head, so that the one reader of pages hears them.

use gleaner_extract::base::escape::escape_html;

/// What a container says about its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The headline.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The outlet that sent it.
    pub site: Option<String>,
    /// When it appeared, as RFC 3339.
    pub published: Option<String>,
    /// When it was last changed, as RFC 3339.
    pub modified: Option<String>,
}

impl Head {
    /// The beginning of a page: UTF-8 with its mark, doctype, title and `<meta>` elements. The body, or a whole page, follows.
    pub fn html(&self) -> String {
        let mut html = String::from("\u{feff}<!doctype html>\n");
        if let Some(title) = &self.title {
            html += &format!("<title>{}</title>\n", escape_html(title));
        }
        let fields = [
            ("name=\"author\"", &self.author),
            ("property=\"og:site_name\"", &self.site),
            ("property=\"article:published_time\"", &self.published),
            ("property=\"article:modified_time\"", &self.modified),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                html += &format!("<meta {name} content=\"{}\">\n", escape_html(value));
            }
        }
        html
    }
}

/// Paragraphs of plain text, each behind an empty line; lines within one are joined.
pub fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    let mut open: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            open.push(line);
        } else if !open.is_empty() {
            html += &format!("<p>{}</p>\n", escape_html(&open.join(" ")));
            open.clear();
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_the_markup() {
        let head = Head { title: Some("</title><b>".into()), author: Some("\"><script>".into()), ..Head::default() };
        let html = head.html();
        assert!(html.contains("<title>&lt;/title&gt;&lt;b&gt;</title>"), "{html}");
        assert!(html.contains("content=\"&quot;&gt;&lt;script&gt;\""), "{html}");
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        assert_eq!(paragraphs("a\r\nb\r\n\r\n\nc & d"), "<p>a b</p>\n<p>c &amp; d</p>\n");
    }
}
