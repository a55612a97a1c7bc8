//! The rules of the insertion modes in tables and templates (HTML Standard, § 13.2.6.4.9 to 17). What has no place in a table goes before it.

use crate::page::html_tree::builder::{FOSTERING, StartTag, Step, TreeBuilder};
use crate::page::html_tree::mode::Mode;
use crate::page::html_tree::name::{Name, NameSet};
use crate::page::html_tree::open_elements::{BODY_CONTEXT, CELLS, IMPLIED_END, ROW_CONTEXT, TABLE_SCOPE};
use crate::page::html_tree::span::Span;

/// The elements of which one must be open where a table section ends. A `<thead>` is only open in a `<table>`.
const SECTIONS: NameSet = NameSet::of(&[Name::TABLE, Name::TBODY, Name::TFOOT]);

impl TreeBuilder<'_> {
    pub(super) fn text_in_table(&mut self, span: Span) -> Span {
        if FOSTERING.contains(self.open.current()) {
            (self.original_mode, self.mode) = (self.mode, Mode::InTableText);
            return span;
        }
        self.is_fostering = true;
        let rest = self.text_in_body(span);
        self.is_fostering = false;
        rest
    }

    /// Inserts the text that was collected; before the table, if it is not only white space.
    pub(super) fn flush_table_text(&mut self) -> Step {
        let texts = std::mem::take(&mut self.table_text);
        if texts.iter().any(|text| self.has_content(*text)) {
            self.is_fostering = true;
            for text in &texts {
                self.text_in_body(*text);
            }
            self.is_fostering = false;
        } else {
            texts.iter().for_each(|text| self.insert_text(*text));
        }
        self.table_text = texts;
        self.table_text.clear();
        Step::Again(self.original_mode)
    }

    pub(super) fn start_in_table(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::CAPTION => {
                self.open.clear_back_to(&TABLE_SCOPE);
                self.formatting.push_marker();
                self.insert_for(tag, Mode::InCaption)
            }
            Name::COLGROUP => {
                self.open.clear_back_to(&TABLE_SCOPE);
                self.insert_for(tag, Mode::InColumnGroup)
            }
            Name::COL => {
                self.open.clear_back_to(&TABLE_SCOPE);
                self.insert(StartTag::plain(Name::COLGROUP));
                Step::Again(Mode::InColumnGroup)
            }
            Name::TBODY | Name::TFOOT | Name::THEAD => {
                self.open.clear_back_to(&TABLE_SCOPE);
                self.insert_for(tag, Mode::InTableBody)
            }
            Name::TD | Name::TH | Name::TR => {
                self.open.clear_back_to(&TABLE_SCOPE);
                self.insert(StartTag::plain(Name::TBODY));
                Step::Again(Mode::InTableBody)
            }
            Name::TABLE if self.open.has_in_scope(Name::TABLE, &TABLE_SCOPE) => {
                self.open.pop_until(Name::TABLE);
                Step::Again(self.appropriate_mode())
            }
            Name::TABLE => Step::Done,
            Name::STYLE | Name::SCRIPT | Name::TEMPLATE => self.start_in_head(tag),
            Name::INPUT if self.is_hidden_input(tag) => {
                self.insert_void(tag);
                Step::Done
            }
            Name::FORM => {
                if self.form.is_none() && !self.open.has(Name::TEMPLATE) {
                    self.form = Some(self.insert_void(tag));
                }
                Step::Done
            }
            _ => {
                self.is_fostering = true;
                let step = self.start_in_body(tag);
                self.is_fostering = false;
                step
            }
        }
    }

    /// Inserts an element and goes on in a mode.
    fn insert_for(&mut self, tag: StartTag<'_>, mode: Mode) -> Step {
        self.insert(tag);
        self.mode = mode;
        Step::Done
    }

    pub(super) fn end_in_table(&mut self, name: Name) -> Step {
        match name {
            Name::TABLE => {
                if self.open.has_in_scope(Name::TABLE, &TABLE_SCOPE) {
                    self.open.pop_until(Name::TABLE);
                    self.mode = self.appropriate_mode();
                }
                Step::Done
            }
            Name::BODY | Name::CAPTION | Name::COL | Name::COLGROUP | Name::HTML | Name::TBODY => Step::Done,
            Name::TD | Name::TFOOT | Name::TH | Name::THEAD | Name::TR => Step::Done,
            Name::TEMPLATE => self.end_in_head(name),
            _ => {
                self.is_fostering = true;
                let step = self.end_in_body(name);
                self.is_fostering = false;
                step
            }
        }
    }

    pub(super) fn start_in_caption(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::CAPTION | Name::COL | Name::COLGROUP | Name::TBODY | Name::TD => self.close_caption(Step::Again(Mode::InTable)),
            Name::TFOOT | Name::TH | Name::THEAD | Name::TR => self.close_caption(Step::Again(Mode::InTable)),
            _ => self.start_in_body(tag),
        }
    }

    pub(super) fn end_in_caption(&mut self, name: Name) -> Step {
        match name {
            Name::TABLE => self.close_caption(Step::Again(Mode::InTable)),
            Name::CAPTION => {
                if let Step::Again(mode) = self.close_caption(Step::Again(Mode::InTable)) {
                    self.mode = mode;
                }
                Step::Done
            }
            Name::BODY | Name::COL | Name::COLGROUP | Name::HTML | Name::TBODY => Step::Done,
            Name::TD | Name::TFOOT | Name::TH | Name::THEAD | Name::TR => Step::Done,
            _ => self.end_in_body(name),
        }
    }

    /// Closes the caption, if one is in scope, and then takes a step.
    fn close_caption(&mut self, step: Step) -> Step {
        if !self.open.has_in_scope(Name::CAPTION, &TABLE_SCOPE) {
            return Step::Done;
        }
        self.open.close(Name::CAPTION, None);
        self.formatting.clear_to_marker();
        step
    }

    pub(super) fn text_in_column_group(&mut self, span: Span) -> Span {
        let (space, rest) = self.split_space(span);
        if !space.is_empty() {
            self.insert_text(space);
        }
        if rest.is_empty() || self.open.current() != Name::COLGROUP {
            return self.after_word(rest);
        }
        self.open.pop();
        self.mode = Mode::InTable;
        rest
    }

    pub(super) fn start_in_column_group(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::HTML => self.start_in_body(tag),
            Name::COL => {
                self.insert_void(tag);
                Step::Done
            }
            Name::TEMPLATE => self.start_in_head(tag),
            _ => self.leave_column_group(),
        }
    }

    pub(super) fn end_in_column_group(&mut self, name: Name) -> Step {
        match name {
            Name::COLGROUP => {
                if let Step::Again(mode) = self.leave_column_group() {
                    self.mode = mode;
                }
                Step::Done
            }
            Name::COL => Step::Done,
            Name::TEMPLATE => self.end_in_head(name),
            _ => self.leave_column_group(),
        }
    }

    fn leave_column_group(&mut self) -> Step {
        if self.open.current() != Name::COLGROUP {
            return Step::Done;
        }
        self.open.pop();
        Step::Again(Mode::InTable)
    }

    pub(super) fn start_in_table_body(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::TR => {
                self.open.clear_back_to(&BODY_CONTEXT);
                self.insert_for(tag, Mode::InRow)
            }
            Name::TH | Name::TD => {
                self.open.clear_back_to(&BODY_CONTEXT);
                self.insert(StartTag::plain(Name::TR));
                Step::Again(Mode::InRow)
            }
            Name::CAPTION | Name::COL | Name::COLGROUP | Name::TBODY | Name::TFOOT | Name::THEAD => self.leave_table_body(),
            _ => self.start_in_table(tag),
        }
    }

    fn leave_table_body(&mut self) -> Step {
        if !self.open.has_any_in_scope(&SECTIONS, &TABLE_SCOPE) {
            return Step::Done;
        }
        self.open.clear_back_to(&BODY_CONTEXT);
        self.open.pop();
        Step::Again(Mode::InTable)
    }

    pub(super) fn end_in_table_body(&mut self, name: Name) -> Step {
        match name {
            Name::TBODY | Name::TFOOT | Name::THEAD => {
                if self.open.has_in_scope(name, &TABLE_SCOPE) {
                    self.open.clear_back_to(&BODY_CONTEXT);
                    self.open.pop();
                    self.mode = Mode::InTable;
                }
                Step::Done
            }
            Name::TABLE => self.leave_table_body(),
            Name::BODY | Name::CAPTION | Name::COL | Name::COLGROUP | Name::HTML | Name::TD | Name::TH | Name::TR => Step::Done,
            _ => self.end_in_table(name),
        }
    }

    pub(super) fn start_in_row(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::TH | Name::TD => {
                self.open.clear_back_to(&ROW_CONTEXT);
                self.formatting.push_marker();
                self.insert_for(tag, Mode::InCell)
            }
            Name::CAPTION | Name::COL | Name::COLGROUP | Name::TBODY | Name::TFOOT | Name::THEAD | Name::TR => self.leave_row(),
            _ => self.start_in_table(tag),
        }
    }

    fn leave_row(&mut self) -> Step {
        if !self.open.has_in_scope(Name::TR, &TABLE_SCOPE) {
            return Step::Done;
        }
        self.open.clear_back_to(&ROW_CONTEXT);
        self.open.pop();
        Step::Again(Mode::InTableBody)
    }

    pub(super) fn end_in_row(&mut self, name: Name) -> Step {
        match name {
            Name::TR => {
                if let Step::Again(mode) = self.leave_row() {
                    self.mode = mode;
                }
                Step::Done
            }
            Name::TABLE => self.leave_row(),
            Name::TBODY | Name::TFOOT | Name::THEAD => {
                if self.open.has_in_scope(name, &TABLE_SCOPE) {
                    self.leave_row()
                } else {
                    Step::Done
                }
            }
            Name::BODY | Name::CAPTION | Name::COL | Name::COLGROUP | Name::HTML | Name::TD | Name::TH => Step::Done,
            _ => self.end_in_table(name),
        }
    }

    pub(super) fn start_in_cell(&mut self, tag: StartTag<'_>) -> Step {
        match tag.name {
            Name::CAPTION | Name::COL | Name::COLGROUP | Name::TBODY | Name::TD => {}
            Name::TFOOT | Name::TH | Name::THEAD | Name::TR => {}
            _ => return self.start_in_body(tag),
        }
        if self.open.has_any_in_scope(&CELLS, &TABLE_SCOPE) { self.close_cell() } else { Step::Done }
    }

    fn close_cell(&mut self) -> Step {
        self.open.generate_implied_ends(&IMPLIED_END, None);
        self.open.pop_until_any(&CELLS);
        self.formatting.clear_to_marker();
        Step::Again(Mode::InRow)
    }

    pub(super) fn end_in_cell(&mut self, name: Name) -> Step {
        match name {
            Name::TD | Name::TH => {
                if self.open.has_in_scope(name, &TABLE_SCOPE) {
                    self.open.close(name, None);
                    self.formatting.clear_to_marker();
                    self.mode = Mode::InRow;
                }
                Step::Done
            }
            Name::BODY | Name::CAPTION | Name::COL | Name::COLGROUP | Name::HTML => Step::Done,
            Name::TABLE | Name::TBODY | Name::TFOOT | Name::THEAD | Name::TR => {
                if self.open.has_in_scope(name, &TABLE_SCOPE) {
                    self.close_cell()
                } else {
                    Step::Done
                }
            }
            _ => self.end_in_body(name),
        }
    }

    pub(super) fn start_in_template(&mut self, tag: StartTag<'_>) -> Step {
        let mode = match tag.name {
            Name::BASE | Name::BASEFONT | Name::BGSOUND | Name::LINK | Name::META | Name::NOFRAMES | Name::SCRIPT => {
                return self.start_in_head(tag);
            }
            Name::STYLE | Name::TEMPLATE | Name::TITLE => return self.start_in_head(tag),
            Name::CAPTION | Name::COLGROUP | Name::TBODY | Name::TFOOT | Name::THEAD => Mode::InTable,
            Name::COL => Mode::InColumnGroup,
            Name::TR => Mode::InTableBody,
            Name::TD | Name::TH => Mode::InRow,
            _ => Mode::InBody,
        };
        self.template_modes.pop();
        self.template_modes.push(mode);
        Step::Again(mode)
    }
}
