//! Where the characters of a text stand in the document, when a function made the text.

use std::ops::Range;

use super::intrinsic::{Function, SubPart, call, sub_places};
use super::sections::Template;
use super::value::Value;
use crate::syntax::{NodeId, Tree};

/// `Fn::Join` and `Fn::Sub` inside each other.
const MAX_DEPTH: usize = 8;

/// Bytes of the decoded text of one scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The scalar.
    pub node: NodeId,
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// Whether the scalar is the text of `Fn::Sub`, where `${` begins a variable.
    pub is_sub: bool,
}

/// A part of the document that becomes a part of a text.
struct Source<'t> {
    origin: Origin,
    /// What it becomes, where that is what stands there.
    literal: Option<&'t str>,
}

impl Template<'_> {
    /// Where bytes of a value's text stand, holes taken for [`super::Text::HOLE`]: in one scalar, as far as they can be found there
    /// surely. Bytes that a variable gives are where the variable stands.
    pub fn origin(&self, value: &Value, start: usize, end: usize) -> Option<Origin> {
        let tree = self.tree();
        let text = value.text()?.with_holes();
        if tree.text(value.node) == Some(&*text) && tree.tag(value.node).is_none_or(|tag| tag.name.starts_with("!!")) {
            return Some(Origin { node: value.node, start, end, is_sub: false });
        }
        let mut sources = sources(tree, value.node, 0);
        sources.retain(|source| source.literal != Some(""));
        let places = places(&sources, &text)?;
        let find = |at: usize, is_end: bool| {
            let fits =
                |(from, to): &(usize, usize)| if is_end { (*from..=*to).contains(&at) } else { (*from..*to).contains(&at) };
            // Where two parts meet, an end belongs to the first and a start to the second.
            let index = places.iter().position(|place| place.is_some_and(|place| place.0 < place.1 && fits(&place)))?;
            let (source, (from, _)) = (sources.get(index)?, (*places.get(index)?)?);
            let own = match (source.literal, is_end) {
                (Some(_), _) => source.origin.start + (at - from),
                (None, false) => source.origin.start,
                (None, true) => source.origin.end,
            };
            Some((source.origin, own))
        };
        let (first, own_start) = find(start, false)?;
        let (last, own_end) = if start == end { (first, own_start) } else { find(end, true)? };
        (first.node == last.node).then_some(Origin { start: own_start, end: own_end, ..first })
    }
}

/// The parts that a node's text is put together from, in order.
fn sources<'t>(tree: &'t Tree<'_>, node: NodeId, depth: usize) -> Vec<Source<'t>> {
    let unknown = || vec![Source { origin: whole(tree, node, false), literal: None }];
    let Some(call) = call(tree, node, false) else { return literal(tree, node) };
    let items = tree.items(call.argument);
    match call.function {
        _ if depth > MAX_DEPTH => unknown(),
        Function::Sub => {
            let text = items.first().copied().unwrap_or(call.argument);
            tree.text(text).map_or_else(unknown, |written| sub(text, written))
        }
        Function::Join => match items {
            [delimiter, list] if tree.is_sequence(*list) && tree.tag(*list).is_none() => {
                let mut made = Vec::new();
                for (index, item) in tree.items(*list).iter().enumerate() {
                    if index > 0 {
                        made.extend(literal(tree, *delimiter));
                    }
                    made.extend(sources(tree, *item, depth + 1));
                }
                made
            }
            _ => unknown(),
        },
        _ => unknown(),
    }
}

fn whole(tree: &Tree<'_>, node: NodeId, is_sub: bool) -> Origin {
    Origin { node, start: 0, end: tree.text(node).map_or(0, str::len), is_sub }
}

fn literal<'t>(tree: &'t Tree<'_>, node: NodeId) -> Vec<Source<'t>> {
    // A dynamic reference is a hole in the text.
    let text = tree.text(node).filter(|text| !text.contains("{{resolve:"));
    vec![Source { origin: whole(tree, node, false), literal: text }]
}

fn sub(node: NodeId, written: &str) -> Vec<Source<'_>> {
    let source = |(range, part): (Range<usize>, SubPart<'_>)| {
        let literal = match part {
            SubPart::Literal(_) => written.get(range.clone()).filter(|text| !text.contains("{{resolve:")),
            SubPart::Variable(_) => None,
        };
        Source { origin: Origin { node, start: range.start, end: range.end, is_sub: true }, literal }
    };
    sub_places(written).into_iter().map(source).collect()
}

/// Where each part stands in the text; `None` for one that could stand elsewhere, or everything where the parts do not fit.
fn places(sources: &[Source<'_>], text: &str) -> Option<Vec<Option<(usize, usize)>>> {
    let (first, last) = (from_the_front(sources, text)?, from_the_back(sources, text)?);
    // What is found at one place from both ends is nowhere else.
    let sure: Vec<Option<(usize, usize)>> = std::iter::zip(sources, first.into_iter().zip(last))
        .map(|(source, (first, last))| {
            let start = first.filter(|_| first == last)?;
            Some((start, start + source.literal?.len()))
        })
        .collect();
    let place = |index: usize| {
        let before = index.checked_sub(1).map_or(Some(0), |before| sure.get(before)?.map(|(_, end)| end))?;
        let behind = sure.get(index + 1).map_or(Some(text.len()), |behind| behind.map(|(start, _)| start))?;
        Some((before, behind))
    };
    Some(
        sure.iter()
            .enumerate()
            .map(|(index, sure)| sure.or_else(|| sources.get(index)?.literal.is_none().then(|| place(index))?))
            .collect(),
    )
}

/// The first byte of each literal if all stand as far in front as they can.
fn from_the_front(sources: &[Source<'_>], text: &str) -> Option<Vec<Option<usize>>> {
    let mut starts = Vec::with_capacity(sources.len());
    let (mut at, mut open) = (0, false);
    for source in sources {
        let rest = text.get(at..)?;
        let Some(literal) = source.literal else {
            starts.push(None);
            open = true;
            continue;
        };
        let start = if open { at + rest.find(literal)? } else { rest.starts_with(literal).then_some(at)? };
        starts.push(Some(start));
        (at, open) = (start + literal.len(), false);
    }
    (open || at == text.len()).then_some(starts)
}

/// The same if all stand as far behind as they can.
fn from_the_back(sources: &[Source<'_>], text: &str) -> Option<Vec<Option<usize>>> {
    let mut starts = Vec::with_capacity(sources.len());
    let (mut end, mut open) = (text.len(), false);
    for source in sources.iter().rev() {
        let rest = text.get(..end)?;
        let Some(literal) = source.literal else {
            starts.push(None);
            open = true;
            continue;
        };
        let start = if open { rest.rfind(literal)? } else { rest.strip_suffix(literal)?.len() };
        starts.push(Some(start));
        (end, open) = (start, false);
    }
    starts.reverse();
    (open || end == 0).then_some(starts)
}

#[cfg(test)]
mod tests {
    use crate::syntax::parse;
    use crate::template::{Inputs, Scope, Template};
    use crate::text::Source;

    /// The source text of what comes of `needle` in the value of `K`, and whether it is in the text of `Fn::Sub`.
    fn at(value: &str, needle: &str) -> Option<String> {
        let text = format!("Parameters: {{P: {{Type: String, Default: abc}}}}\nResources: {{}}\nK: {value}\n");
        let source = Source::new("t", text);
        let tree = parse(&source);
        let inputs = Inputs::default();
        let template = Template::new(&tree, &inputs);
        let node = tree.root().and_then(|root| tree.get(root, "K")).unwrap();
        let value = &template.values(node, &Scope::default())[0];
        let start = value.text().unwrap().with_holes().find(needle).unwrap();
        let origin = template.origin(value, start, start + needle.len())?;
        let [from, to] = [origin.start, origin.end].map(|at| tree.source_offset(origin.node, at).unwrap());
        Some(source.text()[from..to].to_owned())
    }

    #[test]
    fn characters_of_functions_are_found() {
        assert_eq!(at("'it''s here'", "s h").as_deref(), Some("s h"));
        assert_eq!(at("!Sub 'x ${A} y ${P} z'", " y ").as_deref(), Some(" y "));
        assert_eq!(at("!Sub 'x ${A} y ${P} z'", "abc").as_deref(), Some("${P}"));
        assert_eq!(at("!Sub 'x ${A} y ${P} z'", "y abc z").as_deref(), Some("y ${P} z"));
        assert_eq!(at("!Sub ['x ${!A} ${B}', {B: b}]", "${A}").as_deref(), Some("${!A}"));
        assert_eq!(at("!Join ['', ['one', !Ref A, \"two\", three]]", "wo").as_deref(), Some("wo"));
        assert_eq!(at("!Join [', ', [one, !Ref A, two]]", "one").as_deref(), Some("one"));
    }

    #[test]
    fn what_could_stand_elsewhere_is_not_placed() {
        assert_eq!(at("!Sub 'a${P}b${Q}b'", "bc"), None);
        assert_eq!(at("!Join ['', [one, two]]", "et"), None);
    }
}
