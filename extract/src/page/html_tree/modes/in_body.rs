//! The rules of the insertion mode "in body" for text and start tags (HTML Standard, § 13.2.6.4.7).

use crate::page::html_tree::arena::Namespace;
use crate::page::html_tree::attribute::Key;
use crate::page::html_tree::builder::{Reading, StartTag, Step, TreeBuilder};
use crate::page::html_tree::formatting::SPECIAL;
use crate::page::html_tree::mode::Mode;
use crate::page::html_tree::name::{Name, NameSet};
use crate::page::html_tree::open_elements::{DEFAULT_SCOPE, HEADINGS, IMPLIED_END};
use crate::page::html_tree::span::Span;

/// The elements that end the search for the list item or description that a new one closes.
const ENDS_ITEM_SEARCH: NameSet = SPECIAL.without(&[Name::ADDRESS, Name::DIV, Name::P]);

impl TreeBuilder<'_> {
    /// Processes all of a text.
    pub(super) fn text_in_body(&mut self, span: Span) -> Span {
        if !span.is_empty() {
            self.reconstruct_formatting();
            self.frameset_ok = self.frameset_ok && !self.has_content(span);
            self.insert_text(span);
        }
        Span::default()
    }

    pub(super) fn start_in_body(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::ADDRESS | Name::ARTICLE | Name::ASIDE | Name::BLOCKQUOTE | Name::CENTER | Name::DETAILS | Name::DIALOG => {
                self.start_block(tag)
            }
            Name::DIR | Name::DIV | Name::DL | Name::FIELDSET | Name::FIGCAPTION | Name::FIGURE | Name::FOOTER => {
                self.start_block(tag)
            }
            Name::HEADER | Name::HGROUP | Name::MAIN | Name::MENU | Name::NAV | Name::OL | Name::P | Name::SEARCH => {
                self.start_block(tag)
            }
            Name::SECTION | Name::SUMMARY | Name::UL => self.start_block(tag),
            Name::H1 | Name::H2 | Name::H3 | Name::H4 | Name::H5 | Name::H6 => {
                self.open.close_paragraph();
                if HEADINGS.contains(self.open.current()) {
                    self.open.pop();
                }
                self.insert(tag);
                Step::Done
            }
            Name::LI | Name::DD | Name::DT => self.start_item(tag),
            Name::A => {
                self.close_misnested_link();
                self.start_formatting(tag)
            }
            Name::B | Name::BIG | Name::CODE | Name::EM | Name::FONT | Name::I | Name::S => self.start_formatting(tag),
            Name::SMALL | Name::STRIKE | Name::STRONG | Name::TT | Name::U => self.start_formatting(tag),
            Name::NOBR => {
                self.reconstruct_formatting();
                if self.open.has_in_scope(Name::NOBR, &DEFAULT_SCOPE) {
                    self.adopt(Name::NOBR);
                }
                self.start_formatting(tag)
            }
            Name::AREA | Name::BR | Name::EMBED | Name::IMG | Name::KEYGEN | Name::WBR => {
                self.reconstruct_formatting();
                self.insert_void(tag);
                self.frameset_ok = false;
                Step::Done
            }
            Name::IMAGE => self.start_in_body(StartTag { name: Name::IMG, ..tag }),
            Name::BASE | Name::BASEFONT | Name::BGSOUND | Name::LINK | Name::META => self.start_in_head(tag),
            Name::NOFRAMES | Name::SCRIPT | Name::STYLE | Name::TEMPLATE | Name::TITLE => self.start_in_head(tag),
            Name::TABLE => {
                if !self.is_quirky {
                    self.open.close_paragraph();
                }
                self.insert(tag);
                self.frameset_ok = false;
                self.mode = Mode::InTable;
                Step::Done
            }
            Name::CAPTION | Name::COL | Name::COLGROUP | Name::FRAME | Name::HEAD => Step::Done,
            Name::TBODY | Name::TD | Name::TFOOT | Name::TH | Name::THEAD | Name::TR => Step::Done,
            _ => self.start_rarer_in_body(tag),
        }
    }

    fn start_block(&mut self, tag: StartTag<'_>) -> Step {
        self.open.close_paragraph();
        self.insert(tag);
        Step::Done
    }

    fn start_formatting(&mut self, tag: StartTag<'_>) -> Step {
        self.reconstruct_formatting();
        self.insert_formatting(tag);
        Step::Done
    }

    fn start_ordinary(&mut self, tag: StartTag<'_>) -> Step {
        self.reconstruct_formatting();
        self.insert(tag);
        Step::Done
    }

    /// A list item or description closes the one before it.
    fn start_item(&mut self, tag: StartTag<'_>) -> Step {
        self.frameset_ok = false;
        let is_same = |name: Name| if tag.name == Name::LI { name == Name::LI } else { matches!(name, Name::DD | Name::DT) };
        let found = self.open.search(|open| is_same(open.key) || ENDS_ITEM_SEARCH.contains(open.key));
        if let Some(item) = found.and_then(|at| self.open.get(at)).filter(|open| is_same(open.key)) {
            self.open.close(item.key, Some(item.key));
        }
        self.start_block(tag)
    }

    fn start_rarer_in_body(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML | Name::BODY | Name::FRAMESET => self.start_structure_in_body(tag),
            Name::PRE | Name::LISTING => {
                self.start_block(tag);
                self.ignores_line_feed = true;
                self.frameset_ok = false;
                Step::Done
            }
            Name::PLAINTEXT => {
                self.start_block(tag);
                Step::Read(Reading::PlainText)
            }
            Name::XMP => {
                self.open.close_paragraph();
                self.reconstruct_formatting();
                self.frameset_ok = false;
                self.insert_with_text(tag, Reading::RawText)
            }
            Name::IFRAME => {
                self.frameset_ok = false;
                self.insert_with_text(tag, Reading::RawText)
            }
            Name::NOEMBED | Name::NOSCRIPT => self.insert_with_text(tag, Reading::RawText),
            Name::TEXTAREA => {
                self.ignores_line_feed = true;
                self.frameset_ok = false;
                self.insert_with_text(tag, Reading::EscapableText)
            }
            Name::PARAM | Name::SOURCE | Name::TRACK => {
                self.insert_void(tag);
                Step::Done
            }
            Name::HR => {
                self.open.close_paragraph();
                if self.open.has_in_scope(Name::SELECT, &DEFAULT_SCOPE) {
                    self.open.generate_implied_ends(&IMPLIED_END, None);
                }
                self.insert_void(tag);
                self.frameset_ok = false;
                Step::Done
            }
            Name::MATH => self.start_foreign_root(tag, Namespace::MathMl),
            Name::SVG => self.start_foreign_root(tag, Namespace::Svg),
            _ => self.start_control_in_body(tag),
        }
    }

    fn start_foreign_root(&mut self, tag: StartTag<'_>, namespace: Namespace) -> Step {
        self.reconstruct_formatting();
        self.insert_foreign(tag, namespace);
        Step::Done
    }

    fn start_structure_in_body(&mut self, tag: StartTag<'_>) -> Step {
        match (tag.name, self.body()) {
            (Name::HTML, _) if !self.open.has(Name::TEMPLATE) => {
                if let Some(root) = self.open.get(0) {
                    self.add_missing_attributes(root.node, tag.attributes);
                }
            }
            (Name::BODY, Some(body)) if !self.open.has(Name::TEMPLATE) => {
                self.frameset_ok = false;
                self.add_missing_attributes(body, tag.attributes);
            }
            (Name::FRAMESET, Some(body)) if self.frameset_ok => {
                self.arena.detach(body);
                self.open.truncate(1);
                self.insert(tag);
                self.mode = Mode::InFrameset;
            }
            _ => {}
        }
        Step::Done
    }

    /// Forms and their controls, ruby, and elements without rules.
    fn start_control_in_body(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::FORM => self.start_form(tag),
            Name::BUTTON => {
                if self.open.has_in_scope(Name::BUTTON, &DEFAULT_SCOPE) {
                    self.open.close(Name::BUTTON, None);
                }
                self.frameset_ok = false;
                self.start_ordinary(tag)
            }
            Name::INPUT => {
                if self.open.has_in_scope(Name::SELECT, &DEFAULT_SCOPE) {
                    self.open.pop_until(Name::SELECT);
                }
                self.reconstruct_formatting();
                self.insert_void(tag);
                self.frameset_ok = self.frameset_ok && self.is_hidden_input(tag);
                Step::Done
            }
            Name::SELECT if self.open.has_in_scope(Name::SELECT, &DEFAULT_SCOPE) => {
                self.open.pop_until(Name::SELECT);
                Step::Done
            }
            Name::SELECT => {
                self.frameset_ok = false;
                self.start_ordinary(tag)
            }
            Name::OPTION | Name::OPTGROUP => {
                if self.open.has_in_scope(Name::SELECT, &DEFAULT_SCOPE) {
                    let except = (tag.name == Name::OPTION).then_some(Name::OPTGROUP);
                    self.open.generate_implied_ends(&IMPLIED_END, except);
                } else if self.open.current() == Name::OPTION {
                    self.open.pop();
                }
                self.start_ordinary(tag)
            }
            Name::RB | Name::RTC | Name::RP | Name::RT => {
                if self.open.has_in_scope(Name::RUBY, &DEFAULT_SCOPE) {
                    let except = matches!(tag.name, Name::RP | Name::RT).then_some(Name::RTC);
                    self.open.generate_implied_ends(&IMPLIED_END, except);
                }
                self.insert(tag);
                Step::Done
            }
            Name::APPLET | Name::MARQUEE | Name::OBJECT => {
                self.start_ordinary(tag);
                self.formatting.push_marker();
                self.frameset_ok = false;
                Step::Done
            }
            _ => self.start_ordinary(tag),
        }
    }

    fn start_form(&mut self, tag: StartTag<'_>) -> Step {
        let is_in_template = self.open.has(Name::TEMPLATE);
        if self.form.is_none() || is_in_template {
            self.open.close_paragraph();
            let form = self.insert(tag);
            self.form = if is_in_template { self.form } else { Some(form) };
        }
        Step::Done
    }

    /// Whether an `<input>` is hidden.
    pub(super) fn is_hidden_input(&self, tag: StartTag<'_>) -> bool {
        tag.attribute(Key::Type).is_some_and(|value| self.text_of(value).eq_ignore_ascii_case("hidden"))
    }
}
