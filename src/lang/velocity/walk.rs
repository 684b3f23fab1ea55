//! Going through a template.

use super::ast::{Block, Expression, ExpressionKind, Node, NodeKind, Reference, Step, StepKind, Template};

/// A part that is passed on the way.
#[derive(Clone, Copy, Debug)]
pub enum Visited<'t> {
    /// A part of the template.
    Node(&'t Node),
    /// A value.
    Expression(&'t Expression),
    /// A reference, printed or not.
    Reference(&'t Reference),
}

impl Template {
    /// Shows every part, each before what is in it.
    pub fn visit<'t>(&'t self, show: &mut dyn FnMut(Visited<'t>)) {
        block(&self.nodes, show);
    }

    /// All references in order of the text, wherever they stand: printed, in conditions, in arguments, in texts in double quotes.
    pub fn references(&self) -> Vec<&Reference> {
        let mut found = Vec::new();
        self.visit(&mut |visited| {
            if let Visited::Reference(reference) = visited {
                found.push(reference);
            }
        });
        found
    }
}

impl Reference {
    /// The name and the plain properties behind it, up to the first method or index: `context`, `identity`, `sourceIp`.
    pub fn path(&self) -> Vec<&str> {
        let mut path = vec![self.name.as_str()];
        for step in &self.steps {
            match &step.kind {
                StepKind::Property(name) => path.push(name),
                StepKind::Method(..) | StepKind::Index(_) => break,
            }
        }
        path
    }

    /// The name and all that is asked of it, where these are properties and texts in brackets: `context`, `responseOverride`,
    /// `header`, `X-A`.
    pub fn names(&self) -> Option<Vec<&str>> {
        std::iter::once(Some(self.name.as_str())).chain(self.steps.iter().map(name_of)).collect()
    }

    /// Whether something is looked up: there is a dollar sign that counts.
    pub fn is_live(&self) -> bool {
        self.form.verbatim.is_none() && !self.form.bare && self.form.backslashes.is_multiple_of(2)
    }
}

fn name_of(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Property(name) => Some(name),
        StepKind::Index(index) => match &index.kind {
            ExpressionKind::Text(text) if text.template.is_none() => Some(&text.text),
            _ => None,
        },
        StepKind::Method(..) => None,
    }
}

fn block<'t>(nodes: &'t Block, show: &mut dyn FnMut(Visited<'t>)) {
    for node in nodes {
        show(Visited::Node(node));
        match &node.kind {
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment(_) => {}
            NodeKind::Reference(found) => reference(found, show),
            NodeKind::Set(set) => {
                reference(&set.target, show);
                expression(&set.value, show);
            }
            NodeKind::If(found) => {
                for branch in &found.branches {
                    expression(&branch.condition, show);
                    block(&branch.body, show);
                }
                found.otherwise.iter().for_each(|body| block(body, show));
            }
            NodeKind::Directive(directive) => {
                directive.arguments.iter().flatten().for_each(|argument| expression(argument, show));
                directive.body.iter().for_each(|body| block(body, show));
            }
        }
    }
}

fn reference<'t>(found: &'t Reference, show: &mut dyn FnMut(Visited<'t>)) {
    show(Visited::Reference(found));
    for Step { kind, .. } in &found.steps {
        match kind {
            StepKind::Property(_) => {}
            StepKind::Method(_, arguments) => arguments.iter().for_each(|argument| expression(argument, show)),
            StepKind::Index(index) => expression(index, show),
        }
    }
}

fn expression<'t>(found: &'t Expression, show: &mut dyn FnMut(Visited<'t>)) {
    show(Visited::Expression(found));
    match &found.kind {
        ExpressionKind::Reference(inner) => reference(inner, show),
        ExpressionKind::Text(literal) => literal.template.iter().for_each(|nodes| block(nodes, show)),
        ExpressionKind::Integer(_) | ExpressionKind::Float(_) | ExpressionKind::Boolean(_) | ExpressionKind::Word(_) => {}
        ExpressionKind::List(items) => items.iter().for_each(|item| expression(item, show)),
        ExpressionKind::Map(entries) => {
            for (key, value) in entries {
                expression(key, show);
                expression(value, show);
            }
        }
        ExpressionKind::Not(inner) => expression(inner, show),
        ExpressionKind::Range(left, right) | ExpressionKind::Binary(_, left, right) => {
            expression(left, show);
            expression(right, show);
        }
    }
}
