//! # unquoted-static-value
//! ## What it does
//! Reports a value in ResponseParameters or in Integration.RequestParameters that is neither a mapping expression nor a
//! static value in single quotes. It looks through `Fn::If`, `Fn::Sub`, `Fn::Join`, `Fn::FindInMap` and parameters.
//! ## Why it matters
//! The single quotes are part of the value. Without them API Gateway reads it as an expression and refuses the deploy:
//! `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression
//! specified: *]`. Most often they were lost to YAML, for which `'*'` is just `*`.
//! Sources: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html),
//! aws-cdk#11306, aws-cdk#20274, serverless-graphql#67, aws-cli#2879.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: '*'
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ## When not to use it
//! Values that are not known before the deploy are never reported, nor is anything of HTTP APIs, whose static values
//! have no quotes. Blanks outside the quotes are a warning: nothing shows that they are refused. Line breaks there are
//! `newline-in-mapping-value`'s. A parameter's default counts as its value unless it is empty.
//! ## Fix
//! Safe: puts the quotes where the value stands. A parameter's default, its allowed values or an entry of Mappings get
//! them when every use wants them and the parameter takes them (no `Number`, no pattern or length); otherwise the use becomes
//! `!Sub "'${Name}'"`, or `!Join` around the `!FindInMap`, if all that it can give wants quotes. Quotes inside a text belong to it: `a'b` becomes `'a'b'`. None for a text that begins or ends with
//! a quote and has others too, unless they stand around the items of a list, and for one that took in the entry behind it.
//! Unsafe: an entry without any value is removed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::api::Api;
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, NoFix, Severity};
use crate::lang::mapping_expression::{Ends, Quoting, Verdict, holds_an_entry, judge};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::syntax::NodeId;
use crate::template::{Text, Cause, Use, Value};

/// Uses of a map that are looked at before its entries are left alone.
const MAX_USES: usize = 1_000;

/// Nodes of a `Fn::FindInMap` that gets quotes around it.
const MAX_PARTS: usize = 50;

/// The rule.
pub(super) struct UnquotedStaticValue;

/// One possible value of one mapping.
#[derive(Clone)]
pub(super) struct Flaw<'a> {
    at: MappingAt<'a>,
    /// Which of all mappings it is.
    number: usize,
    value: &'a Value,
    quoted: Option<Quoting>,
    padded: bool,
}

/// A text that lacks its quotes, and the mappings that use it.
pub(super) struct Hit<'a> {
    /// The parameter's value or mapping entry to repair, where every use wants that.
    cause: Option<NodeId>,
    /// At least one.
    uses: Vec<Flaw<'a>>,
}

impl Rule for UnquotedStaticValue {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unquoted-static-value",
        summary: "static mapping value without its single quotes",
        category: Category::Mapping,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression specified: …"];

    const REWRITES_VALUES: bool = true;

    const REPAIRS_CAUSES: bool = true;

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let flaws = flaws(ctx);
        let mut hits: Vec<Hit<'a>> = Vec::new();
        // Where the hit of a cause stands; nowhere when some use does not want the quotes.
        let mut causes: BTreeMap<NodeId, Option<usize>> = BTreeMap::new();
        let mut wanting: HashMap<NodeId, usize> = HashMap::new();
        for at in ctx.mappings().filter(|_| !flaws.is_empty()) {
            *wanting.entry(ctx.tree.target(at.entry.property.node)).or_insert(0) += 1;
        }
        for flaw in flaws {
            let cause = cause(flaw.value);
            let known = cause.map(|cause| {
                *causes.entry(cause).or_insert_with(|| every_use_wants(cause, &flaw, &wanting, ctx).then_some(hits.len()))
            });
            let at = known.flatten();
            match at.and_then(|at| hits.get_mut(at)) {
                Some(hit) => hit.uses.push(flaw),
                None => hits.push(Hit { cause: cause.filter(|_| at.is_some()), uses: vec![flaw] }),
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Some(Flaw { at, value, quoted, padded, .. }) = hit.uses.first() else {
            return Self::META.at_span(crate::text::Span::default(), "");
        };
        let text = value.text().map(ToString::to_string).unwrap_or_default();
        let place = hit.cause.unwrap_or(if cause(value).is_some() { at.entry.property.node } else { value.node });
        let when = when(&value.when, at.owner.when());
        if value.is_null() {
            return without_value(at, place, &when, ctx);
        }
        let message = format!("static value {} of {} is not in single quotes{when}", shown(&text), at.destination());
        let mut finding = Self::META
            .at(ctx, place, &at.owner.logical_id, message)
            .labelled(format!("decodes to {}, which is no mapping expression", shown(&text)))
            .note(format!("the deploy fails: Invalid mapping expression specified: {text}"))
            .help(match quoted {
                Some(Quoting::Whole(quoted)) => format!("the quotes are part of the value: {}", spelling(quoted, ctx)),
                Some(Quoting::Around) | None => "begin and end the value with a single quote".to_owned(),
            });
        if ctx.holds_next_entry(value) {
            finding = finding.help("end the text before the next entry, which is a part of it: a quote is missing or one too many");
            finding.no_fix = Some(NoFix::HoldsEntry);
        }
        // The quotes are there, and nothing shows that blanks outside them are refused.
        if *padded {
            finding = finding.severity(Severity::Warning).likely().note("the deploy fails where API Gateway does not take the blanks off");
            finding.message = format!("{} has blanks outside its single quotes{when}", at.destination());
        }
        if hit.cause.is_some() {
            for used in hit.uses.iter().take(3) {
                finding = finding.with(ctx.span(used.at.entry.property.node), format!("used for {}", used.at.destination()));
            }
        } else {
            for (span, text) in ctx.causes(value) {
                finding = finding.with(span, text);
            }
        }
        if let Some(more) = hit.uses.len().checked_sub(4).filter(|_| hit.cause.is_some()) {
            finding.help = format!("{} (used {} more times)", finding.help, more + 1);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let first = hit.uses.first()?;
        if first.at.owner.scope.in_loop() || hit.uses.iter().any(|used| ctx.holds_next_entry(used.value)) {
            return None;
        }
        if first.value.is_null() {
            // A branch or an entry of Mappings is not all of the value.
            let own = ctx.tree.target(first.at.entry.property.node) == first.value.node;
            let changes = vec![Change::Delete { node: first.at.entry.property.key }];
            let fix = Fix::new(ctx.tree, Applicability::Unsafe, "remove the entry without a value", changes);
            return fix.filter(|_| own);
        }
        let changes = match hit.cause {
            Some(_) => at_cause(first, ctx)?,
            None => at_use(first, ctx)?,
        };
        Fix::new(ctx.tree, Applicability::Safe, "put the value in single quotes", changes)
    }

    fn wishes(&self, hit: &Hit<'_>, _: usize) -> Option<Vec<usize>> {
        Some(hit.uses.iter().map(|flaw| flaw.number).collect())
    }
}

fn flaws<'a>(ctx: &Ctx<'a>) -> Vec<Flaw<'a>> {
    let mut found = Vec::new();
    for (number, at) in ctx.mappings().enumerate() {
        for value in &at.entry.property.values {
            let Some(text) = value.text() else { continue };
            // An empty text is not known to be refused.
            if text.is_empty() && !value.is_null() {
                continue;
            }
            if let Verdict::Unquoted { quoted, padded } = judge(text, at.place) {
                found.push(Flaw { at, number, value, quoted, padded });
            }
        }
    }
    found
}

/// Words for null: it never comes as far as to the mapping.
fn without_value(at: &MappingAt<'_>, place: NodeId, when: &str, ctx: &Ctx<'_>) -> Finding {
    UnquotedStaticValue::META
        .at(ctx, place, &at.owner.logical_id, format!("{} has no value{when}", at.destination()))
        .labelled("null")
        .note("the template is refused: Null values are not allowed in templates")
        .help("give it a value, or remove the entry")
}

/// The value that stands elsewhere: a parameter's, or an entry of Mappings. Not one that became part of a
/// longer text.
fn cause(value: &Value) -> Option<NodeId> {
    value.causes.iter().find_map(|cause| match cause {
        Cause::ParameterDefault(_, node) | Cause::AllowedValue(_, node) | Cause::MappingEntry(node) => {
            (*node == value.node).then_some(*node)
        }
        Cause::GivenParameter(_) | Cause::Branch(..) => None,
    })
}

/// Whether every use of the value is a mapping's whole value, so that all of them want the quotes.
fn every_use_wants(cause: NodeId, flaw: &Flaw<'_>, wanting: &HashMap<NodeId, usize>, ctx: &Ctx<'_>) -> bool {
    let is_mapping = |node: NodeId| {
        wanting.get(&ctx.template.whole_value(node)).is_some_and(|mappings| *mappings >= ctx.tree.places(node))
    };
    match parameter(flaw.value) {
        Some(name) => {
            let free = ctx.template.parameter(name).is_some_and(|parameter| !parameter.constrained);
            free && !ctx.template.has_computed_references() && ctx.template.references(name).iter().all(|used| used.how == Use::Ref && is_mapping(used.node))
        }
        None => ctx.template.map_of(cause).is_some_and(|map| {
            // Each entry asks for all uses of the map, so there is a limit.
            let mut uses = ctx.template.map_lookups(map);
            uses.by_ref().take(MAX_USES).all(is_mapping) && uses.next().is_none()
        }),
    }
}

/// The parameter whose value this is.
fn parameter(value: &Value) -> Option<&str> {
    value.causes.iter().find_map(|cause| match cause {
        Cause::ParameterDefault(name, _) | Cause::AllowedValue(name, _) => Some(&**name),
        Cause::MappingEntry(_) | Cause::GivenParameter(_) | Cause::Branch(..) => None,
    })
}

/// Quotes for the parameter's default and all its allowed values, or for the mapping entry.
fn at_cause(flaw: &Flaw<'_>, ctx: &Ctx<'_>) -> Option<Vec<Change>> {
    let mut nodes = Vec::new();
    for cause in &flaw.value.causes {
        match cause {
            Cause::ParameterDefault(name, _) | Cause::AllowedValue(name, _) => {
                let parameter = ctx.template.parameter(name)?;
                nodes.extend(parameter.default);
                nodes.extend(&parameter.allowed);
            }
            Cause::MappingEntry(node) => nodes.push(*node),
            Cause::GivenParameter(_) | Cause::Branch(..) => {}
        }
    }
    // The uses say nothing about other places that such a text serves through aliases.
    if nodes.iter().any(|node| ctx.is_shared(*node)) {
        return None;
    }
    let mut changes = Vec::new();
    for node in nodes {
        let text = Text::known(ctx.tree.text(node)?);
        match judge(&text, flaw.at.place) {
            Verdict::Unquoted { quoted: Some(Quoting::Whole(quoted)), .. } => {
                changes.push(Change::Replace { node, with: Fragment::Text(quoted) });
            }
            Verdict::Legal => {}
            Verdict::Unquoted { .. }
            | Verdict::Unknown
            | Verdict::Misspelt { .. }
            | Verdict::IllegalSource { .. }
            | Verdict::LineBreaks => return None,
        }
    }
    Some(changes)
}

/// Whether nothing that a parameter is known to be has quotes or is an expression, so that quotes around it are right for all.
fn all_want_quotes(name: &str, flaw: &Flaw<'_>, ctx: &Ctx<'_>) -> bool {
    let Some(parameter) = ctx.template.parameter(name) else { return true };
    parameter.default.iter().chain(&parameter.allowed).all(|node| wants_quotes(*node, flaw, ctx))
}

/// Whether the text of a parameter or a map lacks its quotes and nothing else.
fn wants_quotes(node: NodeId, flaw: &Flaw<'_>, ctx: &Ctx<'_>) -> bool {
    let Some(text) = ctx.tree.text(node).filter(|_| ctx.tree.tag(node).is_none() && !ctx.tree.is_null(node)) else { return false };
    match judge(&Text::known(text), flaw.at.place) {
        Verdict::Unquoted { quoted: Some(Quoting::Whole(quoted)), .. } => quoted == format!("'{text}'") && !holds_an_entry(text),
        Verdict::Unquoted { quoted: Some(Quoting::Around) | None, .. }
        | Verdict::Legal
        | Verdict::Unknown
        | Verdict::Misspelt { .. }
        | Verdict::IllegalSource { .. }
        | Verdict::LineBreaks => false,
    }
}

fn at_use(flaw: &Flaw<'_>, ctx: &Ctx<'_>) -> Option<Vec<Change>> {
    let quoted = flaw.quoted.as_ref()?;
    let node = flaw.value.node;
    if cause(flaw.value).is_some() || ctx.template.ref_name(node).is_some() {
        let place = flaw.at.entry.property.node;
        if let Some(entries) = ctx.template.looked_up(place) {
            return around_lookup(place, &entries, flaw, ctx);
        }
        let name = parameter(flaw.value).or_else(|| ctx.template.ref_name(node))?;
        if !all_want_quotes(name, flaw, ctx) {
            return None;
        }
        // The property's value itself, or branches of its `Fn::If`.
        let here = |used: &NodeId| ctx.template.ref_name(*used) == Some(name) && ctx.template.whole_value(*used) == place;
        let used = ctx.template.references(name).iter().filter(|used| used.how == Use::Ref).map(|used| used.node);
        let used: Vec<NodeId> = used.chain([node, place]).filter(here).collect::<BTreeSet<_>>().into_iter().collect();
        let text = || Fragment::Text(format!("'${{{name}}}'"));
        let sub = |node| Change::Replace { node, with: Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(text()) } };
        return (!used.is_empty()).then(|| used.into_iter().map(sub).collect());
    }
    if let Some(text) = ctx.template.sub_text(node) {
        let quoted = Fragment::Text(ends(flaw)?.quoted(ctx.tree.text(text)?)?);
        // In its short form the function is the text's own tag, which must stay.
        let short = ctx.tree.tag(text).is_some();
        let with = if short { Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(quoted) } } else { quoted };
        return Some(vec![Change::Replace { node: text, with }]);
    }
    if let Some((delimiter, items)) = ctx.template.join_parts(node) {
        return join_quoted(delimiter, items, &ends(flaw)?, ctx);
    }
    // An item of a list in Mappings that `Fn::Select` takes may serve others; what an alias stands for asks them.
    if !ctx.template.is_in_resources(node) && !ctx.is_shared(node) {
        return None;
    }
    let text = ctx.tree.text(node)?;
    let quoted = match quoted {
        Quoting::Whole(quoted) => quoted.clone(),
        Quoting::Around if ctx.tree.tag(node).is_none() => ends(flaw)?.quoted(text)?,
        Quoting::Around => return None,
    };
    Some(vec![Change::Replace { node, with: Fragment::Text(quoted) }])
}

/// Quotes around a `Fn::FindInMap` whose entries serve something else too, if all that it can give wants them.
fn around_lookup(place: NodeId, entries: &[NodeId], flaw: &Flaw<'_>, ctx: &Ctx<'_>) -> Option<Vec<Change>> {
    let span = ctx.span(place);
    let entangled = ctx.holds_anchor(place) || ctx.tree.comments().iter().any(|comment| span.contains(*comment));
    if entangled || entries.len() > MAX_USES || !entries.iter().all(|entry| wants_quotes(*entry, flaw, ctx)) {
        return None;
    }
    let quote = || Fragment::Text("'".to_owned());
    let lookup = Fragment::of(ctx.tree, place, &mut MAX_PARTS.clone())?;
    let parts = Fragment::Sequence(vec![quote(), lookup, quote()]);
    let join = Fragment::Sequence(vec![Fragment::Text(String::new()), parts]);
    let with = Fragment::Tagged { function: "Fn::Join".to_owned(), value: Box::new(join) };
    Some(vec![Change::Replace { node: place, with }])
}

/// What gives way to the quotes at the ends of a text that a function makes; `None` where not everything that it makes has
/// the same ends and lacks its quotes.
fn ends(flaw: &Flaw<'_>) -> Option<Ends> {
    let made = flaw.at.entry.property.values.iter().filter(|value| value.node == flaw.value.node);
    let mut ends = made.map(|value| {
        let text = value.text()?;
        match judge(text, flaw.at.place) {
            Verdict::Unquoted { quoted: Some(_), .. } => Ends::of(text),
            Verdict::Unquoted { quoted: None, .. }
            | Verdict::Legal
            | Verdict::Unknown
            | Verdict::Misspelt { .. }
            | Verdict::IllegalSource { .. }
            | Verdict::LineBreaks => None,
        }
    });
    let first = ends.next()??;
    ends.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// A quote at both ends of a list that is joined: inside the first and last text, or as items of their own.
fn join_quoted(delimiter: &str, items: NodeId, ends: &Ends, ctx: &Ctx<'_>) -> Option<Vec<Change>> {
    let (first, last) = (*ctx.tree.items(items).first()?, *ctx.tree.items(items).last()?);
    let literal = |node: NodeId| ctx.tree.text(node).filter(|_| ctx.tree.tag(node).is_none());
    let replaced = |node, text| Change::Replace { node, with: Fragment::Text(text) };
    if first == last {
        return Some(vec![replaced(first, ends.quoted(literal(first)?)?)]);
    }
    // An item of its own would get the delimiter too.
    let own = |keeps: bool, place| {
        let alone = keeps && delimiter.is_empty();
        alone.then(|| Change::InsertItem { parent: items, value: Fragment::Text("'".to_owned()), place })
    };
    let front = match literal(first) {
        Some(text) => replaced(first, ends.quoted_front(text)?),
        None => own(ends.keeps_front(), Place::First)?,
    };
    let back = match literal(last) {
        Some(text) => replaced(last, ends.quoted_back(text)?),
        None => own(ends.keeps_back(), Place::Last)?,
    };
    // A quote that is there already stays as it is written.
    let changes = |change: &Change| !matches!(change, Change::Replace { node, with: Fragment::Text(text) } if literal(*node) == Some(text));
    Some([front, back].into_iter().filter(changes).collect())
}

/// How the quoted text is written in the file's language.
fn spelling(quoted: &str, ctx: &Ctx<'_>) -> String {
    if ctx.tree.format() == crate::syntax::Format::Yaml && !quoted.contains(['"', '\\']) {
        format!("\"{quoted}\"")
    } else {
        serde_json::Value::from(quoted).to_string()
    }
}
