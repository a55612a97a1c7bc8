//! What the names of elements say of comments: which element is one, and which in it is the author, the day, the text, or none of these. Whole words only.

use crate::article::extras::elements::attribute;
use crate::document::elements::ElementTree;
use crate::page::words_of_name;

/// A part of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who wrote it.
    Author,
    /// When.
    Date,
    /// What.
    Text,
    /// Controls and the like.
    Other,
}

/// Elements that may be a comment.
const ELEMENTS: &[&str] = &["li", "div", "article", "section", "tr", "td", "dd", "blockquote", "details"];

/// A comment, in the languages in which pages name it.
const COMMENT: &[&str] = &[
    "comment",
    "commentaire",
    "comentario",
    "commento",
    "kommentar",
    "leserkommentar",
    "komentarz",
    "komentar",
    "reactie",
    "reaction",
    "yorum",
];

/// What may be before it: `reader-comment`, `li-comment-12`.
const BEFORE: &[&str] = &["js", "c", "li", "div", "single", "reader", "user", "wpd", "article", "news", "top", "child", "parent"];

/// What may be after it: `comment-item`.
const AFTER: &[&str] = &["item", "entry", "card", "post", "node", "single"];

/// Last words of names of the author.
const AUTHOR: &[&str] = &[
    "author",
    "autor",
    "auteur",
    "autore",
    "verfasser",
    "yazar",
    "commenter",
    "username",
    "authorname",
    "nickname",
    "nick",
    "user",
    "poster",
    "fn",
];

/// Names of the author that end in a word of many meanings.
const AUTHOR_NAMES: &[&str] =
    &["author name", "user name", "display name", "nick name", "comment name", "commenter name", "p name"];

/// Last words of names of the day.
const DATE: &[&str] = &[
    "date",
    "time",
    "timestamp",
    "datetime",
    "datum",
    "fecha",
    "tarih",
    "published",
    "created",
    "metadata",
    "commentmetadata",
    "posted",
];

/// Names of the text, from the plainest.
const TEXT: &[&str] = &[
    "comment text",
    "comment content",
    "comment message",
    "comment copy",
    "commenttext",
    "commentcontent",
    "kommentar text",
    "e content",
    "message body",
    "comment body",
    "commentbody",
];

/// Words of names of controls and the like.
const OTHER: &[&str] = &[
    "reply",
    "replies",
    "actions",
    "action",
    "like",
    "likes",
    "vote",
    "votes",
    "voting",
    "rating",
    "report",
    "share",
    "avatar",
    "badge",
    "permalink",
    "edit",
    "toolbar",
    "says",
];

/// Whether an element is a comment.
pub fn is_comment(tree: &ElementTree, node: u32) -> bool {
    let value = |name: &str| attribute(tree, node, name).unwrap_or_default();
    if !ELEMENTS.contains(&tree.name(node)) {
        return false;
    }
    let is_typed = || value("itemtype").ends_with("/Comment") || value("itemtype").ends_with("/UserComments");
    let is_named = |name: &str| {
        let words = words_of_name(name);
        let mut words = words.split(' ').skip_while(|word| BEFORE.contains(word));
        words.next().is_some_and(|word| COMMENT.contains(&word)) && words.all(|word| AFTER.contains(&word))
    };
    // An id without a number is that of all comments, or of the field for another.
    let id = value("id");
    value("itemprop").split_whitespace().any(|name| name == "comment")
        || value("role") == "comment"
        || is_typed()
        || value("class").split_whitespace().any(is_named)
        || (id.bytes().any(|byte| byte.is_ascii_digit()) && is_named(id))
}

/// The part of a comment that an element is, and how plainly its name says so; less is plainer.
pub fn part_of(tree: &ElementTree, node: u32) -> Option<(Part, u8)> {
    let of_property = attribute(tree, node, "itemprop").into_iter().flat_map(str::split_whitespace).find_map(property);
    if of_property.is_some() {
        return of_property;
    }
    let class = attribute(tree, node, "class").unwrap_or_default();
    let of_class = class.split_whitespace().filter_map(|name| class_name(&words_of_name(name))).min_by_key(|(_, rank)| *rank);
    of_class.or_else(|| match tree.name(node) {
        "time" => Some((Part::Date, 1)),
        "button" | "form" | "nav" | "menu" | "select" | "textarea" => Some((Part::Other, 9)),
        _ => None,
    })
}

/// The part that a property of schema.org is.
fn property(name: &str) -> Option<(Part, u8)> {
    match name {
        "name" => Some((Part::Author, 0)),
        "author" | "creator" => Some((Part::Author, 2)),
        "dateCreated" | "datePublished" | "commentTime" => Some((Part::Date, 0)),
        "text" | "commentText" => Some((Part::Text, 0)),
        _ => None,
    }
}

/// The part that an element with a class of these words is.
fn class_name(words: &str) -> Option<(Part, u8)> {
    let last = words.rsplit(' ').next().unwrap_or_default();
    let rank = |base: u8, at: usize| base.saturating_add(u8::try_from(at).unwrap_or(u8::MAX));
    if let Some(at) =
        TEXT.iter().position(|name| words == *name || words.strip_suffix(name).is_some_and(|rest| rest.ends_with(' ')))
    {
        return Some((Part::Text, rank(1, at)));
    }
    let is_author =
        || AUTHOR_NAMES.iter().any(|name| words == *name || words.strip_suffix(name).is_some_and(|rest| rest.ends_with(' ')));
    match last {
        "fn" => Some((Part::Author, 1)),
        _ if AUTHOR.contains(&last) || is_author() => Some((Part::Author, 3)),
        _ if DATE.contains(&last) => Some((Part::Date, 2)),
        _ => words.split(' ').any(|word| OTHER.contains(&word)).then_some((Part::Other, 9)),
    }
}
