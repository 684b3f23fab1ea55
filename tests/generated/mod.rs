//! Templates with planted defects, as values in three states and as text in both languages.

pub(crate) mod json;
pub(crate) mod node;
pub(crate) mod scalar;
pub(crate) mod tape;
pub(crate) mod template;
pub(crate) mod values;
pub(crate) mod yaml;
