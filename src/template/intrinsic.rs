//! Recognising intrinsic functions in both spellings.

use std::ops::Range;

use crate::syntax::{NodeId, Tree};

/// An intrinsic function (AWS CloudFormation user guide, intrinsic function reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `Ref`
    Ref,
    /// `Fn::Sub`
    Sub,
    /// `Fn::Join`
    Join,
    /// `Fn::If`
    If,
    /// `Fn::FindInMap`
    FindInMap,
    /// `Fn::Select`
    Select,
    /// `Fn::Split`
    Split,
    /// `Fn::GetAtt`
    GetAtt,
    /// `Fn::ToJsonString`
    ToJsonString,
    /// `Fn::Length`
    Length,
    /// `Fn::Equals`
    Equals,
    /// `Fn::Not`
    Not,
    /// `Fn::And`
    And,
    /// `Fn::Or`
    Or,
    /// `Condition`
    Condition,
    /// `Fn::Transform`
    Transform,
    /// A function whose result is never known before the deploy: `Fn::ImportValue`, `Fn::Base64`,
    /// `Fn::Cidr`, `Fn::GetAZs`, and any function or tag that is not known here.
    Opaque,
}

/// A call of an intrinsic function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Which function.
    pub(super) function: Function,
    /// Its argument: the tagged node itself, or the value under the function's key.
    pub(super) argument: NodeId,
    /// Whether the argument carries the function's tag, which then is not its own.
    pub(super) by_tag: bool,
}

/// The call that a node is, if it is one. `by_tag` says that the node's tag was already read.
pub(super) fn call(tree: &Tree<'_>, node: NodeId, by_tag: bool) -> Option<Call> {
    if !by_tag && let Some(tag) = tree.tag(node) {
        let name = tag.name.strip_prefix('!')?;
        // `!!str` and the like only name a type.
        return (!name.starts_with('!')).then(|| Call { function: by_name(name), argument: node, by_tag: true });
    }
    let mut entries = tree.entries(node);
    let only = entries.next().filter(|_| entries.next().is_none())?;
    let key = tree.text(only.key)?;
    let function = match key {
        "Ref" => Function::Ref,
        "Condition" => Function::Condition,
        _ => by_name(key.strip_prefix("Fn::").filter(|name| !name.starts_with("ForEach"))?),
    };
    Some(Call { function, argument: tree.target(only.value), by_tag: false })
}

fn by_name(name: &str) -> Function {
    match name {
        "Ref" => Function::Ref,
        "Sub" => Function::Sub,
        "Join" => Function::Join,
        "If" => Function::If,
        "FindInMap" => Function::FindInMap,
        "Select" => Function::Select,
        "Split" => Function::Split,
        "GetAtt" => Function::GetAtt,
        "ToJsonString" => Function::ToJsonString,
        "Length" => Function::Length,
        "Equals" => Function::Equals,
        "Not" => Function::Not,
        "And" => Function::And,
        "Or" => Function::Or,
        "Condition" => Function::Condition,
        "Transform" => Function::Transform,
        _ => Function::Opaque,
    }
}

/// A part of the text of `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubPart<'a> {
    /// Text that stays.
    Literal(&'a str),
    /// `${Name}`, without the braces.
    Variable(&'a str),
}

/// Takes the text of `Fn::Sub` apart. `${!Name}` is the literal `${Name}`.
pub(super) fn sub_parts(text: &str) -> Vec<SubPart<'_>> {
    sub_places(text).into_iter().map(|(_, part)| part).collect()
}

/// The names of the variables in the text of `Fn::Sub`.
pub(super) fn sub_variables(text: &str) -> impl Iterator<Item = &str> {
    sub_parts(text).into_iter().filter_map(|part| match part {
        SubPart::Variable(name) => Some(name),
        SubPart::Literal(_) => None,
    })
}

/// The parts of the text of `Fn::Sub` with their bytes in it.
pub(super) fn sub_places(text: &str) -> Vec<(Range<usize>, SubPart<'_>)> {
    let mut parts = Vec::new();
    let mut from = 0;
    let piece = |range: Range<usize>| text.get(range).unwrap_or("");
    while let Some(at) = piece(from..text.len()).find("${").map(|at| from + at) {
        let Some(end) = piece(at..text.len()).find('}').map(|end| at + end) else { break };
        if at > from {
            parts.push((from..at, SubPart::Literal(piece(from..at))));
        }
        let inside = piece(at + 2..end);
        if inside.starts_with('!') {
            // Without the exclamation mark.
            for range in [at..at + 2, at + 3..end, end..end + 1] {
                parts.push((range.clone(), SubPart::Literal(piece(range))));
            }
        } else {
            parts.push((at..end + 1, SubPart::Variable(inside.trim())));
        }
        from = end + 1;
    }
    if from < text.len() {
        parts.push((from..text.len(), SubPart::Literal(piece(from..text.len()))));
    }
    parts
}
