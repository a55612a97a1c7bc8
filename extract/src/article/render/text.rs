//! Renders an article as plain text: the clean text, and comments below it where they are asked for. Links are their text alone, and images are left out.

use crate::article::clean::CleanedPage;
use crate::article::extras::Extras;

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage, extras: &Extras) -> String {
    let mut out = format!("{}\n", cleaned.article.text);
    if !extras.comments.is_empty() {
        out.push_str("\nComments\n");
    }
    for comment in &extras.comments {
        let signature = comment.signature();
        let signature = if signature.is_empty() { String::new() } else { format!("{signature}:\n") };
        out.push_str(&format!("\n{signature}{}\n", comment.text));
    }
    out
}
