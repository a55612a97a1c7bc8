//! The rules of the insertion mode "in body" for end tags (HTML Standard, § 13.2.6.4.7).

use crate::page::html_tree::builder::{StartTag, Step, TreeBuilder};
use crate::page::html_tree::formatting::SPECIAL;
use crate::page::html_tree::mode::Mode;
use crate::page::html_tree::name::Name;
use crate::page::html_tree::open_elements::{BUTTON_SCOPE, DEFAULT_SCOPE, HEADINGS, IMPLIED_END, LIST_SCOPE};

impl TreeBuilder<'_> {
    pub(super) fn end_in_body(&mut self, name: Name) -> Step {
        match name {
            Name::ADDRESS | Name::ARTICLE | Name::ASIDE | Name::BLOCKQUOTE | Name::BUTTON | Name::CENTER | Name::DETAILS => {
                self.end_block(name)
            }
            Name::DIALOG | Name::DIR | Name::DIV | Name::DL | Name::FIELDSET | Name::FIGCAPTION | Name::FIGURE => {
                self.end_block(name)
            }
            Name::FOOTER | Name::HEADER | Name::HGROUP | Name::LISTING | Name::MAIN | Name::MENU | Name::NAV | Name::OL => {
                self.end_block(name)
            }
            Name::PRE | Name::SEARCH | Name::SECTION | Name::SELECT | Name::SUMMARY | Name::UL => self.end_block(name),
            Name::P => {
                if !self.open.has_in_scope(Name::P, &BUTTON_SCOPE) {
                    self.insert(StartTag::plain(Name::P));
                }
                self.open.close(Name::P, Some(Name::P));
            }
            Name::LI | Name::DD | Name::DT => {
                let scope = if name == Name::LI { &LIST_SCOPE } else { &DEFAULT_SCOPE };
                if self.open.has_in_scope(name, scope) {
                    self.open.close(name, Some(name));
                }
            }
            Name::A | Name::B | Name::BIG | Name::CODE | Name::EM | Name::FONT | Name::I | Name::NOBR => self.adopt(name),
            Name::S | Name::SMALL | Name::STRIKE | Name::STRONG | Name::TT | Name::U => self.adopt(name),
            Name::H1 | Name::H2 | Name::H3 | Name::H4 | Name::H5 | Name::H6 => {
                if self.open.has_any_in_scope(&HEADINGS, &DEFAULT_SCOPE) {
                    self.open.generate_implied_ends(&IMPLIED_END, None);
                    self.open.pop_until_any(&HEADINGS);
                }
            }
            Name::BODY if self.open.has_in_scope(Name::BODY, &DEFAULT_SCOPE) => self.mode = Mode::AfterBody,
            Name::HTML if self.open.has_in_scope(Name::BODY, &DEFAULT_SCOPE) => return Step::Again(Mode::AfterBody),
            Name::BODY | Name::HTML => {}
            Name::FORM => self.end_form(),
            Name::APPLET | Name::MARQUEE | Name::OBJECT => {
                if self.open.has_in_scope(name, &DEFAULT_SCOPE) {
                    self.open.close(name, None);
                    self.formatting.clear_to_marker();
                }
            }
            Name::BR => return self.start_in_body(StartTag::plain(Name::BR)),
            Name::TEMPLATE => return self.end_in_head(name),
            _ => self.end_ordinary(name),
        }
        Step::Done
    }

    fn end_block(&mut self, name: Name) {
        if self.open.has_in_scope(name, &DEFAULT_SCOPE) {
            self.open.close(name, None);
        }
    }

    fn end_form(&mut self) {
        if self.open.has(Name::TEMPLATE) {
            self.end_block(Name::FORM);
            return;
        }
        let Some(form) = self.form.take() else { return };
        if self.open.has_node_in_scope(form) {
            self.open.generate_implied_ends(&IMPLIED_END, None);
            self.open.remove_node(form);
        }
    }

    /// Any other end tag: closes the element unless one with rules of its own was opened inside it.
    pub(in crate::page::html_tree) fn end_ordinary(&mut self, name: Name) {
        let found = self.open.search(|open| open.key == name || SPECIAL.contains(open.key));
        let Some(at) = found.filter(|at| self.open.get(*at).is_some_and(|open| open.key == name)) else { return };
        self.open.generate_implied_ends(&IMPLIED_END, Some(name));
        self.open.truncate(at);
    }
}
