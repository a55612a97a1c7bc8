//! An XPath expression as a tree. Reads and evaluates none.

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Or(Vec<Expression>),
    And(Vec<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    Calculate(Calculation, Box<Expression>, Box<Expression>),
    Negative(Box<Expression>),
    Union(Vec<Expression>),
    Path(Path),
    Text(String),
    Number(f64),
    Call(Function, Vec<Expression>),
}

/// Steps from somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub start: Start,
    pub steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    Root,
    Context,
    /// At what an expression selects, of which the predicates hold.
    Expression(Box<Expression>, Vec<Expression>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub axis: Axis,
    pub test: NodeTest,
    pub predicates: Vec<Expression>,
}

/// What a node must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeTest {
    /// An element or attribute with this name, in lower case.
    Name(String),
    /// Any element or attribute.
    AnyName,
    /// `node()`
    Node,
    /// `text()`
    Text,
    /// `comment()` or `processing-instruction()`: the tree has none.
    Nothing,
}

macro_rules! names {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $kind { $($variant,)* }

        impl $kind {
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

names! {
    /// Where a step leads.
    Axis {
        Child = "child", Descendant = "descendant", DescendantOrSelf = "descendant-or-self", Parent = "parent",
        Ancestor = "ancestor", AncestorOrSelf = "ancestor-or-self", FollowingSibling = "following-sibling",
        PrecedingSibling = "preceding-sibling", Following = "following", Preceding = "preceding", Itself = "self",
        Attribute = "attribute",
    }
}

names! {
    /// How two values are compared.
    Comparison { Equal = "=", NotEqual = "!=", Less = "<", LessOrEqual = "<=", Greater = ">", GreaterOrEqual = ">=", }
}

names! {
    /// How two numbers become one.
    Calculation { Add = "+", Subtract = "-", Multiply = "*", Remainder = "mod", }
}

names! {
    /// A function.
    Function {
        Contains = "contains", StartsWith = "starts-with", EndsWith = "ends-with", NormalizeSpace = "normalize-space",
        Concat = "concat", Substring = "substring", SubstringBefore = "substring-before", SubstringAfter = "substring-after",
        Translate = "translate", LowerCase = "lower-case", StringLength = "string-length", String = "string",
        Name = "name", LocalName = "local-name", Not = "not", Boolean = "boolean", True = "true", False = "false",
        Number = "number", Position = "position", Last = "last", Count = "count",
    }
}

impl Function {
    /// The least and the largest number of arguments.
    pub fn arguments(self) -> (usize, usize) {
        match self {
            Self::True | Self::False | Self::Position | Self::Last => (0, 0),
            Self::NormalizeSpace | Self::StringLength | Self::String | Self::Name | Self::LocalName | Self::Number => (0, 1),
            Self::Not | Self::Boolean | Self::Count | Self::LowerCase => (1, 1),
            Self::Contains | Self::StartsWith | Self::EndsWith | Self::SubstringBefore | Self::SubstringAfter => (2, 2),
            Self::Substring => (2, 3),
            Self::Translate => (3, 3),
            Self::Concat => (2, usize::MAX),
        }
    }
}
