//! A value in three states at once: with its defects, after safe fixes, after unsafe ones.

use serde_json::{Map, Value};

/// A state of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Bad,
    Safe,
    Unsafe,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Text(String),
    Bool(bool),
    Int(i64),
    Null,
    Map(Vec<Entry>),
    List(Vec<Item>),
    /// An intrinsic function by its long name.
    Call(&'static str, Box<Node>),
    /// Another value in each state.
    Planted(Box<[Node; 3]>),
}

/// An entry and its key in each state; `None` where it is not there.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) keys: [Option<String>; 3],
    pub(crate) value: Node,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) there: [bool; 3],
    pub(crate) value: Node,
}

/// The grade of the fix that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    Safe,
    Unsafe,
    /// No fix is expected.
    None,
}

impl Grade {
    fn three<T: Clone>(self, bad: T, good: T) -> [T; 3] {
        match self {
            Self::Safe => [bad, good.clone(), good],
            Self::Unsafe => [bad.clone(), bad, good],
            Self::None => [bad.clone(), bad.clone(), bad],
        }
    }

    pub(crate) fn plant(self, bad: Node, good: Node) -> Node {
        Node::Planted(Box::new(self.three(bad, good)))
    }

    pub(crate) fn entry(self, bad: Option<&str>, good: Option<&str>, value: Node) -> Entry {
        Entry { keys: self.three(bad.map(str::to_owned), good.map(str::to_owned)), value }
    }

    pub(crate) fn item(self, bad: bool, good: bool, value: Node) -> Item {
        Item { there: self.three(bad, good), value }
    }
}

pub(crate) fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

pub(crate) fn entry(key: &str, value: Node) -> Entry {
    Grade::None.entry(Some(key), None, value)
}

pub(crate) fn item(value: Node) -> Item {
    Grade::None.item(true, true, value)
}

pub(crate) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::List(items.into_iter().map(item).collect())
}

pub(crate) fn call(function: &'static str, argument: Node) -> Node {
    Node::Call(function, Box::new(argument))
}

impl Node {
    /// The node in one state, and whether it has others.
    pub(crate) fn seen(&self, view: View) -> (&Self, bool) {
        match self {
            Self::Planted(views) => (views[view as usize].seen(view).0, true),
            other => (other, false),
        }
    }

    /// Whether it is the same in every state.
    pub(crate) fn is_settled(&self) -> bool {
        match self {
            Self::Text(_) | Self::Bool(_) | Self::Int(_) | Self::Null => true,
            Self::Map(entries) => entries.iter().all(|entry| entry.stays() && entry.value.is_settled()),
            Self::List(items) => items.iter().all(|item| item.there == [true; 3] && item.value.is_settled()),
            Self::Call(_, argument) => argument.is_settled(),
            Self::Planted(_) => false,
        }
    }

    /// Whether an intrinsic function is in it.
    pub(crate) fn has_call(&self) -> bool {
        match self {
            Self::Text(_) | Self::Bool(_) | Self::Int(_) | Self::Null => false,
            Self::Map(entries) => entries.iter().any(|entry| entry.value.has_call()),
            Self::List(items) => items.iter().any(|item| item.value.has_call()),
            Self::Call(..) => true,
            Self::Planted(views) => views.iter().any(Self::has_call),
        }
    }

    /// The value, intrinsic functions in their long form.
    pub(crate) fn value(&self, view: View) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::from(*value),
            Self::Null => Value::Null,
            Self::Map(entries) => {
                let here = entries.iter().filter_map(|entry| Some((entry.key(view)?.to_owned(), entry.value.value(view))));
                Value::Object(here.collect())
            }
            Self::List(items) => Value::Array(
                items.iter().filter(|item| item.there[view as usize]).map(|item| item.value.value(view)).collect(),
            ),
            Self::Call(function, argument) => {
                Value::Object(Map::from_iter([((*function).to_owned(), argument.value(view))]))
            }
            Self::Planted(views) => views[view as usize].value(view),
        }
    }

    /// Puts all mappings into random order, the same in every state.
    pub(crate) fn shuffle(&mut self, tape: &mut super::tape::Tape) {
        match self {
            Self::Text(_) | Self::Bool(_) | Self::Int(_) | Self::Null => {}
            Self::Map(entries) => {
                tape.shuffle(entries);
                for entry in entries {
                    entry.value.shuffle(tape);
                }
            }
            Self::List(items) => items.iter_mut().for_each(|item| item.value.shuffle(tape)),
            Self::Call(_, argument) => argument.shuffle(tape),
            Self::Planted(views) => views.iter_mut().for_each(|view| view.shuffle(tape)),
        }
    }
}

impl Entry {
    pub(crate) fn key(&self, view: View) -> Option<&str> {
        self.keys[view as usize].as_deref()
    }

    pub(crate) fn stays(&self) -> bool {
        self.keys[1] == self.keys[0] && self.keys[2] == self.keys[0]
    }

    /// Whether some fix takes it away.
    pub(crate) fn goes(&self) -> bool {
        self.keys[0].is_some() && self.keys.contains(&None)
    }
}

impl Item {
    pub(crate) fn goes(&self) -> bool {
        self.there[0] && self.there.contains(&false)
    }
}
