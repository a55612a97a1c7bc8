//! Evaluates XPath expressions over the elements of a page. Every node and every eight bytes of text that are looked at count as a step, and the number
//! of steps is bounded: the time is linear in the page however an expression is written.

use super::expression::{Axis, Calculation, Comparison, Expression, NodeTest, Path, Start, Step};
use super::value::{Spot, Value};
use crate::document::elements::{ElementTree, NodeContent, ROOT};

/// An expression took more steps than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the expression takes too many steps on this page")]
pub struct OutOfSteps;

/// What an expression is evaluated for: a node among others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub spot: Spot,
    /// Its position among them, from 1.
    pub position: usize,
    /// Their number.
    pub last: usize,
}

/// An evaluation.
pub(super) struct Evaluation<'a> {
    pub tree: &'a ElementTree,
    steps: &'a mut u64,
}

/// The value of an expression for the whole page.
pub(super) fn evaluate(expression: &Expression, tree: &ElementTree, steps: &mut u64) -> Result<Value, OutOfSteps> {
    let place = Place { spot: Spot::node(ROOT), position: 1, last: 1 };
    Evaluation { tree, steps }.value(expression, place)
}

impl Evaluation<'_> {
    /// Counts steps.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), OutOfSteps> {
        *self.steps = self.steps.checked_sub(steps.saturating_add(1)).ok_or(OutOfSteps)?;
        Ok(())
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expression: &Expression, place: Place) -> Result<Value, OutOfSteps> {
        self.spend(0)?;
        Ok(match expression {
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Number(number) => Value::Number(*number),
            Expression::Negative(inner) => Value::Number(-self.number(inner, place)?),
            Expression::Or(parts) => Value::Bool(self.any(parts, place, true)?),
            Expression::And(parts) => Value::Bool(!self.any(parts, place, false)?),
            Expression::Compare(comparison, left, right) => {
                let (left, right) = (self.value(left, place)?, self.value(right, place)?);
                Value::Bool(self.compare(*comparison, left, right)?)
            }
            Expression::Calculate(calculation, left, right) => {
                let (left, right) = (self.number(left, place)?, self.number(right, place)?);
                Value::Number(match calculation {
                    Calculation::Add => left + right,
                    Calculation::Subtract => left - right,
                    Calculation::Multiply => left * right,
                    Calculation::Remainder => left % right,
                })
            }
            Expression::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    if let Value::Nodes(nodes) = self.value(part, place)? {
                        all.extend(nodes);
                    }
                }
                Value::Nodes(in_order(all))
            }
            Expression::Path(path) => Value::Nodes(self.path(path, place)?),
            Expression::Call(function, arguments) => self.call(*function, arguments, place)?,
        })
    }

    /// Whether any part is as wanted.
    fn any(&mut self, parts: &[Expression], place: Place, wanted: bool) -> Result<bool, OutOfSteps> {
        for part in parts {
            if self.value(part, place)?.is_true() == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The text of a value.
    pub(super) fn text(&mut self, value: Value) -> Result<String, OutOfSteps> {
        if let Value::Nodes(nodes) = &value
            && let Some(first) = nodes.first()
        {
            let inside = self.tree.node(first.node).map_or(0, |node| node.end.saturating_sub(first.node));
            self.spend(if first.attribute == 0 { u64::from(inside) } else { 0 })?;
        }
        let text = value.into_text(self.tree);
        self.spend(text.len() as u64 / 8)?;
        Ok(text)
    }

    /// The number that the value of an expression stands for.
    pub(super) fn number(&mut self, expression: &Expression, place: Place) -> Result<f64, OutOfSteps> {
        let value = self.value(expression, place)?;
        self.number_of(value)
    }

    /// The number that a value stands for; of nodes, that in the text of the first.
    pub(super) fn number_of(&mut self, value: Value) -> Result<f64, OutOfSteps> {
        let value = if matches!(value, Value::Nodes(_)) { Value::Text(self.text(value)?) } else { value };
        Ok(value.into_number(self.tree))
    }

    /// Compares two values (XPath 1.0, § 3.4): of nodes, one that compares so is enough.
    fn compare(&mut self, comparison: Comparison, left: Value, right: Value) -> Result<bool, OutOfSteps> {
        let (nodes, other, is_swapped) = match (left, right) {
            (Value::Nodes(nodes), other) => (nodes, other, false),
            (other, Value::Nodes(nodes)) => (nodes, other, true),
            (left, right) => return Ok(compare_single(self.tree, comparison, left, right)),
        };
        if let Value::Bool(value) = other {
            return Ok(compare_numbers(comparison, f64::from(u8::from(!nodes.is_empty())), f64::from(u8::from(value))));
        }
        let others = match other {
            Value::Nodes(others) => others.into_iter().map(|spot| Value::Nodes(vec![spot])).collect(),
            single => vec![single],
        };
        let mut texts = Vec::with_capacity(others.len());
        for other in others {
            texts.push(match other {
                Value::Number(number) => Value::Number(number),
                other => Value::Text(self.text(other)?),
            });
        }
        for spot in nodes {
            let text = self.text(Value::Nodes(vec![spot]))?;
            for other in &texts {
                self.spend(text.len() as u64 / 8)?;
                let (one, two) = (Value::Text(text.clone()), other.clone());
                let (one, two) = if is_swapped { (two, one) } else { (one, two) };
                if compare_single(self.tree, comparison, one, two) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The nodes that a path leads to.
    fn path(&mut self, path: &Path, place: Place) -> Result<Vec<Spot>, OutOfSteps> {
        let mut nodes = match &path.start {
            Start::Root => vec![Spot::node(ROOT)],
            Start::Context => vec![place.spot],
            Start::Expression(expression, predicates) => match self.value(expression, place)? {
                Value::Nodes(nodes) => self.filter(nodes, predicates)?,
                _ => Vec::new(),
            },
        };
        for step in &path.steps {
            nodes = self.step(&nodes, step)?;
        }
        Ok(nodes)
    }

    /// The nodes that a step leads to from any of these.
    fn step(&mut self, from: &[Spot], step: &Step) -> Result<Vec<Spot>, OutOfSteps> {
        let is_descent = matches!(step.axis, Axis::Descendant | Axis::DescendantOrSelf) && step.predicates.is_empty();
        let mut found = Vec::new();
        let mut covered = 0;
        for spot in from {
            // What is inside of a node has been found with it, if there is nothing to count.
            if is_descent && spot.attribute == 0 && spot.node < covered {
                continue;
            }
            let nodes = self.axis(*spot, step)?;
            found.extend(self.filter(nodes, &step.predicates)?);
            covered = self.tree.node(spot.node).map_or(covered, |node| node.end.max(covered));
        }
        Ok(in_order(found))
    }

    /// The nodes for which all predicates hold, each judged by its position among those that passed the one before.
    fn filter(&mut self, mut nodes: Vec<Spot>, predicates: &[Expression]) -> Result<Vec<Spot>, OutOfSteps> {
        for predicate in predicates {
            let last = nodes.len();
            let mut passed = Vec::new();
            for (index, spot) in nodes.into_iter().enumerate() {
                let position = index + 1;
                let holds = match predicate {
                    Expression::Number(number) => *number == position as f64,
                    other => match self.value(other, Place { spot, position, last })? {
                        Value::Number(number) => number == position as f64,
                        value => value.is_true(),
                    },
                };
                if holds {
                    passed.push(spot);
                }
            }
            nodes = passed;
        }
        Ok(nodes)
    }

    /// The nodes of a step's axis that pass its test, in the order in which their positions count.
    fn axis(&mut self, spot: Spot, step: &Step) -> Result<Vec<Spot>, OutOfSteps> {
        let tree = self.tree;
        let Some(own) = tree.node(spot.node) else { return Ok(Vec::new()) };
        if step.axis == Axis::Attribute {
            self.spend(0)?;
            let named = (1..).zip(tree.attributes(spot.node)).filter(|(_, (name, _))| match &step.test {
                NodeTest::Name(wanted) => name == wanted,
                NodeTest::AnyName | NodeTest::Node => true,
                NodeTest::Text | NodeTest::Nothing => false,
            });
            let is_element = spot.attribute == 0;
            return Ok(named.filter(|_| is_element).map(|(attribute, _)| Spot { node: spot.node, attribute }).collect());
        }
        if spot.attribute > 0 {
            return Ok(match step.axis {
                Axis::Parent => vec![Spot::node(spot.node)].into_iter().filter(|spot| passes(tree, spot.node, step)).collect(),
                Axis::Itself if matches!(step.test, NodeTest::Node | NodeTest::AnyName) => vec![spot],
                _ => Vec::new(),
            });
        }
        let (node, parent) = (spot.node, own.parent);
        let end_of_parent = tree.node(parent).map_or(0, |parent| parent.end);
        let nodes: Box<dyn Iterator<Item = u32>> = match step.axis {
            Axis::Child => Box::new(tree.children(node)),
            Axis::Descendant => Box::new(node + 1..own.end),
            Axis::DescendantOrSelf => Box::new(node..own.end),
            Axis::Parent => Box::new((node != ROOT).then_some(parent).into_iter()),
            Axis::Ancestor => Box::new(ancestors(tree, node).skip(1)),
            Axis::AncestorOrSelf => Box::new(ancestors(tree, node)),
            Axis::FollowingSibling => Box::new(siblings_from(tree, own.end, end_of_parent)),
            Axis::PrecedingSibling => Box::new(siblings_before(tree, node, parent)),
            Axis::Following => Box::new(own.end..tree.len()),
            Axis::Preceding => {
                let mut around = ancestors(tree, node).skip(1).peekable();
                Box::new((0..node).rev().filter(move |before| around.next_if_eq(before).is_none()))
            }
            Axis::Itself | Axis::Attribute => Box::new(std::iter::once(node)),
        };
        let mut found = Vec::new();
        for node in nodes {
            self.spend(0)?;
            if passes(tree, node, step) {
                found.push(Spot::node(node));
            }
        }
        Ok(found)
    }
}

/// The node and those around it, innermost first.
fn ancestors(tree: &ElementTree, node: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(node), move |node| (*node != ROOT).then(|| tree.node(*node).map(|node| node.parent)).flatten())
}

/// The nodes beside each other from `start` to `end`.
fn siblings_from(tree: &ElementTree, start: u32, end: u32) -> impl Iterator<Item = u32> {
    let first = Some(start).filter(|start| *start < end);
    std::iter::successors(first, move |node| tree.node(*node).map(|node| node.end).filter(|next| next > node && *next < end))
}

/// The siblings before a node, the nearest first.
fn siblings_before(tree: &ElementTree, node: u32, parent: u32) -> impl Iterator<Item = u32> {
    let first = (node != ROOT).then_some(parent + 1);
    let before: Vec<u32> = first.into_iter().flat_map(|first| siblings_from(tree, first, node)).collect();
    before.into_iter().rev()
}

/// Whether a node passes a step's test.
fn passes(tree: &ElementTree, node: u32, step: &Step) -> bool {
    let content = tree.node(node).map(|node| &node.content);
    match &step.test {
        NodeTest::Name(wanted) => matches!(content, Some(NodeContent::Element(name, _)) if name == wanted),
        NodeTest::AnyName => matches!(content, Some(NodeContent::Element(..))),
        NodeTest::Text => matches!(content, Some(NodeContent::Text(_))),
        NodeTest::Node => content.is_some(),
        NodeTest::Nothing => false,
    }
}

/// Nodes in document order, each once.
fn in_order(mut nodes: Vec<Spot>) -> Vec<Spot> {
    if !nodes.is_sorted_by(|a, b| a < b) {
        nodes.sort_unstable();
        nodes.dedup();
    }
    nodes
}

fn compare_single(tree: &ElementTree, comparison: Comparison, left: Value, right: Value) -> bool {
    let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    match (&left, &right) {
        (Value::Bool(_), _) | (_, Value::Bool(_)) if is_equality => {
            (left.is_true() == right.is_true()) == (comparison == Comparison::Equal)
        }
        (Value::Text(one), Value::Text(two)) if is_equality => (one == two) == (comparison == Comparison::Equal),
        _ => compare_numbers(comparison, left.into_number(tree), right.into_number(tree)),
    }
}

fn compare_numbers(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}
