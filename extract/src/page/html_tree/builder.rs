//! Tree construction by the HTML Standard (§ 13.2.6): the state of the builder, and the insertion of nodes. The rules of each insertion mode are in
//! the files of `modes`.

use super::arena::{Arena, Content, ElementData, Namespace, NodeId};
use super::attribute::{Attribute, Key};
use super::formatting_list::FormattingList;
use super::mode::Mode;
use super::name::{Name, NameSet};
use super::open_elements::{Open, OpenElements};
use super::span::Span;

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub struct StartTag<'t> {
    /// The element's name.
    pub name: Name,
    /// Its attributes.
    pub attributes: &'t [Attribute],
    /// It ends with `/>`.
    pub is_self_closing: bool,
}

impl StartTag<'_> {
    /// A start tag without attributes.
    pub fn plain(name: Name) -> Self {
        Self { name, attributes: &[], is_self_closing: false }
    }

    /// The value of an attribute.
    pub fn attribute(&self, key: Key) -> Option<Span> {
        self.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| attribute.value)
    }
}

/// How the content after a start tag is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As markup.
    Markup,
    /// As text with character references, up to the end tag.
    EscapableText,
    /// As text without, up to the end tag.
    RawText,
    /// As a script, up to its end tag.
    Script,
    /// As text, up to the end of the page.
    PlainText,
}

/// What remains to be done with a token.
pub(super) enum Step {
    /// Nothing.
    Done,
    /// Nothing, but the content that follows is no markup.
    Read(Reading),
    /// It is processed again, in this mode.
    Again(Mode),
}

/// Where a node is inserted.
#[derive(Clone, Copy)]
enum Place {
    /// At the end of a node.
    In(NodeId),
    /// Before a node, which has a parent.
    Before(NodeId),
}

/// Elements in which text and elements have no place, so that they go before the table.
pub(super) const FOSTERING: NameSet = NameSet::of(&[Name::TABLE, Name::TBODY, Name::TFOOT, Name::THEAD, Name::TR]);

/// Builds a page's tree from its tokens.
#[derive(Debug)]
pub struct TreeBuilder<'s> {
    /// The markup, of which the spans of the tokens are ranges.
    pub source: &'s str,
    /// The tree so far.
    pub arena: Arena,
    pub(super) open: OpenElements,
    pub(super) formatting: FormattingList,
    pub(super) mode: Mode,
    /// The mode before that for raw text or for text in tables.
    pub(super) original_mode: Mode,
    pub(super) template_modes: Vec<Mode>,
    pub(super) head: Option<NodeId>,
    pub(super) form: Option<NodeId>,
    pub(super) frameset_ok: bool,
    pub(super) is_fostering: bool,
    pub(super) is_quirky: bool,
    /// A line feed that comes next is dropped.
    pub(super) ignores_line_feed: bool,
    pub(super) table_text: Vec<Span>,
    /// Attributes of the elements created.
    attributes: usize,
}

impl<'s> TreeBuilder<'s> {
    /// A builder of the tree of this markup, at its beginning.
    pub fn new(source: &'s str, arena: Arena) -> Self {
        Self {
            source,
            arena,
            open: OpenElements::default(),
            formatting: FormattingList::default(),
            mode: Mode::Initial,
            original_mode: Mode::InBody,
            template_modes: Vec::new(),
            head: None,
            form: None,
            frameset_ok: true,
            is_fostering: false,
            is_quirky: false,
            ignores_line_feed: false,
            table_text: Vec::new(),
            attributes: 0,
        }
    }

    /// Open elements and list entries looked at so far.
    pub fn steps(&self) -> u64 {
        self.open.steps()
    }

    /// Counts further ones.
    pub fn add_steps(&self, steps: u64) {
        self.open.add_steps(steps);
    }

    /// Nodes and attributes created so far.
    pub fn size(&self) -> usize {
        self.arena.nodes.len() + self.attributes
    }

    /// Whether the innermost element is one of SVG or MathML.
    pub fn is_in_foreign_content(&self) -> bool {
        self.open.last().is_some_and(|open| open.namespace != Namespace::Html)
    }

    /// Processes a doctype.
    pub fn doctype(&mut self, is_quirky: bool) {
        self.ignores_line_feed = false;
        if self.mode == Mode::Initial {
            (self.is_quirky, self.mode) = (is_quirky, Mode::BeforeHtml);
        }
    }

    /// Processes a start tag.
    pub fn start_tag(&mut self, tag: StartTag<'_>) -> Reading {
        self.ignores_line_feed = false;
        loop {
            let step = if self.is_foreign_start(tag.name) { self.start_in_foreign(tag) } else { self.start_in(self.mode, tag) };
            match step {
                Step::Done => return Reading::Markup,
                Step::Read(reading) => return reading,
                Step::Again(mode) => self.mode = mode,
            }
        }
    }

    /// Processes an end tag.
    pub fn end_tag(&mut self, name: Name) {
        self.ignores_line_feed = false;
        loop {
            let step = if self.is_in_foreign_content() { self.end_in_foreign(name) } else { self.end_in(self.mode, name) };
            match step {
                Step::Done | Step::Read(_) => return,
                Step::Again(mode) => self.mode = mode,
            }
        }
    }

    /// Processes text that is not empty.
    pub fn text(&mut self, mut span: Span) {
        if std::mem::take(&mut self.ignores_line_feed) && self.text_of(span).starts_with('\n') {
            span = span.from(1);
        }
        while !span.is_empty() {
            span = if self.is_foreign_text() { self.text_in_foreign(span) } else { self.text_in(self.mode, span) };
        }
    }

    /// Processes the end of the page; returns its tree.
    pub fn finish(mut self) -> Arena {
        while let Step::Again(mode) = self.end_of_page_in(self.mode) {
            self.mode = mode;
        }
        self.arena.join_texts(self.source);
        self.arena
    }

    /// The text of a span.
    pub fn text_of(&self, span: Span) -> &str {
        self.arena.text(self.source, span)
    }

    /// The appropriate place for inserting a node, in `target` or the innermost element.
    fn place(&self, target: Option<(NodeId, Name)>) -> Place {
        let current = || self.open.last().map_or((NodeId::DOCUMENT, Name::FOREIGN), |open| (open.node, open.key));
        let (node, key) = target.unwrap_or_else(current);
        if key == Name::TEMPLATE {
            return Place::In(self.content_of(node));
        }
        if !self.is_fostering || !FOSTERING.contains(key) {
            return Place::In(node);
        }
        let Some(at) = self.open.search(|open| matches!(open.key, Name::TEMPLATE | Name::TABLE)) else {
            return Place::In(self.open.get(0).map_or(NodeId::DOCUMENT, |root| root.node));
        };
        match self.open.get(at) {
            Some(template) if template.key == Name::TEMPLATE => Place::In(self.content_of(template.node)),
            Some(table) if self.arena.node(table.node).parent.some().is_some() => Place::Before(table.node),
            _ => Place::In(at.checked_sub(1).and_then(|above| self.open.get(above)).map_or(node, |above| above.node)),
        }
    }

    /// The content of a template.
    fn content_of(&self, template: NodeId) -> NodeId {
        self.arena.node(template).first_child.some().unwrap_or(template)
    }

    /// Inserts a node that has no parent at the appropriate place.
    pub(super) fn insert_node(&mut self, node: NodeId, target: Option<(NodeId, Name)>) {
        match self.place(target) {
            Place::In(parent) => self.arena.append(parent, node),
            Place::Before(sibling) => self.arena.insert_before(sibling, node),
        }
    }

    /// Inserts text at the appropriate place.
    pub(super) fn insert_text(&mut self, span: Span) {
        match self.place(None) {
            Place::In(parent) => self.arena.append_text(parent, span),
            Place::Before(sibling) => self.arena.insert_text_before(sibling, span),
        }
    }

    /// Creates an element with attributes that are in the arena already.
    pub(super) fn create(&mut self, name: Name, namespace: Namespace, attributes: (u32, u32)) -> NodeId {
        self.attributes += (attributes.1 - attributes.0) as usize;
        let element = self.arena.push(Content::Element(ElementData { name, namespace, attributes }));
        if name == Name::TEMPLATE && namespace == Namespace::Html {
            let fragment = self.arena.push(Content::Fragment);
            self.arena.append(element, fragment);
        }
        element
    }

    /// Creates an element and inserts it at the appropriate place.
    pub(super) fn insert_created(&mut self, name: Name, namespace: Namespace, attributes: (u32, u32)) -> Open {
        let node = self.create(name, namespace, attributes);
        self.insert_node(node, None);
        Open::new(node, name, namespace)
    }

    /// Inserts an HTML element and opens it.
    pub(super) fn insert(&mut self, tag: StartTag<'_>) -> NodeId {
        let attributes = self.arena.push_attributes(tag.attributes);
        let open = self.insert_created(tag.name, Namespace::Html, attributes);
        self.open.push(open);
        open.node
    }

    /// Inserts an HTML element that has no content.
    pub(super) fn insert_void(&mut self, tag: StartTag<'_>) -> NodeId {
        let attributes = self.arena.push_attributes(tag.attributes);
        self.insert_created(tag.name, Namespace::Html, attributes).node
    }

    /// Inserts an HTML element and opens it for text that is no markup.
    pub(super) fn insert_with_text(&mut self, tag: StartTag<'_>, reading: Reading) -> Step {
        self.insert(tag);
        (self.original_mode, self.mode) = (self.mode, Mode::Text);
        Step::Read(reading)
    }

    /// Adds those attributes to an element that it lacks.
    pub(super) fn add_missing_attributes(&mut self, element: NodeId, added: &[Attribute]) {
        let Some(data) = self.arena.element(element) else { return };
        let mut all = self.arena.attributes(data.attributes).to_vec();
        let before = all.len();
        for attribute in added {
            if all.iter().all(|known| !self.is_same_name(known, attribute)) {
                all.push(*attribute);
            }
        }
        if all.len() > before {
            let range = self.arena.push_attributes(&all);
            self.arena.set_attributes(element, range);
        }
    }

    /// Whether two attributes have the same name.
    pub(super) fn is_same_name(&self, one: &Attribute, other: &Attribute) -> bool {
        one.key == other.key
            && one.prefix == other.prefix
            && (one.key != Key::Other || self.text_of(one.name) == self.text_of(other.name))
    }

    /// The name of an attribute, without its prefix.
    pub(super) fn attribute_name(&self, attribute: &Attribute) -> &str {
        attribute.key.text().unwrap_or_else(|| self.text_of(attribute.name))
    }
}
