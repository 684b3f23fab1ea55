//! Recognising intrinsic functions in both spellings.

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
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        let Some(end) = from.find('}') else { break };
        if !before.is_empty() {
            parts.push(SubPart::Literal(before));
        }
        let (inside, after) = (from.get(2..end).unwrap_or(""), from.get(end + 1..).unwrap_or(""));
        match inside.strip_prefix('!') {
            Some(literal) => parts.extend([SubPart::Literal("${"), SubPart::Literal(literal), SubPart::Literal("}")]),
            None => parts.push(SubPart::Variable(inside.trim())),
        }
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(SubPart::Literal(rest));
    }
    parts
}
