//! Texts put together from parts, each of which can be several things.

use super::guard::Guard;
use super::value::{Cause, Datum, Hole, Part, Piece, Text, Value, Values};
use crate::syntax::{NodeId, ScalarType};

/// Longest text that is put together, in bytes; functions inside functions can double it again and again.
const MAX_BYTES: usize = 1 << 19;

/// Texts that are told apart; past it the result is unknown.
pub(super) const MAX_VALUES: usize = 64;

/// A text that grows.
#[derive(Clone, Debug, Default)]
pub(super) struct TextBuilder {
    pieces: Vec<Piece>,
    bytes: usize,
}

impl TextBuilder {
    pub(super) fn known(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        match self.pieces.last_mut() {
            _ if self.bytes > MAX_BYTES => {}
            Some(Piece::Known(before)) => before.push_str(text),
            Some(Piece::Hole(_)) | None => self.pieces.push(Piece::Known(text.to_owned())),
        }
    }

    pub(super) fn hole(&mut self, hole: Hole) {
        self.bytes = self.bytes.saturating_add(size_of::<Piece>());
        if self.bytes <= MAX_BYTES {
            self.pieces.push(Piece::Hole(hole));
        }
    }

    pub(super) fn text(&mut self, text: &Text) {
        for part in text.parts() {
            match part {
                Part::Known(known) => self.known(known),
                Part::Hole(hole) => self.hole(hole.clone()),
            }
        }
    }

    /// The text; unknown where it got too long.
    pub(super) fn build(self) -> Text {
        if self.bytes > MAX_BYTES { Text::hole(Hole::Other) } else { Text::from_pieces(self.pieces) }
    }
}

/// All texts that can come of the parts so far.
pub(super) struct Assembly {
    partials: Vec<Partial>,
}

#[derive(Clone)]
struct Partial {
    text: TextBuilder,
    items: usize,
    when: Guard,
    causes: Vec<Cause>,
}

impl Assembly {
    /// Nothing yet, under these assumptions.
    pub(super) fn new(when: &Guard) -> Self {
        let empty = Partial { text: TextBuilder::default(), items: 0, when: when.clone(), causes: Vec::new() };
        Self { partials: vec![empty] }
    }

    /// Appends a text to each.
    pub(super) fn text(&mut self, text: &Text) {
        self.partials.iter_mut().for_each(|partial| partial.text.text(text));
    }

    /// Appends every possibility of a part; absent ones leave nothing.
    pub(super) fn part(&mut self, part: impl Fn(&Guard) -> Values) {
        self.append(part, |partial, datum| match datum {
            Datum::Scalar(text, _) => partial.text.text(text),
            Datum::Absent => {}
            Datum::List(_) | Datum::Mapping(_) | Datum::Sequence(_) | Datum::Unknown => partial.text.hole(Hole::Other),
        });
    }

    /// Appends every possibility of an item, with the delimiter in front where it is not the first.
    pub(super) fn item(&mut self, delimiter: &str, item: impl Fn(&Guard) -> Values) {
        self.append(item, |partial, datum| match datum {
            Datum::Scalar(text, _) => partial.join(delimiter, text),
            Datum::List(texts) => texts.iter().for_each(|text| partial.join(delimiter, text)),
            Datum::Absent => {}
            Datum::Mapping(_) | Datum::Sequence(_) | Datum::Unknown => partial.join(delimiter, &Text::hole(Hole::Other)),
        });
    }

    /// The texts as values of a node.
    pub(super) fn finish(self, node: NodeId) -> impl Iterator<Item = Value> {
        self.partials.into_iter().map(move |partial| Value {
            datum: Datum::Scalar(partial.text.build(), ScalarType::String),
            when: partial.when,
            causes: partial.causes,
            node,
        })
    }

    fn append(&mut self, part: impl Fn(&Guard) -> Values, add: impl Fn(&mut Partial, &Datum)) {
        let mut results = Vec::with_capacity(self.partials.len());
        for mut partial in std::mem::take(&mut self.partials) {
            let mut values = part(&partial.when);
            // The last possibility takes the text itself, so that one that is alone copies nothing.
            let last = values.pop();
            for value in values {
                let mut next = partial.clone();
                next.take(value, &add);
                results.push(next);
            }
            if let Some(value) = last {
                partial.take(value, &add);
                results.push(partial);
            }
        }
        results.truncate(MAX_VALUES + 1);
        self.partials = results;
    }
}

impl Partial {
    fn take(&mut self, value: Value, add: impl Fn(&mut Self, &Datum)) {
        add(self, &value.datum);
        self.when = self.when.and(&value.when);
        self.causes.extend(value.causes);
    }

    fn join(&mut self, delimiter: &str, text: &Text) {
        if self.items > 0 {
            self.text.known(delimiter);
        }
        self.text.text(text);
        self.items += 1;
    }
}
