//! The rules, one file each. The build script lists the files; there is no other registry.

use crate::rule::Registered;

include!(concat!(env!("OUT_DIR"), "/rule_table.rs"));

/// The rule with this name.
pub fn find(name: &str) -> Option<&'static Registered> {
    RULES.iter().find(|registered| registered.rule.meta().name == name)
}
