//! The functions of XPath on values (XPath 1.0, § 4). Knows no nodes but as values.

use super::evaluate::{Evaluation, OutOfSteps, Place};
use super::expression::{Expression, Function};
use super::value::{Spot, Value};
use crate::base::text::is_space;

impl Evaluation<'_> {
    /// Calls a function.
    pub(super) fn call(&mut self, function: Function, arguments: &[Expression], place: Place) -> Result<Value, OutOfSteps> {
        Ok(match function {
            Function::True => Value::Bool(true),
            Function::False => Value::Bool(false),
            Function::Position => Value::Number(place.position as f64),
            Function::Last => Value::Number(place.last as f64),
            Function::Not => Value::Bool(!self.argument(arguments, 0, place)?.is_true()),
            Function::Boolean => Value::Bool(self.argument(arguments, 0, place)?.is_true()),
            Function::Number => Value::Number(self.number_argument(arguments, 0, place)?),
            Function::Count => match self.argument(arguments, 0, place)? {
                Value::Nodes(nodes) => Value::Number(nodes.len() as f64),
                _ => Value::Number(f64::NAN),
            },
            Function::Name | Function::LocalName => match self.argument(arguments, 0, place)? {
                Value::Nodes(nodes) => Value::Text(nodes.first().map(|first| self.name(*first)).unwrap_or_default()),
                _ => Value::Text(String::new()),
            },
            Function::StringLength => Value::Number(self.text_argument(arguments, 0, place)?.chars().count() as f64),
            Function::Concat => {
                let mut text = String::new();
                for index in 0..arguments.len() {
                    text.push_str(&self.text_argument(arguments, index, place)?);
                }
                Value::Text(text)
            }
            Function::Contains | Function::StartsWith | Function::EndsWith => {
                let (text, part) = (self.text_argument(arguments, 0, place)?, self.text_argument(arguments, 1, place)?);
                Value::Bool(match function {
                    Function::Contains => memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some(),
                    Function::StartsWith => text.starts_with(&part),
                    _ => text.ends_with(&part),
                })
            }
            Function::SubstringBefore | Function::SubstringAfter => {
                let (text, part) = (self.text_argument(arguments, 0, place)?, self.text_argument(arguments, 1, place)?);
                let found = memchr::memmem::find(text.as_bytes(), part.as_bytes());
                let range =
                    found.map(|at| if function == Function::SubstringBefore { 0..at } else { at + part.len()..text.len() });
                Value::Text(range.and_then(|range| text.get(range)).unwrap_or_default().to_owned())
            }
            Function::Substring => {
                let text = self.text_argument(arguments, 0, place)?;
                let start = self.number_argument(arguments, 1, place)?.round();
                let end = match arguments.get(2) {
                    Some(_) => start + self.number_argument(arguments, 2, place)?.round(),
                    None => f64::INFINITY,
                };
                let is_inside = |at: usize| (at as f64) >= start && (at as f64) < end;
                let chars = text.chars().zip(1..).filter(|(_, at)| is_inside(*at));
                Value::Text(chars.map(|(c, _)| c).collect())
            }
            Function::Translate => {
                let text = self.text_argument(arguments, 0, place)?;
                let from: Vec<char> = self.text_argument(arguments, 1, place)?.chars().collect();
                let to: Vec<char> = self.text_argument(arguments, 2, place)?.chars().collect();
                self.spend(text.len() as u64 * from.len() as u64 / 8)?;
                let translated = |c: char| match from.iter().position(|known| *known == c) {
                    Some(at) => to.get(at).copied(),
                    None => Some(c),
                };
                Value::Text(text.chars().filter_map(translated).collect())
            }
            Function::LowerCase => Value::Text(self.text_argument(arguments, 0, place)?.to_lowercase()),
            Function::String => Value::Text(self.text_argument(arguments, 0, place)?),
            Function::NormalizeSpace => {
                let text = self.text_argument(arguments, 0, place)?;
                let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
                Value::Text(words.join(" "))
            }
        })
    }

    /// An argument; without it, the context.
    fn argument(&mut self, arguments: &[Expression], index: usize, place: Place) -> Result<Value, OutOfSteps> {
        match arguments.get(index) {
            Some(argument) => self.value(argument, place),
            None => Ok(Value::Nodes(vec![place.spot])),
        }
    }

    fn text_argument(&mut self, arguments: &[Expression], index: usize, place: Place) -> Result<String, OutOfSteps> {
        let value = self.argument(arguments, index, place)?;
        self.text(value)
    }

    fn number_argument(&mut self, arguments: &[Expression], index: usize, place: Place) -> Result<f64, OutOfSteps> {
        let value = self.argument(arguments, index, place)?;
        self.number_of(value)
    }

    fn name(&self, spot: Spot) -> String {
        spot.attribute(self.tree).map_or_else(|| self.tree.name(spot.node).to_owned(), |(name, _)| name.clone())
    }
}
