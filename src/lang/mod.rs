//! The small languages inside strings: mapping expressions, selection patterns, mapping templates, MOCK request
//! templates.
//!
//! They read texts, with holes where the template leaves something open. They know no rules, no nodes
//! and no bytes of the file.

pub mod distance;
pub mod json_outline;
pub mod mapping_expression;
pub mod message_pattern;
pub mod mock_template;
pub mod pattern_repair;
pub mod selection_pattern;
pub mod velocity;
