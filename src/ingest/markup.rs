//! The HTML that messages and office documents are converted to. Their metadata becomes the head, where the metadata extractors find it.

use gleaner_extract::base::escape::escape_html;

/// A document's metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HtmlHead {
    /// The headline.
    pub title: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The site name: the outlet.
    pub site: Option<String>,
    /// First publication, in RFC 3339.
    pub published: Option<String>,
    /// Last modification, in RFC 3339.
    pub modified: Option<String>,
}

impl HtmlHead {
    /// The beginning of a page: byte order mark, doctype, title and `<meta>` elements. A body, or a whole page, may follow.
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

/// Plain text as HTML: empty lines separate paragraphs, and lines within a paragraph are joined.
pub fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            lines.push(line);
        } else if !lines.is_empty() {
            html += &format!("<p>{}</p>\n", escape_html(&lines.join(" ")));
            lines.clear();
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_cannot_break_out_of_the_markup() {
        let head = HtmlHead { title: Some("</title><b>".into()), author: Some("\"><script>".into()), ..HtmlHead::default() };
        let html = head.html();
        assert!(html.contains("<title>&lt;/title&gt;&lt;b&gt;</title>"), "{html}");
        assert!(html.contains("content=\"&quot;&gt;&lt;script&gt;\""), "{html}");
    }

    #[test]
    fn wrapped_lines_become_one_paragraph() {
        assert_eq!(paragraphs("a\r\nb\r\n\r\n\nc & d"), "<p>a b</p>\n<p>c &amp; d</p>\n");
    }
}
