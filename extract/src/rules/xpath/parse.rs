//! Reads an XPath expression (XPath 1.0, § 2 and 3) by recursive descent, to a bounded depth. Evaluates nothing.

use super::expression::{Axis, Calculation, Comparison, Expression, Function, NodeTest, Path, Start, Step};
use super::failure::XPathError;
use super::tokens::{Token, tokens};

/// Deepest nesting of brackets and parentheses.
const MAX_DEPTH: usize = 24;

/// Most parts of a union, and of a chain of `or` or `and`.
const MAX_PARTS: usize = 200;

/// The expression, and the names of the attributes that it looks at.
pub(super) fn parse(source: &str) -> Result<(Expression, Vec<String>), XPathError> {
    let syntax = |(at, what)| XPathError::Syntax { source_text: source.to_owned(), at, what };
    let tokens = tokens(source).map_err(syntax)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, attributes: Vec::new(), length: source.chars().count() };
    let read = parser.expression().and_then(|read| parser.end().map(|()| read));
    let expression = read.map_err(|stop| match stop {
        Stop::Syntax(at, what) => syntax((at, what)),
        Stop::Unsupported(what) => XPathError::Unsupported { source_text: source.to_owned(), what },
    })?;
    Ok((expression, parser.attributes))
}

enum Stop {
    Syntax(usize, String),
    Unsupported(String),
}

struct Parser<'t> {
    tokens: &'t [(usize, Token)],
    at: usize,
    depth: usize,
    attributes: Vec<String>,
    length: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn next_is_sign(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at + 1), Some((_, Token::Sign(found))) if *found == sign)
    }

    /// Takes a sign if it comes next.
    fn sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Takes an operator that is a name if it comes next.
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.at += usize::from(found);
        found
    }

    fn fail<T>(&self, what: impl Into<String>) -> Result<T, Stop> {
        let at = self.tokens.get(self.at).map_or(self.length + 1, |(at, _)| *at);
        Err(Stop::Syntax(at, what.into()))
    }

    fn expect(&mut self, sign: &str) -> Result<(), Stop> {
        if self.sign(sign) { Ok(()) } else { self.fail(format!("`{sign}` is missing")) }
    }

    fn end(&self) -> Result<(), Stop> {
        if self.at == self.tokens.len() { Ok(()) } else { self.fail("the expression should end here") }
    }

    fn expression(&mut self) -> Result<Expression, Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop::Unsupported(format!("brackets more than {MAX_DEPTH} deep")));
        }
        let read = self.chain(|parser| parser.word("or"), Self::and, Expression::Or);
        self.depth -= 1;
        read
    }

    fn and(&mut self) -> Result<Expression, Stop> {
        self.chain(|parser| parser.word("and"), Self::equality, Expression::And)
    }

    /// Parts of one kind with the same operator between them.
    fn chain(
        &mut self,
        operator: impl Fn(&mut Self) -> bool,
        part: impl Fn(&mut Self) -> Result<Expression, Stop>,
        joined: impl Fn(Vec<Expression>) -> Expression,
    ) -> Result<Expression, Stop> {
        let first = part(self)?;
        let mut parts = vec![first];
        while operator(self) {
            if parts.len() >= MAX_PARTS {
                return Err(Stop::Unsupported(format!("more than {MAX_PARTS} parts")));
            }
            parts.push(part(self)?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => joined(parts),
        })
    }

    fn equality(&mut self) -> Result<Expression, Stop> {
        self.compared(&["=", "!="], |parser| parser.compared(&["<=", ">=", "<", ">"], Self::sum))
    }

    fn compared(
        &mut self,
        signs: &[&'static str],
        part: impl Fn(&mut Self) -> Result<Expression, Stop>,
    ) -> Result<Expression, Stop> {
        let left = part(self)?;
        let Some(comparison) = signs.iter().find(|sign| self.sign(sign)).and_then(|sign| Comparison::from_name(sign)) else {
            return Ok(left);
        };
        let right = part(self)?;
        if signs.iter().any(|sign| self.is_sign(sign)) {
            return Err(Stop::Unsupported("comparisons in a row".to_owned()));
        }
        Ok(Expression::Compare(comparison, Box::new(left), Box::new(right)))
    }

    fn sum(&mut self) -> Result<Expression, Stop> {
        self.calculated(&["+", "-"], &[], |parser| parser.calculated(&["*"], &["mod"], Self::negative))
    }

    fn calculated(
        &mut self,
        signs: &[&'static str],
        words: &[&'static str],
        part: impl Fn(&mut Self) -> Result<Expression, Stop>,
    ) -> Result<Expression, Stop> {
        let mut left = part(self)?;
        let mut count = 0;
        loop {
            let sign = signs.iter().find(|sign| self.sign(sign));
            let Some(name) = sign.or_else(|| words.iter().find(|word| self.word(word))) else { return Ok(left) };
            count += 1;
            let Some(calculation) = Calculation::from_name(name).filter(|_| count < MAX_DEPTH) else {
                return Err(Stop::Unsupported("calculations this long".to_owned()));
            };
            left = Expression::Calculate(calculation, Box::new(left), Box::new(part(self)?));
        }
    }

    fn negative(&mut self) -> Result<Expression, Stop> {
        if self.sign("-") {
            return Ok(Expression::Negative(Box::new(self.union()?)));
        }
        self.union()
    }

    fn union(&mut self) -> Result<Expression, Stop> {
        self.chain(|parser| parser.sign("|"), Self::path, Expression::Union)
    }

    fn path(&mut self) -> Result<Expression, Stop> {
        if self.is_sign("/") || self.is_sign("//") {
            let mut steps = Vec::new();
            if self.sign("//") {
                steps.push(anywhere());
                steps.push(self.step()?);
            } else {
                self.sign("/");
                if self.begins_step() {
                    steps.push(self.step()?);
                }
            }
            self.more_steps(&mut steps)?;
            return Ok(Expression::Path(Path { start: Start::Root, steps }));
        }
        if self.begins_step() {
            let mut steps = vec![self.step()?];
            self.more_steps(&mut steps)?;
            return Ok(Expression::Path(Path { start: Start::Context, steps }));
        }
        let primary = self.primary()?;
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        self.more_steps(&mut steps)?;
        if predicates.is_empty() && steps.is_empty() {
            return Ok(primary);
        }
        Ok(Expression::Path(Path { start: Start::Expression(Box::new(primary), predicates), steps }))
    }

    fn more_steps(&mut self, steps: &mut Vec<Step>) -> Result<(), Stop> {
        loop {
            if self.sign("//") {
                steps.push(anywhere());
            } else if !self.sign("/") {
                return Ok(());
            }
            if steps.len() >= MAX_PARTS {
                return Err(Stop::Unsupported(format!("more than {MAX_PARTS} steps")));
            }
            steps.push(self.step()?);
        }
    }

    /// Whether a step comes next, and no function call or value.
    fn begins_step(&self) -> bool {
        match self.peek() {
            Some(Token::Name(name)) => !self.next_is_sign("(") || is_node_type(name),
            Some(Token::Sign(sign)) => matches!(*sign, "@" | "*" | "." | ".."),
            _ => false,
        }
    }

    fn step(&mut self) -> Result<Step, Stop> {
        for (sign, axis) in [("..", Axis::Parent), (".", Axis::Itself)] {
            if self.sign(sign) {
                return Ok(Step { axis, test: NodeTest::Node, predicates: self.predicates()? });
            }
        }
        let axis = if self.sign("@") {
            Axis::Attribute
        } else if self.next_is_sign("::") {
            let Some(Token::Name(name)) = self.peek() else { return self.fail("an axis is missing") };
            let Some(axis) = Axis::from_name(name) else {
                return Err(Stop::Unsupported(format!("the axis `{name}`")));
            };
            self.at += 2;
            axis
        } else {
            Axis::Child
        };
        let test = self.node_test()?;
        if axis == Axis::Attribute
            && let NodeTest::Name(name) = &test
        {
            self.attributes.push(name.clone());
        }
        Ok(Step { axis, test, predicates: self.predicates()? })
    }

    fn node_test(&mut self) -> Result<NodeTest, Stop> {
        if self.sign("*") {
            return Ok(NodeTest::AnyName);
        }
        let Some(Token::Name(name)) = self.peek() else { return self.fail("a step is missing") };
        let name = name.to_lowercase();
        if self.next_is_sign("(") {
            let test = match name.as_str() {
                "node" => NodeTest::Node,
                "text" => NodeTest::Text,
                "comment" | "processing-instruction" => NodeTest::Nothing,
                _ => return Err(Stop::Unsupported(format!("`{name}()` as a step"))),
            };
            self.at += 2;
            if test == NodeTest::Nothing && matches!(self.peek(), Some(Token::Text(_))) {
                self.at += 1;
            }
            self.expect(")")?;
            return Ok(test);
        }
        self.at += 1;
        // `xml:lang`: an HTML parser has no prefixes, so it is part of the name.
        if self.is_sign(":")
            && let Some((_, Token::Name(local))) = self.tokens.get(self.at + 1)
        {
            self.at += 2;
            return Ok(NodeTest::Name(format!("{name}:{}", local.to_lowercase())));
        }
        Ok(NodeTest::Name(name))
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, Stop> {
        let mut predicates = Vec::new();
        while self.sign("[") {
            predicates.push(self.expression()?);
            self.expect("]")?;
        }
        Ok(predicates)
    }

    fn primary(&mut self) -> Result<Expression, Stop> {
        if self.sign("(") {
            let inside = self.expression()?;
            self.expect(")")?;
            return Ok(inside);
        }
        match self.peek() {
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.at += 1;
                Ok(Expression::Text(text))
            }
            Some(Token::Number(number)) => {
                let number = *number;
                self.at += 1;
                Ok(Expression::Number(number))
            }
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.call(&name)
            }
            Some(Token::Sign("$")) => Err(Stop::Unsupported("a variable".to_owned())),
            Some(_) => self.fail("an element, a text or a function is missing"),
            None => self.fail("the expression ends too early"),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression, Stop> {
        let Some(function) = Function::from_name(name) else {
            return Err(Stop::Unsupported(format!("the function `{name}()`")));
        };
        let start = self.at;
        self.at += 1;
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.sign(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.expression()?);
            if arguments.len() > MAX_PARTS {
                return Err(Stop::Unsupported(format!("more than {MAX_PARTS} arguments")));
            }
        }
        let (least, most) = function.arguments();
        if !(least..=most).contains(&arguments.len()) {
            self.at = start;
            return self.fail(format!("`{name}()` with {} arguments", arguments.len()));
        }
        Ok(Expression::Call(function, arguments))
    }
}

/// The step that `//` stands for.
fn anywhere() -> Step {
    Step { axis: Axis::DescendantOrSelf, test: NodeTest::Node, predicates: Vec::new() }
}

fn is_node_type(name: &str) -> bool {
    matches!(name, "node" | "text" | "comment" | "processing-instruction")
}
