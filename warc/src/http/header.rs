//! HTTP header fields, wherever a response comes from: which ones are secret, and which media types are not pages. Parses no header.

/// Fields that may carry credentials or name a session; they are never stored.
const SECRET: &[&str] = &[
    "set-cookie",
    "set-cookie2",
    "cookie",
    "authorization",
    "authentication-info",
    "www-authenticate",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-authentication-info",
    "x-csrf-token",
    "x-xsrf-token",
    "x-auth-token",
    "x-session-id",
    "x-amz-security-token",
];

/// Media types that are not pages, each with a readable name. Those ending in `/`, `.` or `-` are prefixes.
/// Unlisted types are left to the page reader, which looks at the bytes.
const NOT_A_PAGE: &[(&str, &str)] = &[
    ("image/", "an image"),
    ("video/", "a video"),
    ("audio/", "audio"),
    ("font/", "a font"),
    ("model/", "a model"),
    ("text/css", "a style sheet"),
    ("text/javascript", "a script"),
    ("text/calendar", "a calendar"),
    ("text/csv", "a CSV table"),
    ("application/javascript", "a script"),
    ("application/x-javascript", "a script"),
    ("application/ecmascript", "a script"),
    ("application/wasm", "a program"),
    ("application/json", "data"),
    ("application/ld+json", "data"),
    ("application/pdf", "a PDF"),
    ("application/postscript", "a PostScript file"),
    ("application/epub+zip", "an e-book"),
    ("application/rtf", "an office document"),
    ("application/msword", "an office document"),
    ("application/vnd.openxmlformats-", "an office document"),
    ("application/vnd.oasis.", "an office document"),
    ("application/vnd.ms-", "an office document"),
    ("application/zip", "an archive"),
    ("application/gzip", "an archive"),
    ("application/x-gzip", "an archive"),
    ("application/x-tar", "an archive"),
    ("application/x-bzip2", "an archive"),
    ("application/x-xz", "an archive"),
    ("application/zstd", "an archive"),
    ("application/x-7z-compressed", "an archive"),
    ("application/vnd.rar", "an archive"),
    ("application/x-rar-compressed", "an archive"),
    ("application/java-archive", "a program"),
    ("application/x-msdownload", "a program"),
    ("application/x-executable", "a program"),
    ("application/vnd.android.package-archive", "a program"),
    ("application/x-debian-package", "a program"),
    ("application/x-shockwave-flash", "a program"),
];

/// Whether a field, by its lower-case name, may carry credentials or name a session.
pub fn is_secret(name: &str) -> bool {
    SECRET.contains(&name)
}

/// What the response is, where its `Content-Type` rules out a page: `a PDF (application/pdf)`.
pub fn not_a_page(content_type: &str) -> Option<String> {
    let essence = content_type.split([';', ',']).next()?.trim().to_ascii_lowercase();
    let matches = |listed: &str| match listed.ends_with(['/', '.', '-']) {
        true => essence.starts_with(listed),
        false => essence == listed,
    };
    let (_, name) = NOT_A_PAGE.iter().find(|(listed, _)| matches(listed))?;
    Some(format!("{name} ({})", essence.chars().take(80).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_lower_case_and_without_duplicates() {
        for names in [SECRET.to_vec(), NOT_A_PAGE.iter().map(|entry| entry.0).collect()] {
            for (index, name) in names.iter().enumerate() {
                assert_eq!(*name, name.to_ascii_lowercase());
                assert!(!names[index + 1..].contains(name), "{name}");
            }
        }
    }
}
