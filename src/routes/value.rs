//! Properties of the model as values to be shown.

use super::model::{Possibility, Value};
use crate::api::Property;
use crate::template::{self, Datum, Guard, Hole, Part, Text};

/// The condition in words, beyond what its owner assumes anyway.
pub(super) fn when(guard: &Guard, owner: &Guard) -> Option<String> {
    let words = guard.beyond(owner).to_string();
    words.strip_prefix("when ").map(str::to_owned)
}

/// A property of an owner that may have more properties than can be seen.
pub(super) fn value(property: Option<&Property>, open: bool, owner: &Guard) -> Value {
    let unknown = Possibility { text: None, known: false, when: None };
    match property {
        Some(property) => of(property, |value| possibility(value, owner)),
        None if open => Value::Possible { possible: vec![unknown] },
        None => Value::Absent,
    }
}

/// A property whose texts are spelt by a function.
pub(super) fn spelt(property: Option<&Property>, owner: &Guard, spell: impl Fn(&Text) -> String) -> Value {
    let one = |value: &template::Value| {
        let shown = possibility(value, owner);
        Possibility { text: shown.text.and(value.text().map(&spell)), ..shown }
    };
    property.map_or(Value::Absent, |property| of(property, one))
}

/// A property that names something: a resource of the input by its logical ID, and then the name is known.
pub(super) fn named(property: Option<&Property>, owner: &Guard, spell: impl Fn(&str) -> String) -> Value {
    let one = |value: &template::Value| {
        let shown = possibility(value, owner);
        let known = shown.known || value.text().is_some_and(|text| text.parts().all(is_name));
        Possibility { text: shown.text.and(value.text().map(|text| spell(&with_names(text)))), known, ..shown }
    };
    property.map_or(Value::Absent, |property| of(property, one))
}

fn of(property: &Property, one: impl Fn(&template::Value) -> Possibility) -> Value {
    let possible: Vec<_> = property.values.iter().map(one).collect();
    match possible.split_first() {
        Some((first, rest)) if first.known && rest.iter().all(|next| next.known && next.text == first.text) => {
            first.text.clone().map_or(Value::Absent, Value::Known)
        }
        _ => Value::Possible { possible },
    }
}

/// One possibility of a value.
pub(super) fn possibility(of: &template::Value, owner: &Guard) -> Possibility {
    let nothing = |text: &&Text| matches!(text.as_hole(), Some(Hole::Other));
    Possibility {
        text: of.text().filter(|text| !nothing(text)).map(ToString::to_string),
        known: of.known().is_some() || of.datum == Datum::Absent,
        when: when(&of.when, owner),
    }
}

fn is_name(part: Part<'_>) -> bool {
    match part {
        Part::Known(_) | Part::Hole(Hole::Resource(_)) => true,
        Part::Hole(Hole::Parameter(_) | Hole::Pseudo(_) | Hole::Dynamic(_) | Hole::Other) => false,
    }
}

/// A text in which the name of a resource stands for its ARN or ID: `…/functions/GetPet/invocations`.
fn with_names(text: &Text) -> String {
    let spelt = |part: Part<'_>| match part {
        Part::Known(known) => known.to_owned(),
        Part::Hole(Hole::Resource(name)) => name.strip_suffix(".Arn").unwrap_or(name).to_owned(),
        Part::Hole(hole) => Text::hole(hole.clone()).to_string(),
    };
    text.parts().map(spelt).collect()
}
