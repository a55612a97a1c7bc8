//! The stack of open elements (HTML Standard, § 13.2.4.2), with the scopes in which end tags look for their element.
//!
//! How often each known name is open is counted, so that most questions ("is a `<p>` open?") need no search. What a search looks at is counted too.

use std::cell::Cell;

use super::arena::{Namespace, NodeId};
use super::name::{Name, NameSet};

/// An open element.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Its node.
    pub node: NodeId,
    /// Its name.
    pub name: Name,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name if it is an HTML element, else what it counts as: see [`key`].
    pub key: Name,
}

impl Open {
    /// An element that is about to be opened.
    pub fn new(node: NodeId, name: Name, namespace: Namespace) -> Self {
        Self { node, name, namespace, key: key(name, namespace) }
    }
}

/// What an element counts as where HTML elements are looked for: itself, an integration point, or another foreign element.
fn key(name: Name, namespace: Namespace) -> Name {
    match (namespace, name) {
        (Namespace::Html, name) => name,
        (Namespace::MathMl, Name::MI | Name::MO | Name::MN | Name::MS | Name::MTEXT) => Name::TEXT_POINT,
        (Namespace::Svg, Name::FOREIGN_OBJECT | Name::DESC | Name::TITLE) => Name::HTML_POINT,
        _ => Name::FOREIGN,
    }
}

/// The elements that end the search of "has an element in scope".
pub const DEFAULT_SCOPE: NameSet = NameSet::of(&[
    Name::APPLET,
    Name::CAPTION,
    Name::HTML,
    Name::TABLE,
    Name::TD,
    Name::TH,
    Name::MARQUEE,
    Name::OBJECT,
    Name::SELECT,
    Name::TEMPLATE,
    Name::TEXT_POINT,
    Name::HTML_POINT,
]);
/// Those of "has an element in list item scope".
pub const LIST_SCOPE: NameSet = DEFAULT_SCOPE.with(&[Name::OL, Name::UL]);
/// Those of "has an element in button scope".
pub const BUTTON_SCOPE: NameSet = DEFAULT_SCOPE.with(&[Name::BUTTON]);
/// Those of "has an element in table scope".
pub const TABLE_SCOPE: NameSet = NameSet::of(&[Name::HTML, Name::TABLE, Name::TEMPLATE]);

/// The elements of "clear the stack back to a table body context".
pub const BODY_CONTEXT: NameSet = NameSet::of(&[Name::TBODY, Name::TFOOT, Name::THEAD, Name::TEMPLATE, Name::HTML]);
/// Those of "clear the stack back to a table row context".
pub const ROW_CONTEXT: NameSet = NameSet::of(&[Name::TR, Name::TEMPLATE, Name::HTML]);

/// The elements whose end tags are implied.
pub const IMPLIED_END: NameSet =
    NameSet::of(&[Name::DD, Name::DT, Name::LI, Name::OPTION, Name::OPTGROUP, Name::P, Name::RB, Name::RP, Name::RT, Name::RTC]);
/// Those whose end tags are implied at the end of a template.
pub const THOROUGHLY_IMPLIED_END: NameSet =
    IMPLIED_END.with(&[Name::CAPTION, Name::COLGROUP, Name::TBODY, Name::TD, Name::TFOOT, Name::TH, Name::THEAD, Name::TR]);

/// Table cells.
pub const CELLS: NameSet = NameSet::of(&[Name::TD, Name::TH]);
/// Headings.
pub const HEADINGS: NameSet = NameSet::of(&[Name::H1, Name::H2, Name::H3, Name::H4, Name::H5, Name::H6]);

/// The stack of open elements, the root first.
#[derive(Debug)]
pub struct OpenElements {
    entries: Vec<Open>,
    /// How often each known name is open.
    counts: [u32; Name::COUNT],
    /// Elements looked at so far.
    steps: Cell<u64>,
}

impl Default for OpenElements {
    fn default() -> Self {
        Self { entries: Vec::new(), counts: [0; Name::COUNT], steps: Cell::default() }
    }
}

impl OpenElements {
    /// Elements looked at so far.
    pub fn steps(&self) -> u64 {
        self.steps.get()
    }

    /// Counts elements looked at elsewhere.
    pub fn add_steps(&self, steps: u64) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// The innermost element.
    pub fn last(&self) -> Option<Open> {
        self.entries.last().copied()
    }

    /// What the innermost element counts as.
    pub fn current(&self) -> Name {
        self.entries.last().map_or(Name::FOREIGN, |open| open.key)
    }

    /// The number of open elements.
    pub fn depth(&self) -> usize {
        self.entries.len()
    }

    /// The element at a position.
    pub fn get(&self, at: usize) -> Option<Open> {
        self.entries.get(at).copied()
    }

    /// Opens an element.
    pub fn push(&mut self, open: Open) {
        self.count(open.key, 1);
        self.entries.push(open);
    }

    /// Closes the innermost element.
    pub fn pop(&mut self) -> Option<Open> {
        let open = self.entries.pop()?;
        self.count(open.key, u32::MAX);
        Some(open)
    }

    /// Adds to the count of a name, wrapping.
    fn count(&mut self, key: Name, change: u32) {
        if let Some(count) = self.counts.get_mut(key.index()) {
            *count = count.wrapping_add(change);
        }
    }

    /// Closes all elements from a position on.
    pub fn truncate(&mut self, length: usize) {
        while self.entries.len() > length {
            self.pop();
        }
    }

    /// Takes an element out of the middle.
    pub fn remove(&mut self, at: usize) {
        if at < self.entries.len() {
            let removed = self.entries.remove(at);
            self.count(removed.key, u32::MAX);
        }
    }

    /// Puts an element into the middle.
    pub fn insert(&mut self, at: usize, open: Open) {
        if at <= self.entries.len() {
            self.count(open.key, 1);
            self.entries.insert(at, open);
        }
    }

    /// Replaces an element by another of the same name.
    pub fn replace(&mut self, at: usize, node: NodeId) {
        if let Some(open) = self.entries.get_mut(at) {
            open.node = node;
        }
    }

    /// Takes an element out, wherever it is.
    pub fn remove_node(&mut self, node: NodeId) {
        if let Some(at) = self.position(node) {
            self.remove(at);
        }
    }

    /// Where an element is, searched from the innermost one.
    pub fn position(&self, node: NodeId) -> Option<usize> {
        self.search(|open| open.node == node)
    }

    /// The position of the innermost element that passes.
    pub fn search(&self, passes: impl Fn(&Open) -> bool) -> Option<usize> {
        let found = self.entries.iter().rposition(passes);
        self.add_steps((self.entries.len() - found.unwrap_or(0)) as u64);
        found
    }

    /// The position of the first element from `start` on that passes.
    pub fn search_from(&self, start: usize, passes: impl Fn(&Open) -> bool) -> Option<usize> {
        let found = self.entries.iter().skip(start).position(passes).map(|at| start + at);
        self.add_steps(found.unwrap_or(self.entries.len()).saturating_sub(start) as u64);
        found
    }

    /// Whether an HTML element of this known name is open.
    pub fn has(&self, name: Name) -> bool {
        self.counts.get(name.index()).is_some_and(|count| *count > 0)
    }

    /// Whether an element of this known name is in a scope.
    pub fn has_in_scope(&self, name: Name, scope: &NameSet) -> bool {
        if !self.has(name) {
            return false;
        }
        let found = self.search(|open| open.key == name || scope.contains(open.key));
        found.and_then(|at| self.get(at)).is_some_and(|open| open.key == name)
    }

    /// Whether one of these elements is in a scope.
    pub fn has_any_in_scope(&self, names: &NameSet, scope: &NameSet) -> bool {
        let found = self.search(|open| names.contains(open.key) || scope.contains(open.key));
        found.and_then(|at| self.get(at)).is_some_and(|open| names.contains(open.key))
    }

    /// Whether this very element is in the default scope.
    pub fn has_node_in_scope(&self, node: NodeId) -> bool {
        let found = self.search(|open| open.node == node || DEFAULT_SCOPE.contains(open.key));
        found.and_then(|at| self.get(at)).is_some_and(|open| open.node == node)
    }

    /// Closes the innermost elements whose end tags are implied, but for one name.
    pub fn generate_implied_ends(&mut self, implied: &NameSet, except: Option<Name>) {
        while implied.contains(self.current()) && Some(self.current()) != except {
            self.pop();
        }
    }

    /// Closes elements until one of this name was closed.
    pub fn pop_until(&mut self, name: Name) {
        while self.pop().is_some_and(|closed| closed.key != name) {}
    }

    /// Closes elements until one of these was closed.
    pub fn pop_until_any(&mut self, names: &NameSet) {
        while self.pop().is_some_and(|closed| !names.contains(closed.key)) {}
    }

    /// Closes elements until one of these is the innermost one.
    pub fn clear_back_to(&mut self, context: &NameSet) {
        while self.last().is_some_and(|open| !context.contains(open.key)) {
            self.pop();
        }
    }

    /// Closes elements up to and including one of this name, after those with implied ends.
    pub fn close(&mut self, name: Name, except: Option<Name>) {
        self.generate_implied_ends(&IMPLIED_END, except);
        self.pop_until(name);
    }

    /// Closes the `<p>` that is in button scope, if there is one.
    pub fn close_paragraph(&mut self) {
        if self.has_in_scope(Name::P, &BUTTON_SCOPE) {
            self.close(Name::P, Some(Name::P));
        }
    }
}
