//! Looking ahead without taking words, as far as the engine does and no further: it decides which word the lexer reads in which
//! state.

use super::error::Stop;
use super::parser::Parser;
use super::token::Kind;

/// Why a look ends early.
enum Miss {
    /// Something else stands there.
    Other,
    /// As many words fit as were to be looked at.
    Enough,
    /// The template is refused, or a budget is spent.
    Stop(Stop),
}

impl From<Stop> for Miss {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

type Seen = Result<(), Miss>;

/// A look: how far it has come, and how many words it may see.
struct Look<'p, 't> {
    parser: &'p mut Parser<'t>,
    at: usize,
    limit: usize,
}

impl<'t> Parser<'t> {
    /// Whether a reference begins here, judged by this many words.
    pub(super) fn sees_reference(&mut self, words: usize) -> Result<bool, Stop> {
        Ok(matches!(self.kind()?, Kind::Identifier | Kind::BraceOpen) && self.sees(words, Look::reference)?)
    }

    /// Whether an argument of a directive follows, with the blank and the comma before it.
    pub(super) fn sees_argument(&mut self) -> Result<bool, Stop> {
        self.sees(2, |look| {
            look.optional(|look| look.word(Kind::Space))?;
            look.optional(|look| {
                look.word(Kind::Comma)?;
                look.optional(|look| look.word(Kind::Space))
            })?;
            look.either(&[Look::reference, |look| look.word(Kind::Word), Look::value])
        })
    }

    /// Whether `name(` and something that fits follow.
    pub(super) fn sees_method(&mut self) -> Result<bool, Stop> {
        self.sees(3, Look::method)
    }

    /// Whether a range such as `[1..` begins here.
    pub(super) fn sees_range(&mut self) -> Result<bool, Stop> {
        if self.kind()? != Kind::BracketOpen {
            return Ok(false);
        }
        self.sees(usize::MAX, |look| {
            look.word(Kind::BracketOpen)?;
            look.optional(|look| look.word(Kind::Space))?;
            look.either(&[Look::reference, |look| look.word(Kind::Integer)])?;
            look.optional(|look| look.word(Kind::Space))?;
            look.word(Kind::DoubleDot)
        })
    }

    /// Whether an entry of a map begins here.
    pub(super) fn sees_map_entry(&mut self) -> Result<bool, Stop> {
        self.sees(2, |look| {
            look.parameter()?;
            look.word(Kind::Colon)
        })
    }

    fn sees<'p>(&'p mut self, limit: usize, look: impl FnOnce(&mut Look<'p, 't>) -> Seen) -> Result<bool, Stop> {
        let mut at = Look { parser: self, at: 0, limit };
        match look(&mut at) {
            Ok(()) | Err(Miss::Enough) => Ok(true),
            Err(Miss::Other) => Ok(false),
            Err(Miss::Stop(stop)) => Err(stop),
        }
    }
}

impl Look<'_, '_> {
    fn word(&mut self, kind: Kind) -> Seen {
        if self.parser.look(self.at)? != kind {
            return Err(Miss::Other);
        }
        self.at += 1;
        if self.at == self.limit { Err(Miss::Enough) } else { Ok(()) }
    }

    fn optional(&mut self, look: impl FnOnce(&mut Self) -> Seen) -> Seen {
        let at = self.at;
        match look(self) {
            Err(Miss::Other) => {
                self.at = at;
                Ok(())
            }
            other => other,
        }
    }

    fn either(&mut self, looks: &[fn(&mut Self) -> Seen]) -> Seen {
        let at = self.at;
        for look in looks {
            match look(self) {
                Err(Miss::Other) => self.at = at,
                other => return other,
            }
        }
        Err(Miss::Other)
    }

    /// As often as it fits.
    fn repeated(&mut self, look: fn(&mut Self) -> Seen) -> Seen {
        loop {
            let at = self.at;
            self.optional(look)?;
            if self.at == at {
                return Ok(());
            }
        }
    }

    fn reference(&mut self) -> Seen {
        self.deeper(|look| {
            look.either(&[Self::chain, |look| {
                look.word(Kind::BraceOpen)?;
                look.chain()?;
                look.word(Kind::BraceClose)
            }])
        })
    }

    /// `name[0].property.method()[1]`
    fn chain(&mut self) -> Seen {
        self.word(Kind::Identifier)?;
        self.repeated(Self::index)?;
        self.repeated(|look| {
            look.word(Kind::Dot)?;
            look.either(&[Self::method, |look| look.word(Kind::Identifier)])?;
            look.repeated(Self::index)
        })
    }

    fn index(&mut self) -> Seen {
        self.word(Kind::IndexOpen)?;
        self.optional(|look| look.word(Kind::Space))?;
        self.either(&[
            |look| look.word(Kind::Literal),
            |look| look.word(Kind::Integer),
            |look| look.word(Kind::True),
            |look| look.word(Kind::False),
            Self::reference,
        ])?;
        self.optional(|look| look.word(Kind::Space))?;
        self.word(Kind::IndexClose)
    }

    fn method(&mut self) -> Seen {
        self.word(Kind::Identifier)?;
        self.word(Kind::ParenOpen)?;
        self.optional(Self::parameters)?;
        self.word(Kind::ArgumentsClose)
    }

    fn parameters(&mut self) -> Seen {
        self.parameter()?;
        self.repeated(|look| {
            look.word(Kind::Comma)?;
            look.parameter()
        })
    }

    fn parameter(&mut self) -> Seen {
        self.deeper(|look| {
            look.optional(|look| look.word(Kind::Space))?;
            look.either(&[Self::value, Self::reference])?;
            look.optional(|look| look.word(Kind::Space))
        })
    }

    /// Anything but a reference.
    fn value(&mut self) -> Seen {
        self.either(&[
            |look| look.word(Kind::Literal),
            |look| look.word(Kind::Integer),
            Self::range,
            Self::map,
            Self::list,
            |look| look.word(Kind::True),
            |look| look.word(Kind::False),
            |look| look.word(Kind::Float),
        ])
    }

    fn range(&mut self) -> Seen {
        let bound: &[fn(&mut Self) -> Seen] = &[Self::reference, |look| look.word(Kind::Integer)];
        self.word(Kind::BracketOpen)?;
        self.optional(|look| look.word(Kind::Space))?;
        self.either(bound)?;
        self.optional(|look| look.word(Kind::Space))?;
        self.word(Kind::DoubleDot)?;
        self.optional(|look| look.word(Kind::Space))?;
        self.either(bound)?;
        self.optional(|look| look.word(Kind::Space))?;
        self.word(Kind::BracketClose)
    }

    fn map(&mut self) -> Seen {
        self.word(Kind::MapOpen)?;
        self.either(&[
            |look| {
                look.parameter()?;
                look.word(Kind::Colon)?;
                look.parameter()?;
                look.repeated(|look| {
                    look.word(Kind::Comma)?;
                    look.parameter()?;
                    look.word(Kind::Colon)?;
                    look.parameter()
                })
            },
            |look| look.optional(|look| look.word(Kind::Space)),
        ])?;
        self.either(&[|look| look.word(Kind::MapClose), |look| look.word(Kind::BraceClose)])
    }

    fn list(&mut self) -> Seen {
        self.word(Kind::BracketOpen)?;
        self.optional(Self::parameters)?;
        self.word(Kind::BracketClose)
    }

    fn deeper(&mut self, look: impl FnOnce(&mut Self) -> Seen) -> Seen {
        self.parser.enter()?;
        let seen = look(self);
        self.parser.depth -= 1;
        seen
    }
}
