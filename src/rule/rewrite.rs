//! Giving a mapping's value another text where it is written.

use super::Ctx;
use super::MappingAt;
use crate::edit::{Change, Fragment};
use crate::lang::mapping_expression::holds_an_entry;
use crate::syntax::{NodeId, ScalarStyle};
use crate::template::Value;

impl MappingAt<'_> {
    /// Rewrites the text of a value: the literal itself, or the text of its `Fn::Sub`. `None` where it is neither, where it serves
    /// something else or holds the next entry too, or where `rewrite` gives none.
    pub fn rewritten(&self, ctx: &Ctx<'_>, value: &Value, rewrite: impl Fn(&str) -> Option<String>) -> Option<Vec<Change>> {
        if self.owner.scope.in_loop() || ctx.holds_next_entry(value) {
            return None;
        }
        if let Some(node) = ctx.literal(&self.entry.property, value) {
            let text = rewrite(ctx.tree.text(node)?)?;
            return Some(vec![Change::Replace { node, with: Fragment::Text(text) }]);
        }
        let node = ctx.template.sub_text(value.node).filter(|node| !ctx.is_shared(*node))?;
        let text = Fragment::Text(rewrite(ctx.tree.text(node)?)?);
        // In its short form the function is the text's own tag, which must stay.
        let short = ctx.tree.tag(node).is_some();
        let with = if short { Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(text) } } else { text };
        Some(vec![Change::Replace { node, with }])
    }
}

impl Ctx<'_> {
    /// Whether a value took in what looks like the entry behind it, since a quote or the end of a line is not where it should
    /// be. What the text was to be cannot be told then.
    pub fn holds_next_entry(&self, value: &Value) -> bool {
        let node = self.template.sub_text(value.node).unwrap_or(value.node);
        value.text().is_some_and(|text| holds_an_entry(&text.with_holes())) || self.goes_on_with_an_entry(node)
    }

    /// Whether a line behind the first one of a scalar looks like a key and a colon. In block scalars lines are meant to follow.
    fn goes_on_with_an_entry(&self, node: NodeId) -> bool {
        match self.tree.scalar_style(node) {
            Some(ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) => {
                self.tree.source().slice(self.tree.span(node)).lines().skip(1).any(begins_with_a_key)
            }
            Some(ScalarStyle::Literal | ScalarStyle::Folded | ScalarStyle::Absent) | None => false,
        }
    }
}

fn begins_with_a_key(line: &str) -> bool {
    let quotes = ['\'', '"'];
    let line = line.trim_start().trim_start_matches(quotes);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_./".contains(c))).unwrap_or(line.len());
    let behind = line.get(end..).unwrap_or("").trim_start_matches(quotes).trim_start().strip_prefix(':');
    line.starts_with(|c: char| c.is_ascii_alphabetic())
        && behind.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}
