//! XPath 1.0 for the rules of sites: expressions that select elements of a page, read from text and evaluated within a bounded number of steps.
//!
//! A subset, named in `rules/README.md`: every axis but `namespace`, the operators but `div`, and the functions on strings, numbers and sets of nodes
//! that rules use. Variables, `id()`, `lang()` and prefixes of names other than as part of the name are not read. Elements are those of an HTML
//! parser, so their names are in lower case.

mod evaluate;
mod expression;
mod failure;
mod functions;
mod parse;
mod tokens;
mod value;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::document::elements::ElementTree;
use expression::Expression;

pub use evaluate::OutOfSteps;
pub use failure::XPathError;
pub use value::Spot;
use value::Value;

/// Longest expression in bytes.
const MAX_BYTES: usize = 4096;

/// An expression, as written and as read.
#[derive(Clone, PartialEq)]
pub struct XPath {
    source: String,
    expression: Expression,
    attributes: Vec<String>,
}

/// What an expression selects.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// Elements, texts and attributes, in document order.
    Nodes(Vec<Spot>),
    /// A text, of an expression such as `substring-after(//p, "By ")`. Numbers and truth values are none.
    Text(String),
}

impl XPath {
    /// Reads an expression.
    pub fn parse(source: &str) -> Result<Self, XPathError> {
        let source = source.trim();
        if source.len() > MAX_BYTES {
            let what = format!("more than {MAX_BYTES} bytes");
            return Err(XPathError::Unsupported { source_text: source.chars().take(40).collect(), what });
        }
        let (expression, mut attributes) = parse::parse(source)?;
        attributes.sort_unstable();
        attributes.dedup();
        Ok(Self { source: source.to_owned(), expression, attributes })
    }

    /// The expression as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The names of the attributes that it looks at, in lower case.
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// What it selects in a tree. `steps` is how many nodes may still be looked at; it is counted down.
    pub fn select(&self, tree: &ElementTree, steps: &mut u64) -> Result<Selection, OutOfSteps> {
        Ok(match evaluate::evaluate(&self.expression, tree, steps)? {
            Value::Nodes(nodes) => Selection::Nodes(nodes),
            Value::Text(text) => Selection::Text(text),
            Value::Number(_) | Value::Bool(_) => Selection::Nodes(Vec::new()),
        })
    }

    /// Whether it selects anything, or is true; for conditions.
    pub fn holds(&self, tree: &ElementTree, steps: &mut u64) -> Result<bool, OutOfSteps> {
        Ok(evaluate::evaluate(&self.expression, tree, steps)?.is_true())
    }
}

impl fmt::Debug for XPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "XPath({:?})", self.source)
    }
}

impl Serialize for XPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}
