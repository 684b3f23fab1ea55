//! Checks and repairs CloudFormation templates around Amazon API Gateway integration responses.
//!
//! The library does no I/O: a [`Source`] goes in, findings with byte spans and edits come out.
//! See ARCHITECTURE.md for the stages and their order.

pub mod api;
pub mod baseline;
pub mod config;
pub mod edit;
pub mod engine;
pub mod excuse;
pub mod finding;
pub mod fix;
pub mod lang;
pub mod report;
pub mod routes;
pub mod rule;
pub mod rules;
pub mod suppress;
pub mod syntax;
pub mod template;
pub mod text;

pub use engine::{Checked, Document, Options, check};
pub use finding::{Category, Confidence, Finding, Label, Severity, Suppressed, SuppressedBy};
pub use fix::{Applied, Dropped, Fixed, fix};
pub use template::Inputs;
pub use text::Source;
