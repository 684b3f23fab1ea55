//! Giving a mapping's value another text where it is written.

use super::Ctx;
use super::MappingAt;
use crate::edit::{Change, Fragment};
use crate::template::Value;

impl MappingAt<'_> {
    /// Rewrites the text of a value: the literal itself, or the text of its `Fn::Sub`. `None` where it is neither, where it serves
    /// something else too, or where `rewrite` gives none.
    pub fn rewritten(&self, ctx: &Ctx<'_>, value: &Value, rewrite: impl Fn(&str) -> Option<String>) -> Option<Vec<Change>> {
        if self.owner.scope.in_loop() {
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
