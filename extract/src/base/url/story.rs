//! Story keys: one key for the URLs of one story on different devices, in different forms and for its pages. Compares no content.

use url::Url;

use super::canonical::canonical;
use super::lists::LISTS;

/// A key that all URLs of one story are likely to share: without scheme, `www.`, mobile and AMP hosts, AMP and print forms, page numbers and
/// final slash. For avoiding repeated requests. It is a heuristic and not an identity: two stories that differ only in those, which is
/// rare, have the same key.
pub fn story_key(url: &Url) -> String {
    let url = canonical(url);
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let mut segments: Vec<&str> =
        url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default();
    let is_form = |segment: &&str| LISTS.form_segments.contains(&segment.to_ascii_lowercase());
    if segments.len() > 1 && segments.last().is_some_and(is_form) {
        segments.pop();
    }
    if segments.len() > 1 && segments.first().is_some_and(is_form) {
        segments.remove(0);
    }
    if segments.last().is_some_and(|last| LISTS.indexes.contains(&last.to_ascii_lowercase())) {
        segments.pop();
    }
    if let [rest @ .., "page", number] = segments.as_slice()
        && !rest.is_empty()
        && is_number(number)
    {
        segments.truncate(rest.len());
    }
    let mut key = plain_host(host).to_owned();
    if let Some(port) = url.port() {
        key += &format!(":{port}");
    }
    for segment in &segments {
        key.push('/');
        key.push_str(segment);
    }
    if let Some(ending) = LISTS.form_endings.iter().find(|ending| key.ends_with(ending.as_str())) {
        key.truncate(key.len() - ending.len());
        key.push_str(if ending.ends_with(".html") { ".html" } else { "" });
    }
    let kept: Vec<&str> = url.query().unwrap_or_default().split('&').filter(is_identity).collect();
    if !kept.is_empty() {
        key = key + "?" + &kept.join("&");
    }
    key
}

/// The host without a first label for a device.
fn plain_host(host: &str) -> &str {
    match host.split_once('.') {
        Some((first, rest)) if LISTS.devices.contains(first) && psl::domain_str(rest).is_some() => rest,
        _ => host,
    }
}

fn is_identity(pair: &&str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    let is_part = LISTS.parts.contains(&name) && is_number(value);
    let requests_form = matches!(name.as_str(), "output" | "view") && LISTS.forms.contains(&value.to_ascii_lowercase());
    let is_form = requests_form || LISTS.forms.contains(&name);
    !pair.is_empty() && !is_part && !is_form
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn variants_of_a_url_share_a_key() {
        let key = story_key(&url("https://www.paper.example/2024/mill-burns?id=7"));
        assert_eq!(key, "paper.example/2024/mill-burns?id=7");
        for other in [
            "http://paper.example/2024/mill-burns/?id=7&utm_source=x#top",
            "https://m.paper.example/2024/mill-burns?id=7",
            "https://amp.paper.example/2024/mill-burns?id=7&amp=1",
            "https://www.paper.example/2024/mill-burns/amp/?id=7",
            "https://www.paper.example/amp/2024/mill-burns?id=7",
            "https://www.paper.example/2024/mill-burns?print=1&id=7",
            "https://www.paper.example/2024/mill-burns/print?id=7",
            "https://www.paper.example/2024/mill-burns?id=7&page=2",
            "https://www.paper.example/2024/mill-burns/page/3?id=7",
            "https://www.paper.example/2024/mill-burns?id=7&outputType=amp",
        ] {
            assert_eq!(story_key(&url(other)), key, "{other}");
        }
        assert_eq!(story_key(&url("https://a.example/x.amp.html")), story_key(&url("https://a.example/x.html")));
    }

    #[test]
    fn other_stories_have_other_keys() {
        let keys: Vec<String> = [
            "https://paper.example/a",
            "https://paper.example/b",
            "https://paper.example/a?id=1",
            "https://paper.example/a?id=2",
            "https://news.paper.example/a",
            "https://paper.example:81/a",
            "https://paper.example/amp",
            "https://paper.example/",
            "https://paper.example/A",
            "http://m.example/a",
        ]
        .iter()
        .map(|text| story_key(&url(text)))
        .collect();
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[index + 1..].contains(key), "{key}");
        }
    }
}
