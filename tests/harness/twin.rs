//! The same template in another spelling.

use cfn_igr::syntax::{self, NodeId, ScalarType, Tree};
use cfn_igr::text::Source;
use serde_json::{Map, Value};

/// JSON for a YAML text, intrinsic functions in their long form; YAML for a JSON text.
/// `None` where one text serves several places (anchors, merge keys) or has no twin.
pub(crate) fn of(source: &Source) -> Option<Source> {
    let tree = syntax::parse(source);
    match tree.format() {
        // Anything before the brace makes it YAML in flow style.
        syntax::Format::Json => Some(Source::new("twin.yaml", format!("# twin\n{}", source.text()))),
        // JSON has no comments, and so none of its suppressions.
        syntax::Format::Yaml if source.text().contains("# cfn-igr:") => None,
        syntax::Format::Yaml if tree.has_anchors() || !tree.duplicates().is_empty() => None,
        syntax::Format::Yaml => {
            let value = json(&tree, tree.root()?)?;
            Some(Source::new("twin.json", serde_json::to_string_pretty(&value).ok()?))
        }
    }
}

/// The same text with carriage returns.
pub(crate) fn with_crlf(source: &Source) -> Option<Source> {
    let text = source.text();
    (!text.contains('\r')).then(|| Source::new(source.name(), text.replace('\n', "\r\n")))
}

fn json(tree: &Tree<'_>, node: NodeId) -> Option<Value> {
    let Some(tag) = tree.tag(node) else { return untagged(tree, node) };
    let name = tag.name.strip_prefix('!').filter(|name| !name.starts_with('!'))?;
    let long = if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") };
    Some(Value::Object(Map::from_iter([(long, untagged(tree, node)?)])))
}

fn untagged(tree: &Tree<'_>, node: NodeId) -> Option<Value> {
    if tree.is_mapping(node) {
        let entries = tree.entries(node).map(|entry| Some((tree.text(entry.key)?.to_owned(), json(tree, entry.value)?)));
        return entries.collect::<Option<Map<_, _>>>().map(Value::Object);
    }
    if tree.is_sequence(node) {
        return tree.items(node).iter().map(|item| json(tree, *item)).collect::<Option<_>>().map(Value::Array);
    }
    let text = tree.text(node)?;
    match tree.scalar_type(node)? {
        ScalarType::String => Some(Value::String(text.to_owned())),
        ScalarType::Null => Some(Value::Null),
        ScalarType::Bool => text.parse().ok().map(Value::Bool),
        ScalarType::Int | ScalarType::Float => {
            let number: Value = serde_json::from_str(text).ok()?;
            let written = number.to_string();
            (written == text).then_some(number)
        }
    }
}
