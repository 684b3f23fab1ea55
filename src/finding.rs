//! Findings: what a rule has to say, at which characters.
//!
//! A finding knows bytes and words. It knows no terminal and no file format.

use std::fmt;

use crate::edit::Fix;
use crate::text::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// Deploys and is silently wrong or fragile.
    Warning,
    /// The deploy is rejected, or callers get an error.
    Error,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Very probably so; the page of the rule says what could make it right after all.
    Likely,
    /// Documented or observed on the service.
    Certain,
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Parameter mappings.
    Mapping,
    /// Integration responses and method responses.
    Responses,
    /// Selection patterns.
    Selection,
    /// Mapping templates.
    Template,
    /// The integration itself.
    Integration,
    /// Cross-origin requests.
    Cors,
    /// Security practice.
    Security,
    /// The file's syntax.
    Syntax,
}

impl Severity {
    /// The name in reports and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Confidence {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

impl Category {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 8] = [
        Self::Mapping,
        Self::Responses,
        Self::Selection,
        Self::Template,
        Self::Integration,
        Self::Cors,
        Self::Security,
        Self::Syntax,
    ];

    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::Responses => "responses",
            Self::Selection => "selection",
            Self::Template => "template",
            Self::Integration => "integration",
            Self::Cors => "cors",
            Self::Security => "security",
            Self::Syntax => "syntax",
        }
    }
}

/// Another place that belongs to a finding: the other half of a mismatch, the cause of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes.
    pub span: Span,
    /// What is there, without a full stop.
    pub text: String,
}

/// Why a finding has no fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoFix {
    /// Its rule never has one, for this reason.
    Never(String),
    /// An anchor or alias lets the text serve several places, so that no edit concerns only this one.
    Shared,
    /// The text stands outside Resources, in Parameters or Mappings, where other parts of the template can use it, too.
    Elsewhere,
    /// It stands in a loop, so that one text serves several resources.
    Loop,
    /// One of YAML's own tags (`!!int`) says how the text is to be read.
    Tagged,
    /// The text took in the entry behind it, so that what it was to be cannot be told.
    HoldsEntry,
    /// What it is to wait for waits for it.
    Circular,
    /// An intrinsic function makes the value, and no change of its parts is sure to be right.
    Function(String),
    /// Its rule has one for other places: here the repair does not follow from the template, or the place cannot be
    /// edited surely.
    NotHere,
    /// It was tried and taken back, for this reason.
    Spoils(String),
}

impl fmt::Display for NoFix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Function(name) = self {
            return write!(f, "{name} makes the value here, and no change of its parts is sure to be right");
        }
        f.write_str(match self {
            Self::Never(text) | Self::Spoils(text) | Self::Function(text) => text,
            Self::Shared => "an anchor or alias lets this text serve several places",
            Self::Elsewhere => "the text stands in Parameters or Mappings, where other parts of the template can use it",
            Self::Loop => "the loop around it lets this text serve several resources",
            Self::Tagged => "its YAML tag says how the text is to be read, and a repair might make it something else",
            Self::HoldsEntry => "the text holds the next entry too, and where it was to end cannot be told",
            Self::Circular => {
                "what it is to wait for waits for it already, and CloudFormation refuses circular dependencies"
            }
            Self::NotHere => {
                "what is meant does not follow from the template here, or the place cannot be edited without doubt"
            }
        })
    }
}

/// What keeps a finding from counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressedBy {
    /// A comment in the template.
    Comment,
    /// An entry under Metadata.
    Metadata,
    /// The baseline, which knows it from before.
    Baseline,
}

impl SuppressedBy {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Metadata => "metadata",
            Self::Baseline => "baseline",
        }
    }
}

/// That a finding does not count: it is there and is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// By what.
    pub by: SuppressedBy,
    /// The author's words for it.
    pub reason: Option<String>,
}

/// One defect at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What it is about.
    pub category: Category,
    /// The fact, with the author's names, on one line without a full stop.
    pub message: String,
    /// The bytes it is about.
    pub span: Span,
    /// What stands there, for the underline; may be empty.
    pub label: String,
    /// The other places.
    pub labels: Vec<Label>,
    /// What the service does with it.
    pub note: String,
    /// What to do.
    pub help: String,
    /// Where that is documented.
    pub docs: &'static str,
    /// Logical ID of the resource.
    pub logical_id: Option<String>,
    /// JSON pointer (RFC 6901) to the node in the document.
    pub path: String,
    /// The repair, if one can be planned.
    pub fix: Option<Fix>,
    /// Why there is none; only where there is none.
    pub no_fix: Option<NoFix>,
    /// What keeps it from counting, if anything does.
    pub suppressed: Option<Suppressed>,
}

impl Finding {
    /// Sets the words under the underline.
    #[must_use]
    pub fn labelled(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what the service does.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = text.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Sets a severity other than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says that it is only likely.
    #[must_use]
    pub fn likely(mut self) -> Self {
        self.confidence = Confidence::Likely;
        self
    }
}
