//! Collects what the markup declares outside the text, while the blocks are walked: the contents of the head, dates and bylines.

use super::head::{Head, Link, Mark, MarkedBy, TimeMark};
use super::html_tree::{Element, Key, Name, NodeKind, NodeRef};
use super::names::push_words;
use super::scripts;
use crate::base::text::{fold, squeeze};

/// Longest text of a mark, in characters: a byline or date is short.
const MARK_CHARS: usize = 300;

/// Most nodes that are searched for a mark's text.
const MARK_NODES: usize = 200;

/// Most marks of one kind on a page.
const MAX_MARKS: usize = 64;

/// Whole words of class, id, rel or itemprop that mark an author.
const AUTHOR_WORDS: &[&str] = &[
    "author",
    "authors",
    "byline",
    "bylines",
    "autor",
    "autores",
    "auteur",
    "auteurs",
    "autore",
    "autori",
    "writer",
    "contributor",
    "contributors",
    "journalist",
    "reporter",
    "creator",
    "auteurname",
    "authorname",
    "yazar",
    "penulis",
    "redakteur",
];

/// Whole words of class, id or itemprop that mark a date.
const DATE_WORDS: &[&str] = &[
    "date",
    "dateline",
    "datum",
    "fecha",
    "data",
    "pubdate",
    "timestamp",
    "time",
    "published",
    "publication",
    "publish",
    "datepublished",
    "datemodified",
    "posted",
    "updated",
    "modified",
    "dated",
    "datetime",
    "tarih",
    "zeit",
];

/// The attributes of an element. Those that are read for every element are found in one pass.
pub struct Attributes<'a> {
    element: Element<'a>,
    /// The attributes whose words make up [`Attributes::tokens`], in this order.
    named: [Option<&'a str>; 6],
    /// `rel`
    pub rel: Option<&'a str>,
    /// `datetime`
    pub datetime: Option<&'a str>,
    /// `href`
    pub href: Option<&'a str>,
    hidden: Option<&'a str>,
    style: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    /// The attributes of an element.
    pub fn of(element: Element<'a>) -> Self {
        let mut all = Self { element, named: [None; 6], rel: None, datetime: None, href: None, hidden: None, style: None };
        for (key, value) in element.keyed() {
            let slot = match key {
                Key::Class => &mut all.named[0],
                Key::Id => &mut all.named[1],
                Key::Role => &mut all.named[2],
                Key::Itemprop => &mut all.named[3],
                Key::AriaLabel => &mut all.named[4],
                Key::DataTestid => &mut all.named[5],
                Key::Rel => &mut all.rel,
                Key::Datetime => &mut all.datetime,
                Key::Href => &mut all.href,
                Key::Hidden => &mut all.hidden,
                Key::Style => &mut all.style,
                _ => continue,
            };
            slot.get_or_insert(value);
        }
        all
    }

    /// The value of an attribute.
    pub fn get(&self, key: Key) -> Option<&'a str> {
        self.element.get(key)
    }

    /// The value of `itemprop`.
    pub fn itemprop(&self) -> Option<&'a str> {
        self.named[3]
    }

    /// Whether there is any attribute by which [`note`] could recognise a date or byline.
    fn may_mark(&self) -> bool {
        let [class, id, _, itemprop, _, _] = self.named;
        [class, id, itemprop, self.rel, self.datetime].iter().any(Option::is_some)
    }

    /// Whether the element is hidden by attribute or inline style.
    pub fn hide(&self) -> bool {
        self.hidden.is_some_and(|value| !value.eq_ignore_ascii_case("until-found")) || self.style.is_some_and(style_hides)
    }

    /// Lower-case words of class, id, role, itemprop, aria-label and data-testid.
    pub fn tokens(&self) -> String {
        let mut out = String::new();
        self.named.into_iter().flatten().for_each(|value| push_words(value, 0, &mut out));
        out
    }

    /// The value of `class`, and the other attributes whose words follow its words in [`Attributes::tokens`].
    pub fn class_and_other_names(&self) -> (Option<&'a str>, impl Iterator<Item = &'a str>) {
        let [class, others @ ..] = self.named;
        (class, others.into_iter().flatten())
    }
}

/// `display:none` or `visibility:hidden`, in any spacing and case.
pub fn style_hides(style: &str) -> bool {
    if style.len() > 4096 || !style.contains(['n', 'N']) {
        return false;
    }
    let compact: String = style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    compact.split(';').any(|rule| rule.starts_with("display:none") || rule.starts_with("visibility:hidden"))
}

/// The words of an element's names.
#[derive(Clone, Copy)]
pub struct ElementWords<'a> {
    /// As in [`Attributes::tokens`].
    pub text: &'a str,
    /// What they mark.
    pub marks: WordMarks,
}

/// What words of names mark.
#[derive(Clone, Copy, Debug, Default)]
pub struct WordMarks {
    is_date: bool,
    is_author: bool,
    /// One of them is part of what marks hints for screen readers.
    may_be_hint: bool,
}

impl WordMarks {
    /// What these words mark.
    pub fn of(words: &str) -> Self {
        let mut marks = Self::default();
        for word in words.as_bytes().split(|byte| *byte == b' ') {
            marks.is_date |= is_word_of(word, DATE_WORDS, &DATE_SHAPES);
            marks.is_author |= is_word_of(word, AUTHOR_WORDS, &AUTHOR_SHAPES);
            marks.may_be_hint |= HINT_WORDS.iter().any(|hint| word.starts_with(hint));
        }
        marks
    }

    /// What these words and others mark together.
    pub fn or(self, other: Self) -> Self {
        Self {
            is_date: self.is_date || other.is_date,
            is_author: self.is_author || other.is_author,
            may_be_hint: self.may_be_hint || other.may_be_hint,
        }
    }
}

/// Beginnings of words without which [`is_read_aloud`] finds no hint.
const HINT_WORDS: &[&[u8]] = &[b"only", b"reader", b"hidden", b"sronly", b"screenreader", b"visuallyhidden"];

/// Whether an inline element is only read aloud: a hint for screen readers, or the reading of a word in ruby text.
pub fn is_read_aloud(name: Name, words: ElementWords<'_>) -> bool {
    let tokens = words.text;
    let has_hint = || {
        tokens.contains("sr only")
            || tokens.contains("screen reader")
            || tokens.contains("visually hidden")
            || tokens.split(' ').any(|word| matches!(word, "visuallyhidden" | "screenreader" | "sronly"))
    };
    matches!(name, Name::RT | Name::RTC) || (words.marks.may_be_hint && has_hint())
}

/// The lengths of a table's words by their first letter, as bits: these two rule out most words without a comparison.
const fn shapes(table: &[&str]) -> [u32; 26] {
    let mut shapes = [0; 26];
    let mut at = 0;
    while at < table.len() {
        let word = table[at].as_bytes();
        shapes[(word[0] - b'a') as usize] |= 1 << word.len();
        at += 1;
    }
    shapes
}

const AUTHOR_SHAPES: [u32; 26] = shapes(AUTHOR_WORDS);
const DATE_SHAPES: [u32; 26] = shapes(DATE_WORDS);

/// Whether a word is in the table.
fn is_word_of(word: &[u8], table: &[&str], shapes: &[u32; 26]) -> bool {
    let first = word.first().map_or(26, |byte| usize::from(byte.wrapping_sub(b'a')));
    let lengths = shapes.get(first).copied().unwrap_or_default();
    word.len() < 32 && lengths & (1 << word.len()) != 0 && table.iter().any(|known| known.as_bytes() == word)
}

/// Notes what an element inside the walk declares: head elements, dates and bylines. `block` is the number of blocks before it.
pub fn note(head: &mut Head, attributes: &Attributes<'_>, words: ElementWords<'_>, block: usize) {
    let ElementWords { text: tokens, marks } = words;
    let Attributes { element, .. } = attributes;
    let (node, name) = (element.node, element.name());
    match name {
        Name::HTML => head.lang = attributes.get(Key::Lang).or_else(|| attributes.get(Key::XmlLang)).map(str::to_string),
        Name::META => note_meta(head, attributes),
        Name::LINK => note_link(head, attributes),
        Name::A if attributes.rel.is_some_and(|rel| rel.to_ascii_lowercase().contains("license")) => note_link(head, attributes),
        _ => {}
    }
    let is_time = name == Name::TIME || attributes.datetime.is_some();
    if !is_time && !attributes.may_mark() && name != Name::A {
        return;
    }
    if (is_time || marks.is_date) && head.times.len() < MAX_MARKS {
        note_time(head, node, attributes, tokens.to_owned(), is_time, block);
    }
    let rel = attributes.rel.is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("author")));
    let itemprop = attributes.itemprop();
    let prop = itemprop.is_some_and(|prop| prop.split_ascii_whitespace().any(|word| matches!(word, "author" | "creator")));
    let by = match (rel, prop) {
        (true, _) => Some(MarkedBy::Rel),
        (_, true) => Some(MarkedBy::Itemprop),
        _ if marks.is_author => Some(MarkedBy::Class),
        _ => (name == Name::A && attributes.href.is_some_and(|href| leads_to_author(href, node))).then_some(MarkedBy::Href),
    };
    if let Some(by) = by.filter(|_| head.bylines.len() < MAX_MARKS) {
        let text = attributes.get(Key::Content).map(squeeze).or_else(|| prop.then(|| name_within(node)).flatten());
        let text = text.unwrap_or_else(|| text_of(node));
        if !text.is_empty() {
            head.bylines.push(Mark { text, by, tokens: tokens.to_owned(), block });
        }
    }
}

/// The text of the element inside an author's that holds the name: the author's also has badges, ranks and counts.
fn name_within(author: NodeRef<'_>) -> Option<String> {
    let name = author.descendants().take(MARK_NODES).find(|node| {
        let prop = node.element().and_then(|element| element.get(Key::Itemprop));
        prop.is_some_and(|prop| prop.split_ascii_whitespace().any(|word| word == "name"))
    })?;
    let content = name.element().and_then(|element| element.get(Key::Content)).map(squeeze);
    content.or_else(|| Some(text_of(name))).filter(|text| !text.is_empty())
}

/// Path segments under which content management systems put the pages of their authors.
const AUTHOR_FOLDERS: &[&str] = &[
    "author",
    "authors",
    "autor",
    "autoren",
    "autores",
    "autori",
    "autore",
    "auteur",
    "auteurs",
    "writer",
    "writers",
    "byline",
    "contributor",
    "contributors",
    "journalist",
    "journalists",
    "columnist",
    "columnists",
    "reporter",
    "reporters",
    "kolumnist",
    "skribent",
    "forfatter",
];

/// Whether a link leads to the page of the author whom it names: by such a path segment, followed by a word of the link's text.
fn leads_to_author(href: &str, link: NodeRef<'_>) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let (Some(name), Some(folder)) = (parts.next(), parts.next()) else { return false };
    if !AUTHOR_FOLDERS.contains(&folder) {
        return false;
    }
    let name = fold(name);
    fold(&text_of(link)).split(' ').any(|word| word.chars().count() > 2 && name.contains(word))
}

/// Notes what an element outside the walk declares: the title, JSON-LD, the URL that it loads, and its text for browsers without scripts.
pub fn note_skipped(head: &mut Head, attributes: &Attributes<'_>) {
    let (node, name) = (attributes.element.node, attributes.element.name());
    if let (Some(source), Name::SCRIPT | Name::IFRAME) = (attributes.get(Key::Src), name)
        && head.embeds.len() < MAX_MARKS
    {
        head.embeds.push(source.chars().take(MARK_CHARS).collect());
    }
    match name {
        Name::NOSCRIPT if head.noscript.len() < MAX_MARKS => {
            let text = without_tags(&text_of(node));
            if text.chars().any(char::is_alphabetic) {
                head.noscript.push(text);
            }
        }
        Name::TITLE if head.title.is_none() => {
            let text = text_of(node);
            head.title = (!text.is_empty()).then_some(text);
        }
        Name::SCRIPT if attributes.get(Key::Type).is_some_and(is_json_ld) => {
            let text: String = node.children().filter_map(|child| child.text()).collect();
            if head.json_ld.len() < MAX_MARKS && !text.trim().is_empty() {
                head.push_json_ld(text);
            }
        }
        Name::SCRIPT => scripts::note(head, attributes.element),
        _ => {}
    }
}

/// Whether a script of this `type` is JSON-LD.
pub fn is_json_ld(kind: &str) -> bool {
    kind.trim().to_ascii_lowercase().starts_with("application/ld+json")
}

/// Removes the tags from markup that the parser kept as text.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' => (in_tag, _) = (false, out.push(' ')),
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    squeeze(&out)
}

fn note_meta(head: &mut Head, attributes: &Attributes<'_>) {
    // Some systems write `value` for `content`.
    let Some(content) = attributes.get(Key::Content).or_else(|| attributes.get(Key::Value)) else { return };
    for key in [Key::Name, Key::Property, Key::Itemprop, Key::HttpEquiv] {
        if let Some(name) = attributes.get(key) {
            head.push_meta(name.trim().to_ascii_lowercase(), content.to_string());
        }
    }
}

fn note_link(head: &mut Head, attributes: &Attributes<'_>) {
    if let (Some(rel), Some(href)) = (attributes.get(Key::Rel), attributes.get(Key::Href)) {
        head.push_link(Link {
            rel: rel.to_ascii_lowercase(),
            href: href.to_string(),
            kind: attributes.get(Key::Type).map(str::to_ascii_lowercase),
            hreflang: attributes.get(Key::Hreflang).map(str::to_string),
        });
    }
}

fn note_time(head: &mut Head, node: NodeRef<'_>, attributes: &Attributes<'_>, mut tokens: String, is_time: bool, block: usize) {
    let datetime = [Key::Datetime, Key::Content, Key::Title].into_iter().find_map(|key| attributes.get(key)).map(str::to_string);
    let text = text_of(node);
    // A container named "date" may contain half of the page.
    if !is_time && (text.chars().count() > 120 || !text.chars().any(char::is_numeric)) && datetime.is_none() {
        return;
    }
    if let Some(parent) = node.parent().and_then(|parent| parent.element()).map(|element| Attributes::of(element).tokens()) {
        tokens.push(' ');
        tokens.push_str(&parent);
    }
    head.times.push(TimeMark { datetime, text, tokens: tokens.trim().to_string(), block });
}

/// The text of an element, squeezed, cut at [`MARK_CHARS`].
fn text_of(node: NodeRef<'_>) -> String {
    let mut text = String::new();
    for descendant in node.descendants().take(MARK_NODES) {
        match descendant.kind() {
            NodeKind::Text(piece) => text.push_str(piece),
            NodeKind::Element(_) => text.push(' '),
            NodeKind::Root => {}
        }
        if text.len() > MARK_CHARS * 4 {
            break;
        }
    }
    squeeze(&text).chars().take(MARK_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use crate::page::{Config, Page, ReadHints, read};

    fn page(html: &str) -> Page {
        read(html.as_bytes(), ReadHints { content_type: Some("text/html"), ..ReadHints::default() }, &Config::default()).unwrap()
    }

    #[test]
    fn the_name_inside_an_author_is_read_without_its_badges() {
        let page = page(
            "<div itemprop=author><img alt=x><b itemprop=name>Jane Doe</b> <i>Moderator</i> <i>12 posts</i></div>\
             <span itemprop=author>Anna Meier</span>",
        );
        let names: Vec<&str> = page.head.bylines.iter().map(|mark| mark.text.as_str()).collect();
        assert_eq!(names, ["Jane Doe", "Anna Meier"]);
    }

    #[test]
    fn a_meta_element_may_have_a_value_for_its_content() {
        let page = page("<meta name=date value=2026-01-29><meta name=author content='Jane Doe' value=x><p>Text.</p>");
        assert_eq!(page.head.meta("date"), Some("2026-01-29"));
        assert_eq!(page.head.meta("author"), Some("Jane Doe"));
    }
}
