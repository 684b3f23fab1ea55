//! Reads references and values.

use super::ast::{Expression, ExpressionKind, Form, Operator, Reference, Span, Step, StepKind};
use super::error::Stop;
use super::parser::Parser;
use super::token::Kind;

/// Operators behind each other on one level. Each makes the tree one level deeper.
const MAX_CHAIN: usize = 1_000;

/// How strongly an operator binds, and which one it is.
fn operator(sign: Kind) -> Option<(usize, Operator)> {
    match sign {
        Kind::Or => Some((0, Operator::Or)),
        Kind::And => Some((1, Operator::And)),
        Kind::Equal => Some((2, Operator::Equal)),
        Kind::NotEqual => Some((2, Operator::NotEqual)),
        Kind::Less => Some((3, Operator::Less)),
        Kind::Greater => Some((3, Operator::Greater)),
        Kind::LessOrEqual => Some((3, Operator::LessOrEqual)),
        Kind::GreaterOrEqual => Some((3, Operator::GreaterOrEqual)),
        Kind::Plus => Some((4, Operator::Add)),
        Kind::Minus => Some((4, Operator::Subtract)),
        Kind::Times => Some((5, Operator::Multiply)),
        Kind::Divide => Some((5, Operator::Divide)),
        Kind::Modulo => Some((5, Operator::Modulo)),
        _ => None,
    }
}

impl Parser<'_> {
    /// What stands in `#if(…)` or behind `=`.
    pub(super) fn expression(&mut self) -> Result<Expression, Stop> {
        self.deeper(|parser| parser.binary(0))
    }

    /// Operators that bind at least as strongly as `least`, and what they join.
    fn binary(&mut self, least: usize) -> Result<Expression, Stop> {
        let mut left = self.unary()?;
        let (mut before, mut length) = (usize::MAX, 0);
        loop {
            let found = operator(self.kind()?).filter(|(strength, _)| *strength >= least);
            let Some((strength, operator)) = found else { return Ok(left) };
            self.next()?;
            let right = self.binary(strength + 1)?;
            let span = Span::new(left.span.start, right.span.end);
            left = Expression { span, kind: ExpressionKind::Binary(operator, Box::new(left), Box::new(right)) };
            length = if strength == before { length + 1 } else { 1 };
            before = strength;
            if length > MAX_CHAIN {
                return Err(Stop::Beyond);
            }
        }
    }

    fn unary(&mut self) -> Result<Expression, Stop> {
        let ahead = usize::from(self.kind()? == Kind::Space);
        if self.peek(ahead)?.kind != Kind::Not {
            return self.primary();
        }
        self.skip_space()?;
        let start = self.next()?.span.start;
        let inner = self.deeper(Self::unary)?;
        let span = Span::new(self.origin.offset(start), inner.span.end);
        Ok(Expression { span, kind: ExpressionKind::Not(Box::new(inner)) })
    }

    fn primary(&mut self) -> Result<Expression, Stop> {
        self.skip_space()?;
        let value = if self.kind()? == Kind::ParenOpen {
            self.next()?;
            let inner = self.expression()?;
            self.expect(Kind::ParenClose, "`)`")?;
            inner
        } else {
            self.value("a value")?
        };
        self.skip_space()?;
        Ok(value)
    }

    /// An argument of a directive: a value, a reference, or a word.
    pub(super) fn argument(&mut self) -> Result<Expression, Stop> {
        if self.kind()? == Kind::Word {
            let token = self.next()?;
            let word = token.span.of(self.text).to_owned();
            return Ok(Expression { span: self.origin.span(token.span), kind: ExpressionKind::Word(word) });
        }
        self.value("an argument")
    }

    /// An argument of a method, an item of a list, a key or value of a map.
    fn parameter(&mut self) -> Result<Expression, Stop> {
        self.deeper(|parser| {
            parser.skip_space()?;
            let value = parser.value("a value")?;
            parser.skip_space()?;
            Ok(value)
        })
    }

    fn value(&mut self, words: &'static str) -> Result<Expression, Stop> {
        let start = self.peek(0)?.span.start;
        let kind = match self.kind()? {
            Kind::Literal => {
                let token = self.next()?;
                ExpressionKind::Text(self.literal(token.span)?)
            }
            Kind::Identifier | Kind::BraceOpen => ExpressionKind::Reference(Box::new(self.reference()?)),
            Kind::Integer => ExpressionKind::Integer(self.taken()?),
            Kind::Float => ExpressionKind::Float(self.taken()?),
            Kind::True | Kind::False => ExpressionKind::Boolean(self.next()?.kind == Kind::True),
            Kind::MapOpen => self.map()?,
            Kind::BracketOpen if self.sees_range()? => self.range()?,
            Kind::BracketOpen => self.list()?,
            _ => return Err(self.expected(words)?),
        };
        Ok(Expression { span: self.span_from(start), kind })
    }

    fn taken(&mut self) -> Result<String, Stop> {
        Ok(self.next()?.span.of(self.text).to_owned())
    }

    fn map(&mut self) -> Result<ExpressionKind, Stop> {
        self.next()?;
        let mut entries = Vec::new();
        if self.sees_map_entry()? {
            loop {
                let key = self.parameter()?;
                self.expect(Kind::Colon, "`:`")?;
                entries.push((key, self.parameter()?));
                if self.kind()? != Kind::Comma {
                    break;
                }
                self.next()?;
            }
        } else {
            self.skip_space()?;
        }
        match self.kind()? {
            Kind::MapClose | Kind::BraceClose => self.next()?,
            _ => return Err(self.expected("`}`")?),
        };
        Ok(ExpressionKind::Map(entries))
    }

    fn list(&mut self) -> Result<ExpressionKind, Stop> {
        self.next()?;
        let items = if self.kind()? == Kind::BracketClose { Vec::new() } else { self.parameters()? };
        self.expect(Kind::BracketClose, "`]`")?;
        Ok(ExpressionKind::List(items))
    }

    fn parameters(&mut self) -> Result<Vec<Expression>, Stop> {
        let mut found = vec![self.parameter()?];
        while self.kind()? == Kind::Comma {
            self.next()?;
            found.push(self.parameter()?);
        }
        Ok(found)
    }

    fn range(&mut self) -> Result<ExpressionKind, Stop> {
        self.next()?;
        let from = self.bound()?;
        self.expect(Kind::DoubleDot, "`..`")?;
        let to = self.bound()?;
        self.expect(Kind::BracketClose, "`]`")?;
        Ok(ExpressionKind::Range(Box::new(from), Box::new(to)))
    }

    fn bound(&mut self) -> Result<Expression, Stop> {
        self.skip_space()?;
        if !matches!(self.kind()?, Kind::Identifier | Kind::BraceOpen | Kind::Integer) {
            return Err(self.expected("a number or a reference")?);
        }
        let value = self.deeper(|parser| parser.value("a number or a reference"))?;
        self.skip_space()?;
        Ok(value)
    }

    /// `$name`, `${name}`, and what is asked of it.
    pub(super) fn reference(&mut self) -> Result<Reference, Stop> {
        self.deeper(Self::reference_inside)
    }

    fn reference_inside(&mut self) -> Result<Reference, Stop> {
        let first = self.next()?;
        let braced = first.kind == Kind::BraceOpen;
        let name_token = if braced { self.expect(Kind::Identifier, "a name")? } else { first };
        let image = name_token.span.of(self.text);
        let signs = if braced { first.span.of(self.text) } else { image };
        let form = form(signs, braced);
        // Only a name that stands directly behind its signs has them in its own word.
        let name_length = image.len() - image.rfind(['$', '!', '{', '#', '\\']).map_or(0, |at| at + 1);
        let mut name_span = Span::new(name_token.span.end - name_length, name_token.span.end);
        if form.bare && braced {
            // `$a{b}`: the engine takes the brace for the name, and prints it.
            name_span = first.span;
        }
        let mut steps = Vec::new();
        self.indexes(&mut steps)?;
        while self.kind()? == Kind::Dot && self.peek(1)?.kind == Kind::Identifier {
            let start = self.next()?.span.start;
            let kind = if self.sees_method()? { self.method()? } else { StepKind::Property(self.taken()?) };
            steps.push(Step { span: self.span_from(start), kind });
            self.indexes(&mut steps)?;
        }
        if braced {
            self.expect(Kind::BraceClose, "`}`")?;
        }
        let own = first.span.start + signs.rfind('$').unwrap_or(0);
        Ok(Reference {
            span: self.span_from(first.span.start),
            own: self.span_from(own),
            form,
            name: name_span.of(self.text).to_owned(),
            name_span: self.origin.span(name_span),
            steps,
        })
    }

    fn indexes(&mut self, steps: &mut Vec<Step>) -> Result<(), Stop> {
        while self.kind()? == Kind::IndexOpen {
            let start = self.next()?.span.start;
            self.skip_space()?;
            let kind = self.kind()?;
            let fits = matches!(
                kind,
                Kind::Literal | Kind::Integer | Kind::True | Kind::False | Kind::Identifier | Kind::BraceOpen
            );
            if !fits {
                return Err(self.expected("a number, a text or a reference")?);
            }
            let index = self.deeper(|parser| parser.value("an index"))?;
            self.skip_space()?;
            self.expect(Kind::IndexClose, "`]`")?;
            steps.push(Step { span: self.span_from(start), kind: StepKind::Index(Box::new(index)) });
        }
        Ok(())
    }

    fn method(&mut self) -> Result<StepKind, Stop> {
        let name = self.taken()?;
        self.expect(Kind::ParenOpen, "`(`")?;
        let arguments = if self.kind()? == Kind::ArgumentsClose { Vec::new() } else { self.parameters()? };
        self.expect(Kind::ArgumentsClose, "`)`")?;
        Ok(StepKind::Method(name, arguments))
    }
}

/// What the signs before a name mean.
fn form(signs: &str, braced: bool) -> Form {
    let mut form = Form { backslashes: 0, prefix: String::new(), silent: false, braced, bare: false, verbatim: None };
    if let (Some(_), Some(dollar)) = (signs.find("\\!"), signs.find('$')) {
        let escape = dollar + signs.get(dollar..).and_then(|rest| rest.find('\\')).unwrap_or(0);
        let mut printed = signs.to_owned();
        printed.remove(escape);
        form.verbatim = Some(printed);
        return form;
    }
    let rest = signs.trim_start_matches('\\');
    form.backslashes = signs.len() - rest.len();
    let dollar = rest.rfind('$');
    form.bare = dollar.is_none();
    rest.get(..dollar.unwrap_or(0)).unwrap_or("").clone_into(&mut form.prefix);
    form.silent = rest.get(dollar.unwrap_or(0)..).is_some_and(|rest| rest.starts_with("$!"));
    form
}
