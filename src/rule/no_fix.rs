//! Why a finding has no fix, as far as it can be told without its rule.

use super::{FixPromise, Registered};
use crate::finding::{Finding, NoFix};
use crate::syntax::{NodeId, Tree};

/// Functions that make a value of others, without `Fn::`.
const MAKERS: [&str; 11] =
    ["Base64", "Cidr", "FindInMap", "GetAtt", "ImportValue", "Join", "Select", "Split", "Sub", "ToJsonString", "Transform"];

impl Registered {
    /// Why a finding of this rule that has no fix has none.
    pub fn no_fix(&self, finding: &Finding, tree: &Tree<'_>) -> NoFix {
        match self.rule.meta().fix {
            FixPromise::Never => NoFix::Never(self.never()),
            FixPromise::Sometimes(_) if tree.is_shared(finding.span) => NoFix::Shared,
            FixPromise::Sometimes(_) if finding.path.contains("/Fn::ForEach::") => NoFix::Loop,
            FixPromise::Sometimes(_) if is_tagged(finding, tree) => NoFix::Tagged,
            FixPromise::Sometimes(_) => {
                let function = function_at(finding, tree).filter(|_| self.rule.rewrites_values());
                function.map_or(NoFix::NotHere, NoFix::Function)
            }
        }
    }

    /// What the page says under "Fix" behind "None:", its first sentence.
    fn never(&self) -> String {
        let section = self.page.split("\n## Fix\n").nth(1).unwrap_or("");
        let paragraph = section.trim_start().split("\n\n").next().unwrap_or("").replace('\n', " ");
        let reason = paragraph.strip_prefix("None:").unwrap_or(&paragraph).trim();
        reason.split(". ").next().unwrap_or(reason).trim_end_matches('.').to_owned()
    }
}

/// Whether a finding is about a text with one of YAML's own tags, but for the one that makes it a string.
fn is_tagged(finding: &Finding, tree: &Tree<'_>) -> bool {
    let text = tree.source().slice(finding.span);
    text.starts_with("!!") && !text.starts_with("!!str")
}

/// The long name of the function that makes the value that a finding is about, or a part of.
fn function_at(finding: &Finding, tree: &Tree<'_>) -> Option<String> {
    let mut at = tree.node_at(finding.span).or_else(|| tree.innermost(finding.span))?;
    loop {
        if let Some(name) = maker(at, tree) {
            return Some(name);
        }
        // Arguments of functions stand in lists, those of long names in a mapping too.
        at = tree.parent(at).filter(|around| tree.is_sequence(*around) || maker(*around, tree).is_some())?;
    }
}

/// The long name of a function that makes a value of others.
fn maker(node: NodeId, tree: &Tree<'_>) -> Option<String> {
    let mut entries = tree.entries(node);
    let only = entries.next().filter(|_| entries.next().is_none());
    let name = match tree.tag(node) {
        Some(tag) => tag.name.strip_prefix('!')?,
        None => tree.text(only?.key)?.strip_prefix("Fn::")?,
    };
    MAKERS.contains(&name).then(|| format!("Fn::{name}"))
}

#[cfg(test)]
mod tests {
    use crate::rules::RULES;

    #[test]
    fn a_rule_without_fixes_says_why() {
        for registered in RULES.iter().filter(|rule| rule.rule.meta().fix == super::FixPromise::Never) {
            let reason = registered.never();
            assert!(reason.len() > 10 && !reason.contains("None") && !reason.contains('\n'), "{reason}");
        }
    }
}
