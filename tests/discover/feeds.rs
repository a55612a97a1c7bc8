//! Every feed of the public vectors in the shared data: parsed or a clean error, and what they say of their entries.

use gleaner::discover::feed::{Feed, read};
use url::Url;

use crate::shared_archive::read_all;

/// The value that the comment at the top of a vector expects for a field of the first entry, if it is plain ASCII.
fn expected(text: &str, field: &str) -> Option<String> {
    let comment = text.split("-->").next()?;
    let rest = comment.split(&format!("entries[0]['{field}'] == ")).nth(1)?.trim_start_matches(['u', 'b']);
    let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let value = rest[1..].split(quote).next()?;
    (value.is_ascii() && !value.contains(['\\', '<', '&'])).then(|| value.to_owned())
}

/// The number of entries in a vector: of start tags that look like one.
fn elements(text: &str) -> usize {
    let lower = text.split_once("-->").map_or(text, |(_, rest)| rest).to_ascii_lowercase();
    let starts = ["<item>", "<item ", "<entry>", "<entry ", "<rss:item", "<atom:entry"];
    starts.iter().map(|start| lower.matches(start).count()).sum()
}

#[test]
#[ignore = "needs the shared data"]
fn shared_feeds_are_read_or_refused_cleanly() {
    let base = Url::parse("http://example.com/feed").unwrap();
    let (mut all, mut refused, mut damaged, mut links, mut titles, mut counted) = (0, 0, 0, (0, 0), (0, 0), (0, 0));
    for (path, bytes) in read_all("vectors/feeds") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        all += 1;
        let Ok(feed) = read(&bytes, None, Some(&base)) else {
            refused += 1;
            continue;
        };
        damaged += usize::from(feed.damage.is_some());
        if elements(&text) > 0 && !text.contains('\0') {
            counted = (counted.0 + usize::from(feed.count == elements(&text)), counted.1 + 1);
        }
        let compare = |sums: &mut (usize, usize), field: &str, is: &dyn Fn(&Feed, &str) -> bool| {
            if let Some(expected) = expected(&text, field).filter(|expected| !expected.trim().is_empty()) {
                let right = is(&feed, &expected);
                *sums = (sums.0 + usize::from(right), sums.1 + 1);
                if !right && std::env::var_os("GLEANER_SHOW").is_some() {
                    eprintln!("{path}: {field} {expected:?}, not {:?}", feed.entries.first());
                }
            }
        };
        compare(&mut links, "link", &|feed, link| {
            let url = base.join(link).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            url.is_none() || feed.entries.first().is_some_and(|entry| Some(&entry.url) == url.as_ref())
        });
        // Entries without a URL are not kept, so most titles of the vectors cannot be compared.
        if !feed.entries.is_empty() {
            compare(&mut titles, "title", &|feed, title| {
                feed.entries.first().and_then(|entry| entry.title.as_deref()) == Some(title)
            });
        }
    }
    eprintln!("{all} feeds: {refused} refused, {damaged} damaged; links {links:?}, titles {titles:?}, counts {counted:?}");
    assert!(all > 2000 && refused * 20 < all, "{refused} of {all} refused");
    // The links of one vector are relative to a header field that is not in the file.
    assert!(links.1 - links.0 <= 1 && counted.0 * 100 >= counted.1 * 97, "links {links:?}, counts {counted:?}");
}
