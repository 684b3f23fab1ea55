//! Renders what follows from the template alone: constants, and branches on them. Nothing of a request is known.
//!
//! Where a condition is not known both branches are followed, so there can be several renderings.

use std::collections::BTreeMap;

use super::ast::{Block, DirectiveKind, Expression, ExpressionKind, Node, NodeKind, Operator, Reference, Template};

/// Renderings that are told apart; past it nothing is known.
const MAX_RENDERINGS: usize = 16;

/// Longest rendering, in bytes: a text can be set to itself twice, again and again.
const MAX_BYTES: usize = 1 << 14;

/// Parts of a template that is followed.
const MAX_PARTS: usize = 2_000;

/// A value that may be known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Unknown,
}

/// A rendering on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Run {
    printed: String,
    /// What was set; a name that is not here may have a value of the service's.
    variables: BTreeMap<String, Value>,
    /// Whether `#stop` was reached.
    stopped: bool,
}

impl Template {
    /// All texts that the template can print, with `unknown` for every piece that is not known; `None` where they are too many.
    pub fn renderings(&self, unknown: char) -> Option<Vec<String>> {
        let mut parts = 0;
        self.visit(&mut |_| parts += 1);
        if parts > MAX_PARTS {
            return None;
        }
        let runs = block(&self.nodes, vec![Run::default()], unknown)?;
        let mut texts: Vec<_> = runs.into_iter().map(|run| run.printed).collect();
        texts.sort();
        texts.dedup();
        Some(texts)
    }
}

fn block(nodes: &Block, mut runs: Vec<Run>, unknown: char) -> Option<Vec<Run>> {
    for each in nodes {
        let mut next = Vec::new();
        for run in runs {
            if run.stopped {
                next.push(run);
            } else {
                next.extend(node(each, run, unknown)?);
            }
        }
        next.dedup();
        let fits = next.len() <= MAX_RENDERINGS && next.iter().all(|run| run.printed.len() <= MAX_BYTES);
        runs = fits.then_some(next)?;
    }
    Some(runs)
}

fn node(each: &Node, mut run: Run, unknown: char) -> Option<Vec<Run>> {
    match &each.kind {
        NodeKind::Text(text) | NodeKind::Raw(text) | NodeKind::Comment(text) => run.printed.push_str(text),
        NodeKind::Reference(reference) => {
            let text = run.printed_reference(reference, unknown);
            run.printed.push_str(&text);
        }
        NodeKind::Set(set) => {
            let value = run.value(&set.value, unknown);
            // A property of a map: the map is another one now.
            let value = if set.target.steps.is_empty() { value } else { Value::Unknown };
            run.variables.insert(set.target.name.clone(), value);
        }
        NodeKind::If(found) => {
            let mut done = Vec::new();
            let mut open = Some(run);
            for branch in &found.branches {
                let Some(run) = open.take() else { break };
                match run.value(&branch.condition, unknown) {
                    Value::Boolean(true) => done.extend(block(&branch.body, vec![run], unknown)?),
                    Value::Boolean(false) => open = Some(run),
                    Value::Text(_) | Value::Integer(_) | Value::Unknown => {
                        done.extend(block(&branch.body, vec![run.clone()], unknown)?);
                        open = Some(run);
                    }
                }
            }
            if let Some(run) = open {
                match &found.otherwise {
                    Some(body) => done.extend(block(body, vec![run], unknown)?),
                    None => done.push(run),
                }
            }
            return Some(done);
        }
        NodeKind::Directive(directive) => match directive.kind {
            DirectiveKind::Stop => run.stopped = true,
            // Nothing is printed where they are defined.
            DirectiveKind::Define | DirectiveKind::Macro => run.forget(),
            DirectiveKind::Literal
            | DirectiveKind::Foreach
            | DirectiveKind::Include
            | DirectiveKind::Parse
            | DirectiveKind::Evaluate
            | DirectiveKind::Break
            | DirectiveKind::BlockCall
            // The call of a macro, or text.
            | DirectiveKind::Call => {
                run.forget();
                run.printed.push(unknown);
            }
        },
    }
    Some(vec![run])
}

impl Run {
    /// What was set may be something else now.
    fn forget(&mut self) {
        self.variables.values_mut().for_each(|value| *value = Value::Unknown);
    }

    fn printed_reference(&self, reference: &Reference, unknown: char) -> String {
        let form = &reference.form;
        if let Some(verbatim) = &form.verbatim {
            return verbatim.clone();
        }
        let before = "\\".repeat(form.backslashes / 2) + &form.prefix;
        if form.bare {
            return reference.name.clone();
        }
        let value = if reference.is_live() { self.looked_up(reference) } else { Value::Unknown };
        match value {
            Value::Text(text) => before + &text,
            Value::Integer(number) => before + &number.to_string(),
            Value::Boolean(value) => before + &value.to_string(),
            Value::Unknown => before + &unknown.to_string(),
        }
    }

    fn looked_up(&self, reference: &Reference) -> Value {
        let value = self.variables.get(&reference.name).filter(|_| reference.steps.is_empty());
        value.cloned().unwrap_or(Value::Unknown)
    }

    fn value(&self, expression: &Expression, unknown: char) -> Value {
        match &expression.kind {
            ExpressionKind::Reference(reference) => self.looked_up(reference),
            ExpressionKind::Text(literal) => match &literal.template {
                None => Value::Text(literal.text.clone()),
                Some(nodes) => self.interpolated(nodes, &literal.text, unknown),
            },
            ExpressionKind::Integer(number) => number.parse().map_or(Value::Unknown, Value::Integer),
            ExpressionKind::Boolean(value) => Value::Boolean(*value),
            ExpressionKind::Not(inner) => match self.value(inner, unknown) {
                Value::Boolean(value) => Value::Boolean(!value),
                Value::Text(_) | Value::Integer(_) | Value::Unknown => Value::Unknown,
            },
            ExpressionKind::Binary(operator, left, right) => {
                combined(*operator, self.value(left, unknown), self.value(right, unknown))
            }
            ExpressionKind::Float(_)
            | ExpressionKind::List(_)
            | ExpressionKind::Map(_)
            | ExpressionKind::Range(..)
            | ExpressionKind::Word(_) => Value::Unknown,
        }
    }

    /// A text in double quotes, if it comes to one known text.
    fn interpolated(&self, nodes: &Block, text: &str, unknown: char) -> Value {
        let run = Self { printed: String::new(), variables: self.variables.clone(), stopped: false };
        let Some(Ok([run])) = block(nodes, vec![run], unknown).map(<[Self; 1]>::try_from) else { return Value::Unknown };
        if run.printed.contains(unknown) || text.contains("##") {
            return Value::Unknown;
        }
        // The blank that the engine put behind the text.
        run.printed.strip_suffix(' ').map_or(Value::Unknown, |printed| Value::Text(printed.to_owned()))
    }
}

fn combined(operator: Operator, left: Value, right: Value) -> Value {
    use Value::{Boolean, Integer, Text};
    let decided = |value: Option<bool>| value.map_or(Value::Unknown, Boolean);
    match (operator, left, right) {
        (Operator::And, Boolean(false), _) | (Operator::And, _, Boolean(false)) => Boolean(false),
        (Operator::Or, Boolean(true), _) | (Operator::Or, _, Boolean(true)) => Boolean(true),
        (Operator::And | Operator::Or, Boolean(_), Boolean(value)) => Boolean(value),
        (Operator::Add, Integer(left), Integer(right)) => left.checked_add(right).map_or(Value::Unknown, Integer),
        (Operator::Subtract, Integer(left), Integer(right)) => left.checked_sub(right).map_or(Value::Unknown, Integer),
        (Operator::Multiply, Integer(left), Integer(right)) => left.checked_mul(right).map_or(Value::Unknown, Integer),
        (Operator::Add, Text(left), Text(right)) if left.len() + right.len() <= MAX_BYTES => Text(left + &right),
        (Operator::Equal, left, right) => decided(equal(&left, &right)),
        (Operator::NotEqual, left, right) => decided(equal(&left, &right).map(|equal| !equal)),
        (Operator::Less, Integer(left), Integer(right)) => Boolean(left < right),
        (Operator::Greater, Integer(left), Integer(right)) => Boolean(left > right),
        (Operator::LessOrEqual, Integer(left), Integer(right)) => Boolean(left <= right),
        (Operator::GreaterOrEqual, Integer(left), Integer(right)) => Boolean(left >= right),
        _ => Value::Unknown,
    }
}

/// Values of one kind by content; of different kinds by their texts.
fn equal(left: &Value, right: &Value) -> Option<bool> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(value) => Some(value.to_string()),
        Value::Unknown => None,
    };
    Some(text(left)? == text(right)?)
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn renderings(template: &str) -> Vec<String> {
        parse(template).unwrap().renderings('?').unwrap()
    }

    #[test]
    fn constants_are_followed() {
        assert_eq!(renderings("#set($a = 200){\"statusCode\": $a}"), ["{\"statusCode\": 200}"]);
        assert_eq!(renderings("#set($a = 1 + 2)#if($a == 3)x#{else}y#end"), ["x"]);
        assert_eq!(renderings("#set($a = 'b')#set($c = \"${a}-${a}c\")$c"), ["b-bc"]);
        assert_eq!(renderings("#if(false)x#elseif(true)y#{else}z#end"), ["y"]);
    }

    #[test]
    fn what_is_not_known_goes_both_ways() {
        assert_eq!(renderings("#if($input.params('a') == 'b')1#{else}2#end"), ["1", "2"]);
        assert_eq!(renderings("#set($s = 200)#if($x)#set($s = 404)#end$s"), ["200", "404"]);
        assert_eq!(renderings("a$input.body#foreach($i in $l)x#end"), ["a??"]);
    }
}
