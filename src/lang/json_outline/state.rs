//! One state of the JSON automaton.

/// A collection that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    Object,
    List,
}

/// Deepest collection that is followed.
const MAX_DEPTH: u32 = u64::BITS;

/// The collections that are open, a bit each: 1 for a list, the innermost lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Stack {
    kinds: u64,
    depth: u32,
}

impl Stack {
    fn last(self) -> Option<Open> {
        let kind = if self.kinds & 1 == 1 { Open::List } else { Open::Object };
        (self.depth > 0).then_some(kind)
    }

    /// With one more; none where that is too deep.
    fn with(self, open: Open) -> Option<Self> {
        let kinds = self.kinds << 1 | u64::from(open == Open::List);
        (self.depth < MAX_DEPTH).then_some(Self { kinds, depth: self.depth + 1 })
    }

    fn without_last(self) -> Self {
        Self { kinds: self.kinds >> 1, depth: self.depth.saturating_sub(1) }
    }
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    /// Nothing has come yet.
    Start,
    /// Everything has come.
    End,
    /// Behind `{`.
    Key,
    /// Behind `,` in an object.
    NextKey,
    /// Behind a key.
    Colon,
    /// Behind `:`.
    Value,
    /// Behind `[`.
    Item,
    /// Behind `,` in a list.
    NextItem,
    /// Behind a value in an object.
    AfterMember,
    /// Behind a value in a list.
    AfterItem,
    /// It is not known where this is, but whether a colon stands before it.
    Anywhere {
        /// The last character that counts is a colon.
        after_colon: bool,
    },
}

/// A word that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Inside {
    Nothing,
    /// A text in these quotes.
    String {
        quote: char,
        /// A backslash stands before.
        escaped: bool,
        /// Nothing has come since the quotes.
        fresh: bool,
    },
    /// A number, `true`, or any other word.
    Word,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    open: Stack,
    at: At,
    inside: Inside,
}

/// What a reference prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// One JSON value.
    Json,
    /// One value of whatever kind, or nothing.
    Value,
    /// A value, nothing, or a fragment such as a comma.
    Fragment,
}

impl State {
    pub(super) fn start() -> Self {
        Self { open: Stack::default(), at: At::Start, inside: Inside::Nothing }
    }

    pub(super) fn is_in_string(&self) -> bool {
        matches!(self.inside, Inside::String { .. })
    }

    pub(super) fn is_fresh_string(&self) -> bool {
        matches!(self.inside, Inside::String { quote: '"', fresh: true, .. })
    }

    pub(super) fn awaits_value(&self) -> bool {
        let awaited =
            matches!(self.at, At::Start | At::Value | At::Item | At::NextItem | At::Anywhere { after_colon: true });
        awaited && self.inside == Inside::Nothing
    }

    pub(super) fn awaited(&self) -> &'static str {
        match self.inside {
            Inside::String { .. } => "a closing quote",
            // What follows the word.
            Inside::Word => self.after_value().map_or("", |state| state.at.words()),
            Inside::Nothing => self.at.words(),
        }
    }

    /// Whether a text may end here.
    pub(super) fn may_end(&self) -> bool {
        match (&self.at, self.inside) {
            (_, Inside::String { .. }) => false,
            (At::Start, Inside::Word) | (At::Start | At::End | At::Anywhere { .. }, _) => true,
            _ => false,
        }
    }

    /// Nothing is known any more but whether this is in a text in quotes.
    pub(super) fn lost(&self) -> Self {
        let inside = match self.inside {
            Inside::String { quote, .. } => Inside::String { quote, escaped: false, fresh: false },
            Inside::Nothing | Inside::Word => Inside::Nothing,
        };
        Self { open: Stack::default(), at: At::Anywhere { after_colon: false }, inside }
    }

    pub(super) fn behind_hole(&self) -> Self {
        match self.inside {
            Inside::String { quote, .. } => Self { inside: Inside::String { quote, escaped: false, fresh: false }, ..*self },
            Inside::Nothing | Inside::Word => self.lost(),
        }
    }

    /// Whether a character changes nothing.
    pub(super) fn ignores(&self, c: char) -> bool {
        match self.inside {
            Inside::String { quote, escaped, fresh } => !escaped && !fresh && c != quote && c != '\\',
            Inside::Word => is_word(c),
            Inside::Nothing => c.is_whitespace(),
        }
    }

    /// The state behind a character; `None` where it cannot stand here.
    pub(super) fn behind(&self, c: char) -> Option<Self> {
        match self.inside {
            Inside::String { quote, escaped, .. } => {
                if c == quote && !escaped {
                    return Self { inside: Inside::Nothing, ..*self }.after_value();
                }
                let escaped = c == '\\' && !escaped;
                Some(Self { inside: Inside::String { quote, escaped, fresh: false }, ..*self })
            }
            Inside::Word if is_word(c) => Some(*self),
            Inside::Word => Self { inside: Inside::Nothing, ..*self }.after_value()?.behind(c),
            Inside::Nothing if c.is_whitespace() || c == '\u{feff}' => Some(*self),
            Inside::Nothing => self.sign(c),
        }
    }

    fn sign(&self, c: char) -> Option<Self> {
        if let At::Anywhere { .. } = self.at {
            let at = At::Anywhere { after_colon: c == ':' };
            let inside = if c == '"' { Inside::String { quote: c, escaped: false, fresh: true } } else { Inside::Nothing };
            return Some(Self { open: Stack::default(), at, inside });
        }
        // Several objects behind each other are lines of JSON, which some services take.
        let value = matches!(self.at, At::Start | At::Value | At::Item | At::NextItem) || self.at == At::End && c == '{';
        let key = matches!(self.at, At::Key | At::NextKey);
        match (c, &self.at) {
            ('{', _) if value => Some(self.opened(Open::Object)),
            ('[', _) if value => Some(self.opened(Open::List)),
            ('}', At::Key | At::AfterMember) | (']', At::Item | At::AfterItem) => self.closed(),
            (':', At::Colon) => Some(self.moved(At::Value)),
            (',', At::AfterMember) => Some(self.moved(At::NextKey)),
            (',', At::AfterItem) => Some(self.moved(At::NextItem)),
            ('"' | '\'', _) if value || key => {
                Some(Self { inside: Inside::String { quote: c, escaped: false, fresh: true }, ..*self })
            }
            (c, _) if (value || key) && is_word(c) => Some(Self { inside: Inside::Word, ..*self }),
            _ => None,
        }
    }

    /// The states that a reference can lead to.
    pub(super) fn behind_reference(&self, piece: Piece) -> Vec<Self> {
        match self.inside {
            Inside::String { .. } => return vec![self.behind_hole()],
            // It may go on with the word.
            Inside::Word => return vec![*self, self.lost()],
            Inside::Nothing => {}
        }
        if let At::Anywhere { .. } = self.at {
            return vec![self.moved(At::Anywhere { after_colon: false })];
        }
        // What stands next to the reference without a blank goes on with its value: `${amount}.00`.
        let after = self.after_value().map(|_| Self { inside: Inside::Word, ..*self });
        match (piece, &self.at) {
            (Piece::Json, _) => after.into_iter().collect(),
            (Piece::Value, At::Start | At::Value | At::Item | At::NextItem) | (Piece::Fragment, At::Value) => {
                after.into_iter().chain([*self]).collect()
            }
            (Piece::Value, At::Key | At::NextKey) => after.into_iter().chain([*self, self.moved(At::AfterMember)]).collect(),
            (Piece::Value | Piece::Fragment, _) => vec![self.lost()],
        }
    }

    /// A value, or a key, is complete.
    fn after_value(self) -> Option<Self> {
        let at = match (&self.at, self.open.last()) {
            (At::Key | At::NextKey, _) => At::Colon,
            (At::Start | At::Value | At::Item | At::NextItem, Some(Open::Object)) => At::AfterMember,
            (At::Start | At::Value | At::Item | At::NextItem, Some(Open::List)) => At::AfterItem,
            (At::Start | At::Value | At::Item | At::NextItem, None) => At::End,
            (At::Anywhere { .. }, _) => At::Anywhere { after_colon: false },
            (At::End | At::Colon | At::AfterMember | At::AfterItem, _) => return None,
        };
        Some(Self { at, ..self })
    }

    fn opened(&self, open: Open) -> Self {
        let Some(stack) = self.open.with(open) else { return self.lost() };
        Self { open: stack, ..self.moved(if open == Open::Object { At::Key } else { At::Item }) }
    }

    fn closed(&self) -> Option<Self> {
        Self { open: self.open.without_last(), ..self.moved(At::Value) }.after_value()
    }

    fn moved(&self, at: At) -> Self {
        Self { open: self.open, at, inside: Inside::Nothing }
    }
}

fn is_word(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"' | '\'')
}
