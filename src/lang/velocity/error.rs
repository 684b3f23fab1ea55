//! Why a template is refused.

use std::fmt;

use super::ast::Span;

/// A template that the engine refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where: what is wrong, or the directive that is not closed.
    pub span: Span,
    /// What is wrong.
    pub fault: Fault,
    /// The part in which it is wrong, if there is one: a directive that was opened before.
    pub inside: Option<Span>,
    /// Whether the engine reads the template and fails when it prepares to render it: then it reads the texts in double
    /// quotes and looks for what its directives need.
    pub in_preparation: bool,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The directive of this name has no `#end`.
    NoEnd(String),
    /// `#end`, `#else` or `#elseif` belongs to nothing.
    Stray(String),
    /// This stands where something else must stand, if that can be said.
    Expected(&'static str, String),
    /// This cannot stand here.
    Unexpected(String),
    /// A text in quotes has no end.
    OpenLiteral,
    /// `#[[` has no `]]#`.
    OpenRaw,
    /// The template ends with a `$` or `#` that begins nothing.
    LoneSign,
    /// A `#macro` is not called a name.
    MacroName,
    /// The arguments of this directive have a word in them.
    WordArgument(String),
    /// This directive is nothing without parentheses.
    NoArguments(String),
    /// `\u` in a text is not followed by four hexadecimal digits.
    UnicodeEscape,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::NoEnd(name) => write!(f, "`{name}` has no `#end`"),
            Fault::Stray(name) => write!(f, "`{name}` belongs to no `{}`", if name == "#end" { "#if" } else { "#if …" }),
            Fault::Expected(what, found) if found.is_empty() => write!(f, "{what} expected, and the template ends"),
            Fault::Expected(what, found) => write!(f, "{what} expected, found `{found}`"),
            Fault::Unexpected(found) if found.is_empty() => write!(f, "the template ends too early"),
            Fault::Unexpected(found) => write!(f, "`{found}` cannot stand here"),
            Fault::OpenLiteral => write!(f, "the text in quotes has no end"),
            Fault::OpenRaw => write!(f, "`#[[` has no `]]#`"),
            Fault::LoneSign => write!(f, "a `$` or `#` at the end of the template begins nothing"),
            Fault::MacroName => write!(f, "`#macro` needs a name, a word without quotes, as its first argument"),
            Fault::WordArgument(name) => write!(f, "`{name}` takes no bare word as an argument"),
            Fault::NoArguments(name) => write!(f, "`{name}` needs parentheses with its arguments"),
            Fault::UnicodeEscape => write!(f, "`\\u` needs four hexadecimal digits"),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// Why a template is not there to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The engine refuses it.
    Syntax(SyntaxError),
    /// It is too long or too deep to be read here.
    NotAnalysed,
}

/// Why the parser stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The engine refuses the template.
    Syntax(Box<SyntaxError>),
    /// A budget is spent.
    Beyond,
}

impl Stop {
    pub(super) fn fault(span: Span, fault: Fault) -> Self {
        Self::Syntax(Box::new(SyntaxError { span, fault, inside: None, in_preparation: false }))
    }
}
