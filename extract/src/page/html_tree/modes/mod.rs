//! The insertion modes (HTML Standard, § 13.2.6.4): which rules a token meets. Scripting counts as enabled, so there is no "in head noscript".

mod foreign;
mod in_body;
mod in_body_ends;
mod in_table;
mod outside_body;

use super::arena::NodeId;
use super::builder::{StartTag, Step, TreeBuilder};
use super::mode::Mode;
use super::name::Name;
use super::span::Span;

impl TreeBuilder<'_> {
    /// Processes a start tag by the rules of a mode.
    pub(super) fn start_in(&mut self, mode: Mode, tag: StartTag<'_>) -> Step {
        match mode {
            Mode::Initial => {
                self.is_quirky = true;
                Step::Again(Mode::BeforeHtml)
            }
            Mode::BeforeHtml => self.start_before_html(tag),
            Mode::BeforeHead => self.start_before_head(tag),
            Mode::InHead => self.start_in_head(tag),
            Mode::AfterHead => self.start_after_head(tag),
            Mode::InBody => self.start_in_body(tag),
            // Its end tag comes first.
            Mode::Text => Step::Done,
            Mode::InTable => self.start_in_table(tag),
            Mode::InTableText => self.flush_table_text(),
            Mode::InCaption => self.start_in_caption(tag),
            Mode::InColumnGroup => self.start_in_column_group(tag),
            Mode::InTableBody => self.start_in_table_body(tag),
            Mode::InRow => self.start_in_row(tag),
            Mode::InCell => self.start_in_cell(tag),
            Mode::InTemplate => self.start_in_template(tag),
            Mode::AfterBody | Mode::AfterAfterBody => self.start_after_body(tag),
            Mode::InFrameset => self.start_in_frameset(tag),
            Mode::AfterFrameset | Mode::AfterAfterFrameset => self.start_after_frameset(tag),
        }
    }

    /// Processes an end tag by the rules of a mode.
    pub(super) fn end_in(&mut self, mode: Mode, name: Name) -> Step {
        match mode {
            Mode::Initial => {
                self.is_quirky = true;
                Step::Again(Mode::BeforeHtml)
            }
            Mode::BeforeHtml => self.end_before_html(name),
            Mode::BeforeHead => self.end_before_head(name),
            Mode::InHead => self.end_in_head(name),
            Mode::AfterHead => self.end_after_head(name),
            Mode::InBody => self.end_in_body(name),
            Mode::Text => {
                self.open.pop();
                self.mode = self.original_mode;
                Step::Done
            }
            Mode::InTable => self.end_in_table(name),
            Mode::InTableText => self.flush_table_text(),
            Mode::InCaption => self.end_in_caption(name),
            Mode::InColumnGroup => self.end_in_column_group(name),
            Mode::InTableBody => self.end_in_table_body(name),
            Mode::InRow => self.end_in_row(name),
            Mode::InCell => self.end_in_cell(name),
            Mode::InTemplate if name == Name::TEMPLATE => self.end_in_head(name),
            Mode::InTemplate => Step::Done,
            Mode::AfterBody if name == Name::HTML => {
                self.mode = Mode::AfterAfterBody;
                Step::Done
            }
            Mode::AfterBody | Mode::AfterAfterBody => Step::Again(Mode::InBody),
            Mode::InFrameset => self.end_in_frameset(name),
            Mode::AfterFrameset if name == Name::HTML => {
                self.mode = Mode::AfterAfterFrameset;
                Step::Done
            }
            Mode::AfterFrameset | Mode::AfterAfterFrameset => Step::Done,
        }
    }

    /// Processes text by the rules of a mode; returns the part of it that remains to be processed.
    pub(super) fn text_in(&mut self, mode: Mode, span: Span) -> Span {
        match mode {
            Mode::Initial | Mode::BeforeHtml | Mode::BeforeHead | Mode::InHead | Mode::AfterHead => {
                self.text_before_body(mode, span)
            }
            Mode::InBody | Mode::InTemplate | Mode::InCaption | Mode::InCell => self.text_in_body(span),
            Mode::Text => {
                self.insert_text(span);
                Span::default()
            }
            Mode::InTable | Mode::InTableBody | Mode::InRow => self.text_in_table(span),
            Mode::InTableText => {
                self.table_text.push(span);
                Span::default()
            }
            Mode::InColumnGroup => self.text_in_column_group(span),
            Mode::AfterBody | Mode::AfterAfterBody => {
                let (space, rest) = self.split_space(span);
                self.text_in_body(space);
                if !rest.is_empty() {
                    self.mode = Mode::InBody;
                }
                rest
            }
            Mode::InFrameset | Mode::AfterFrameset | Mode::AfterAfterFrameset => self.text_in_frameset(mode, span),
        }
    }

    /// Processes the end of the page by the rules of a mode.
    pub(super) fn end_of_page_in(&mut self, mode: Mode) -> Step {
        match mode {
            Mode::Initial | Mode::BeforeHtml | Mode::BeforeHead | Mode::InHead | Mode::AfterHead => {
                Step::Again(self.leave_mode_before_body(mode))
            }
            Mode::Text => {
                self.open.pop();
                Step::Again(self.original_mode)
            }
            Mode::InTableText => self.flush_table_text(),
            _ if matches!(mode, Mode::AfterBody | Mode::InFrameset | Mode::AfterFrameset) => Step::Done,
            Mode::AfterAfterBody | Mode::AfterAfterFrameset => Step::Done,
            _ if self.template_modes.is_empty() || !self.open.has(Name::TEMPLATE) => Step::Done,
            _ => {
                self.open.pop_until(Name::TEMPLATE);
                self.formatting.clear_to_marker();
                self.template_modes.pop();
                Step::Again(self.appropriate_mode())
            }
        }
    }

    /// The insertion mode that fits the open elements ("reset the insertion mode appropriately").
    pub(super) fn appropriate_mode(&self) -> Mode {
        self.add_steps(self.open.depth() as u64);
        let innermost_first = (0..self.open.depth()).rev().filter_map(|at| self.open.get(at));
        let mut modes = innermost_first.filter_map(|open| match open.key {
            Name::TD | Name::TH => Some(Mode::InCell),
            Name::TR => Some(Mode::InRow),
            Name::TBODY | Name::THEAD | Name::TFOOT => Some(Mode::InTableBody),
            Name::CAPTION => Some(Mode::InCaption),
            Name::COLGROUP => Some(Mode::InColumnGroup),
            Name::TABLE => Some(Mode::InTable),
            Name::TEMPLATE => self.template_modes.last().copied(),
            Name::HEAD => Some(Mode::InHead),
            Name::BODY => Some(Mode::InBody),
            Name::FRAMESET => Some(Mode::InFrameset),
            Name::HTML if self.head.is_none() => Some(Mode::BeforeHead),
            Name::HTML => Some(Mode::AfterHead),
            _ => None,
        });
        modes.next().unwrap_or(Mode::InBody)
    }

    /// The white space at the beginning of a text, and the rest.
    pub(super) fn split_space(&self, span: Span) -> (Span, Span) {
        let bytes = self.text_of(span).as_bytes();
        let at = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
        (span.up_to(at), span.from(at))
    }

    /// The part of a text from the first white space on.
    pub(super) fn after_word(&self, span: Span) -> Span {
        let bytes = self.text_of(span).as_bytes();
        span.from(bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len()))
    }

    /// Whether a text has anything but white space.
    pub(super) fn has_content(&self, span: Span) -> bool {
        !self.text_of(span).bytes().all(|byte| byte.is_ascii_whitespace())
    }

    /// The `<body>`, if it is open.
    pub(super) fn body(&self) -> Option<NodeId> {
        self.open.get(1).filter(|open| open.key == Name::BODY).map(|open| open.node)
    }
}
