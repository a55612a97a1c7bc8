//! The rules of the insertion modes before, after and in place of the body (HTML Standard, § 13.2.6.4.1 to 6 and 13.2.6.4.18 to 22).

use crate::page::html_tree::arena::{Namespace, NodeId};
use crate::page::html_tree::builder::{Reading, StartTag, Step, TreeBuilder};
use crate::page::html_tree::mode::Mode;
use crate::page::html_tree::name::Name;
use crate::page::html_tree::open_elements::{Open, THOROUGHLY_IMPLIED_END};
use crate::page::html_tree::span::Span;

impl TreeBuilder<'_> {
    /// Does what any token does that a mode before the body has no rule for; returns the mode that it leads to.
    pub(super) fn leave_mode_before_body(&mut self, mode: Mode) -> Mode {
        match mode {
            Mode::Initial => {
                self.is_quirky = true;
                Mode::BeforeHtml
            }
            Mode::BeforeHtml => {
                self.create_root(StartTag::plain(Name::HTML));
                Mode::BeforeHead
            }
            Mode::BeforeHead => {
                self.head = Some(self.insert(StartTag::plain(Name::HEAD)));
                Mode::InHead
            }
            Mode::InHead => {
                self.open.pop();
                Mode::AfterHead
            }
            _ => {
                self.insert(StartTag::plain(Name::BODY));
                Mode::InBody
            }
        }
    }

    fn create_root(&mut self, tag: StartTag<'_>) {
        let attributes = self.arena.push_attributes(tag.attributes);
        let root = self.create(Name::HTML, Namespace::Html, attributes);
        self.arena.append(NodeId::DOCUMENT, root);
        self.open.push(Open::new(root, Name::HTML, Namespace::Html));
    }

    pub(super) fn text_before_body(&mut self, mode: Mode, span: Span) -> Span {
        let (space, rest) = self.split_space(span);
        if !space.is_empty() && matches!(mode, Mode::InHead | Mode::AfterHead) {
            self.insert_text(space);
        }
        if !rest.is_empty() {
            self.mode = self.leave_mode_before_body(mode);
        }
        rest
    }

    pub(super) fn start_before_html(&mut self, tag: StartTag<'_>) -> Step {
        if tag.name != Name::HTML {
            return Step::Again(self.leave_mode_before_body(Mode::BeforeHtml));
        }
        self.create_root(tag);
        self.mode = Mode::BeforeHead;
        Step::Done
    }

    pub(super) fn end_before_html(&mut self, name: Name) -> Step {
        match name {
            Name::HEAD | Name::BODY | Name::HTML | Name::BR => Step::Again(self.leave_mode_before_body(Mode::BeforeHtml)),
            _ => Step::Done,
        }
    }

    pub(super) fn start_before_head(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML => self.start_in_body(tag),
            Name::HEAD => {
                self.head = Some(self.insert(tag));
                self.mode = Mode::InHead;
                Step::Done
            }
            _ => Step::Again(self.leave_mode_before_body(Mode::BeforeHead)),
        }
    }

    pub(super) fn end_before_head(&mut self, name: Name) -> Step {
        match name {
            Name::HEAD | Name::BODY | Name::HTML | Name::BR => Step::Again(self.leave_mode_before_body(Mode::BeforeHead)),
            _ => Step::Done,
        }
    }

    pub(super) fn start_in_head(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML => return self.start_in_body(tag),
            Name::BASE | Name::BASEFONT | Name::BGSOUND | Name::LINK | Name::META => {
                self.insert_void(tag);
            }
            Name::TITLE => return self.insert_with_text(tag, Reading::EscapableText),
            Name::NOFRAMES | Name::STYLE | Name::NOSCRIPT => return self.insert_with_text(tag, Reading::RawText),
            Name::SCRIPT => return self.insert_with_text(tag, Reading::Script),
            Name::TEMPLATE => {
                self.formatting.push_marker();
                self.frameset_ok = false;
                self.mode = Mode::InTemplate;
                self.template_modes.push(Mode::InTemplate);
                self.insert(tag);
            }
            Name::HEAD => {}
            _ => return Step::Again(self.leave_mode_before_body(Mode::InHead)),
        }
        Step::Done
    }

    pub(super) fn end_in_head(&mut self, name: Name) -> Step {
        match name {
            Name::HEAD => {
                self.open.pop();
                self.mode = Mode::AfterHead;
                Step::Done
            }
            Name::BODY | Name::HTML | Name::BR => Step::Again(self.leave_mode_before_body(Mode::InHead)),
            Name::TEMPLATE if self.open.has(Name::TEMPLATE) => {
                self.open.generate_implied_ends(&THOROUGHLY_IMPLIED_END, None);
                self.open.pop_until(Name::TEMPLATE);
                self.formatting.clear_to_marker();
                self.template_modes.pop();
                self.mode = self.appropriate_mode();
                Step::Done
            }
            _ => Step::Done,
        }
    }

    pub(super) fn start_after_head(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML => self.start_in_body(tag),
            Name::BODY => {
                self.insert(tag);
                self.frameset_ok = false;
                self.mode = Mode::InBody;
                Step::Done
            }
            Name::FRAMESET => {
                self.insert(tag);
                self.mode = Mode::InFrameset;
                Step::Done
            }
            Name::BASE
            | Name::BASEFONT
            | Name::BGSOUND
            | Name::LINK
            | Name::META
            | Name::NOFRAMES
            | Name::SCRIPT
            | Name::STYLE
            | Name::TEMPLATE
            | Name::TITLE => {
                let Some(head) = self.head else { return Step::Done };
                self.open.push(Open::new(head, Name::HEAD, Namespace::Html));
                let step = self.start_in_head(tag);
                self.open.remove_node(head);
                step
            }
            Name::HEAD => Step::Done,
            _ => Step::Again(self.leave_mode_before_body(Mode::AfterHead)),
        }
    }

    pub(super) fn end_after_head(&mut self, name: Name) -> Step {
        match name {
            Name::TEMPLATE => self.end_in_head(name),
            Name::BODY | Name::HTML | Name::BR => Step::Again(self.leave_mode_before_body(Mode::AfterHead)),
            _ => Step::Done,
        }
    }

    pub(super) fn start_after_body(&mut self, tag: StartTag<'_>) -> Step {
        if tag.name == Name::HTML { self.start_in_body(tag) } else { Step::Again(Mode::InBody) }
    }

    pub(super) fn start_in_frameset(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML => return self.start_in_body(tag),
            Name::FRAMESET => {
                self.insert(tag);
            }
            Name::FRAME => {
                self.insert_void(tag);
            }
            Name::NOFRAMES => return self.start_in_head(tag),
            _ => {}
        }
        Step::Done
    }

    pub(super) fn end_in_frameset(&mut self, name: Name) -> Step {
        if name == Name::FRAMESET && self.open.depth() > 1 {
            self.open.pop();
            if self.open.current() != Name::FRAMESET {
                self.mode = Mode::AfterFrameset;
            }
        }
        Step::Done
    }

    pub(super) fn start_after_frameset(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML => self.start_in_body(tag),
            Name::NOFRAMES => self.start_in_head(tag),
            _ => Step::Done,
        }
    }

    /// White space stays, everything else is dropped.
    pub(super) fn text_in_frameset(&mut self, mode: Mode, span: Span) -> Span {
        let (space, rest) = self.split_space(span);
        match mode {
            _ if space.is_empty() => {}
            Mode::AfterAfterFrameset => {
                self.text_in_body(space);
            }
            _ => self.insert_text(space),
        }
        self.after_word(rest)
    }
}
