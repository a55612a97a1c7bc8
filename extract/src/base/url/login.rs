//! User names and passwords in URLs (RFC 3986 §3.2.1). They are the user's secrets, or somebody's mistake: never stored, never shown.

use std::borrow::Cow;

use url::Url;

/// The URL without user name and password.
pub fn without_login(mut url: Url) -> Url {
    // These fail only for URLs without a host, which have no login.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Whether the URL has a user name or a password.
pub fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// A text without the user names and passwords of the URLs in it, for messages that quote what a user or a server wrote. It need not be a valid URL.
pub fn hide_logins(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, authority)) = split_at_authority(rest) {
        out.push_str(before);
        let end = authority.find(ends_authority).unwrap_or(authority.len());
        let (inside, after) = authority.split_at(end);
        out.push_str(inside.rsplit_once('@').map_or(inside, |(_, host)| host));
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What is meant as a URL but is none, without what may be its login: all up to its last `@`.
pub fn hide_invalid_login(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, rest)| rest)
}

/// The text up to the slashes after the next `scheme:`, and what follows them.
fn split_at_authority(text: &str) -> Option<(&str, &str)> {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let starts = text.match_indices(':').filter(|(at, _)| {
        let follows_scheme = text.as_bytes().get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_alphanumeric);
        follows_scheme && text.get(at + 1..).is_some_and(|after| after.starts_with(is_slash))
    });
    let (at, _) = { starts }.next()?;
    let after = text.get(at + 1..)?;
    let slashes = after.len() - after.trim_start_matches(is_slash).len();
    Some(text.split_at(at + 1 + slashes))
}

fn ends_authority(c: char) -> bool {
    c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | '"' | '\'' | '<' | '>' | '`' | '”' | '“')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_hidden_in_any_text() {
        for (text, hidden) in [
            ("read the URL http://ann:secret@a.example/x: no", "read the URL http://a.example/x: no"),
            ("http://ann@a.example https://b:c@d.example?e@f", "http://a.example https://d.example?e@f"),
            ("https://a.example/@ann and ann@a.example", "https://a.example/@ann and ann@a.example"),
            ("http:\\\\ann:s@cret@a b", "http:\\\\a b"),
            ("url = \"http://ann:secret@a.example\"", "url = \"http://a.example\""),
            ("x://@ ://a@b", "x:// ://a@b"),
        ] {
            assert_eq!(hide_logins(text), hidden);
        }
    }

    #[test]
    fn a_url_has_no_login_afterwards() {
        let url = Url::parse("https://ann:secret@a.example/x").unwrap();
        assert!(has_login(&url) && !has_login(&without_login(url)));
    }
}
