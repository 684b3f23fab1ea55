//! Abstract values: what a property can be, as far as the template tells.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use super::guard::Guard;
use crate::syntax::{NodeId, ScalarType};

/// A part of a text that is only known when the stack is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hole {
    /// A parameter without a value that the template tells.
    Parameter(Rc<str>),
    /// A pseudo parameter such as `AWS::Region`.
    Pseudo(Rc<str>),
    /// The return value of a resource: its logical ID, and the attribute for `Fn::GetAtt`.
    Resource(Rc<str>),
    /// A dynamic reference `{{resolve:…}}`.
    Dynamic(Rc<str>),
    /// Anything else: an import, a transform, a function that is not evaluated.
    Other,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Characters that are known.
    Known(String),
    /// Characters that are not.
    Hole(Hole),
}

/// A piece as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'p> {
    /// Characters that are known.
    Known(&'p str),
    /// Characters that are not.
    Hole(&'p Hole),
}

/// A string as known pieces and holes, in order. Two known pieces never stand side by side, and a
/// known piece is never empty; no piece at all is the empty string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    form: Form,
}

/// Nearly every text is known, and a template has a great many of them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// One piece, or the empty string.
    Known(Box<str>),
    /// At least one hole.
    #[expect(clippy::box_collection, reason = "a thin box keeps the known texts small, which are nearly all")]
    Open(Box<Vec<Piece>>),
}

impl Default for Text {
    fn default() -> Self {
        Self::known("")
    }
}

impl Text {
    /// A text that is fully known.
    pub fn known(text: impl Into<Box<str>>) -> Self {
        Self { form: Form::Known(text.into()) }
    }

    /// A text of which nothing is known.
    pub fn hole(hole: Hole) -> Self {
        Self { form: Form::Open(Box::new(vec![Piece::Hole(hole)])) }
    }

    /// A text of these pieces; neighbours that are known become one.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (_, Piece::Known(text)) if text.is_empty() => {}
                (Some(Piece::Known(before)), Piece::Known(text)) => before.push_str(&text),
                (_, piece) => joined.push(piece),
            }
        }
        match joined.as_mut_slice() {
            [] => Self::default(),
            [Piece::Known(text)] => Self::known(std::mem::take(text)),
            _ => Self { form: Form::Open(Box::new(joined)) },
        }
    }

    /// The parts in order.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = Part<'_>> {
        let (known, open) = match &self.form {
            Form::Known(text) => (Some(Part::Known(text)).filter(|_| !text.is_empty()), None),
            Form::Open(pieces) => (None, Some(pieces)),
        };
        let open = open.into_iter().flat_map(|pieces| pieces.iter()).map(|piece| match piece {
            Piece::Known(text) => Part::Known(text),
            Piece::Hole(hole) => Part::Hole(hole),
        });
        known.into_iter().chain(open)
    }

    /// Whether this is surely the empty string.
    pub fn is_empty(&self) -> bool {
        self.as_known() == Some("")
    }

    /// The whole text, if it has no hole.
    pub fn as_known(&self) -> Option<&str> {
        match &self.form {
            Form::Known(text) => Some(text),
            Form::Open(_) => None,
        }
    }

    /// The hole, if the text is nothing but one hole.
    pub fn as_hole(&self) -> Option<&Hole> {
        match &self.form {
            Form::Open(pieces) => match pieces.as_slice() {
                [Piece::Hole(hole)] => Some(hole),
                _ => None,
            },
            Form::Known(_) => None,
        }
    }

    /// What stands for a hole where one text is needed: a character that nobody writes.
    pub const HOLE: char = '\u{FFFC}';

    /// The text with [`Text::HOLE`] for each hole.
    pub fn with_holes(&self) -> Cow<'_, str> {
        let shown = |part| match part {
            Part::Known(known) => known.to_owned(),
            Part::Hole(_) => Self::HOLE.to_string(),
        };
        self.as_known().map_or_else(|| self.parts().map(shown).collect::<String>().into(), Cow::from)
    }

    /// Whether some known piece contains this text.
    pub fn mentions(&self, needle: &str) -> bool {
        self.parts().any(|part| match part {
            Part::Known(text) => text.contains(needle),
            Part::Hole(_) => false,
        })
    }
}

/// For messages: holes as `${Name}`, unknown ones as `${…}`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.parts() {
            match part {
                Part::Known(text) => write!(f, "{text}")?,
                Part::Hole(Hole::Parameter(name) | Hole::Pseudo(name) | Hole::Resource(name)) => write!(f, "${{{name}}}")?,
                Part::Hole(Hole::Dynamic(reference)) => write!(f, "{reference}")?,
                Part::Hole(Hole::Other) => write!(f, "${{…}}")?,
            }
        }
        Ok(())
    }
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// A scalar and the type it has in the source.
    Scalar(Text, ScalarType),
    /// A mapping in the document.
    Mapping(NodeId),
    /// A sequence in the document.
    Sequence(NodeId),
    /// A list of texts that a function made.
    List(Vec<Text>),
    /// `AWS::NoValue`: the property is not there.
    Absent,
    /// Nothing is known.
    Unknown,
}

/// Why a value is what it is: where the text came from when it does not stand at the property itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A parameter's default, at this node.
    ParameterDefault(Rc<str>, NodeId),
    /// One of a parameter's allowed values, at this node.
    AllowedValue(Rc<str>, NodeId),
    /// A value given for a parameter on the command line.
    GivenParameter(Rc<str>),
    /// An entry of the Mappings section, at this node.
    MappingEntry(NodeId),
    /// A branch of `Fn::If`: the condition, and whether it holds.
    Branch(Rc<str>, bool),
}

/// Everything that a node can be; nearly always one possibility.
pub type Values = Vec<Value>;

/// One possibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub datum: Datum,
    /// When it is that.
    pub when: Guard,
    /// Why it is that, outermost first.
    pub causes: Vec<Cause>,
    /// The node that holds the text or collection: the literal, or the function that made it.
    pub node: NodeId,
}

impl Value {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&Text> {
        match &self.datum {
            Datum::Scalar(text, _) => Some(text),
            Datum::Mapping(_) | Datum::Sequence(_) | Datum::List(_) | Datum::Absent | Datum::Unknown => None,
        }
    }

    /// The text of a scalar without holes.
    pub fn known(&self) -> Option<&str> {
        self.text().and_then(Text::as_known)
    }

    /// Whether it is null, which CloudFormation refuses. Its text is the empty one, whatever its spelling.
    pub fn is_null(&self) -> bool {
        matches!(self.datum, Datum::Scalar(_, ScalarType::Null))
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        match &self.datum {
            Datum::Unknown => true,
            Datum::Scalar(text, _) => text.as_hole().is_some(),
            Datum::Mapping(_) | Datum::Sequence(_) | Datum::List(_) | Datum::Absent => false,
        }
    }
}
