//! What is done with the active formatting elements (HTML Standard, § 13.2.4.3): `<b>`, `<a>` and similar are opened again in every block that they reach
//! into, and the adoption agency puts misnested ones right.

use super::arena::{Namespace, NodeId};
use super::attribute::Attribute;
use super::builder::{StartTag, TreeBuilder};
use super::formatting_list::{Entry, Formatting};
use super::name::{Name, NameSet};
use super::open_elements::Open;

/// Elements with rules of their own, which the search of an ordinary end tag does not pass. As in html5ever, without `<search>`, `<keygen>` and those of
/// SVG and MathML.
pub(super) const SPECIAL: NameSet = NameSet::of(&[
    Name::ADDRESS,
    Name::APPLET,
    Name::AREA,
    Name::ARTICLE,
    Name::ASIDE,
    Name::BASE,
    Name::BASEFONT,
    Name::BGSOUND,
    Name::BLOCKQUOTE,
    Name::BODY,
    Name::BR,
    Name::BUTTON,
    Name::CAPTION,
    Name::CENTER,
    Name::COL,
    Name::COLGROUP,
    Name::DD,
    Name::DETAILS,
    Name::DIR,
    Name::DIV,
    Name::DL,
    Name::DT,
    Name::EMBED,
    Name::FIELDSET,
    Name::FIGCAPTION,
    Name::FIGURE,
    Name::FOOTER,
    Name::FORM,
    Name::FRAME,
    Name::FRAMESET,
    Name::H1,
    Name::H2,
    Name::H3,
    Name::H4,
    Name::H5,
    Name::H6,
    Name::HEAD,
    Name::HEADER,
    Name::HGROUP,
    Name::HR,
    Name::HTML,
    Name::IFRAME,
    Name::IMG,
    Name::INPUT,
    Name::LI,
    Name::LINK,
    Name::LISTING,
    Name::MAIN,
    Name::MARQUEE,
    Name::MENU,
    Name::META,
    Name::NAV,
    Name::NOEMBED,
    Name::NOFRAMES,
    Name::NOSCRIPT,
    Name::OBJECT,
    Name::OL,
    Name::P,
    Name::PARAM,
    Name::PLAINTEXT,
    Name::PRE,
    Name::SCRIPT,
    Name::SECTION,
    Name::SELECT,
    Name::SOURCE,
    Name::STYLE,
    Name::SUMMARY,
    Name::TABLE,
    Name::TBODY,
    Name::TD,
    Name::TEMPLATE,
    Name::TEXTAREA,
    Name::TFOOT,
    Name::TH,
    Name::THEAD,
    Name::TITLE,
    Name::TR,
    Name::TRACK,
    Name::UL,
    Name::WBR,
    Name::XMP,
]);

/// Most times that the adoption agency runs for one end tag, and most formatting elements that it keeps each time.
const OUTER_LOOPS: usize = 8;
const INNER_LOOPS: usize = 3;

/// Most equal formatting elements in the list (the "Noah's Ark clause").
const MOST_EQUAL: usize = 3;

/// Where the adoption agency puts the new formatting element in the list.
enum Bookmark {
    Replace,
    After(NodeId),
}

impl TreeBuilder<'_> {
    /// Opens formatting elements again that were closed by the end of the block around them.
    pub(super) fn reconstruct_formatting(&mut self) {
        let Some(last) = self.formatting.0.last() else { return };
        if self.is_marker_or_open(*last) {
            return;
        }
        let mut at = self.formatting.0.len() - 1;
        while let Some(before) = at.checked_sub(1).and_then(|before| self.formatting.0.get(before)) {
            if self.is_marker_or_open(*before) {
                break;
            }
            at -= 1;
        }
        while let Some(Formatting { name, attributes, .. }) = self.formatting.get(at) {
            let open = self.insert_created(name, Namespace::Html, attributes);
            self.open.push(open);
            self.formatting.set(at, Formatting { node: open.node, name, attributes });
            at += 1;
        }
    }

    fn is_marker_or_open(&self, entry: Entry) -> bool {
        match entry {
            Entry::Marker => true,
            Entry::Element(formatting) => self.open.position(formatting.node).is_some(),
        }
    }

    /// Inserts a formatting element, opens it and adds it to the list, from which the first of too many equal ones is removed.
    pub(super) fn insert_formatting(&mut self, tag: StartTag<'_>) {
        let is_equal = |known: &Formatting| {
            known.name == tag.name && self.has_same_attributes(self.arena.attributes(known.attributes), tag.attributes)
        };
        let equal = self.formatting.since_marker().filter(|(_, known)| is_equal(known));
        let (count, first) = equal.fold((0, None), |(count, _), (at, _)| (count + 1, Some(at)));
        if let Some(first) = first.filter(|_| count >= MOST_EQUAL) {
            self.formatting.remove(first);
        }
        let node = self.insert(tag);
        let attributes = self.arena.element(node).map_or((0, 0), |element| element.attributes);
        self.formatting.0.push(Entry::Element(Formatting { node, name: tag.name, attributes }));
    }

    fn has_same_attributes(&self, one: &[Attribute], other: &[Attribute]) -> bool {
        let is_same = |a: &Attribute, b: &Attribute| {
            (a.value == b.value || self.text_of(a.value) == self.text_of(b.value)) && self.is_same_name(a, b)
        };
        one.len() == other.len() && one.iter().all(|a| other.iter().any(|b| is_same(a, b)))
    }

    /// Closes a link that is still open where another begins.
    pub(super) fn close_misnested_link(&mut self) {
        let Some((_, link)) = self.formatting.since_marker().find(|(_, formatting)| formatting.name == Name::A) else { return };
        self.adopt(Name::A);
        self.formatting.remove_node(link.node);
        self.open.remove_node(link.node);
    }

    /// The adoption agency algorithm, for the end tag of a formatting element.
    pub(super) fn adopt(&mut self, subject: Name) {
        if let Some(current) = self.open.last()
            && current.key == subject
            && self.formatting.position(current.node).is_none()
        {
            self.open.pop();
            return;
        }
        for _ in 0..OUTER_LOOPS {
            let Some((list_at, formatting)) = self.formatting.since_marker().find(|(_, known)| known.name == subject) else {
                self.end_ordinary(subject);
                return;
            };
            let Some(stack_at) = self.open.position(formatting.node) else {
                self.formatting.remove(list_at);
                return;
            };
            if !self.open.has_node_in_scope(formatting.node) {
                return;
            }
            let Some(block_at) = self.open.search_from(stack_at, |open| SPECIAL.contains(open.key)) else {
                self.open.truncate(stack_at);
                self.formatting.remove(list_at);
                return;
            };
            self.adopt_block(formatting, stack_at, block_at);
        }
    }

    /// One run of the adoption agency: moves the formatting element at `stack_at` into the furthest block, at `block_at`.
    fn adopt_block(&mut self, formatting: Formatting, stack_at: usize, block_at: usize) {
        let (Some(block), Some(ancestor)) =
            (self.open.get(block_at), stack_at.checked_sub(1).and_then(|above| self.open.get(above)))
        else {
            return;
        };
        let (last, bookmark) = self.adopt_chain(formatting.node, block, block_at);
        self.arena.detach(last);
        self.insert_node(last, Some((ancestor.node, ancestor.key)));
        let new = self.create(formatting.name, Namespace::Html, formatting.attributes);
        let moved = self.arena.move_children(block.node, new);
        self.add_steps(moved);
        self.arena.append(block.node, new);
        let entry = Formatting { node: new, ..formatting };
        match bookmark {
            Bookmark::Replace => {
                if let Some(at) = self.formatting.position(formatting.node) {
                    self.formatting.set(at, entry);
                }
            }
            Bookmark::After(previous) => {
                if let Some(at) = self.formatting.position(previous) {
                    self.formatting.0.insert(at + 1, Entry::Element(entry));
                }
                self.formatting.remove_node(formatting.node);
            }
        }
        self.open.remove_node(formatting.node);
        if let Some(at) = self.open.position(block.node) {
            self.open.insert(at + 1, Open::new(new, formatting.name, Namespace::Html));
        }
    }

    /// Rebuilds the elements between the formatting element and the furthest block around that block. Returns the outermost of them.
    fn adopt_chain(&mut self, formatting: NodeId, block: Open, block_at: usize) -> (NodeId, Bookmark) {
        let (mut last, mut bookmark) = (block.node, Bookmark::Replace);
        let mut rounds = 0;
        let mut at = block_at;
        while let Some((above, node)) = at.checked_sub(1).and_then(|above| Some((above, self.open.get(above)?))) {
            (rounds, at) = (rounds + 1, above);
            if node.node == formatting {
                break;
            }
            let list_at = self.formatting.position(node.node);
            self.add_steps(1);
            let (Some(list_at), true) = (list_at, rounds <= INNER_LOOPS) else {
                if let Some(list_at) = list_at {
                    self.formatting.remove(list_at);
                }
                self.open.remove(at);
                continue;
            };
            let Some(known) = self.formatting.get(list_at) else { break };
            let new = self.create(known.name, Namespace::Html, known.attributes);
            self.open.replace(at, new);
            self.formatting.set(list_at, Formatting { node: new, ..known });
            if last == block.node {
                bookmark = Bookmark::After(new);
            }
            self.arena.detach(last);
            self.arena.append(new, last);
            last = new;
        }
        (last, bookmark)
    }
}
