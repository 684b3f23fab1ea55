//! What a template is made of. Every part knows its bytes in the decoded template.

use std::rc::Rc;

/// Bytes of the decoded template, 0-based, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

impl Span {
    /// Bytes from the start of one part to the end of another.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The text at these bytes; empty where they do not fit.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// A template that the engine accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its parts in order.
    pub nodes: Block,
}

/// Parts that stand behind each other.
pub type Block = Vec<Node>;

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// What is printed as it is: exactly this, which is not always what stands at the bytes (`\#if` prints `#if`).
    Text(String),
    /// `#[[ … ]]#`: what stands between is printed.
    Raw(String),
    /// `## …` with its line break, or `#* … *#`: nothing is printed but what the engine read together with its sign.
    Comment(String),
    /// A reference that is printed. What is known of the place at which it is printed keeps it, too.
    Reference(Rc<Reference>),
    /// `#set($target = value)`, with the blanks before it and the line break behind it, which it swallows.
    Set(Box<Set>),
    /// `#if … #elseif … #else … #end`.
    If(If),
    /// Any other `#word`: a directive, the call of a macro, or text.
    Directive(Box<Directive>),
}

/// A `#set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// What is written to.
    pub target: Reference,
    /// What is written.
    pub value: Expression,
}

/// An `#if`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct If {
    /// `#if` and every `#elseif`.
    pub branches: Vec<Branch>,
    /// `#else`.
    pub otherwise: Option<Block>,
}

/// A condition and what it guards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The condition.
    pub condition: Expression,
    /// What is printed where it holds.
    pub body: Block,
}

/// What a `#word` means to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectiveKind {
    /// `#foreach($item in $list) … #end`.
    Foreach,
    /// `#define($name) … #end`.
    Define,
    /// `#macro(name $a) … #end`.
    Macro,
    /// `#literal() … #end`.
    Literal,
    /// `#include('file')`.
    Include,
    /// `#parse('file')`.
    Parse,
    /// `#evaluate($text)`.
    Evaluate,
    /// `#break`.
    Break,
    /// `#stop`.
    Stop,
    /// `#@name($a) … #end`: the call of a macro with a body.
    BlockCall,
    /// `#name`: the call of a macro if there is one of that name, else text.
    Call,
}

impl DirectiveKind {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "foreach" => Self::Foreach,
            "define" => Self::Define,
            "macro" => Self::Macro,
            "literal" => Self::Literal,
            "include" => Self::Include,
            "parse" => Self::Parse,
            "evaluate" => Self::Evaluate,
            "break" => Self::Break,
            "stop" => Self::Stop,
            name if name.starts_with('@') => Self::BlockCall,
            _ => Self::Call,
        }
    }

    /// Whether a body and `#end` follow its parentheses.
    pub(super) fn has_body(self) -> bool {
        match self {
            Self::Foreach | Self::Define | Self::Macro | Self::Literal | Self::BlockCall => true,
            Self::Include | Self::Parse | Self::Evaluate | Self::Break | Self::Stop | Self::Call => false,
        }
    }

    /// Whether the engine has a directive of this name.
    pub fn is_built_in(self) -> bool {
        !matches!(self, Self::BlockCall | Self::Call)
    }
}

/// A `#word`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// What it is.
    pub kind: DirectiveKind,
    /// The word, without `#` and braces.
    pub name: String,
    /// `#` and the word.
    pub name_span: Span,
    /// What stands in its parentheses; `None` without parentheses: then nothing but `#stop` and `#break` is more than text.
    pub arguments: Option<Vec<Expression>>,
    /// What stands between it and its `#end`.
    pub body: Option<Block>,
}

/// A reference: `$name`, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its bytes from the first backslash or dollar sign.
    pub span: Span,
    /// The bytes from the dollar sign that counts.
    pub own: Span,
    /// How it is written.
    pub form: Form,
    /// The name behind the dollar sign.
    pub name: String,
    /// The name's bytes.
    pub name_span: Span,
    /// What follows the name.
    pub steps: Vec<Step>,
}

/// How a reference is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Backslashes before it: an odd number escapes it, half of them is printed.
    pub backslashes: usize,
    /// Dollar signs and others before the one that counts, which are printed with the value.
    pub prefix: String,
    /// `$!name`.
    pub silent: bool,
    /// `${name}`.
    pub braced: bool,
    /// A word without a dollar sign in the arguments of a method; it has no value. Elsewhere its name is printed.
    pub bare: bool,
    /// `$\!name`: this text is printed and nothing looked up.
    pub verbatim: Option<String>,
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its bytes, from the dot or bracket.
    pub span: Span,
    /// What it is.
    pub kind: StepKind,
}

/// The kinds of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// `.name`
    Property(String),
    /// `.name(arguments)`
    Method(String, Vec<Expression>),
    /// `[index]`
    Index(Box<Expression>),
}

/// A value in a directive or in the arguments of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// A reference.
    Reference(Box<Reference>),
    /// A text.
    Text(Literal),
    /// An integer as written.
    Integer(String),
    /// A number with a point or an exponent, as written.
    Float(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `{a: b}`
    Map(Vec<(Expression, Expression)>),
    /// `[1..3]`
    Range(Box<Expression>, Box<Expression>),
    /// `!a`, `not a`
    Not(Box<Expression>),
    /// `a + b` and the like.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// A word in the arguments of a directive: the name of a macro, the `in` of a loop.
    Word(String),
}

/// What stands between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `||`, `or`
    Or,
    /// `&&`, `and`
    And,
    /// `==`, `eq`
    Equal,
    /// `!=`, `ne`
    NotEqual,
    /// `<`, `lt`
    Less,
    /// `>`, `gt`
    Greater,
    /// `<=`, `le`
    LessOrEqual,
    /// `>=`, `ge`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// A text in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Whether it stands in double quotes.
    pub double: bool,
    /// The text, doubled quotes made one.
    pub text: String,
    /// In double quotes with a `$` or `#`: the text as a template of its own. The engine puts a blank behind the text before it
    /// reads it, and takes the last character off what that prints; a line break, which stays, where the text holds `##`.
    pub template: Option<Block>,
}
