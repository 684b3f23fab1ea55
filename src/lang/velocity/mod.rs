//! Mapping templates: the Velocity Template Language of Apache Velocity 1.7, as API Gateway renders it.
//!
//! [`parse`] accepts what the engine accepts, when it reads the template and when it prepares it (then the texts in double
//! quotes are read), and gives a tree in which every part knows its bytes. It follows the engine's own lexer and parser word by
//! word, because what a `#` or a `(` means depends on the state that the words before it left behind.
//!
//! Nothing is rendered here and nothing looked up: which references have a value is not known to this module.
//!
//! # What is not analysed
//!
//! - templates longer than a megabyte (the service takes 300 KB),
//! - what is nested more than 100 levels deep,
//! - templates that would take too long to look ahead in.

mod ast;
mod constant;
mod error;
mod expression;
mod lexer;
mod literal;
mod lookahead;
mod origin;
mod parser;
mod token;
mod walk;

pub use ast::{
    Block, Branch, Directive, DirectiveKind, Expression, ExpressionKind, Form, If, Literal, Node, NodeKind, Operator,
    Reference, Set, Span, Step, StepKind, Template,
};
pub use error::{Fault, Refusal, SyntaxError};
pub use walk::Visited;

use error::Stop;
use origin::Origin;
use parser::Parser;

/// Longest template that is read, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// Reads a template.
///
/// # Errors
///
/// Why the engine refuses it, or that it is too long or too deep to be read here.
pub fn parse(text: &str) -> Result<Template, Refusal> {
    if text.len() > MAX_LENGTH {
        return Err(Refusal::NotAnalysed);
    }
    match Parser::new(text, &Origin::whole(), 0).template() {
        Ok(nodes) => Ok(Template { nodes }),
        Err(Stop::Syntax(error)) => Err(Refusal::Syntax(*error)),
        Err(Stop::Beyond) => Err(Refusal::NotAnalysed),
    }
}
