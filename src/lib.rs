//! cfn-igr.
pub mod api;
pub mod edit;
pub mod syntax;
pub mod template;
pub mod text;
