//! cfn-igr.
pub mod edit;
pub mod syntax;
pub mod text;
