//! Checks and repairs CloudFormation templates around Amazon API Gateway integration responses.
//!
//! The library does no I/O: a [`Source`] goes in, findings with byte spans and edits come out.
//! See ARCHITECTURE.md for the stages and their order.
//!
//! [`Options::default`] runs the native rules alone; [`guard::Guard::bundled`] adds the bundled Guard rules, as the program does.

pub mod api;
pub mod baseline;
pub mod catalogue;
pub mod config;
pub mod edit;
pub mod engine;
pub mod excuse;
pub mod finding;
pub mod fix;
#[cfg_attr(not(feature = "guard"), path = "guard/off.rs")]
pub mod guard;
pub mod lang;
pub mod report;
pub mod routes;
pub mod rule;
pub mod rules;
pub mod suppress;
pub mod syntax;
pub mod template;
pub mod text;

pub use engine::{Checked, Document, Options, check, check_all};
pub use finding::{Category, Confidence, Finding, Label, Severity, Suppressed, SuppressedBy};
pub use fix::{Applied, Dropped, Fixed, fix};
pub use guard::Guard;
pub use template::Inputs;
pub use text::Source;
