//! The limit on nesting depth, between tokenizer and tree builder: elements that are nested too deep are dissolved; their text stays.
//!
//! The tree builder searches its stack of open elements, so that it takes time quadratic in the depth. This one tracks the open elements without
//! searching, including the end tags that the HTML Standard implies, so that unclosed `<p>`, `<li>` or `<td>` do not add to the depth.

use super::html_tree::{Name, NameSet};

/// Decides which tags reach the tree builder.
#[derive(Debug)]
pub struct DepthLimit {
    max_depth: usize,
    /// The open elements as the tree builder has them, as far as depth is concerned. Where the two differ, this stack is deeper.
    stack: Vec<OpenElement>,
    /// The number of elements of the stack that were passed on.
    passed: usize,
    /// The innermost position where each name is open, so that a stray end tag needs no search.
    innermost: Vec<Position>,
    /// Positions of the elements that stop the search of some end tags; see [`EndTagReach`].
    special: Vec<usize>,
    scopes: Vec<usize>,
    lists: Vec<usize>,
    tables: Vec<usize>,
    exceeded: bool,
}

/// A position on the stack.
type Position = Option<usize>;

#[derive(Debug)]
struct OpenElement {
    name: Name,
    /// Whether it was passed on to the tree builder.
    passed: bool,
    /// Whether it is still open. A formatting element that was closed under an open block still counts towards the depth.
    open: bool,
    /// Where its name is open around it.
    outer: Position,
}

/// How far up the stack an element's end tag searches for it (HTML Standard, "the stack of open elements", "any other end tag", "adoption agency").
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndTagReach {
    /// Past anything but scope markers; blocks inside it stay open.
    Formatting,
    /// Within its scope.
    Special,
    /// Within its table.
    TablePart,
    /// Past ordinary elements only.
    Ordinary,
}

/// Elements that the tree builder opens again in every block that they reach into (HTML Standard, "formatting").
pub const FORMATTING: NameSet = NameSet::of(&[
    Name::A,
    Name::B,
    Name::BIG,
    Name::CODE,
    Name::EM,
    Name::FONT,
    Name::I,
    Name::NOBR,
    Name::S,
    Name::SMALL,
    Name::STRIKE,
    Name::STRONG,
    Name::TT,
    Name::U,
]);

const TABLE_PARTS: NameSet = NameSet::of(&[
    Name::TABLE,
    Name::CAPTION,
    Name::COLGROUP,
    Name::TBODY,
    Name::THEAD,
    Name::TFOOT,
    Name::TR,
    Name::TD,
    Name::TH,
]);

const SPECIAL: NameSet = NameSet::of(&[
    Name::ADDRESS,
    Name::APPLET,
    Name::ARTICLE,
    Name::ASIDE,
    Name::BLOCKQUOTE,
    Name::BUTTON,
    Name::CENTER,
    Name::DD,
    Name::DETAILS,
    Name::DIALOG,
    Name::DIR,
    Name::DIV,
    Name::DL,
    Name::DT,
    Name::FIELDSET,
    Name::FIGCAPTION,
    Name::FIGURE,
    Name::FOOTER,
    Name::FORM,
    Name::H1,
    Name::H2,
    Name::H3,
    Name::H4,
    Name::H5,
    Name::H6,
    Name::HEADER,
    Name::HGROUP,
    Name::LI,
    Name::LISTING,
    Name::MAIN,
    Name::MARQUEE,
    Name::MENU,
    Name::NAV,
    Name::OBJECT,
    Name::OL,
    Name::P,
    Name::PRE,
    Name::SEARCH,
    Name::SECTION,
    Name::SELECT,
    Name::SUMMARY,
    Name::TEMPLATE,
    Name::UL,
]);

/// Elements whose inside and outside do not see each other's end tags.
const SCOPES: NameSet = NameSet::of(&[
    Name::APPLET,
    Name::CAPTION,
    Name::MARQUEE,
    Name::OBJECT,
    Name::TABLE,
    Name::TD,
    Name::TH,
    Name::TEMPLATE,
    Name::BUTTON,
]);

/// Elements that never add to the depth: void elements, those with raw text (their start tags switch the tokenizer), and the root elements.
const CHILDLESS: NameSet = NameSet::of(&[
    Name::AREA,
    Name::BASE,
    Name::BR,
    Name::COL,
    Name::EMBED,
    Name::HR,
    Name::IMG,
    Name::INPUT,
    Name::LINK,
    Name::META,
    Name::PARAM,
    Name::SOURCE,
    Name::TRACK,
    Name::WBR,
    Name::SCRIPT,
    Name::STYLE,
    Name::TEXTAREA,
    Name::TITLE,
    Name::XMP,
    Name::IFRAME,
    Name::NOEMBED,
    Name::NOFRAMES,
    Name::NOSCRIPT,
    Name::PLAINTEXT,
    Name::HTML,
    Name::HEAD,
    Name::BODY,
]);

fn reach(name: Name) -> EndTagReach {
    match name {
        name if FORMATTING.contains(name) => EndTagReach::Formatting,
        name if TABLE_PARTS.contains(name) => EndTagReach::TablePart,
        name if SPECIAL.contains(name) => EndTagReach::Special,
        _ => EndTagReach::Ordinary,
    }
}

/// The open elements that a start tag closes if they are innermost, in this order.
fn closed_by(name: Name) -> &'static [Name] {
    match name {
        Name::LI => &[Name::P, Name::LI],
        Name::DT | Name::DD => &[Name::P, Name::DT, Name::DD],
        Name::OPTION | Name::OPTGROUP => &[Name::OPTION],
        Name::TR => &[Name::P, Name::TD, Name::TH, Name::TR],
        Name::TD | Name::TH => &[Name::P, Name::TD, Name::TH],
        Name::TBODY | Name::THEAD | Name::TFOOT => {
            &[Name::P, Name::TD, Name::TH, Name::TR, Name::TBODY, Name::THEAD, Name::TFOOT]
        }
        Name::P | Name::DIV | Name::UL | Name::OL | Name::DL | Name::TABLE | Name::SECTION | Name::ARTICLE => &[Name::P],
        Name::ASIDE | Name::HEADER | Name::FOOTER | Name::NAV | Name::MAIN | Name::FORM | Name::FIGURE => &[Name::P],
        Name::BLOCKQUOTE | Name::PRE | Name::H1 | Name::H2 | Name::H3 | Name::H4 | Name::H5 | Name::H6 => &[Name::P],
        Name::FIELDSET | Name::ADDRESS | Name::CENTER | Name::DETAILS => &[Name::P],
        _ => &[],
    }
}

impl DepthLimit {
    /// A limit with nothing open.
    pub fn new(max_depth: usize) -> Self {
        Self {
            max_depth,
            stack: Vec::new(),
            passed: 0,
            innermost: vec![None; Name::COUNT],
            special: Vec::new(),
            scopes: Vec::new(),
            lists: Vec::new(),
            tables: Vec::new(),
            exceeded: false,
        }
    }

    /// Whether an element was dissolved.
    pub fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// Whether a start tag is passed on.
    pub fn admits_start(&mut self, name: Name) -> bool {
        if CHILDLESS.contains(name) {
            return true;
        }
        for implied in closed_by(name) {
            if self.stack.last().is_some_and(|top| top.name == *implied) {
                self.truncate(self.stack.len() - 1);
            }
        }
        let at = self.stack.len();
        let passed = self.passed < self.max_depth;
        self.passed += usize::from(passed);
        if self.innermost.len() <= name.index() {
            self.innermost.resize(name.index() + 1, None);
        }
        let outer = self.innermost.get_mut(name.index()).and_then(|innermost| innermost.replace(at));
        if matches!(reach(name), EndTagReach::Special | EndTagReach::TablePart) {
            self.special.push(at);
        }
        match name {
            Name::TABLE => self.tables.push(at),
            Name::UL | Name::OL => self.lists.push(at),
            _ => {}
        }
        if SCOPES.contains(name) {
            self.scopes.push(at);
        }
        self.stack.push(OpenElement { name, passed, open: true, outer });
        self.exceeded |= !passed;
        passed
    }

    /// Whether an end tag is passed on. One without an open element is, as `</p>` and `</br>` create elements.
    pub fn admits_end(&mut self, name: Name) -> bool {
        let Some(at) = self.innermost.get(name.index()).copied().flatten() else { return true };
        let passed = self.stack.get(at).is_none_or(|opened| opened.passed);
        let is_inside = |positions: &Vec<usize>| positions.last().is_some_and(|position| *position > at);
        let reach = reach(name);
        let out_of_reach = match reach {
            EndTagReach::TablePart => is_inside(&self.tables),
            EndTagReach::Special => is_inside(&self.scopes) || (name == Name::LI && is_inside(&self.lists)),
            EndTagReach::Formatting => is_inside(&self.scopes),
            EndTagReach::Ordinary => is_inside(&self.special),
        };
        if out_of_reach {
            return passed;
        }
        if reach == EndTagReach::Formatting && is_inside(&self.special) {
            self.close(at);
        } else {
            self.truncate(at);
        }
        passed
    }

    /// Notes that the element at a position, the innermost of its name, is open no more.
    fn close(&mut self, at: usize) {
        if let Some(opened) = self.stack.get_mut(at).filter(|opened| opened.open)
            && let Some(innermost) = self.innermost.get_mut(opened.name.index())
        {
            (opened.open, *innermost) = (false, opened.outer);
        }
    }

    fn truncate(&mut self, length: usize) {
        while self.stack.len() > length {
            self.close(self.stack.len() - 1);
            self.passed -= self.stack.pop().map_or(0, |opened| usize::from(opened.passed));
        }
        for positions in [&mut self.special, &mut self.scopes, &mut self.lists, &mut self.tables] {
            while positions.last().is_some_and(|position| *position >= length) {
                positions.pop();
            }
        }
    }
}
