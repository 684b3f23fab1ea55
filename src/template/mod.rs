//! The template: its sections, its resources, and what each property can be.
//!
//! This module knows CloudFormation (and its LanguageExtensions transform) and nothing of API Gateway.
//! It does no I/O; values given for parameters come in as [`Inputs`].

mod assembly;
mod conditions;
mod dependencies;
mod eval;
mod guard;
mod intrinsic;
mod provenance;
mod references;
mod same;
mod sections;
mod shape;
mod to_json;
mod value;
mod worlds;

pub use conditions::Conditions;
pub use dependencies::{Dependencies, Waiting};
pub use guard::{Fact, Guard};
pub use intrinsic::Function;
pub use provenance::Origin;
pub use references::{Reference, UndefinedVariable, Use};
pub use sections::{Inputs, Parameter, Resource, Template};
pub use shape::{Entries, Item, Items, Member, Scope};
pub use value::{Cause, Datum, Hole, Part, Piece, Text, Value, Values};
