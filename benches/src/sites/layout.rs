//! Writes generated stories as pages of markup and as dumps.

use std::fmt::Write as _;

use super::Paragraph;

/// A story as a file.
pub fn write(title: &str, number: usize, paragraphs: &[Paragraph], is_html: bool) -> String {
    let day = format!("2024-{:02}-{:02}", 1 + number / 9, 1 + 3 * (number % 9));
    if is_html { html(title, &day, paragraphs) } else { dump(title, &day, paragraphs) }
}

fn html(title: &str, day: &str, paragraphs: &[Paragraph]) -> String {
    let mut page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta property=\"article:published_time\" content=\"{day}T08:00:00Z\"></head><body>\
         <header><a href=\"/\">Example</a></header><main><article><h1>{title}</h1>\n"
    );
    for Paragraph { text, class } in paragraphs {
        // Writing to a string does not fail.
        let _ = match class {
            Some(class) => writeln!(page, "<div class=\"{class}\">{text}</div>"),
            None => writeln!(page, "<p>{text}</p>"),
        };
    }
    page.push_str("</article></main><footer><a href=\"/a\">A</a> <a href=\"/b\">B</a></footer></body></html>\n");
    page
}

fn dump(title: &str, day: &str, paragraphs: &[Paragraph]) -> String {
    let mut dump = format!("{title}\n{day}\n\n");
    for Paragraph { text, .. } in paragraphs {
        let _ = writeln!(dump, "{text}\n");
    }
    dump
}
